import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { mockClient } from 'aws-sdk-client-mock';
import { enterAccount } from '../../../lambda/rotator/account';
import { lookUpUsage } from '../../../lambda/rotator/look-up-usage';
import type { AccountResult, ActionResult, KeyFacts } from '../../../lambda/runs/schemas';
import { accessDenied } from '../../helpers/aws';
import { daysAgo, midnightIn, NOW } from '../../helpers/facts';
import { EVENT, invocation, mockAccount, rotatorServices } from '../../helpers/mock-account';
import { accountResult, action, userResult } from '../../helpers/results';

const trail = mockClient(CloudTrailClient);
const keyOf = (n: number): string => `AKIA${String(n).padStart(16, '0')}`;

/** A user with a key in use that is about to be disabled. */
function inUse(n: number, { key = {}, ...about }: Partial<ActionResult> & { key?: Partial<KeyFacts> } = {}) {
  const keyId = keyOf(n);
  const facts: KeyFacts = {
    keyId,
    status: 'Active',
    created: daysAgo(95).toISOString(),
    ageDays: 95,
    lastUsed: daysAgo(1).toISOString(),
    lastUsedService: 's3',
    lastUsedRegion: 'eu-west-1',
    ...key,
  };
  return {
    ...userResult(`user-${n}`, action({ keyId, action: 'announce', step: 'disable', on: midnightIn(10).toISOString(), ...about })),
    keys: [facts],
  };
}

const warnings: object[] = [];
let now = NOW;
let endsAt: Date | undefined;
async function lookUp(result: AccountResult, { on = true, dryrun = false, partition = 'aws' } = {}) {
  const services = rotatorServices({
    variables: on ? { USAGE_DETAIL: 'true' } : {},
    services: {
      clock: () => now,
      sleep: (milliseconds) => {
        now = new Date(now.getTime() + milliseconds);
        return Promise.resolve();
      },
    },
  });
  jest.spyOn(services.logger, 'warn').mockImplementation((...[, facts]) => {
    warnings.push(facts as object);
  });
  const account = await enterAccount(services, { ...EVENT, dryrun }, { ...invocation(endsAt), partition });
  await lookUpUsage(account, result);
}
/** Which key was asked about in which region, and after how many seconds. */
const asked: { key: string; region: string; second: number }[] = [];
const usages = ({ users }: AccountResult) => users.map(({ actions }) => actions[0]?.usage);

beforeEach(() => {
  mockAccount({});
  trail.reset();
  [asked.length, warnings.length, now, endsAt] = [0, 0, NOW, undefined];
  const send = trail.send as unknown as {
    callsFake: (answer: (this: CloudTrailClient, command: LookupEventsCommand) => Promise<object>) => void;
  };
  send.callsFake(async function ({ input }) {
    asked.push({
      key: input.LookupAttributes?.[0]?.AttributeValue ?? '',
      region: await this.config.region(),
      second: (now.getTime() - NOW.getTime()) / 1_000,
    });
    const CloudTrailEvent = JSON.stringify({ sourceIPAddress: '198.51.100.7', userAgent: 'aws-cli/2' });
    return { Events: [{ EventTime: NOW, EventName: 'ListBuckets', EventSource: 's3.amazonaws.com', CloudTrailEvent }] };
  });
});

it('says who uses a key that is about to be disabled, by the region of its last use and the one of global services', async () => {
  const result = accountResult({ users: [inUse(1)] });
  await lookUp(result);
  expect(asked.map(({ region }) => region)).toEqual(['eu-west-1', 'us-east-1']);
  expect(usages(result)).toMatchObject([
    { regions: ['eu-west-1', 'us-east-1'], calls: 2, callers: [{ source: '198.51.100.7', agent: 'aws-cli/2', calls: 2 }], failed: [] },
  ]);
});

it.each<[string, Parameters<typeof lookUp>[1]]>([
  ['the setting', { on: false }],
  ['an enforcing run', { dryrun: true }],
])('asks nothing without %s', async (_, options) => {
  const result = accountResult({ users: [inUse(1)] });
  await lookUp(result, options);
  expect([asked, usages(result)]).toEqual([[], [undefined]]);
});

