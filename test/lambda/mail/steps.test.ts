import { automaticFor, stepsAfter, stepsFor } from '../../../lambda/mail/steps';
import type { ActionResult } from '../../../lambda/runs/schemas';
import { action } from './factories';

const on = '2026-12-01T00:00:00.000Z';
const FACTS = { user: 'alice', arn: 'arn:aws:iam::111122223333:user/alice', region: 'eu-west-1' };
const NEW = { successorId: 'AKIANEW', successorSince: '2026-11-12T02:00:44.000Z', secretName: 'a-secret' };
const commands = (result: Partial<ActionResult>): string[] => stepsFor(action({ on, ...result }), FACTS).map(({ command }) => command);

const FETCH = 'aws secretsmanager get-secret-value --secret-id a-secret --region eu-west-1 --query SecretString --output text';
const TEST = 'aws sts get-caller-identity';
const ENABLE = 'aws iam update-access-key --user-name alice --access-key-id AKIAOLD0000000000001 --status Active';
const LAST_USE = 'aws iam get-access-key-last-used --access-key-id AKIAOLD0000000000001';

it.each<[string, Partial<ActionResult>, string[]]>([
  ['a new key: fetch and test it', { action: 'rotate', secretName: 'a-secret' }, [FETCH, TEST]],
  ['a warning: fetch and test the new key, and bring back the old one', { action: 'warn', step: 'disable', ...NEW }, [FETCH, TEST, ENABLE]],
  ['a key that was disabled: the new key first', { action: 'disable', ...NEW }, [FETCH, TEST, ENABLE]],
  ['a key that was disabled without a successor', { action: 'disable' }, [ENABLE]],
  ['a warning without a successor: find who uses it, and bring the key back', { action: 'warn', step: 'disable' }, [LAST_USE, ENABLE]],
  ['a notice', { action: 'notify' }, [LAST_USE, ENABLE]],
  ['a key that was enabled again', { action: 'note-reenabled', ...NEW }, [FETCH, TEST, ENABLE]],
  ['a key that was enabled again, without a successor', { action: 'note-reenabled' }, [LAST_USE, ENABLE]],
  ['a key that is deleted soon', { action: 'warn', step: 'delete', ...NEW }, [ENABLE]],
  ['a key that was found inactive', { action: 'note-inactive' }, [ENABLE]],
  [
    'a secret that is deleted',
    { action: 'delete-secret', secretName: 's' },
    ['aws secretsmanager restore-secret --secret-id s --region eu-west-1'],
  ],
  ['an unclear exemption', { action: 'unclear-exemption' }, ['aws iam list-user-tags --user-name alice']],
  [
    'an unclear exemption, whose reason names the tag',
    { action: 'unclear-exemption', reason: 'the tag key-rotation:exempt-until holds "soon", which is no date such as 2027-01-31' },
    ['aws iam list-user-tags --user-name alice', 'aws iam untag-user --user-name alice --tag-keys key-rotation:exempt-until'],
  ],
  ['a secret that is back: its key is the new one', { action: 'restore-secret', secretName: 'a-secret' }, [FETCH, TEST]],
  ['a key that cannot go on', { action: 'blocked' }, ['aws iam list-access-keys --user-name alice']],
  [
    'a key whose tags were taken off',
    { action: 'note-issued' },
    [
      'aws iam list-user-tags --user-name alice',
      'aws cloudtrail lookup-events --region us-east-1 --lookup-attributes AttributeKey=EventName,AttributeValue=UntagUser --max-results 20',
    ],
  ],
  ['a secret of a gone user that the rotation deletes', { action: 'orphaned-secret', secretName: 's' }, []],
  ['a new key to come', { action: 'warn', step: 'rotate' }, []],
  ['a key that is gone', { action: 'delete' }, []],
  ['a key that is gone, whose successor is there: the new key', { action: 'delete', ...NEW }, [FETCH, TEST]],
  [
    'a replica that does not follow',
    { action: 'wait-for-replica', ...NEW },
    ['aws secretsmanager describe-secret --secret-id a-secret --region eu-west-1 --query ReplicationStatus'],
  ],
  ['a replica of a secret that is not known', { action: 'wait-for-replica' }, ['aws iam list-access-keys --user-name alice']],
  ['what was planned only', { action: 'disable', outcome: 'planned', ...NEW }, []],
])('%s', (_, result, expected) => {
  expect(commands(result)).toEqual(expected);
});

it('says until when each is possible, and with which credentials', () => {
  const hints = stepsFor(action({ action: 'disable', on, ...NEW }), FACTS).map(({ hint }) => hint);
  expect(hints).toEqual([
    'Programs that use the new key AKIANEW go on. Give it to all others. The old key can no longer fetch it, and nobody but alice may read the secret: sign in as that user, then:',
    'Put the new key where the old one is, then test it; the answer names arn:aws:iam::111122223333:user/alice:',
    'Only if that is not possible: enable the old key again, and fetch the new one with it, possible until 1 Dec 2026, with administrative credentials of the account:',
  ]);
});

