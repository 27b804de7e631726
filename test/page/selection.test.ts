import { readSelection, Rows, writeSelection, type Selection } from '../../page/selection';
import type { ViewData } from '../../page/view-data';

const VIEWS = [{ id: 'keys' }, { id: 'accounts' }];
const view: ViewData = {
  id: 'keys',
  title: 'Keys',
  note: '',
  rows: 4,
  presets: [],
  sort: 'on',
  columns: [
    { id: 'account', title: 'Account', kind: 'text', values: ['111', '222'], data: [0, 1, 0, 1] },
    { id: 'user', title: 'User', kind: 'text', data: ['Alice', 'bob', 'carol', 'Dave'] },
    { id: 'on', title: 'On', kind: 'day', data: [20_001, null, 20_000, 20_002] },
    { id: 'age', title: 'Age', kind: 'number', data: [9, 80, 100, null] },
  ],
};
const rows = (more: Partial<Selection> = {}) => [...new Rows(view).of({ search: '', where: {}, sort: '', ...more })];

describe('an address', () => {
  it.each<[string, Partial<Selection>]>([
    ['', { view: 'keys', where: {}, search: '', sort: '', page: 0 }],
    ['#account=111122223333', { view: 'keys', where: { account: '111122223333' } }],
    ['#view=accounts&sort=-keys&page=3', { view: 'accounts', sort: '-keys', page: 2 }],
    ['#view=nothing&page=-4&search=a+b', { view: 'keys', page: 0, search: 'a b' }],
    ['#page=1e999', { page: 0 }],
  ])('%s is read', (hash, expected) => {
    expect(readSelection(hash, VIEWS)).toMatchObject(expected);
  });

  it('is read as it was written', () => {
    const selection = { view: 'accounts', where: { name: 'R&D = =x#"<' }, search: 'ö %', sort: '-a', page: 4 };
    expect(readSelection(writeSelection(selection), VIEWS)).toEqual(selection);
    expect(writeSelection({ view: 'keys', where: {}, search: '', sort: '', page: 0 })).toBe('#view=keys');
  });
});

describe('rows', () => {
  it('stand in the order of their column, those without a value last, whatever the direction', () => {
    expect(rows()).toEqual([2, 0, 3, 1]);
    expect(rows({ sort: '-on' })).toEqual([3, 0, 2, 1]);
    expect(rows({ sort: 'user' })).toEqual([0, 1, 2, 3]);
    expect(rows({ sort: 'age' })).toEqual([0, 1, 2, 3]);
    expect(rows({ sort: '-age' })).toEqual([2, 1, 0, 3]);
    expect(rows({ sort: '-account' })).toEqual([1, 3, 0, 2]);
  });

  it('are those that have every word, in any column and case, days as they are written', () => {
    expect(rows({ search: 'ALICE 111' })).toEqual([0]);
    expect(rows({ search: '2024-10-04' })).toEqual([2]);
    expect(rows({ search: 'alice 222' })).toEqual([]);
  });

  it('are those of a value, a number, a day, or all until a day', () => {
    expect(rows({ where: { account: '222' } })).toEqual([3, 1]);
    expect(rows({ where: { account: '333' } })).toEqual([]);
    expect(rows({ where: { age: '80' } })).toEqual([1]);
    expect(rows({ where: { on: '2024-10-05' } })).toEqual([0]);
    expect(rows({ where: { on: '..2024-10-05' } })).toEqual([2, 0]);
    expect(rows({ where: { weather: 'fine' } })).toEqual([2, 0, 3, 1]);
  });
});
