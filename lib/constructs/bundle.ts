import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { buildSync, type OutputFile } from 'esbuild';

const ROOT = join(__dirname, '..', '..');

function build(entry: string): OutputFile[] {
  return buildSync({
    absWorkingDir: ROOT,
    entryPoints: [join('lambda', entry, 'index.ts')],
    // A fixed place that is never written: paths in the source map, and so the asset's hash, do not depend on where synthesis runs.
    outfile: join('bundle', 'index.js'),
    write: false,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    mainFields: ['module', 'main'],
    minify: true,
    keepNames: true,
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'none',
    logLevel: 'silent',
  }).outputFiles;
}

/** `lambda/<entry>/index.ts` as one minified CommonJS file with all its packages and a source map; built locally, the same bytes everywhere. */
export function bundle(entry: string): Code {
  return Code.fromAsset(join(ROOT, 'lambda', entry), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry('none'),
      local: {
        tryBundle(directory) {
          for (const file of build(entry)) writeFileSync(join(directory, basename(file.path)), file.contents);
          return true;
        },
      },
    },
  });
}
