import { inWords, troubleOf } from '../../../cli/credentials/aws';
import { awsError } from './model-aws';

it.each([
  ['InvalidClientTokenId', 'refused'],
  ['UnrecognizedClientException', 'refused'],
  ['SignatureDoesNotMatch', 'refused'],
  ['InvalidSignatureException', 'refused'],
  ['AccessDeniedException', 'nothing there'],
  ['ResourceNotFoundException', 'nothing there'],
  ['InvalidRequestException', 'nothing there'],
  // These say nothing about the key.
  ['ThrottlingException', 'unreachable'],
  ['RequestTimeTooSkewed', 'unreachable'],
  ['ExpiredTokenException', 'unreachable'],
  ['TimeoutError', 'unreachable'],
])('%s means: %s', (name, trouble) => {
  expect(troubleOf(awsError(name))).toBe(trouble);
});

it('says an error in one line', () => {
  expect(inWords(awsError('TimeoutError', 'nothing came\n    at x'))).toBe('TimeoutError: nothing came');
  expect([troubleOf('x'), inWords('x')]).toEqual(['unreachable', 'x']);
});
