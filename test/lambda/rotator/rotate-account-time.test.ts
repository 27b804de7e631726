import { ListUserTagsCommand, TagUserCommand } from '@aws-sdk/client-iam';
import { accessDenied, awsError, callsOf } from '../../helpers/aws';
import { accessKey, daysAgo, NOW } from '../../helpers/facts';
import { intercept } from '../../helpers/intercept';
import { iam, memoryWritten, mockAccount, newKeyOf, remembers, run } from '../../helpers/mock-account';
import type { AccountMemory } from '../../../lambda/rotator/memory/account-memory';

const MINUTE = 60_000;
const LAMBDA_MS = 15 * MINUTE;
const DAY = 86_400_000;
const nameOf = (index: number): string => `user-${String(index).padStart(4, '0')}`;
const idOf = (index: number, letter: string): string => `AKIA${letter}${String(index).padStart(15, '0')}`;

/** A clock that calls move: so many a second, however many are under way. */
class Time {
  private at = NOW.getTime();
  readonly clock = (): Date => new Date(this.at);
  pass(milliseconds: number): void {
    this.at += milliseconds;
  }
  goTo(at: number): void {
    this.at = at;
  }
}

afterEach(() => {
  jest.restoreAllMocks();
});

describe('case F25: 5,000 users of whom IAM lists four a second', () => {
  const ALL = Array.from({ length: 5_000 }, (_, index) => nameOf(index));
  /** The first, the last, and some between. */
  const DUE = [0, 777, 2_500, 4_321, 4_999];

  it('are all reached by the next runs, each of which goes on where the one before stopped and ends in time', async () => {
    const users = Object.fromEntries(
      ALL.map((name, index) => [name, { keys: [accessKey({ id: idOf(index, 'O'), created: daysAgo(DUE.includes(index) ? 95 : 5) })] }]),
    );
    const time = new Time();
    const listed: string[] = [];
    const rotated = new Set<string>();
    let memory: AccountMemory | undefined;
    let runs = 0;
    do {
      time.goTo(NOW.getTime() + runs * DAY);
      jest.restoreAllMocks();
      mockAccount(users);
      remembers(memory);
      intercept(({ operation, input }) => {
        if (operation === 'GenerateCredentialReport') throw accessDenied();
        if (operation !== 'ListAccessKeys') return undefined;
        time.pass(250);
        const name = input['UserName'] as string;
        listed.push(name);
        return {
          AccessKeyMetadata: users[name]!.keys.map((key) => ({ AccessKeyId: key.id, Status: key.status, CreateDate: key.created })),
        };
      });
      const begun = time.clock().getTime();
      const before = listed.length;
      const { result } = await run({ services: { clock: time.clock }, endsAt: new Date(begun + LAMBDA_MS) });
      runs += 1;
      expect(time.clock().getTime() - begun).toBeLessThan(LAMBDA_MS - MINUTE);
      expect(result).toMatchObject({ coverage: 'sweep', usersSeen: 5_000, failures: [] });
      // Who was not listed is named: no report tells of them.
      expect(result.left.length + new Set(listed.slice(before)).size).toBe(5_000);
      for (const { user, actions } of result.users)
        if (actions.some(({ action, outcome }) => action === 'rotate' && outcome === 'done')) rotated.add(user);
      memory = memoryWritten();
    } while (memory?.sweptTo !== undefined && runs < 10);
    expect(runs).toBe(4);
    expect([...new Set(listed)].sort()).toEqual(ALL);
    expect([...rotated].sort()).toEqual(DUE.map(nameOf));
  });
});

