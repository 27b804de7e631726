import { runProgram } from '../../cli/base/program';
import { benchCommand } from './arguments';
import type * as Work from './measure-parts';
import { PARTS } from './parts';

// The sandbox is loaded for work, not for help.
void runProgram(
  'npm run bench --',
  benchCommand(PARTS, (asked) => (require('./measure-parts') as typeof Work).measureParts(asked)),
);
