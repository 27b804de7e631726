import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { keepTemporaryFilesApart } from './temporary-files';

const ROOT = join(__dirname, '..', '..');
const run = promisify(execFile);

/** Folders of tests that deploy the synthesized app; running other tests alone need not wait for a synthesis. */
const FOLDERS = ['whole-runs', 'safety', 'cli', join('docs', 'transcripts')];

interface Asked {
  testPathPatterns?: { patterns: readonly string[] };
}

function isNeeded({ testPathPatterns }: Asked): boolean {
  const patterns = testPathPatterns?.patterns ?? [];
  if (patterns.length === 0) return true;
  const files = FOLDERS.flatMap((folder) => {
    const path = join(__dirname, '..', folder);
    return readdirSync(path, { recursive: true, encoding: 'utf8' }).map((file) => join(path, file));
  });
  return files.some((file) => patterns.some((pattern) => new RegExp(pattern, 'i').test(file)));
}

/** Runs once before all test files; jest gives what was asked of it. */
export default async function setUp(globalConfig: Asked): Promise<void> {
  keepTemporaryFilesApart();
  // Else each test file that bundles something leaves a bundler's process behind.
  process.env['ESBUILD_WORKER_THREADS'] = '0';
  process.env['CDK_VALIDATION'] = 'false';
  if (!isNeeded(globalConfig)) return;
  // Before tests that run side by side would each build it.
  await run(process.execPath, [join(ROOT, 'bin', 'build.js')]);
  // In a process of its own: what is loaded here is compiled by Jest.
  const { stdout } = await run(process.execPath, [join(ROOT, 'bin', 'run.js'), join(__dirname, 'provide-assemblies.ts')]);
  Object.assign(process.env, JSON.parse(stdout));
}
