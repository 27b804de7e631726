import { runProgram } from '../base/program';
import { redriveCommand } from './arguments';
import type * as Work from './redrive-and-show';

// The SDK is loaded for work, not for help.
void runProgram(
  'npm run redrive --',
  redriveCommand((asked) => (require('./redrive-and-show') as typeof Work).redriveAndShow(asked)),
);
