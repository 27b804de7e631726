import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { buildSync, type BuildOptions, type Metafile } from 'esbuild';
import { clientSchemas } from './client-schemas';

const ROOT = join(__dirname, '..', '..');
/** Kept apart from what is deployed: Node reads a map whenever a function starts, which costs more than the function's own packages do. */
const SOURCE_MAPS = join(ROOT, 'out', 'source-maps');

/** What a function loads when it first needs it, as `require('./name')`: scripts of their own, which no cold start reads. */
const LATER: Readonly<Record<string, Readonly<Record<string, string>>>> = { rotator: { cloudtrail: 'lambda/shared/cloudtrail.ts' } };

/** More than a script and its source map ever have. */
const MAX_BUILT_BYTES = 64 * 1024 * 1024;

/** A script with all its packages. */
interface Script {
  script: Uint8Array;
  /** Leads from a place in the script back to the sources. */
  sourceMap: Uint8Array;
  /** Bytes in the script by source file, relative to the project. */
  contents: Readonly<Record<string, number>>;
  /** Source files that the script itself loads by `import()` or `require`: they, and all that they import, are functions of their own in it. */
  apart: readonly string[];
}

/** A function's code, ready to be deployed: `index.js`. */
export interface Bundle extends Script {
  /** The scripts that it loads when it first needs them, by their names beside it. */
  later: Readonly<Record<string, Script>>;
}

/** Never bundled with anything: what is loaded by `require` would keep all that it shares with others apart, which every cold start pays for. */
const EXTERNAL = Object.values(LATER).flatMap((scripts) => Object.keys(scripts).map((name) => `./${name}`));

const COMMON = {
  absWorkingDir: ROOT,
  // A fixed place that is never written: paths in the source map do not depend on where synthesis runs.
  outfile: join('bundle', 'index.js'),
  write: false,
  metafile: true,
  bundle: true,
  platform: 'node',
  external: EXTERNAL,
  logLevel: 'silent',
} satisfies BuildOptions;

const indexOf = (entry: string): string => join('lambda', entry, 'index.ts');

/**
 * `lambda/<entry>/index.ts` as one minified CommonJS file with all its packages; built locally, the same bytes everywhere. Throws when it
 * would load a script that is not deployed beside it.
 */
export function buildFunction(entry: string): Bundle {
  const scripts = LATER[entry] ?? {};
  return {
    ...buildScript(indexOf(entry), {
      beside: Object.keys(scripts),
      define: entry === 'reporter' ? { PAGE_PARTS: JSON.stringify(buildPage()) } : {},
    }),
    later: Object.fromEntries(Object.entries(scripts).map(([name, path]) => [name, buildScript(path)])),
  };
}

/** The files of `lambda` that get into a function's scripts, relative to the project; packages are not looked at, so this takes a moment. */
export function ownFilesOf(entry: string): string[] {
  const paths = [indexOf(entry), ...Object.values(LATER[entry] ?? {})];
  const contents = paths.map((path) => {
    const { metafile } = buildSync({
      ...COMMON,
      entryPoints: [path],
      packages: 'external',
      define: { PAGE_PARTS: '{}' },
    });
    return contentsOf(metafile);
  });
  return [...new Set(contents.flatMap(Object.keys))].filter((path) => path.startsWith('lambda/')).sort();
}

