import { failureEntries, leftEntries, userEntries } from '../../../lambda/mail/items';
import type { ActionResult } from '../../../lambda/runs/schemas';
import { action, user } from './factories';

const on = '2026-12-01T00:00:00.000Z';
const RUN = { region: 'eu-west-1', dryRun: false, now: new Date('2026-11-21T02:00:00.000Z') };
const only = (result: Partial<ActionResult>, dryRun = false) => {
  const alice = user('alice', { actions: [action({ ...result })] });
  return userEntries(alice, [], { ...RUN, dryRun })[0];
};
const failed = { user: 'alice', step: 'rotate', error: 'AccessDenied', message: 'no' };

it.each<[ActionResult['action'], object]>([
  ['rotate', { successorId: 'AKIANEW', on }],
  ['disable', { on }],
  ['delete', {}],
  ['notify', { on }],
  ['note-inactive', { on }],
  ['note-reenabled', { on }],
  ['hold', { on }],
  ['delete-secret', { on }],
  ['restore-secret', {}],
  ['remove-orphan', {}],
])('says of %s in DryRun what would happen, and gives no command', (kind, more) => {
  const would = only({ action: kind, outcome: 'planned', secretName: 's', ...more }, true)?.item;
  const done = only({ action: kind, ...more })?.item;
  expect(would?.command).toBe('');
  expect(would?.what).not.toBe('');
  expect(done?.what).not.toMatch(/would/);
});

it('names the new key, the day on which the old one ends, and how to fetch the new one', () => {
  const { item } = only({ successorId: 'AKIANEW', secretName: "it's", on }) ?? {};
  expect(item).toMatchObject({
    user: 'alice',
    what: 'The new key is AKIANEW. The old one will be disabled on 1 Dec 2026.',
    command: `aws secretsmanager get-secret-value --secret-id 'it'\\''s' --region eu-west-1 --query SecretString --output text`,
  });
});

it('says how to enable a disabled key again', () => {
  expect(only({ action: 'disable', on })?.item.command).toBe(
    'aws iam update-access-key --user-name alice --access-key-id AKIAOLD0000000000001 --status Active',
  );
});

describe('what needs attention', () => {
  it.each<[string, Partial<ActionResult>, string]>([
    ['is blocked', { action: 'blocked' }, 'The next step is due but cannot be taken.'],
    ['was postponed', { outcome: 'deferred' }, 'Postponed: rotate was not done in this run.'],
    ['failed without a word', { outcome: 'failed' }, 'Failed: rotate.'],
  ])('is what %s', (_, result, what) => {
    expect(only(result)).toMatchObject({ kind: 'attention', item: { what } });
  });

  it('tells each failure once, with its action where there is one', () => {
    const alice = user('alice', { actions: [action({ outcome: 'failed' })] });
    const entries = userEntries(alice, [failed, { ...failed, step: 'read user' }], RUN);
    expect(entries.map(({ kind, item }) => [kind, item.what])).toEqual([
      ['attention', 'rotate failed: AccessDenied: no'],
      ['attention', 'read user failed: AccessDenied: no'],
    ]);
  });

  it('shows a failure of ours as the sentence that it is, with its key, its dates and what to do', () => {
    const putOff = {
      user: 'alice',
      keyId: 'AKIAOLD',
      step: 'put off',
      error: 'StepPutOffError',
      message: 'the step was put off since 2026-11-12',
    };
    const [entry] = userEntries(user('alice', { actions: [] }), [putOff], RUN);
    expect(entry).toMatchObject({ kind: 'attention', level: 'failed', keyId: 'AKIAOLD' });
    expect(entry?.item).toMatchObject({ user: 'alice', keyId: 'AKIAOLD', what: 'The step was put off since 12 Nov 2026.' });
    expect(entry?.item.command).toContain('aws cloudtrail lookup-events --region us-east-1');
    expect(failureEntries([putOff], { ...RUN, dryRun: true })[0]?.item.steps).toEqual([]);
  });

  it('says what to do about a failure, but not where nothing was to change', () => {
    const todo = 'A role lacks a permission, or a policy of the organization refuses it: iam-keys doctor names it.';
    expect(failureEntries([failed], RUN)[0]?.item.todo).toBe(todo);
    const alice = user('alice', { actions: [action({ outcome: 'failed' })] });
    expect(userEntries(alice, [failed], RUN)[0]?.item.todo).toBe(todo);
    expect(failureEntries([failed], { ...RUN, dryRun: true })[0]?.item.todo).toBe('');
  });

  it.each(['NobodyToldError', 'UndeliverableError', 'InvalidAddress'])('says how to name another owner: %s', (error) => {
    const [entry] = failureEntries([{ ...failed, error }], { ...RUN, ownerTag: 'OwnerEmail' });
    expect(entry?.item.steps.at(-1)?.command).toBe(
      'aws iam tag-user --user-name alice --tags Key=OwnerEmail,Value=owner@your-company.example',
    );
  });

  it('tells a failure of no user as one of the account', () => {
    const { step, error, message } = failed;
    expect(failureEntries([{ step, error, message }], RUN)).toMatchObject([{ item: { user: 'Account' } }]);
    expect(failureEntries([failed], RUN)).toMatchObject([{ user: 'alice', item: { user: 'alice' } }]);
  });

  it('cuts what would fill the mail', () => {
    expect(failureEntries([{ ...failed, message: 'x'.repeat(5_000) }], RUN)[0]?.item.what).toHaveLength(600);
  });
});

it.each<[string[], string[]]>([
  [[], []],
  [['bob'], ['1 user was not reached before the time limit; the next run takes them up: bob']],
  [['bob', 'eve'], ['2 users were not reached before the time limit; the next run takes them up: bob, eve']],
])('names whom the run did not reach: %j', (left, expected) => {
  expect(leftEntries(left).map(({ item }) => item.what)).toEqual(expected);
});

it.each<ActionResult['action']>(['wait', 'skip', 'forget'])('tells nobody of %s', (kind) => {
  expect(only({ action: kind })).toBeUndefined();
});
