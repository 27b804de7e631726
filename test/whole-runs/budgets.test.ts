import type { AccountResult } from '../../lambda/runs/schemas';
import type { User } from '../../sandbox/kernel/world';
import { rememberKeys } from '../helpers/sandbox-memory';
import { TEAM, testOrganization, type KeyStory, type TestOrganization } from '../helpers/sandbox-organization';

const organization = testOrganization('enforcing', [TEAM]);

/** Calls of functions since the last time, by operation; Lambda's own writing of logs is none. */
function takeCalls({ sandbox }: TestOrganization, services: readonly string[]): string[] {
  const calls = sandbox.calls.filter(({ invocation, service }) => invocation !== undefined && services.includes(service));
  sandbox.calls.length = 0;
  return calls.map(({ operation }) => operation);
}

/** Earlier runs have seen the user's keys. */
function known(org: TestOrganization, { name: user, keys }: User): void {
  rememberKeys(org, TEAM, Object.fromEntries(keys.map(({ id, created }) => [id, { user, created, active: true }])));
}

beforeEach(() => organization().begin(TEAM));

describe('a quiet day', () => {
  const QUIET = ['AssumeRole', 'GenerateCredentialReport', 'GetCredentialReport'];

  it.each([20, 100, 1_000])('costs three calls to IAM and STS with %i users', async (users) => {
    const org = organization();
    for (let number = 0; number < users; number += 1) known(org, org.addUser(TEAM, `user-${number}`, [{ ageDays: 30, usedDaysAgo: 1 }]));
    takeCalls(org, []);
    const result = await org.rotate(TEAM);
    expect(result).toMatchObject({ status: 'succeeded', coverage: 'report', usersSeen: users, users: [] });
    expect(takeCalls(org, ['iam', 'sts'])).toEqual(QUIET);
    const keys = result.inventory?.users.flatMap((user) => user.keys) ?? [];
    const use = expect.stringMatching(/^2026-/) as string;
    const everyKey = { keyId: expect.stringMatching(/^AKIA/) as string, status: 'Active', lastUsed: use, step: 'rotate' };
    expect(keys).toEqual(Array.from({ length: users }, () => expect.objectContaining(everyKey) as unknown));
  });

  it('costs no more than five while AWS takes its time to make the report', async () => {
    const org = organization();
    known(org, org.addUser(TEAM, 'young', [{ ageDays: 30 }]));
    const { settings } = org.sandbox.kernel;
    Object.assign(settings, { credentialReportDelayMs: 1 });
    const then = { kind: 'error', code: 'CredentialReportNotReadyException', status: 404 } as const;
    org.sandbox.faults.add({ match: { operation: 'GetCredentialReport', times: 1 }, when: 'before', then });
    takeCalls(org, []);
    await expect(org.rotate(TEAM)).resolves.toMatchObject({ coverage: 'report' });
    expect(takeCalls(org, ['iam', 'sts'])).toEqual([...QUIET, 'GetCredentialReport']);
  });
});

describe('one user', () => {
  const READ_ONE_KEY = ['ListUserTags', 'ListAccessKeys', 'GetAccessKeyLastUsed'];
  const READ_SUCCESSOR = [...READ_ONE_KEY, 'DescribeSecret', 'ListSecretVersionIds'];
  /** Which of two keys makes room depends on the use of both. */
  const READ_TWO_KEYS = [...READ_ONE_KEY, 'DescribeSecret', 'GetAccessKeyLastUsed'];
  const DUE: KeyStory[] = [{ ageDays: 90, usedDaysAgo: 1 }];
  /** Whether the user is exempt after all is asked right before the first change, and on no other day. */
  const ASK = ['ListGroupsForUser'];
  const STORE = ['TagUser', 'CreateAccessKey', 'TagUser', 'PutSecretValue', 'UntagUser'];
  /** A new secret is closed to everybody until it holds its first key. */
  const OPEN = ['PutResourcePolicy'];
  const READS = 5;

  it.each<{ what: string; keys: KeyStory[]; days: number[]; reads: string[]; step: string[]; most: number; done: string[] }>([
    {
      what: 'a first key',
      keys: DUE,
      days: [0],
      reads: READ_ONE_KEY,
      step: [...ASK, 'DescribeSecret', 'CreateSecret', 'PutResourcePolicy', 'PutSecretValue', ...STORE.slice(0, -1), ...OPEN, 'UntagUser'],
      most: 11,
      done: ['rotate'],
    },
    {
      what: 'a later key',
      keys: DUE,
      days: [0, 10, 20, 90],
      reads: READ_ONE_KEY,
      step: [...ASK, 'DescribeSecret', 'GetResourcePolicy', 'PutSecretValue', ...STORE],
      most: 9,
      done: ['rotate'],
    },
    { what: 'a day of grace', keys: DUE, days: [0, 4], reads: READ_SUCCESSOR, step: [], most: 0, done: ['wait', 'wait'] },
    {
      what: 'disabling',
      keys: DUE,
      days: [0, 10],
      reads: READ_SUCCESSOR,
      step: [...ASK, 'GetResourcePolicy', 'UpdateAccessKey', 'TagUser'],
      most: 4,
      done: ['disable', 'wait'],
    },
    {
      what: 'deleting',
      keys: DUE,
      days: [0, 10, 20],
      reads: READ_SUCCESSOR,
      step: [...ASK, 'DeleteAccessKey', 'UntagUser'],
      most: 3,
      done: ['delete', 'wait'],
    },
    {
      what: 'a notice about the older of two keys',
      keys: [{ ageDays: 200 }, { ageDays: 20 }],
      days: [0],
      reads: READ_TWO_KEYS,
      step: [...ASK, 'TagUser'],
      most: 2,
      done: ['notify', 'wait'],
    },
  ])('costs at most five reads and the calls of the step: $what', async ({ keys, days, reads, step, most, done }) => {
    const org = organization();
    org.addUser(TEAM, 'alice', keys);
    let last: AccountResult | undefined;
    for (const day of days) {
      org.goToDay(day);
      takeCalls(org, []);
      last = await org.rotate(TEAM);
    }
    expect(last?.users[0]?.actions.map(({ action }) => action)).toEqual(done);
    const ofAccount = ['AssumeRole', 'GenerateCredentialReport', 'GetCredentialReport', 'GetGroup'];
    const calls = takeCalls(org, ['iam', 'sts', 'secretsmanager']).filter((operation) => !ofAccount.includes(operation));
    expect(calls.slice(0, reads.length).sort()).toEqual(reads.toSorted());
    expect(calls.slice(reads.length)).toEqual(step);
    expect(reads.length).toBeLessThanOrEqual(READS);
    expect(step.length).toBeLessThanOrEqual(most);
  });
});
