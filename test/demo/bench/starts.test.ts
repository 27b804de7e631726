import { existsSync } from 'node:fs';
import { measureStarts, startsTable } from '../../../demo/bench/starts';

it('shows what a program takes beyond Node.js itself', () => {
  const { title, rows } = startsTable('From start to end', [
    { name: 'node -e 0', milliseconds: [40, 42, 44] },
    { name: 'iam-keys credentials', milliseconds: [50, 49, 60], goal: 'node -e 0 and 30 ms' },
  ]);
  expect(title).toBe('From start to end');
  expect(rows).toEqual([
    ['node -e 0', '42 ms (40 ms – 44 ms)', '3', '', ''],
    ['iam-keys credentials', '50 ms (49 ms – 60 ms)', '3', '8 ms', 'node -e 0 and 30 ms'],
  ]);
});

it('starts all programs in turns, in one home that is removed', async () => {
  const order: string[] = [];
  let prepared = '';
  const program = (name: string, goal?: string) => ({
    name,
    ...(goal !== undefined && { goal }),
    time: (home: string) => {
      order.push(name);
      return Promise.resolve(home === prepared ? order.length : NaN);
    },
  });
  const progress = { begin: jest.fn(), step: jest.fn() };
  const measured = await measureStarts([program('a'), program('b', '1 ms')], { runs: 1, progress }, (home) => {
    prepared = home;
    expect(existsSync(home)).toBe(true);
  });
  expect(order.slice(0, 4)).toEqual(['a', 'b', 'a', 'b']);
  expect(measured.map(({ name, milliseconds, goal }) => [name, milliseconds.slice(0, 2), goal])).toEqual([
    ['a', [1, 3], undefined],
    ['b', [2, 4], '1 ms'],
  ]);
  expect(existsSync(prepared)).toBe(false);
});
