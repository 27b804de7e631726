import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runInThisContext } from 'node:vm';
import { buildSync } from 'esbuild';
import { clientSchemas, withNamesWritten } from '../../../lib/constructs/client-schemas';

const PACKAGES = join(__dirname, '..', '..', '..', 'node_modules');

/** What a schema file exports, as JSON; functions, which name other schemas, as their text. */
function exportsOf(file: string, text: string): string {
  const { outputFiles } = buildSync({
    stdin: { contents: text, resolveDir: dirname(file), loader: 'js' },
    write: false,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    packages: 'external',
  });
  const module = { exports: {} };
  const run = runInThisContext(`(function (module, require) {${outputFiles[0]?.text ?? ''}\n})`) as (...scope: unknown[]) => void;
  run(module, (name: string): unknown => jest.requireActual(name));
  return JSON.stringify(Object.fromEntries(Object.entries(module.exports)), (_, value: unknown) =>
    typeof value === 'function' ? String(value) : value,
  );
}

it.each([
  ['a name', 'const _hH = "httpHeader";\nlet a = { [_hH]: _x };', 'const _hH = "httpHeader";\nlet a = { "httpHeader": _x };'],
  [
    'each name of several',
    'const _a = "x";\nconst _b = "y";\nlet c = { [_a]: 1, [_b]: [2, { [_a]: 3 }] };',
    'const _a = "x";\nconst _b = "y";\nlet c = { "x": 1, "y": [2, { "x": 3 }] };',
  ],
  [
    'no name that it does not know',
    'import { _hH } from "names";\nlet a = { [_hH]: 1 };',
    'import { _hH } from "names";\nlet a = { [_hH]: 1 };',
  ],
  ['no element of a list', 'const _a = "x";\nlet b = [1, [_a], _a];', 'const _a = "x";\nlet b = [1, [_a], _a];'],
])('writes out %s', (_, text, written) => {
  expect(withNamesWritten(text)).toBe(written);
});

it('writes out the clients whose bundles would hold the schemas of all operations', () => {
  const clients = new Set(Object.keys(clientSchemas()).map((path) => path.split('/')[1]));
  expect([...clients]).toEqual(expect.arrayContaining(['client-s3', 'client-sesv2', 'client-lambda', 'client-api-gateway']));
});

it.each(Object.entries(clientSchemas()))('%s means the same when its names are written out', (path, written) => {
  const file = join(PACKAGES, path);
  const exported = exportsOf(file, written);
  expect(exported).toBe(exportsOf(file, readFileSync(file, 'utf8')));
  expect(exported.length).toBeGreaterThan(1_000);
});
