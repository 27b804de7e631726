import { parse } from 'csv-parse/sync';
import { csvLine } from '../../page/csv';

it.each([
  '=1+1',
  '+1',
  '-1',
  '@SUM(A1)',
  '\t=1',
  '\r=1',
  '\n=1',
  '\0=1',
  ' =1',
  '\u00a0=1',
  '＝1',
  '＋1',
  '－1',
  '＠SUM(A1)',
  '=HYPERLINK("https://x.invalid","a")',
])('is never a formula: %j', (value) => {
  const [[cell]] = parse(csvLine([value])) as [[string]];
  expect(cell).toBe(`'${value}`);
});

it('keeps every other value as it is, quotes, commas and line ends included', () => {
  const values = ['a,b', 'say "no"', 'two\nlines', '', 'äöü', "it's", '12'];
  expect(parse(csvLine(values))).toEqual([values]);
  expect(csvLine([null, 7])).toBe('"","7"\r\n');
});
