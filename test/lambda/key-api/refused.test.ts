import { RefusedError } from '../../../lambda/key-api/refused';
import { RotationError } from '../../../lambda/shared/errors';

it('says what is answered, and to the log why', () => {
  const cause = new Error('no answer');
  const refused = new RefusedError('not-available', 'KMS did not answer', { cause });
  expect(refused).toBeInstanceOf(RotationError);
  expect([refused.name, refused.problem, refused.message, refused.cause]).toEqual([
    'RefusedError',
    'not-available',
    'KMS did not answer',
    cause,
  ]);
});
