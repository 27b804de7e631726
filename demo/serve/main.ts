import { runProgram } from '../../cli/base/program';
import { serveCommand } from './arguments';
import type * as Work from './serve-until-ended';

// The sandbox is loaded for work, not for help.
void runProgram(
  'npm run sandbox --',
  serveCommand((asked) => (require('./serve-until-ended') as typeof Work).serveUntilEnded(asked)),
);
