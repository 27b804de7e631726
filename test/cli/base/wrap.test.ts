import { wrapHanging } from '../../../cli/base/wrap';

it.each([
  ['keeps what fits', '  --port  a number', '  --port  a number'],
  ['goes on where the explanation began', '  --port  a number that says where', '  --port  a number\n          that says\n          where'],
  ['keeps the indentation', '    one two three four five', '    one two three\n    four five'],
  ['wraps each line for itself', 'one two three four five\nsix', 'one two three four\nfive\nsix'],
  ['breaks a word without end', 'x'.repeat(25), `${'x'.repeat(20)}\n${'x'.repeat(5)}`],
])('%s', (_, text, wrapped) => {
  expect(wrapHanging(text, 20)).toBe(wrapped);
});
