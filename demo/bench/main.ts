import { runProgram } from '../../cli/base/program';
import { benchCommand } from './arguments';
import { measureParts } from './measure-parts';
import { PARTS } from './parts';

void runProgram('npm run bench --', benchCommand(PARTS, measureParts));
