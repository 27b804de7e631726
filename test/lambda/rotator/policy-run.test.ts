import { GetGroupCommand, ListUsersCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { AccountMemory } from '../../../lambda/rotator/memory/account-memory';
import { accessDenied, callsOf, changesOf } from '../../helpers/aws';
import { accessKey, ACCOUNT, daysAgo, NOW } from '../../helpers/facts';
import { everybodyTold, groupNamed, iam, memoryWritten, mockAccount, remembers, run, s3, secrets, sts } from '../../helpers/mock-account';
import { FAST_SIDE } from '../../helpers/variables';

const variables = { POLICIES: JSON.stringify([FAST_SIDE]) };

it('a run that cannot begin is counted, and is news once', async () => {
  mockAccount({});
  sts.on(AssumeRoleCommand).rejects(accessDenied());
  const { result, news } = await run({ event: { policy: 'fast' }, variables });
  expect(result.status).toBe('failed');
  expect(news.failures).toHaveLength(1);
  expect(memoryWritten()?.policies?.['fast']).toMatchObject({ runs: 1, failures: [{ step: 'account', times: 1 }] });
});

it('where even that cannot be remembered, its own result says it', async () => {
  mockAccount({});
  sts.on(AssumeRoleCommand).rejects(accessDenied());
  s3.on(PutObjectCommand).rejects(accessDenied());
  const { result, news } = await run({ event: { policy: 'fast' }, variables });
  expect([result.failures.length, news]).toEqual([1, result]);
});

describe('who is remembered in a policy', () => {
  const FINANCE = { ...FAST_SIDE, name: 'finance', groups: [], paths: ['/finance/'], inTurn: false };
  const both = { POLICIES: JSON.stringify([FAST_SIDE, FINANCE]) };
  const mark = (name: string) => ({ policy: { name, since: daysAgo(30).toISOString() } });
  const user = (UserName: string, path = '/') => ({
    UserName,
    Arn: `arn:aws:iam::${ACCOUNT}:user${path}${UserName}`,
    Path: path,
    UserId: 'AIDA',
    CreateDate: NOW,
  });
  const due = { alice: { keys: [accessKey({ ageDays: 95 })] } };
  const marks = (memory: AccountMemory | undefined) =>
    memory && Object.fromEntries(Object.entries(memory.users ?? {}).map(([name, { policy }]) => [name, policy?.name]));

  /** An account that remembers bot in `fast` and clerk in `finance`, with who is there now. */
  function remembered({ inGroup = [], below = [] }: { inGroup?: string[]; below?: string[] }): void {
    mockAccount(due);
    remembers({ ...everybodyTold(due), users: { bot: mark('fast'), clerk: mark('finance') } });
    iam.on(GetGroupCommand, { GroupName: 'minutes' }).resolves({ Group: groupNamed('minutes'), Users: inGroup.map((name) => user(name)) });
    iam.on(ListUsersCommand, { PathPrefix: '/finance/' }).resolves({ Users: below.map((name) => user(name, '/finance/')) });
  }

  it.each<[string, Parameters<typeof remembered>[0], object]>([
    ['stays so while they are in it', { inGroup: ['bot'], below: ['clerk'] }, { bot: 'fast', clerk: 'finance' }],
    ['is forgotten once they left its group', { below: ['clerk'] }, { clerk: 'finance' }],
    ['is forgotten once they left its path', { inGroup: ['bot'] }, { bot: 'fast' }],
    ['is forgotten once they went to the other one', { inGroup: ['clerk'], below: ['bot'] }, {}],
    [
      'stays so while they are in it and, by mistake, in the other one',
      { inGroup: ['bot', 'clerk'], below: ['bot', 'clerk'] },
      { bot: 'fast', clerk: 'finance' },
    ],
  ])('by the daily run: %s', async (_, now, expected) => {
    for (const event of [{}, { dryrun: true }]) {
      remembered(now);
      const { result } = await run({ event, variables: both });
      expect(result.failures).toEqual([]);
      expect(marks(memoryWritten())).toEqual({ bot: undefined, clerk: undefined, alice: undefined, ...expected });
    }
  });

  it('is forgotten by the daily run once there is no such policy', async () => {
    remembered({});
    await run();
    expect(marks(memoryWritten())).toEqual({ bot: undefined, clerk: undefined, alice: undefined });
    expect(callsOf(iam).filter(({ input }) => input['GroupName'] === 'minutes' || 'PathPrefix' in input)).toEqual([]);
  });

  it.each<[string, () => void, string]>([
    [
      'its group cannot be read',
      () => iam.on(GetGroupCommand, { GroupName: 'minutes' }).rejects(accessDenied()),
      'cannot read the group minutes',
    ],
    [
      'its path cannot be listed',
      () => iam.on(ListUsersCommand, { PathPrefix: '/finance/' }).rejects(accessDenied()),
      'cannot read the users below /finance/',
    ],
  ])('stays as it is when %s, and nothing in the account is changed', async (_, spoil, message) => {
    remembered({});
    spoil();
    const { error } = await run({ variables: both });
    expect(error?.message).toContain(message);
    expect(memoryWritten()).toBeUndefined();
    expect([...changesOf(iam), ...changesOf(secrets)]).toEqual([]);
  });

  it('stays as it is after a forced rotation, which looks at nobody else', async () => {
    remembered({});
    await run({ event: { ForceRotate: 'alice' }, variables: both });
    expect(marks(memoryWritten())).toMatchObject({ bot: 'fast', clerk: 'finance' });
  });

  it('costs no look at a path below which nobody is remembered', async () => {
    remembered({ inGroup: ['bot'] });
    remembers({ ...everybodyTold(due), users: { bot: mark('fast') } });
    await run({ variables: both });
    expect(callsOf(iam).filter(({ input }) => 'PathPrefix' in input)).toEqual([]);
  });
});