function buildScript(
  path: string,
  { beside = [], define = {} }: { beside?: readonly string[]; define?: Record<string, string> } = {},
): Script {
  const { made, metafile } = build(path, {
    ...COMMON,
    entryPoints: [path],
    target: 'node24',
    format: 'cjs',
    // Some packages load modules of Node with `import()` when they first need them; `require` does it without a second loader.
    supported: { 'dynamic-import': false },
    mainFields: ['module', 'main'],
    alias: {
      '@aws-sdk/credential-provider-node': './lambda/shared/function-credentials.ts',
      '@smithy/core/event-streams': './lambda/shared/no-event-streams.ts',
    },
    define,
    minify: true,
    keepNames: true,
    sourcemap: 'external',
    sourcesContent: false,
    legalComments: 'none',
  });
  const [sourceMap, script] = ['.js.map', '.js'].map((end) => made.find(([file]) => file.endsWith(end))?.[1]);
  if (script === undefined || sourceMap === undefined) throw new Error(`esbuild made no script and source map of ${path}`);
  const missing = loadedBy(metafile).filter((name) => !beside.includes(name));
  if (missing.length > 0)
    throw new Error(`${path} loads what is not deployed beside it: ${missing.map((name) => `${name}.js`).join(', ')}`);
  return { script: Buffer.from(script), sourceMap: Buffer.from(sourceMap), contents: contentsOf(metafile), apart: apartIn(metafile) };
}

/** What bundle-script.mjs answers. */
interface Built {
  /** Texts by the path that each would be written to. */
  made: [path: string, text: string][];
  metafile: Metafile;
}

function build(path: string, options: BuildOptions): Built {
  const input = JSON.stringify({ options, texts: clientSchemas() });
  const program = join(__dirname, 'bundle-script.mjs');
  const { status, stdout, stderr, error } = spawnSync(process.execPath, [program], { input, encoding: 'utf8', maxBuffer: MAX_BUILT_BYTES });
  if (status !== 0) throw new Error(`esbuild made nothing of ${path}: ${error?.message ?? stderr}`);
  return JSON.parse(stdout) as Built;
}

/** The scripts beside it that a script loads. */
const loadedBy = ({ outputs }: Metafile): string[] =>
  Object.values(outputs).flatMap(({ imports }) => imports.flatMap(({ path }) => (path.startsWith('./') ? [path.slice(2)] : [])));

/** CommonJS has no other way, and is small. */
const apartIn = ({ inputs }: Metafile): string[] =>
  Object.values(inputs)
    .flatMap(({ imports }) => imports)
    .filter(({ kind, external, path }) => kind !== 'import-statement' && external !== true && inputs[path]?.format === 'esm')
    .map(({ path }) => path);

/** What makes a report look and work in a browser, as text: one script without packages, and one style. */
export function buildPage(): { script: string; style: string } {
  const shared = { absWorkingDir: ROOT, write: false, bundle: true, minify: true, legalComments: 'none', logLevel: 'silent' } as const;
  const build = (file: string): string => {
    const { outputFiles } = buildSync({
      ...shared,
      entryPoints: [join('page', file)],
      format: 'iife',
      target: ['chrome111', 'firefox113', 'safari16.4'],
    });
    const [built] = outputFiles;
    if (!built) throw new Error(`esbuild made nothing of page/${file}`);
    return built.text.trim();
  };
  return { script: build('client.ts'), style: build('style.css') };
}

function contentsOf({ outputs }: Metafile): Record<string, number> {
  const inputs = Object.values(outputs).flatMap(({ inputs }) => Object.entries(inputs));
  return Object.fromEntries(inputs.flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [[file, bytesInOutput]] : [])));
}

const built = new Map<string, Bundle>();

/** Built once in a process, however many apps it makes. */
function builtOnce(entry: string): Bundle {
  const bundle = built.get(entry) ?? buildFunction(entry);
  built.set(entry, bundle);
  return bundle;
}

/** A function's code as an asset of its scripts; their source maps are written to `out/source-maps`. */
export function bundle(entry: string): Code {
  return Code.fromAsset(join(ROOT, 'lambda', entry), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry('none'),
      local: {
        tryBundle(directory) {
          const { later, ...index } = builtOnce(entry);
          const flat = entry.replaceAll('/', '-');
          mkdirSync(SOURCE_MAPS, { recursive: true });
          for (const [name, { script, sourceMap }] of Object.entries({ index, ...later })) {
            writeFileSync(join(directory, `${name}.js`), script);
            writeFileSync(join(SOURCE_MAPS, name === 'index' ? `${flat}.js.map` : `${flat}.${name}.js.map`), sourceMap);
          }
          return true;
        },
      },
    },
  });
}
