import { buildCommand } from '@stricli/core';
import { off } from '../cli/base/options';
import { runProgram, working } from '../cli/base/program';
import type * as Work from './write-documents';

const command = buildCommand({
  docs: {
    brief: 'writes the documents that are made from the code',
    fullDescription: `Writes the documents that are made from the code: the tables of settings, the page on security, the plain member template and the service control policy.

Exit code: 0 they are written or, with --check, as the code has them; 1 with --check, some differ; 2 they could not be made.`,
    customUsage: ['[--check]'],
  },
  parameters: { flags: { check: off('write nothing; name those that differ') } },
  // The CDK is loaded for work, not for help.
  func: working('no document was written', (asked: { check: boolean }) =>
    (require('./write-documents') as typeof Work).writeDocuments(asked),
  ),
});

void runProgram('npm run documents --', command);
