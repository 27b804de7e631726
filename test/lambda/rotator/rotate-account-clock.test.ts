import { DAY_MS } from '../../../lambda/shared/period';
import type { RotatorVariables } from '../../../lambda/shared/environment';
import { changesOf } from '../../helpers/aws';
import { accessKey, daysAgo, intent, NEW, NOW, OLD, remembered } from '../../helpers/facts';
import { intercept } from '../../helpers/intercept';
import { iam, mockAccount, run, secrets } from '../../helpers/mock-account';
import { POLICY } from '../../helpers/variables';

const SECOND = 1_000;
const later = (seconds: number, from = NOW): Date => new Date(from.getTime() + seconds * SECOND);
/** The last second of the day before NOW's next day. */
const BEFORE_MIDNIGHT = new Date(Math.floor(NOW.getTime() / DAY_MS + 1) * DAY_MS - SECOND);

interface Passing {
  /** The clock when the run begins. */
  from?: Date;
  /** The operation in whose first call time passes. */
  during: string;
  seconds: number;
  /** The user alice is forced. */
  force?: boolean;
  variables?: Partial<RotatorVariables>;
  /** Answers of calls, one after the other; the mocked account answers the rest. */
  answers?: Record<string, object[]>;
}

/** Rotates the account; once it is known who is exempt, the clock moves while the first call of one operation is answered, and only then. */
async function runWhile({ from = NOW, during, seconds, force, variables = {}, answers = {} }: Passing) {
  let now = from;
  let [begun, passed] = [false, false];
  intercept(({ operation }) => {
    const answer = answers[operation]?.shift();
    begun ||= operation === 'GetGroup';
    if (operation === during && begun && !passed) {
      passed = true;
      now = later(seconds, from);
    }
    return answer;
  });
  const { result, error } = await run({
    variables,
    services: { clock: () => now },
    endsAt: later(900, from),
    ...(force && { event: { ForceRotate: 'alice' } }),
  });
  expect(passed).toBe(true);
  return { result, error, actions: result.users.flatMap((user) => user.actions) };
}

const tagWritten = (): string | undefined => {
  const call = iam.calls().find(({ args: [command] }) => command.constructor.name === 'TagUserCommand');
  return (call?.args[0].input as { Tags: { Value: string }[] } | undefined)?.Tags[0]?.Value;
};
const created = (at: Date, id = OLD) => accessKey({ id, created: at });
/** A key that is `days` days old from the midnight on that BEFORE_MIDNIGHT is a second away from. */
const dueAtMidnight = (days: number, id = OLD) => created(daysAgo(days, later(1, BEFORE_MIDNIGHT)), id);
const tagsOf = (tags: Record<string, string>) => ({ Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) });
/** Began fourteen and a half minutes ago, and may run for thirty seconds more. */
const ENDING = intent(14.5, [OLD]);

afterEach(() => {
  jest.restoreAllMocks();
});

describe('an invocation that may still issue a key', () => {
  it('when the keys were listed, but not any more afterwards, is left in peace: its key may be missing in the list', async () => {
    mockAccount({ alice: { keys: [accessKey()], tags: ENDING } });
    const { actions } = await runWhile({ during: 'ListAccessKeys', seconds: 60 });
    expect(actions).toMatchObject([{ action: 'skip' }]);
    expect(changesOf(iam, secrets)).toEqual([]);
  });

  it('refuses a forced rotation in the same way', async () => {
    mockAccount({ alice: { keys: [accessKey()], tags: ENDING } });
    const { error } = await runWhile({ during: 'ListAccessKeys', seconds: 60, force: true });
    expect(error?.message).toContain('another invocation is issuing a key until');
    expect(changesOf(iam, secrets)).toEqual([]);
  });

  it.each([false, true])('is over when it ended before the keys were listed: the user is rotated (forced: %s)', async (force) => {
    mockAccount({ alice: { keys: [accessKey()], tags: ENDING } });
    const { actions } = await runWhile({ during: 'ListUserTags', seconds: 60, force });
    expect(actions.map(({ action, outcome }) => [action, outcome])).toEqual([
      ['rotate', 'done'],
      ['note-unfinished', 'done'],
    ]);
  });

  it('is looked for again when a key was made since 15 minutes before the tags were read, however long reading them took', async () => {
    const keys = [accessKey(), created(later(-870), NEW)];
    mockAccount({ alice: { keys } });
    const { actions } = await runWhile({
      during: 'ListUserTags',
      seconds: 60,
      answers: { ListUserTags: [tagsOf({}), tagsOf(intent(10, [OLD]))] },
    });
    expect(actions).toMatchObject([{ action: 'skip' }]);
    expect(changesOf(iam, secrets)).toEqual([]);
  });
});

