import { startsTable } from '../../../../demo/bench/parts/credentials';

it('shows what a program takes beyond Node.js itself', () => {
  const { rows } = startsTable([
    { name: 'node -e 0', milliseconds: [40, 42, 44] },
    { name: 'iam-keys credentials', milliseconds: [50, 49, 60] },
  ]);
  expect(rows).toEqual([
    ['node -e 0', '42 ms (40 ms – 44 ms)', '3', ''],
    ['iam-keys credentials', '50 ms (49 ms – 60 ms)', '3', '8 ms'],
  ]);
});
