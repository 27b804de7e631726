import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const inFolder = (folder: string): string[] => readdirSync(join(ROOT, folder)).map((name) => join(folder, name));
const isFolder = (path: string): boolean => statSync(join(ROOT, path)).isDirectory();

const pages = [...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'], ...inFolder('docs'), ...inFolder('docs/adr')].filter((file) =>
  file.endsWith('.md'),
);

/** Where headings can be linked to, as GitHub names them. */
const anchorsOf = (file: string): string[] =>
  [...read(file).matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  );

/** The page's links to files of this project and to headings of pages. */
const linksOf = (page: string): { file: string; anchor: string | undefined }[] =>
  [...read(page).matchAll(/\]\((?!https?:)([^)#]+)?(?:#([\w-]+))?\)/g)].map(([, file, anchor]) => ({
    file: file === undefined ? page : join(dirname(page), file),
    anchor,
  }));

it.each(pages)('%s leads nowhere that is not there', (page) => {
  for (const { file, anchor } of linksOf(page)) {
    expect([file, existsSync(join(ROOT, file))]).toEqual([file, true]);
    if (anchor !== undefined) expect([file, anchorsOf(file)]).toEqual([file, expect.arrayContaining([anchor])]);
  }
});

it('has links to look at', () => {
  expect(pages.flatMap(linksOf).length).toBeGreaterThan(150);
});

it('leads from the README to the index, and from there to every page', () => {
  const files = (page: string): string[] => linksOf(page).map(({ file }) => file.replace(/\/$/, ''));
  expect(files('README.md')).toContain('docs/README.md');
  expect(files('docs/README.md')).toEqual(expect.arrayContaining(inFolder('docs').filter((file) => file !== 'docs/README.md')));
});

it('says for every folder of code what is found there, and names none that is not there', () => {
  const [, table = ''] = read('CONTRIBUTING.md').match(/## Where things are\n([\s\S]+?)\n## /) ?? [];
  const named = [...table.matchAll(/\|([^|\n]+)\|$/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([\w/-]+)`/g)].map(([, path = '']) => path),
  );
  const rooms = ['lambda', 'lambda/core', 'lib', 'cli', 'demo'].flatMap(inFolder).filter((path) => isFolder(path));
  expect(named).toEqual(expect.arrayContaining([...rooms, 'bin', 'sandbox', 'templates', 'test', 'walls']));
  expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});
