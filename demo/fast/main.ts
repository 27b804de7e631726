import { buildCommand } from '@stricli/core';
import { runProgram, working } from '../../cli/base/program';
import type * as Work from './tell-hour';

const command = buildCommand({
  docs: {
    brief: 'An hour of keys that live minutes, fetched from the key API, in a local AWS organization',
    fullDescription: `Synthesizes the CDK app with a policy of 10, 12 and 15 minutes and the key API, deploys its templates into a local AWS organization, and lets an hour pass. Every minute programs fetch the active key over HTTP and sign a real call with it; then the outcome is checked. Nothing leaves this computer.

Exit code: 0 all checks passed, 1 some failed, 2 the hour could not be told, 130 it was ended by Ctrl-C.`,
    customUsage: [''],
  },
  parameters: {},
  // The sandbox is loaded for work, not for help.
  func: working('the hour could not be told', () => (require('./tell-hour') as typeof Work).tellHour()),
});

void runProgram('npm run start:fast --', command);
