import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildSync } from 'esbuild';
import { MANAGEMENT } from '../../demo/organization';
import { kibibytes } from '../format';
import { Bench } from '../measure';
import type { Part } from '../part';
import type { Figures } from '../table';

const ROOT = join(__dirname, '..', '..', '..');
/** Packages that are named; the others are one line. */
const NAMED = 12;

/** One function's code. */
export interface Bundle {
  name: string;
  minified: number;
  gzipped: number;
  sourceMap: number;
  /** Bytes by package; the project's own code is `(this project)`. */
  packages: Record<string, number>;
}

/** What is in the deployed functions. */
export const bundles: Part = {
  name: 'bundles',
  title: 'the functions’ bundles: sizes and what is in them',
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
    return [...bench.sandbox.kernel.account(MANAGEMENT.id).functions.values()].map(({ name, codeDirectory }) => {
      const entry = name.replace('iam-key-rotation-', '');
      const code = readFileSync(join(codeDirectory, 'index.js'));
      const map = statSync(join(codeDirectory, 'index.js.map'), { throwIfNoEntry: false });
      const packages = packagesOf(entry);
      refuseOther(entry, packages, code.length);
      return { name: entry, minified: code.length, gzipped: gzipSync(code).length, sourceMap: map?.size ?? 0, packages };
    });
  } finally {
    await bench.stop();
  }
}

/** Bytes of a bundle by package, as esbuild attributes them when it bundles the same entry in the same way. */
export function packagesOf(entry: string): Record<string, number> {
  const { metafile } = buildSync({
    absWorkingDir: ROOT,
    entryPoints: [join('lambda', entry, 'index.ts')],
    outfile: join('bundle', 'index.js'),
    write: false,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    mainFields: ['module', 'main'],
    minify: true,
    keepNames: true,
    legalComments: 'none',
    logLevel: 'silent',
    metafile: true,
  });
  const sizes: Record<string, number> = {};
  for (const { inputs } of Object.values(metafile.outputs)) {
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
      const name = packageOf(path);
      sizes[name] = (sizes[name] ?? 0) + bytesInOutput;
    }
  }
  return sizes;
}

/** What is weighed must be what is deployed; wrappers between modules belong to none. */
export function refuseOther(entry: string, packages: Record<string, number>, deployed: number): void {
  const weighed = Object.values(packages).reduce((sum, bytes) => sum + bytes, 0);
  if (Math.abs(weighed - deployed) <= deployed / 50) return;
  throw new Error(`${entry}: ${weighed} bytes were weighed, but ${deployed} are deployed: bundle it here as lib/constructs/bundle.ts does`);
}

/** The package that a file belongs to: the innermost one, wherever it is installed. */
export const packageOf = (path: string): string => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? '(this project)';

/** Sizes by function. */
export const sizeTable = (measured: readonly Bundle[]): Figures => ({
  title: 'Size of each bundle',
  head: ['function', 'minified', 'gzip', 'source map'],
  words: 1,
  rows: measured.map(({ name, minified, gzipped, sourceMap }) => [
    name,
    kibibytes(minified),
    kibibytes(gzipped),
    sourceMap === 0 ? 'none' : kibibytes(sourceMap),
  ]),
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
