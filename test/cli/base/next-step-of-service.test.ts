import { nextStep } from '../../../cli/base/next-step';
import { nextStepOfService } from '../../../cli/base/next-step-of-service';

const DENIED = 'is not authorized to perform: iam:ListAccessKeys on resource: user alice';

it.each<[string, string, string, string]>([
  [
    'a right that nothing gives',
    'AccessDenied',
    `User: arn:aws:sts::111122223333:assumed-role/Ops/me ${DENIED} because no identity-based policy allows the iam:ListAccessKeys action`,
    "arn:aws:sts::111122223333:assumed-role/Ops/me needs iam:ListAccessKeys on user alice; each command's --help lists what it needs",
  ],
  [
    "a deny of a user's long-lived key, which comes without a second factor",
    'AccessDeniedException',
    `User: arn:aws:iam::111122223333:user/ops ${DENIED} with an explicit deny in an identity-based policy`,
    'an explicit deny in an identity-based policy forbids it, whatever else allows it; such a deny often asks for a multi-factor device, and this key was used without: use a profile with mfa_serial',
  ],
  ['a full quota of keys', 'LimitExceededException', 'Cannot exceed quota for AccessKeysPerUser: 2', 'a user has at most two access keys'],
  ['another quota', 'LimitExceeded', 'Cannot exceed quota for GroupsPerUser: 10', 'a quota of the account is used up'],
  ['credentials of another kind', 'InvalidUserType', 'Not a user', 'this is for IAM users'],
  ['too many calls', 'Throttling', 'Rate exceeded', 'try again later'],
])('says what to do about %s', (_, error, message, step) => {
  expect(nextStepOfService({ error, message })).toContain(step);
});

it('does not blame a second factor for the deny of a session, which may have had one', () => {
  const message = `User: arn:aws:sts::111122223333:assumed-role/Ops/me ${DENIED} with an explicit deny in a service control policy`;
  const step = nextStepOfService({ error: 'AccessDenied', message });
  expect(step).toContain('an explicit deny in a service control policy forbids it');
  expect(step).not.toContain('multi-factor');
});

it('says nothing about what it does not understand', () => {
  expect(nextStepOfService({ error: 'AccessDenied', message: 'Access Denied' })).toBeUndefined();
  expect(nextStepOfService({ error: 'ServiceFailure', message: '' })).toBeUndefined();
});

it('looks through errors of ours for the answer that caused them', async () => {
  const cause = Object.assign(new Error('Rate exceeded'), { name: 'Throttling' });
  expect(await nextStep(new Error('the account could not be entered', { cause }), {})).toContain('try again later');
});