it('sets a profile up for a new key, and for nothing else', () => {
  expect(automaticFor(action({ secretName: 'a-secret' }), FACTS)).toEqual({
    user: 'alice',
    command: 'iam-keys credentials --init --profile alice --region eu-west-1 --secret a-secret',
    heading: '[profile alice]',
    line: 'credential_process = iam-keys credentials --profile alice',
  });
  expect(automaticFor(action({ action: 'warn', ...NEW }), FACTS)).toBeUndefined();
  expect(automaticFor(action({ outcome: 'planned', secretName: 'a-secret' }), FACTS)).toBeUndefined();
});

it('says how to delete the secret of a gone user where the rotation does not', () => {
  const undated = action({ action: 'orphaned-secret', secretName: 's' });
  delete undated.on;
  expect(stepsFor(undated, FACTS).map(({ command }) => command)).toEqual([
    'aws secretsmanager delete-secret --secret-id s --region eu-west-1',
  ]);
});

it('says how a key that nobody ever used gets a successor, where it ends on a day', () => {
  const unused = (result: Partial<ActionResult>) => stepsFor(action(result), { ...FACTS, isUnused: true });
  const [use, look, back] = unused({ action: 'notify', on });
  expect(use).toMatchObject({ hint: expect.stringContaining('then use it before 1 Dec 2026, once is enough') as string, command: TEST });
  expect([look?.command, back?.command]).toEqual([LAST_USE, ENABLE]);
  // No step is near, so that there is nothing to bring back.
  expect(unused({ action: 'note-reenabled' }).map(({ command }) => command)).toEqual([LAST_USE]);
});

it.each([
  [undefined, 'after its recovery time'],
  ['2026-12-01T00:00:00.000Z', 'on 1 Dec 2026'],
])('a key that waits for an inactive one: when that goes (%s), and how to have it gone sooner', (goneOn, when) => {
  const reason = 'IAM allows two keys per user and the inactive key AKIAOFF takes the second place until it is deleted';
  const [, sooner, ...more] = stepsFor(action({ action: 'blocked', reason }), { ...FACTS, ...(goneOn !== undefined && { goneOn }) });
  expect(sooner?.hint).toContain(`Nothing is to be done: AKIAOFF is deleted ${when}, and the rotation goes on then`);
  expect([sooner?.command, more]).toEqual(['aws iam delete-access-key --user-name alice --access-key-id AKIAOFF', []]);
});

it('a key that waits for a decision: only how to look', () => {
  const steps = stepsFor(action({ action: 'blocked', reason: 'a person must decide' }), FACTS);
  expect(steps.map(({ command }) => command)).toEqual(['aws iam list-access-keys --user-name alice']);
});

describe('after a failure', () => {
  const after = (error: string, message: string, arn = FACTS.arn) =>
    stepsAfter({ user: 'alice', step: 's', error, message }, { ...FACTS, arn }).map(({ command }) => command);
  const events = (region: string, call: string): string =>
    `aws cloudtrail lookup-events --region ${region} --lookup-attributes AttributeKey=EventName,AttributeValue=${call} --max-results 20`;
  const TAGS = 'aws iam list-user-tags --user-name alice';

  it.each([
    ['find out who in CloudTrail (UpdateAccessKey, TagUser)', FACTS.arn, events('us-east-1', 'UpdateAccessKey')],
    ['somebody takes our tags off', FACTS.arn, events('us-east-1', 'UntagUser')],
    ['somebody takes our tags off', 'arn:aws-cn:iam::111122223333:user/alice', events('cn-north-1', 'UntagUser')],
    ['somebody takes our tags off', 'arn:aws-new:iam::111122223333:user/alice', events('eu-west-1', 'UntagUser')],
  ])('who puts a step off is found where CloudTrail keeps it: %s, %s', (message, arn, command) => {
    expect(after('StepPutOffError', message, arn)).toEqual([command, TAGS]);
  });

  const OWNER = 'aws iam tag-user --user-name alice --tags Key=OwnerEmail,Value=owner@your-company.example';
  it.each([
    ['a wrong address is in a tag', 'InvalidAddress', [TAGS, OWNER]],
    ['an address to which SES delivers nothing', 'UndeliverableError', [OWNER]],
    ['nobody could be told', 'NobodyToldError', [OWNER]],
    ['what AWS refused', 'AccessDenied', []],
  ])('%s: another owner, where an address is at fault', (_, error, expected) => {
    const failure = { user: 'alice', step: 's', error, message: 'm' };
    expect(stepsAfter(failure, { ...FACTS, ownerTag: 'OwnerEmail' }).map(({ command }) => command)).toEqual(expected);
    expect(stepsAfter(failure, FACTS).map(({ command }) => command)).toEqual(expected.filter((command) => command !== OWNER));
  });
});
