import { FairLines } from '../../../lambda/runs/fair-lines';

const lines = (account: string, count: number): string[] => Array.from({ length: count }, (_, number) => `${account}${number}`);
function fair(room: number, ...accounts: [name: string, count: number][]) {
  const kept = new FairLines<string>(room);
  for (const [name, count] of accounts) kept.add(lines(name, count));
  return kept.accounts;
}

it('keeps every line where there is room', () => {
  expect(fair(5, ['a', 3], ['b', 2])).toEqual([
    { lines: lines('a', 3), more: 0 },
    { lines: lines('b', 2), more: 0 },
  ]);
});

it('keeps nothing of an account without lines', () => {
  expect(fair(5, ['a', 0])).toEqual([]);
});

it('takes from those that have most', () => {
  expect(fair(8, ['a', 1], ['b', 100], ['c', 2])).toEqual([
    { lines: lines('a', 1), more: 0 },
    { lines: lines('b', 4), more: 96 },
    { lines: lines('c', 2), more: 0 },
  ]);
});

it('keeps one line of each account, however many accounts there are', () => {
  expect(fair(2, ['a', 3], ['b', 4], ['c', 5])).toEqual([
    { lines: ['a0'], more: 2 },
    { lines: ['b0'], more: 3 },
    { lines: ['c0'], more: 4 },
  ]);
});

it('keeps the same in whatever order accounts come', () => {
  const accounts: [string, number][] = [
    ['a', 7],
    ['b', 1],
    ['c', 30],
    ['d', 4],
  ];
  const sorted = (...given: [string, number][]) => fair(16, ...given).toSorted((a, b) => (a.lines[0]! < b.lines[0]! ? -1 : 1));
  expect(sorted(...accounts.toReversed())).toEqual(sorted(...accounts));
});