describe('case F25: 1,510 mails of which SES takes fourteen a second', () => {
  const ALL = Array.from({ length: 1_510 }, (_, index) => nameOf(index));
  const USED = { LastUsedDate: daysAgo(1), ServiceName: 's3', Region: 'eu-west-1' };

  it('end in time; whoever got none is named, no grace of theirs begins, and the next run tells them', async () => {
    const tags = new Map<string, Record<string, string>>(ALL.map((name) => [name, { OwnerEmail: `${name}@example.com` }]));
    const users = () =>
      Object.fromEntries(
        ALL.map((name, index) => [
          name,
          {
            keys: [accessKey({ id: idOf(index, 'O'), created: daysAgo(200) }), accessKey({ id: idOf(index, 'Y'), created: daysAgo(50) })],
            tags: tags.get(name)!,
          },
        ]),
      );
    const time = new Time();
    const told: number[] = [];
    let memory: AccountMemory = { version: 1, keys: {} };
    for (let first = true; told.length < 2; first = true) {
      jest.restoreAllMocks();
      mockAccount(users());
      remembers(memory);
      const mailed: string[] = [];
      intercept(({ operation, input }) => {
        if (operation === 'GetAccessKeyLastUsed') return { AccessKeyLastUsed: USED };
        if (operation === 'DescribeSecret') throw awsError('ResourceNotFoundException', 400);
        if (operation !== 'SendEmail') return undefined;
        time.pass(first ? 20_000 : 1_000 / 14);
        first = false;
        mailed.push((input['Destination'] as { ToAddresses: string[] }).ToAddresses[0]!.split('@')[0]!);
        return { MessageId: 'm' };
      });
      const endsAt = new Date(time.clock().getTime() + 155_000);
      const { result } = await run({ services: { clock: time.clock }, event: { email: '' }, endsAt });
      expect(endsAt.getTime() - time.clock().getTime()).toBeGreaterThan(30_000);
      const noted = callsOf(iam).filter(({ name }) => name === 'TagUser');
      expect(new Set(noted.map(({ input }) => input['UserName']))).toEqual(new Set(mailed));
      const failed = result.failures.filter(({ error }) => error === 'NobodyToldError').map(({ user }) => user);
      const notified = result.users.filter(({ actions }) => actions.some(({ action }) => action === 'notify')).map(({ user }) => user);
      expect([...failed, ...mailed].sort()).toEqual(notified.sort());
      for (const { input } of noted) {
        const [{ Key, Value }] = input['Tags'] as [{ Key: string; Value: string }];
        tags.set(input['UserName'] as string, { ...tags.get(input['UserName'] as string), [Key]: Value });
      }
      told.push(new Set(mailed).size);
      memory = memoryWritten()!;
      time.pass(DAY);
    }
    const [one, two] = told as [number, number];
    expect(one).toBeGreaterThan(1_000);
    expect(one).toBeLessThan(1_510);
    expect(one + two).toBe(1_510);
  });
});

describe('case F25: with little time left', () => {
  it.each([
    ['100 ms before the end', 100],
    ['a minute before the end', 60_000],
    ['when there would be no time to store it', 119_000],
  ])('no key is made of a user who was begun in time: %s', async (_, left) => {
    mockAccount({ alice: { keys: [accessKey()] } });
    const time = new Time();
    const endsAt = new Date(NOW.getTime() + LAMBDA_MS);
    iam.on(ListUserTagsCommand).callsFake(() => {
      time.goTo(endsAt.getTime() - left);
      return { Tags: [] };
    });
    const { result } = await run({ services: { clock: time.clock }, endsAt });
    expect(result.users.flatMap(({ actions }) => actions)).toMatchObject([{ action: 'rotate', outcome: 'deferred' }]);
    expect(callsOf(iam).map(({ name }) => name)).not.toContain('CreateAccessKey');
    expect(iam.commandCalls(TagUserCommand)).toHaveLength(0);
  });

  it('a key is made when there is time to store it', async () => {
    mockAccount({ alice: { keys: [accessKey()] } });
    const time = new Time();
    const endsAt = new Date(NOW.getTime() + LAMBDA_MS);
    iam.on(ListUserTagsCommand).callsFake(() => {
      time.goTo(endsAt.getTime() - 121_000);
      return { Tags: [] };
    });
    const { result } = await run({ services: { clock: time.clock }, endsAt });
    expect(result.users.flatMap(({ actions }) => actions)).toMatchObject([{ action: 'rotate', successorId: newKeyOf('alice') }]);
  });
});
