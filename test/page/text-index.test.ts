import { TextIndex } from '../../page/text-index';
import type { ViewData } from '../../page/view-data';

const view = (...columns: ViewData['columns']): ViewData => ({
  id: 'v',
  title: 'V',
  note: '',
  rows: columns[0]?.data.length ?? 0,
  presets: [],
  sort: '',
  columns,
});
const text = (data: (string | number | null)[], values?: string[]): ViewData['columns'][number] => ({
  id: 'c',
  title: 'C',
  kind: 'text',
  data,
  ...(values && { values }),
});
const found = (given: ViewData, ...words: string[]): number[] =>
  [...new TextIndex(given).find(words)].flatMap((one, row) => (one === 1 ? [row] : []));

const names = text(['Anna', 'ANNABEL', 'bob', 'bob anna', null]);

it.each<[string, string[], number[]]>([
  ['a word, in any case', ['anna'], [0, 1, 3]],
  ['part of a word', ['nab'], [1]],
  ['two words in any order', ['anna', 'bob'], [3]],
  ['no word', [], [0, 1, 2, 3, 4]],
  ['a word that no row has', ['carol'], []],
  ['a word that it has twice', ['n'], [0, 1, 3]],
])('finds rows by %s', (_, words, expected) => {
  expect(found(view(names), ...words)).toEqual(expected);
});

it('finds the first row and the last', () => {
  expect(found(view(text(['ab', 'x', 'ab'])), 'ab')).toEqual([0, 2]);
});

it('finds no word that two values or two rows make together', () => {
  expect(found(view(text(['ab', 'ef']), text(['cd', 'gh'])), 'bc')).toEqual([]);
  expect(found(view(text(['ab', 'ef'])), 'be')).toEqual([]);
});

it('finds words in another column, values by their numbers, numbers, and days as they are written', () => {
  const days: ViewData['columns'][number] = { id: 'd', title: 'D', kind: 'day', data: [20_000, null] };
  const ages: ViewData['columns'][number] = { id: 'a', title: 'A', kind: 'number', data: [null, 4711] };
  const given = view(text([1, 0], ['Zero', 'One']), days, ages);
  expect(found(given, 'one')).toEqual([0]);
  expect(found(given, '2024-10-04')).toEqual([0]);
  expect(found(given, '4711')).toEqual([1]);
});

it('keeps rows apart whose lower case is longer than they are', () => {
  expect(found(view(text(['\u0130\u0130\u0130', 'end', 'x'])), 'end')).toEqual([1]);
});

it('finds nothing in a view without rows', () => {
  expect(found(view(text([])), 'a')).toEqual([]);
});
