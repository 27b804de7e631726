import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { buildSync, type BuildOptions, type Metafile } from 'esbuild';

const ROOT = join(__dirname, '..', '..');
/** Kept apart from what is deployed: Node reads a map whenever a function starts, which costs more than the function's own packages do. */
const SOURCE_MAPS = join(ROOT, 'out', 'source-maps');

/** What a function loads when it first needs it, as `require('./name')`: scripts of their own, which no cold start reads. */
const LATER: Readonly<Record<string, Readonly<Record<string, string>>>> = { rotator: { cloudtrail: 'lambda/shared/cloudtrail.ts' } };

/** A script with all its packages. */
interface Script {
  script: Uint8Array;
  /** Leads from a place in the script back to the sources. */
  sourceMap: Uint8Array;
  /** Bytes in the script by source file, relative to the project. */
  contents: Readonly<Record<string, number>>;
}

/** A function's code, ready to be deployed: `index.js`. */
export interface Bundle extends Script {
  /** The scripts that it loads when it first needs them, by their names beside it. */
  later: Readonly<Record<string, Script>>;
}

/** `lambda/<entry>/index.ts` as one minified CommonJS file with all its packages; built locally, the same bytes everywhere. */
export function buildFunction(entry: string): Bundle {
  const later = Object.entries(LATER[entry] ?? {});
  const external = later.map(([name]) => `./${name}`);
  return {
    ...buildScript(join('lambda', entry, 'index.ts'), {
      external,
      define: entry === 'reporter' ? { PAGE_PARTS: JSON.stringify(buildPage()) } : {},
    }),
    later: Object.fromEntries(later.map(([name, path]) => [name, buildScript(path)])),
  };
}

function buildScript(path: string, more: Pick<BuildOptions, 'external' | 'define'> = {}): Script {
  const { outputFiles, metafile } = buildSync({
    absWorkingDir: ROOT,
    entryPoints: [path],
    // A fixed place that is never written: paths in the source map do not depend on where synthesis runs.
    outfile: join('bundle', 'index.js'),
    write: false,
    metafile: true,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    // Some packages load modules of Node with `import()` when they first need them; `require` does it without a second loader.
    supported: { 'dynamic-import': false },
    mainFields: ['module', 'main'],
    alias: { '@aws-sdk/credential-provider-node': './lambda/shared/function-credentials.ts' },
    ...more,
    minify: true,
    keepNames: true,
    sourcemap: 'external',
    sourcesContent: false,
    legalComments: 'none',
    logLevel: 'silent',
  });
  const [sourceMap, script] = ['.js.map', '.js'].map((end) => outputFiles.find((file) => file.path.endsWith(end))?.contents);
  if (!script || !sourceMap) throw new Error(`esbuild made no script and source map of ${path}`);
  return { script, sourceMap, contents: contentsOf(metafile) };
}

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
