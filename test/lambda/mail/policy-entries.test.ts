import { buildDigests } from '../../../lambda/mail/digest';
import { policyEntries, policyUserEntries } from '../../../lambda/mail/policy-entries';
import type { PolicyDay } from '../../../lambda/runs/schemas';
import { accountResult } from './factories';

const RUN = { dryRun: false, region: 'eu-west-1' };
const failure = {
  ...{ user: 'bot', step: 'rotate', error: 'AccessDenied', message: 'no' },
  ...{ first: '2026-11-20T03:00:00.000Z', last: '2026-11-20T04:00:00.000Z', times: 3 },
};
const day = (more: Partial<PolicyDay> = {}): PolicyDay => ({
  ...{ policy: 'fast', fetched: true, from: '2026-11-20T02:01:00.000Z', to: '2026-11-21T02:00:00.000Z' },
  ...{ runs: 1_440, longestPauseMs: 60_000, users: 1, rotated: 0, disabled: 0, deleted: 0, planned: 0 },
  ...{ failures: [], blocked: [], byUser: [] },
  ...more,
});
const ofDays = (one: PolicyDay): PolicyDay => {
  const other = { ...one, policy: 'slow' };
  delete other.fetched;
  return other;
};
const bot = { user: 'bot', owner: 'owner@example.com', secretName: 'a-secret', rotated: 144, failed: 0 };
const recipients = (...policies: PolicyDay[]): string[] =>
  buildDigests(accountResult({ users: [], policies }), 'eu-west-1').digests.map(({ recipient }) => recipient);

describe('who gets a mail about the day of a policy', () => {
  it.each<[string, PolicyDay, string[]]>([
    ['nobody, where no user follows it', day({ users: 0 }), []],
    ['nobody, where nothing was done', day({ byUser: [{ ...bot, rotated: 0 }] }), []],
    ['account and owner, where keys were replaced', day({ rotated: 144, byUser: [bot] }), ['aws@example.com', 'owner@example.com']],
    [
      'account and owner, where something failed',
      day({ failures: [failure], byUser: [{ ...bot, rotated: 0, failed: 3 }] }),
      ['aws@example.com', 'owner@example.com'],
    ],
    ['the account, where a key is blocked', day({ blocked: [{ user: 'bot', keyId: 'AKIA', reason: 'r' }] }), ['aws@example.com']],
    ['the account, in a DryRun that planned something', day({ planned: 1, byUser: [{ ...bot, rotated: 0 }] }), ['aws@example.com']],
    ['nobody of a policy whose runs tell of each key themselves', ofDays(day({ rotated: 1, byUser: [{ ...bot, rotated: 1 }] })), []],
    ['nobody of what failed in one, beside nothing else', ofDays(day({ failures: [failure] })), []],
  ])('%s', (_, policy, expected) => {
    expect(recipients(policy)).toEqual(expected);
  });
});

it('says what was done and since when, calmly, when nothing is wrong', () => {
  const [entry] = policyEntries([day({ rotated: 144, disabled: 143, deleted: 143 })], RUN);
  expect(entry).toMatchObject({
    kind: 'policy-day',
    level: 'info',
    item: {
      what: 'The policy fast since 20 Nov 2026, 02:01 UTC: 1 user, 1,440 runs, 144 rotated, 143 disabled, 143 deleted.',
      todo: '',
    },
  });
});

it('says what failed, how often, what to do, and what is blocked', () => {
  const blocked = [{ user: 'tool', keyId: 'AKIA1', reason: 'not since 2026-11-10' }];
  const [entry] = policyEntries([day({ failures: [failure, { ...failure, user: 'other' }], blocked })], RUN);
  expect(entry?.level).toBe('failed');
  expect(entry?.item.what).toContain('bot: rotate failed 3 times: AccessDenied: no. other: rotate failed 3 times');
  expect(entry?.item.what).toContain('tool: AKIA1 is blocked: not since 10 Nov 2026.');
  expect(entry?.item.todo).toBe('A role lacks a permission, or a policy of the organization refuses it: iam-keys doctor names it.');
});

it('asks for somebody where a key is blocked, and for nobody in a DryRun', () => {
  const blocked = day({ blocked: [{ user: 'bot', keyId: 'AKIA', reason: 'r' }] });
  expect(policyEntries([blocked], RUN)[0]?.level).toBe('act');
  expect(policyEntries([{ ...blocked, failures: [failure] }], { dryRun: true })[0]).toMatchObject({ level: 'info', item: { todo: '' } });
});

it('shows an owner how often, what failed of their user alone, and how the key is fetched', () => {
  const policy = day({ failures: [failure, { ...failure, user: 'other', message: 'of others' }], byUser: [{ ...bot, failed: 3 }] });
  const [owned] = policyUserEntries([policy], RUN);
  const [entry] = owned?.entries ?? [];
  expect(entry).toMatchObject({ kind: 'policy-day', level: 'failed', user: 'bot' });
  expect(entry?.item.what).toBe(
    'The policy fast has replaced the key of this user 144 times since 20 Nov 2026, 02:01 UTC, with 3 failures. Failed 3 times: rotate: AccessDenied: no.',
  );
  expect(entry?.item.steps.map(({ command }) => command)).toEqual([
    'aws secretsmanager get-secret-value --secret-id a-secret --region eu-west-1 --query SecretString --output text',
  ]);
});

it('offers no command where it is not known in which secret the key is', () => {
  const byUser = [{ user: 'bot', owner: 'owner@example.com', rotated: 1, failed: 0 }];
  expect(policyUserEntries([day({ byUser })], RUN)[0]?.entries[0]?.item.steps).toEqual([]);
});

it.each([
  [day({ rotated: 1 }), 'Fetched keys of the account were replaced'],
  [day({ failures: [failure] }), 'Failed: not everything could be done for the account'],
  [day({ blocked: [{ user: 'bot', keyId: 'AKIA', reason: 'r' }] }), 'Action needed: a key of the account cannot go on'],
])('has a subject that says so: %#', (policy, headline) => {
  const [digest] = buildDigests(accountResult({ users: [], policies: [policy] }), 'eu-west-1').digests;
  expect(digest?.data.headline).toBe(headline);
});
