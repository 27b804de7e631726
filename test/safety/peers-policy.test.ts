import type { AccountResult } from '../../lambda/runs/schemas';
import { actionsOf, FUNCTIONS, TEAM, testOrganization } from '../helpers/sandbox-organization';
import { EXPECTED, everySituation, witnessPast } from '../helpers/sandbox-situations';
import { callsTo, dateOn, days, refuse, runOnDays, storedKey, timeline } from './support';

const organization = testOrganization('enforcing', [TEAM], { direct: true });

describe('PEERS 16: what is configured is what happens', () => {
  it('a key is rotated on day 90, disabled on day 100 and deleted on day 110, on no other', async () => {
    const org = organization();
    const [key] = org.addUser(TEAM, 'alice', [{ ageDays: 80, usedDaysAgo: 0 }]).keys;
    const results = await runOnDays(org, TEAM, days(0, 31));
    expect(timeline(results, 'alice', key!.id)).toEqual(['rotate on day 10', 'disable on day 20', 'delete on day 30']);
  });
});

it('PEERS 17: a never-used inactive key gets no successor; it is deleted after its recovery time', async () => {
  const org = organization();
  const [key] = org.addUser(TEAM, 'alice', [{ ageDays: 400, status: 'Inactive' }]).keys;
  const results = await runOnDays(org, TEAM, [...days(0, 11), 20, 30, 90, 100]);
  expect(timeline(results, 'alice', key!.id)).toEqual(['note-inactive on day 0', 'delete on day 10']);
  expect(org.user(TEAM, 'alice').keys).toEqual([]);
  expect(callsTo(org, 'CreateAccessKey')).toBe(0);
});

it('PEERS 18: of two never-used keys one lives on in the end, and it is the one in the secret', async () => {
  const org = organization();
  org.addUser(TEAM, 'alice', [{ ageDays: 300 }, { ageDays: 200 }]);
  for (const day of days(0, 45)) {
    org.goToDay(day);
    await org.rotate(TEAM);
    expect(org.user(TEAM, 'alice').keys.length).toBeLessThanOrEqual(2);
    expect(org.user(TEAM, 'alice').keys.some(({ status }) => status === 'Active')).toBe(true);
  }
  expect(callsTo(org, 'CreateAccessKey')).toBe(1);
  const [live, ...others] = org.user(TEAM, 'alice').keys;
  expect(others).toEqual([]);
  expect(live).toMatchObject({ status: 'Active' });
  expect(storedKey(org, TEAM, 'alice')).toEqual({ id: live!.id, right: true });
});

it.each([
  ['is over the quota of keys', 'LimitExceeded', 409, 'deferred'],
  ['is being changed by somebody else', 'EntityTemporarilyUnmodifiable', 409, 'failed'],
  ['may not be given a key', 'AccessDenied', 403, 'failed'],
])('PEERS 19: when one user %s, the others are rotated and everybody is told', async (_, code, status, outcome) => {
  const org = organization();
  for (const name of ['a-before', 'unlucky', 'z-after']) org.addUser(TEAM, name, [{ ageDays: 95 }], { owner: `${name}@acme.example` });
  refuse(org, { operation: 'CreateAccessKey', input: ({ UserName }) => UserName === 'unlucky' }, code, status, 'not this one');
  const result = await org.rotate(TEAM);
  for (const name of ['a-before', 'z-after']) expect(actionsOf([result], name)).toMatchObject([{ action: 'rotate', outcome: 'done' }]);
  const [unlucky] = actionsOf([result], 'unlucky');
  expect(unlucky).toMatchObject({ action: 'rotate', outcome });
  expect(`${unlucky!.reason} ${JSON.stringify(result.failures)}`).toContain('not this one');
  expect(org.sandbox.mails.flatMap(({ to }) => to)).toEqual(
    expect.arrayContaining([TEAM.email, 'a-before@acme.example', 'z-after@acme.example']),
  );
  const account = org.sandbox.mails.find(({ to }) => to.includes(TEAM.email))!;
  for (const name of ['a-before', 'unlucky', 'z-after']) expect(account.text).toContain(name);
});

/** `user action` of everything decided, waiting aside. */
const decided = (result: AccountResult): string[] =>
  result.users
    .flatMap(({ user, actions }) => actions.map(({ action }) => `${user} ${action}`))
    .filter((line) => !line.endsWith(' wait'))
    .sort();

it('PEERS 20: a dry run tells everything that an enforcing run does, in its result and in its log', async () => {
  const org = organization();
  everySituation(org, TEAM);
  org.disturbed = true;
  const start = org.sandbox.snapshot();
  const before = org.sandbox.logs(FUNCTIONS.rotator).length;
  const rehearsal = await org.onBundles(() => org.rotate(TEAM, { dryrun: true }));
  const logged = org.sandbox
    .logs(FUNCTIONS.rotator)
    .slice(before)
    .flatMap(({ line }) => {
      const entry = JSON.parse(line) as { message?: string; user?: string; action?: string };
      return entry.message === 'action' ? [`${entry.user} ${entry.action}`] : [];
    });
  expect(logged.sort()).toEqual(decided(rehearsal));
  expect(org.mutations()).toEqual([]);
  for (const [user, action] of Object.entries(EXPECTED)) expect(decided(rehearsal)).toContain(`${user} ${action}`);

  org.goTo(start);
  witnessPast(org, [TEAM]);
  org.disturbed = true;
  const enforced = decided(await org.rotate(TEAM)).filter((line) => !line.startsWith('orphaned '));
  expect(decided(rehearsal).filter((line) => !line.startsWith('orphaned '))).toEqual(enforced);
});

/** A day as mails show all days. */
const shownOn = (day: number): string =>
  new Date(dateOn(day)).toLocaleDateString('en-GB', { timeZone: 'UTC', day: 'numeric', month: 'short', year: 'numeric' });

it('PEERS 21: the reason in a mail is the true one', async () => {
  const org = organization();
  everySituation(org, TEAM);
  org.disturbed = true;
  const result = await org.rotate(TEAM);
  const keysOf = (name: string): string[] => result.users.find(({ user }) => user === name)!.keys.map(({ keyId }) => keyId);
  const reasons: Record<string, string> = {
    due: 'it is 95 days old',
    'two-live-keys': `it is 200 days old, and the user's second active key ${keysOf('two-live-keys')[1]!} leaves no room for a successor; it is disabled on ${shownOn(10)}`,
    superseded: `it was replaced by ${keysOf('superseded')[1]!} on ${shownOn(-10)} (nobody has fetched that key from its secret yet; who is not allowed to, for want of MFA for instance, asks an administrator of the account) and its grace is over`,
    'long-inactive': `it has been inactive since ${shownOn(-30)}`,
    'newly-inactive': `it was found inactive; it is deleted on ${shownOn(10)}`,
    're-enabled': 'a person re-enabled the key; it gets a fresh grace (time 1)',
    orphaned: 'created by a run that was interrupted before its secret was stored',
    'soon-due': `it is 83 days old and is rotated on ${shownOn(7)}`,
    'due-beside-inactive': `it is 120 days old, but IAM allows two keys per user and the inactive key ${keysOf('due-beside-inactive')[1]!} takes the second place until it is deleted`,
  };
  const text = org.sandbox.mails.find(({ to }) => to.includes(TEAM.email))!.text!;
  const told = text.split('\n* ').map((item) => ({ user: item.split('  ')[0], why: /^ {2}Why: (.*)$/m.exec(item)?.[1] }));
  for (const [user, why] of Object.entries(reasons)) expect(told).toContainEqual({ user, why });
});
