import { explain, saysAll } from '../../../lambda/mail/explain';

it.each(['StepPutOffError', 'NobodyToldError', 'UndeliverableError', 'UndeliveredMailError', 'InvalidAddress'])(
  'a failure of ours is the sentence that its message is: %s',
  (error) => {
    expect(explain({ step: 's', error, message: 'the mail of 2026-11-12 was lost' })).toBe('The mail of 12 Nov 2026 was lost.');
  },
);

it('what AWS says comes with its step and its name', () => {
  expect(explain({ step: 'rotate', error: 'AccessDenied', message: 'no, since 2026-11-12' })).toBe(
    'rotate failed: AccessDenied: no, since 12 Nov 2026',
  );
});

it.each([
  ['StepPutOffError', true],
  ['UndeliverableError', true],
  ['TwoPoliciesError', true],
  ['NobodyToldError', false],
  ['UndeliveredMailError', false],
  ['AccessDenied', false],
])('whether the message says what to do, too: %s', (error, expected) => {
  expect(saysAll(error)).toBe(expected);
});
