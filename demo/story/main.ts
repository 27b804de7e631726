import { buildCommand } from '@stricli/core';
import { runProgram, working } from '../../cli/base/program';
import type * as Work from './tell-story';

const command = buildCommand({
  docs: {
    brief: '120 days of access key rotation in a local AWS organization',
    fullDescription: `Synthesizes the CDK app, deploys its templates into a local AWS organization of 7 accounts and 39 users, lets 120 days pass, and checks the outcome. Nothing leaves this computer. Every mail and report is then in out/index.html.

Exit code: 0 all checks passed, 1 some failed, 2 the story could not be told, 130 it was ended by Ctrl-C.`,
    customUsage: [''],
  },
  parameters: {},
  // The sandbox is loaded for work, not for help.
  func: working('the story could not be told', () => (require('./tell-story') as typeof Work).tellStory()),
});

void runProgram('npm start --', command);
