import { buildCommand } from '@stricli/core';
import { runProgram, working } from '../../cli/base/program';
import type * as Work from './take-pictures';

const command = buildCommand({
  docs: {
    brief: 'takes the pictures of README.md anew',
    fullDescription: `Does what npm start does, and takes pictures of a mail and of the newest report, light and dark, into docs/pictures. Needs chromium.

Exit code: 0 they were taken, 2 they were not, 130 it was ended by Ctrl-C.`,
    customUsage: [''],
  },
  parameters: {},
  // The sandbox is loaded for work, not for help.
  func: working('no pictures were taken', () => (require('./take-pictures') as typeof Work).takePictures()),
});

void runProgram('npm run pictures --', command);
