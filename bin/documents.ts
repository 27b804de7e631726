import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildCommand } from '@stricli/core';
import { format, resolveConfig } from 'prettier';
import { EXIT, type ExitCode } from '../cli/base/exit-codes';
import { off } from '../cli/base/options';
import { runProgram, working } from '../cli/base/program';
import { documents } from '../lib/documents/documents';

const root = join(__dirname, '..');

async function writeDocuments({ check }: { check: boolean }): Promise<ExitCode> {
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

const command = buildCommand({
  docs: {
    brief: 'writes the documents that are made from the code',
    fullDescription: `Writes the documents that are made from the code: the tables of settings, the page on security, the plain member template and the service control policy.

Exit code: 0 they are written or, with --check, as the code has them; 1 with --check, some differ; 2 they could not be made.`,
    customUsage: ['[--check]'],
  },
  parameters: { flags: { check: off('write nothing; name those that differ') } },
  func: working('no document was written', writeDocuments),
});

void runProgram('npm run documents --', command);
