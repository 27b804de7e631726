import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildFunction } from '../../../lib/constructs/bundle';
import { MANAGEMENT } from '../../story/organization';
import { kibibytes } from '../format';
import { Bench } from '../measure';
import type { Measuring } from '../part';
import type { Figures } from '../table';

/** Packages that are named; the others are one line. */
const NAMED = 12;

/** One function's code. */
export interface Bundle {
  name: string;
  minified: number;
  gzipped: number;
  /** Bytes by package; the project's own code is `(this project)`. */
  packages: Record<string, number>;
}

/** Functions whose folder below `lambda/` is called otherwise. */
const FOLDERS: Readonly<Record<string, string>> = { 'organization-facts': 'organization-lookup' };

/** A function's script, and what it loads when it first needs it. */
function scriptsOf(entry: string, codeDirectory: string): Bundle[] {
  const { contents, later } = buildFunction(FOLDERS[entry] ?? entry);
  return Object.entries({ index: { contents }, ...later }).map(([script, { contents: inside }]) => {
    const code = readFileSync(join(codeDirectory, `${script}.js`));
    const name = script === 'index' ? entry : `${entry}: ${script}.js`;
    return { name, minified: code.length, gzipped: gzipSync(code).length, packages: packagesOf(inside) };
  });
}

/** What is in the deployed functions. */
export const bundles: Measuring = {
  async measure({ assembly, progress }) {
    progress.begin(1);
    progress.step('reading the assets');
    const measured = await bundlesOf(assembly);
    return { tables: [sizeTable(measured), packageTable(measured)], data: measured };
  },
};

async function bundlesOf(assembly: string): Promise<Bundle[]> {
  const bench = await Bench.start(assembly, 0);
  try {
    return [...bench.sandbox.kernel.account(MANAGEMENT.id).functions.values()].flatMap(({ name, codeDirectory }) =>
      scriptsOf(name.replace('iam-key-rotation-', ''), codeDirectory),
    );
  } finally {
    await bench.stop();
  }
}

/** Bytes of a function's script by package. */
export function packagesOf(contents: Readonly<Record<string, number>>): Record<string, number> {
  const sizes: Record<string, number> = {};
  for (const [path, bytes] of Object.entries(contents)) {
    const name = packageOf(path);
    sizes[name] = (sizes[name] ?? 0) + bytes;
  }
  return sizes;
}

/** The package that a file belongs to: the innermost one, wherever it is installed. */
export const packageOf = (path: string): string => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? '(this project)';

/** Sizes by function. */
export const sizeTable = (measured: readonly Bundle[]): Figures => ({
  title: 'Size of each bundle',
  head: ['function', 'minified', 'gzip'],
  words: 1,
  rows: measured.map(({ name, minified, gzipped }) => [name, kibibytes(minified), kibibytes(gzipped)]),
});

/** The biggest packages, a column per function. */
export function packageTable(measured: readonly Bundle[]): Figures {
  const weight = (name: string): number => measured.reduce((sum, { packages }) => sum + (packages[name] ?? 0), 0);
  const names = [...new Set(measured.flatMap(({ packages }) => Object.keys(packages)))].sort((a, b) => weight(b) - weight(a));
  const row = (label: string, included: readonly string[]): string[] => [
    label,
    ...measured.map(({ packages }) => {
      const bytes = included.reduce((sum, name) => sum + (packages[name] ?? 0), 0);
      return bytes === 0 ? '' : kibibytes(bytes);
    }),
  ];
  return {
    title: 'What is in them: the biggest packages',
    head: ['package', ...measured.map(({ name }) => name)],
    words: 1,
    rows: [
      ...names.slice(0, NAMED).map((name) => row(name, [name])),
      row(`${Math.max(0, names.length - NAMED)} others`, names.slice(NAMED)),
    ],
  };
}
