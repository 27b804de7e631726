import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { reportCount } from './kit/counts';

const ROOT = resolve(__dirname, '..', '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
/** Case → files that the table links. */
const table = new Map(
  [...read('docs/peers.md').matchAll(/^\| (\d+) +\|.*$/gm)].map(([line, number]) => [
    Number(number),
    [...line.matchAll(/\(\.\.\/(test\/safety\/[\w-]+\.test\.ts)\)/g)].map(([, file]) => file ?? ''),
  ]),
);
const tests = readdirSync(__dirname).filter((name) => /^peers-.*\.test\.ts$/.test(name));
const cases = Array.from({ length: 31 }, (_, index) => index + 1);

it.each(cases)('case %i of the peers has a row in the table and a test in every file that the row names, and in no other', (number) => {
  const holding = tests.filter((name) => new RegExp(`PEERS ${number}:`).test(readFileSync(join(__dirname, name), 'utf8')));
  expect(holding).not.toEqual([]);
  expect(table.get(number)?.toSorted()).toEqual(holding.map((name) => `test/safety/${name}`).toSorted());
});

it('the table has no other case', () => {
  expect([...table.keys()]).toEqual(cases);
  reportCount('cases in which similar programs break', table.size);
});

it.each(['docs/safety.md', 'docs/peers.md', 'docs/mutations.md', 'docs/adr/0006-secrets-refuse-everybody-else.md'])(
  'every link of %s leads somewhere',
  (page) => {
    const links = [...read(page).matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link]) => link ?? '');
    expect(links.filter((link) => !existsSync(join(ROOT, dirname(page), link)))).toEqual([]);
  },
);

it('the safety page names only tests that exist', () => {
  const files = readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.test.ts'));
  const rows = read('docs/safety.md')
    .split('\n')
    .filter((line) => /^\| .*\| .*\| .*\|$/.test(line))
    .slice(2, 18);
  const named = rows.flatMap((row) => [...(row.split('|').at(-2) ?? '').matchAll(/`([\w/.*-]+)`/g)].map(([, name]) => name ?? ''));
  expect(named.length).toBeGreaterThan(20);
  for (const name of named) {
    const pattern = new RegExp(
      `(^|/)${name
        .replace(/^test\//, '')
        .replace(/\.test\.ts$/, '')
        .replaceAll('*', '[\\w.-]*')}\\.test\\.ts$`,
    );
    expect([name, files.some((file) => pattern.test(file))]).toEqual([name, true]);
  }
});