it.each<[string, Parameters<typeof inUse>[1]]>([
  ['was never used', { key: { lastUsed: 'never' } }],
  ['has not been used for more than a week', { key: { lastUsed: daysAgo(9).toISOString() } }],
  ['has not been used since its successor came', { successorSince: daysAgo(0.5).toISOString() }],
  ['is only warned to get a successor', { action: 'warn', step: 'rotate' }],
  ['has just got its successor', { action: 'rotate' }],
  ['was not disabled', { action: 'disable', outcome: 'failed' }],
  ['is disabled later', { action: 'disable', outcome: 'deferred' }],
])('asks nothing about a key that %s', async (_, about) => {
  await lookUp(accountResult({ users: [inUse(1, about)] }));
  expect(asked).toEqual([]);
});

it.each<[string, Partial<ActionResult>]>([
  ['was disabled while it was used', { action: 'disable' }],
  ['is held', { action: 'hold' }],
  ['is warned of its disabling', { action: 'warn', step: 'disable' }],
  ['goes without a successor', { action: 'notify' }],
])('asks about a key that %s', async (_, about) => {
  await lookUp(accountResult({ users: [inUse(1, about)] }));
  expect(asked).toHaveLength(2);
});

it.each([
  ['us-east-1', 'aws', ['us-east-1']],
  ['N/A', 'aws', ['us-east-1']],
  ['evil.example/', 'aws', ['us-east-1']],
  ['us-gov-east-1', 'aws-us-gov', ['us-gov-east-1', 'us-gov-west-1']],
  ['eusc-de-east-1', 'aws-eusc', ['eusc-de-east-1', 'eu-west-1']],
])('asks about a key last used in %s of %s in %j', async (lastUsedRegion, partition, regions) => {
  await lookUp(accountResult({ users: [inUse(1, { key: { lastUsedRegion } })] }), { partition });
  expect(asked.map(({ region }) => region)).toEqual(regions);
});

it('asks once about a key of which two things are said, and says it in both', async () => {
  const user = inUse(1);
  user.actions.push(action({ keyId: keyOf(1), action: 'note-reenabled', on: midnightIn(3).toISOString() }));
  await lookUp(accountResult({ users: [user] }));
  expect(asked).toHaveLength(2);
  expect(user.actions.map(({ usage }) => usage?.calls)).toEqual([2, 2]);
});

it('asks each region once a second, and first about the keys that stop working first', async () => {
  const users = [
    inUse(1),
    inUse(2, { on: midnightIn(1).toISOString() }),
    inUse(3, { action: 'disable', on: midnightIn(20).toISOString() }),
  ];
  await lookUp(accountResult({ users }));
  expect(asked.filter(({ region }) => region === 'us-east-1').map(({ key, second }) => [key, second])).toEqual([
    [keyOf(3), 0],
    [keyOf(2), 1],
    [keyOf(1), 2],
  ]);
});

it('asks about 25 keys, and says of the others that nobody asked', async () => {
  const result = accountResult({ users: Array.from({ length: 27 }, (_, n) => inUse(n)) });
  await lookUp(result);
  expect(new Set(asked.map(({ key }) => key)).size).toBe(25);
  const left = usages(result).filter((usage) => usage?.regions.length === 0);
  expect(left).toHaveLength(2);
  const [{ failed: [failed] } = { failed: [] }] = left.flatMap((usage) => usage ?? []);
  expect(failed).toEqual({
    region: 'eu-west-1',
    error: 'NotAskedError',
    message: 'a run looks up 25 keys of an account, those that stop working first',
  });
});

it('stops when the time for it is over, and says so', async () => {
  endsAt = new Date(NOW.getTime() + 122_000);
  const result = accountResult({ users: Array.from({ length: 5 }, (_, n) => inUse(n)) });
  await lookUp(result);
  expect(asked.map(({ second }) => second)).toEqual([0, 0, 1, 1, 2, 2]);
  expect(usages(result).map((usage) => usage?.failed[0]?.message)).toEqual([
    ...[undefined, undefined, undefined],
    ...['no time was left for it in this run', 'no time was left for it in this run'],
  ]);
});

it('says what could not be looked up, in the action and in the log, and fails nothing', async () => {
  trail.on(LookupEventsCommand).rejects(accessDenied());
  const result = accountResult({ users: [inUse(1)] });
  await lookUp(result);
  const failed = ['eu-west-1', 'us-east-1'].map((region) => ({ region, error: 'AccessDenied', message: 'not authorized' }));
  expect(usages(result)).toEqual([{ regions: [], calls: 0, callers: [], otherCallers: 0, failed }]);
  expect(result.failures).toEqual([]);
  expect(warnings).toMatchObject(
    failed.map(({ region, error }) => ({ user: 'user-1', keyId: keyOf(1), region, error, reason: 'not authorized' })),
  );
});
