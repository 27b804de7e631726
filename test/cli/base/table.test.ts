import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';
import { table } from '../../../cli/base/table';

const actions = {
  head: ['account', 'user', 'access key', 'what', 'why'],
  rows: [
    [
      'Production',
      'two-live-keys',
      'AKIAB3HEAGWGKD6IRF2L',
      'would: notice given',
      'it is 200 days old, and a second active key leaves no room',
    ],
    ['Data <Platform> & "Friends" 📊', 'auditor@partner.example', 'AKIATE2SKXVFOZ6Y4U6A', 'new key issued', 'it is 90 days old'],
  ],
};
const accounts = {
  head: ['account', 'name', 'users', 'keys', 'note'],
  rows: [
    ['111122223333', 'Acme Management', 2, 12, ''],
    ['555566667777', 'Legacy', 10, 2, 'somebody deleted the member role'],
  ],
  numbers: [2, 3],
};
const secrets = {
  head: ['secret', 'access key id'],
  rows: [['Account_222233334444_User_ancient-batch-of-the-night_AccessKey', 'AKIAB3HEAGWGKD6IRF2L']],
};
const linesOf = (text: string): string[] => stripVTControlCharacters(text).split('\n');
const lettersOf = (text: string): string => text.replaceAll(/[^\w<>&@.:]/g, '');
const TABLES = [
  ['actions', actions],
  ['accounts', accounts],
  ['secrets', secrets],
] as const;

describe.each([40, 60, 80, 120, 200])('a table in %i columns', (columns) => {
  it.each(TABLES)('fits with everything in it: %s', (_, content) => {
    const shown = table(content, columns);
    for (const line of linesOf(shown)) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
    const everything = lettersOf(shown);
    for (const cell of content.rows.flat()) {
      for (const word of String(cell).split(' ')) if (word.length <= 20) expect(everything).toContain(lettersOf(word));
    }
  });
});

it.each([60, 80, 120, 200])('keeps access key ids in one piece in %i columns', (columns) => {
  for (const content of [actions, secrets]) expect(table(content, columns)).toContain('AKIAB3HEAGWGKD6IRF2L');
});

it('has each row in one line, and lines of the same length, where there is room', () => {
  const lines = linesOf(table(actions, 200));
  expect(lines).toHaveLength(1 + 1 + 1 + 2 + 1);
  expect(new Set(lines.map((line) => stringWidth(line))).size).toBe(1);
});

it('wraps between words, and gives most room to the longest text', () => {
  expect(table(accounts, 70)).toBe(
    [
      '┌──────────────┬──────────────┬───────┬──────┬──────────────────────┐',
      '│ account      │ name         │ users │ keys │ note                 │',
      '├──────────────┼──────────────┼───────┼──────┼──────────────────────┤',
      '│ 111122223333 │ Acme         │     2 │   12 │                      │',
      '│              │ Management   │       │      │                      │',
      '│ 555566667777 │ Legacy       │    10 │    2 │ somebody deleted the │',
      '│              │              │       │      │ member role          │',
      '└──────────────┴──────────────┴───────┴──────┴──────────────────────┘',
    ].join('\n'),
  );
});

it('goes without lines before it breaks words', () => {
  const lines = linesOf(table(accounts, 52)).map((line) => line.trimEnd());
  expect(lines[0]).toMatch(/^account {7}name +users {2}keys {2}note$/);
  expect(table(accounts, 52)).not.toContain('│');
});

it('makes a paragraph of each row where its words have no room side by side', () => {
  expect(table(actions, 60).split('\n\n')[1]).toBe(
    [
      'account     Data <Platform> & "Friends" 📊',
      'user        auditor@partner.example',
      'access key  AKIATE2SKXVFOZ6Y4U6A',
      'what        new key issued',
      'why         it is 90 days old',
    ].join('\n'),
  );
});

it('takes more lines than a call takes arguments', () => {
  const lines = Array.from({ length: 130_000 }, () => 'x').join('\n');
  expect(table({ head: ['User', 'Key'], rows: [[lines, 'abcdefghijklmnop']] }, 12)).toMatch(/^User {2}x\nx\n/);
});
