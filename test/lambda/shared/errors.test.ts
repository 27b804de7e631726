import * as errors from '../../../lambda/shared/errors';

const { codeOf, errorFacts: described, isNoSuchEntity, RotationError, ...family } = errors;

it.each(Object.entries(family))('%s is known by its own name, in one family, and keeps its cause', (name, Kind) => {
  const cause = new Error('why');
  const error = new Kind('what', { cause });
  expect(error).toMatchObject({ name, message: 'what', cause });
  expect(error).toBeInstanceOf(RotationError);
});

it.each([
  ['NoSuchEntityException', true],
  ['NoSuchEntity', true],
  ['AccessDenied', false],
])('isNoSuchEntity says of %s: %s', (name, expected) => {
  expect(isNoSuchEntity(Object.assign(new Error(), { name }))).toBe(expected);
});

it.each([
  [new TypeError('bad'), { error: 'TypeError', message: 'bad' }],
  [Object.assign(new Error('no'), { name: 'AccessDenied' }), { error: 'AccessDenied', message: 'no' }],
  ['text', { error: 'Error', message: 'text' }],
  [undefined, { error: 'Error', message: 'undefined' }],
])('describe gives name and message of %s', (error, expected) => {
  expect(described(error)).toEqual(expected);
});

it.each<[string, unknown, string]>([
  ['what AWS answered', Object.assign(new Error('no'), { name: 'AccessDenied' }), 'AccessDenied'],
  [
    'what AWS answered, behind two of our errors',
    new RotationError('no', {
      cause: new errors.AccountFailedError('no', {
        cause: Object.assign(new Error('no'), { name: 'AccessDenied', cause: new Error('network') }),
      }),
    }),
    'AccessDenied',
  ],
  ['our own error where AWS said nothing', new errors.AccountFailedError('AccessDenied is in the text only'), 'AccountFailedError'],
])('codeOf gives the code of %s', (_, error, code) => {
  expect(codeOf(error)).toBe(code);
});
