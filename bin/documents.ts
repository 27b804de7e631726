import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { documents } from '../lib/documents/documents';

const root = join(__dirname, '..');

/** Writes the generated documents; with `--check` it writes nothing, and names and fails for those that differ from the code. */
async function main(check: boolean): Promise<void> {
  for (const [path, content] of Object.entries(documents())) {
    const file = join(root, path);
    const wanted = await format(content, { ...(await resolveConfig(file)), filepath: file });
    if (!check) writeFileSync(file, wanted);
    else if (readFileSync(file, 'utf8') !== wanted) {
      process.stderr.write(`${path} differs from the code: npm run documents\n`);
      process.exitCode = 1;
    }
  }
}

void main(process.argv.includes('--check'));
