import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { LET_THROUGH, REFUSED } from './refused-imports';

const ROOT = resolve(__dirname, '..', '..');
const CRUISER = join(ROOT, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs');

const isOurs = (name: string): boolean => /^(bin|lib|lambda|cli|sandbox|demo|test)\//.test(name);

/** How a file spells the import of another file of ours, or of a package. */
function spelling(file: string, imported: string): string {
  if (!isOurs(imported)) return imported;
  const path = relative(dirname(file), imported);
  return path.startsWith('.') ? path : `./${path}`;
}

interface Cruise {
  modules: { source: string; dependencies: { module: string; rules?: { name: string }[] }[] }[];
  summary: { violations: { rule: { severity: string } }[]; ruleSetUsed: { forbidden: { name: string }[] } };
}

function cruise(directory: string, configuration = ROOT): Cruise {
  const options = ['--no-cache', '--config', join(configuration, '.dependency-cruiser.mjs'), '--output-type', 'json'];
  const { stdout, stderr } = spawnSync(process.execPath, [CRUISER, ...options, '.'], {
    cwd: directory,
    encoding: 'utf8',
    maxBuffer: 100_000_000,
  });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as Cruise;
}

/** A directory of the same folders, with nothing in its files but these imports. */
function scratchOf(imports: readonly (readonly [file: string, imported: readonly string[]])[]): string {
  const directory = mkdtempSync(join(tmpdir(), 'walls-'));
  const write = (file: string, text: string): void => {
    const path = join(directory, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, (existsSync(path) ? readFileSync(path, 'utf8') : '') + text);
  };
  symlinkSync(join(ROOT, 'node_modules'), join(directory, 'node_modules'));
  for (const [file, imported] of imports) {
    write(file, imported.map((name) => `import '${spelling(file, name)}';\n`).join(''));
    for (const name of imported.filter(isOurs)) write(`${name}.ts`, 'export {};\n');
  }
  return directory;
}

const refusals = Object.entries(REFUSED).flatMap(([rule, files]) =>
  Object.entries(files).flatMap(([file, imported]) => imported.map((name) => ({ rule, file, name }))),
);
const passes = Object.entries(LET_THROUGH).flatMap(([file, imported]) => imported.map((name) => ({ file, name })));

describe('the walls between rooms', () => {
  const scratch = scratchOf([...Object.values(REFUSED).flatMap((files) => Object.entries(files)), ...Object.entries(LET_THROUGH)]);
  const tried = cruise(scratch);
  afterAll(() => {
    rmSync(scratch, { recursive: true });
  });

  const rulesFor = (file: string, name: string): string[] | undefined =>
    tried.modules
      .find(({ source }) => source === file)
      ?.dependencies.find(({ module }) => module === spelling(file, name).replace('node:', ''))
      ?.rules?.map(({ name }) => name);

  it.each(refusals)('$rule: refuses $name in $file', ({ rule, file, name }) => {
    expect(rulesFor(file, name)).toEqual([rule]);
  });

  it.each(passes)('let $name pass in $file', ({ file, name }) => {
    expect(rulesFor(file, name)).toBeUndefined();
  });

  it('have a rule each that was seen to refuse', () => {
    expect(Object.keys(REFUSED).sort()).toEqual(tried.summary.ruleSetUsed.forbidden.map(({ name }) => name).sort());
  });

  // Asking it takes as long as all of the above, so it is asked once: by `npm run walls`, which fails for what is an error.
  it('stand in this project, or a check ends before its tests', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
    expect(scripts['check']?.split(' && ')).toContain('npm run walls');
    expect(scripts['walls']?.split(' && ').at(-1)).toBe('depcruise --config .dependency-cruiser.mjs .');
    expect(new Set(tried.summary.violations.map(({ rule }) => rule.severity))).toEqual(new Set(['error']));
  });

  it('leave no way for two rooms to need each other', () => {
    for (const file of ['.dependency-cruiser.mjs', 'package.json', 'walls'])
      cpSync(join(ROOT, file), join(scratch, file), { recursive: true });
    const table = join(scratch, 'walls', 'rooms.mjs');
    writeFileSync(table, readFileSync(table, 'utf8').replace("room: 'lambda/runs', rooms: [", "$&'lambda/mail', "));
    expect(() => cruise(scratch, scratch)).toThrow('walls/rooms.mjs lets lambda/runs use lambda/mail, which does not stand above it');
  });
});
