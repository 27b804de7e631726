import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');
const field = join(root, 'test/safety/field');
const page = readFileSync(join(root, 'docs/peers.md'), 'utf8');
const [, table = ''] = /<!-- cases -->([\s\S]*?)<!-- \/cases -->/.exec(page) ?? [];
const rows = [...table.matchAll(/^\| F(\d+) .*\]\(\.\.\/([^)]+)\) +\|$/gm)].map(([, number = '', file = '']) => ({
  number: Number(number),
  file,
}));

/** The titles of tests, and of groups of tests, that begin with a case. */
const titlesOf = (path: string): string[] =>
  [...readFileSync(path, 'utf8').matchAll(/['"`](?:case )?(F\d+)[:,] /g)].map(([, name = '']) => name);

it('has thirty cases', () => {
  expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
});

it.each(rows)('case F$number is tried where the page says', ({ number, file }) => {
  expect(titlesOf(join(root, file))).toContain(`F${number}`);
});

it('names every case that is tried', () => {
  const tried = readdirSync(field).flatMap((name) => titlesOf(join(field, name)));
  expect(tried.filter((name) => !rows.some(({ number }) => name === `F${number}`))).toEqual([]);
});