describe('what another invocation remembered while this one was reading lies in the past', () => {
  const at = later(30);

  it.each([
    ['that the key is inactive', [accessKey({ status: 'Inactive', ageDays: 400 })], remembered(OLD, { inactive: at }), { action: 'wait' }],
    [
      'that notice was given',
      [accessKey({ ageDays: 300 }), accessKey({ id: NEW, ageDays: 50 })],
      remembered(OLD, { notice: at, noticeBeside: NEW }),
      { action: 'wait', keyId: OLD },
    ],
    [
      'that it switched the key off, which IAM’s list, or a person since, calls active',
      [accessKey({ ageDays: 85 })],
      remembered(OLD, { inactive: at }),
      { action: 'wait' },
    ],
  ])('%s', async (_, keys, tags, expected) => {
    mockAccount({ alice: { keys, tags } });
    const { actions } = await runWhile({ during: 'ListAccessKeys', seconds: 90 });
    expect(actions[0]).toMatchObject(expected);
  });
});

describe('over midnight', () => {
  const tenDaysLater = later(1 + 10 * 86_400, BEFORE_MIDNIGHT).toISOString();

  it.each([
    ['tags', 'ListUserTags'],
    ['keys', 'ListAccessKeys'],
    ['last use', 'GetAccessKeyLastUsed'],
  ])('is decided by the day on which the %s had been read: the grace told of ends no day too early', async (_, during) => {
    mockAccount({ alice: { keys: [dueAtMidnight(400)] } });
    const { actions } = await runWhile({ from: BEFORE_MIDNIGHT, during, seconds: 2 });
    expect(actions).toMatchObject([{ action: 'rotate', on: tenDaysLater }]);
  });

  it('a forced rotation tells of the grace by the day on which the user had been read', async () => {
    mockAccount({ alice: { keys: [dueAtMidnight(1)] } });
    const { actions } = await runWhile({ from: BEFORE_MIDNIGHT, during: 'GetAccessKeyLastUsed', seconds: 2, force: true });
    expect(actions).toMatchObject([{ action: 'rotate', on: tenDaysLater }]);
  });

  it('ages are those of the day on which the keys had been read', async () => {
    mockAccount({ alice: { keys: [dueAtMidnight(400)] } });
    const { result } = await runWhile({ from: BEFORE_MIDNIGHT, during: 'GetAccessKeyLastUsed', seconds: 2 });
    expect(result.users[0]?.keys).toMatchObject([{ ageDays: 400 }]);
  });

  it.each([false, true])('an exemption has lapsed when its last day ended while the tags were read (forced: %s)', async (force) => {
    const until = BEFORE_MIDNIGHT.toISOString().slice(0, 10);
    mockAccount({ alice: { keys: [accessKey()], tags: { 'key-rotation:exempt-until': until } } }, ['alice']);
    const { actions } = await runWhile({ from: BEFORE_MIDNIGHT, during: 'ListUserTags', seconds: 2, force });
    expect(actions).toMatchObject([{ action: 'rotate', outcome: 'done' }]);
  });

  it('a secret may go from the day on which the keys had been read', async () => {
    const use = { at: BEFORE_MIDNIGHT, service: 's3', region: 'eu-west-1' };
    mockAccount({ alice: { keys: [{ ...dueAtMidnight(30), lastUsed: use }], current: OLD, fetched: daysAgo(20) } });
    const { actions } = await runWhile({
      from: BEFORE_MIDNIGHT,
      during: 'ListAccessKeys',
      seconds: 2,
      variables: { POLICY: JSON.stringify({ ...POLICY, deleteSecretAfter: '10d', warn: ['80d'] }) },
    });
    expect(actions).toMatchObject([{ action: 'delete-secret', outcome: 'done' }]);
  });

  it('recovery counts from the day on which the key had been disabled for certain', async () => {
    mockAccount({ alice: { keys: [accessKey({ ageDays: 110 }), accessKey({ id: NEW, ageDays: 15 })], current: NEW } });
    await runWhile({ from: BEFORE_MIDNIGHT, during: 'UpdateAccessKey', seconds: 2 });
    expect(tagWritten()).toBe(`inactive=${later(2, BEFORE_MIDNIGHT).toISOString()}`);
  });

  it('the grace counts from the day on which the notice had been accepted for certain', async () => {
    mockAccount({ alice: { keys: [accessKey({ ageDays: 300 }), accessKey({ id: NEW, ageDays: 50 })] } });
    await runWhile({ from: BEFORE_MIDNIGHT, during: 'SendEmail', seconds: 2 });
    expect(tagWritten()).toBe(`notice=${later(2, BEFORE_MIDNIGHT).toISOString()} beside=${NEW}`);
  });
});

it('an intent is dated after its secret was prepared, so that a slow store does not use its time up', async () => {
  mockAccount({ alice: { keys: [accessKey()], current: OLD } });
  const { actions } = await runWhile({ during: 'GetResourcePolicy', seconds: 50 });
  expect(actions).toMatchObject([{ action: 'rotate', outcome: 'done' }]);
  expect(tagWritten()).toContain(`at=${later(50).toISOString()}`);
});

it('nobody is begun after the time for it is over, although it was not when the users were listed', async () => {
  mockAccount({ alice: { keys: [accessKey()] } });
  const { result } = await runWhile({ during: 'GetGroup', seconds: 811 });
  expect(result).toMatchObject({ left: ['alice'], status: 'partial' });
  expect(changesOf(iam, secrets)).toEqual([]);
});
