import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MADE = 'TEST_TEMPORARY_FILES';

/** From now on, this process and those that it starts have their temporary files in a folder of this test run. */
export function keepTemporaryFilesApart(): void {
  const directory = mkdtempSync(join(tmpdir(), 'key-rotation-tests-'));
  process.env['TMPDIR'] = process.env[MADE] = directory;
}

/** Removes what synthesis, bundling and processes left behind; nothing outside the folder of this test run. */
export function removeTemporaryFiles(): void {
  const directory = process.env[MADE];
  if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
}
