import { runProgram } from '../base/program';
import { scheduleCommand } from './arguments';
import type * as Work from './switch-and-show';

// The SDK is loaded for work, not for help.
void runProgram(
  'npm run pause --',
  scheduleCommand('pause', (asked) => (require('./switch-and-show') as typeof Work).switchAndShow(asked)),
);
