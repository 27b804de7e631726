import { runProgram } from '../base/program';
import { doctorCommand } from './arguments';
import type * as Work from './check-and-show';

// The SDK is loaded for work, not for help.
void runProgram(
  'npm run doctor --',
  doctorCommand((asked) => (require('./check-and-show') as typeof Work).checkAndShow(asked)),
);
