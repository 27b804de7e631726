import { knownRemedyFor, remedyFor, remedyForReaders } from '../../../lambda/mail/remedies';
import { PUT_OFF_ERROR } from '../../../lambda/rotator/memory/put-off';
import { NOBODY_TOLD_ERROR } from '../../../lambda/rotator/nobody-told';
import {
  AccountFailedError,
  KeyNotProvenError,
  KeyNotStoredError,
  SecretUnusableError,
  TagsFullError,
} from '../../../lambda/shared/errors';

const UNKNOWN = 'docs/runbook.md tells what to do';

it.each([
  ['UnreadableResult', 'results bucket'],
  ['UnreadableManifest', 'results bucket'],
  ['AccessDenied', 'lacks a permission'],
  ['AccessDeniedException', 'lacks a permission'],
  ['UnauthorizedOperation', 'lacks a permission'],
  ['LimitExceeded', 'quota'],
  ['LimitExceededException', 'quota'],
  ['ServiceQuotaExceededException', 'quota'],
  ['Throttling', 'rate of calls'],
  ['ThrottlingException', 'rate of calls'],
  ['TooManyRequestsException', 'rate of calls'],
  ['RequestLimitExceeded', 'rate of calls'],
  ['SlowDown', 'rate of calls'],
  ['MessageRejected', 'SES refuses'],
  ['MailFromDomainNotVerifiedException', 'SES refuses'],
  ['SendingPausedException', 'SES refuses'],
  ['AccountSuspendedException', 'SES refuses'],
  ['NoSuchEntity', 'is gone'],
  ['NoSuchEntityException', 'is gone'],
  ['ResourceExistsException', 'remove or restore'],
  ['InvalidRequestException', 'remove or restore'],
  ['TimeoutError', 'in time'],
  ['RequestTimeout', 'in time'],
  ['ECONNRESET', 'in time'],
  ['NetworkingError', 'in time'],
])('of AWS: %s', (error, expected) => {
  expect(remedyFor(error)).toContain(expected);
});

it.each([
  [new AccountFailedError('m').name, 'may be assumed'],
  [new SecretUnusableError('m').name, 'remove or restore'],
  [new KeyNotStoredError('m').name, 'the old one works'],
  [new TagsFullError('m').name, 'IAM allows 50'],
  ['OutOfTimeError', 'in time'],
  [NOBODY_TOLD_ERROR, 'takes mail'],
  ['UndeliverableError', 'name another one'],
  ['UndeliveredMailError', 'did not deliver it'],
  [PUT_OFF_ERROR, 'CloudTrail'],
  [new KeyNotProvenError('m').name, 'next run tries again'],
  ['PolicyNotRunning', 'iam-keys doctor'],
  ['InvalidAddress', 'an address that takes mail'],
])('of our own, by the name that results carry: %s', (error, expected) => {
  expect(remedyFor(error)).toContain(expected);
});

it.each(['', 'Error', 'SomethingNew', 'NotThrottled', '<img src=x>', 'accessdenied'])(
  'of what nobody knows, the runbook: "%s"',
  (error) => {
    expect(remedyFor(error)).toContain(UNKNOWN);
  },
);

it('somebody who knows nothing of the rotation is not sent to its documents', () => {
  expect(remedyForReaders('SomethingNew')).toContain('show it to whoever runs the rotation');
  expect(remedyForReaders('AccessDenied')).toBe(knownRemedyFor('AccessDenied'));
});
