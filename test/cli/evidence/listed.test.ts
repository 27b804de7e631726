import { listed } from '../../../cli/evidence/listed';

it.each([
  [0, ''],
  [1, '1'],
  [5, '1; 2; 3; 4; 5'],
  [1_006, '1; 2; 3; 4; 5; and 1,001 more'],
])('of %i items the first few are named, and the others counted', (count, text) => {
  expect(listed(Array.from({ length: count }, (_, number) => String(number + 1)))).toBe(text);
});
