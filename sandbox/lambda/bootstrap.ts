import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { CODE_DIRECTORY } from './messages';

/** The program of the forked processes, as one JavaScript file in a directory of its own. */
export interface Bootstrap {
  file: string;
  /**
   * Empty but for the file and what `quickStarts` keeps: the processes' home and temporary directory, so that nothing of the host is read.
   */
  directory: string;
  remove(): void;
}

/** Bundles the child's program once, so that processes start without a TypeScript loader, also under jest. */
export function prepareBootstrap({ quickStarts }: { quickStarts: boolean }): Bootstrap {
  const directory = mkdtempSync(join(tmpdir(), 'sandbox-lambda-'));
  const file = join(directory, 'runtime.cjs');
  if (quickStarts) mkdirSync(join(directory, CODE_DIRECTORY));
  buildSync({
    entryPoints: [join(__dirname, 'child.ts')],
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    supported: { 'dynamic-import': true },
  });
  return {
    file,
    directory,
    remove() {
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
