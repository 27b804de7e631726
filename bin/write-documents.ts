import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { EXIT, type ExitCode } from '../cli/base/exit-codes';
import { documents } from '../lib/documents/documents';

const root = join(__dirname, '..');

/** Writes every generated document; with `check`, it writes none and names those that differ from the code. */
export async function writeDocuments({ check }: { check: boolean }): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.fine;
  for (const [path, content] of Object.entries(documents())) {
    const file = join(root, path);
    const wanted = await format(content, { ...(await resolveConfig(file)), filepath: file });
    if (!check) writeFileSync(file, wanted);
    else if (readFileSync(file, 'utf8') !== wanted) {
      process.stderr.write(`${path} differs from the code: npm run documents\n`);
      exitCode = EXIT.bad;
    }
  }
  return exitCode;
}
