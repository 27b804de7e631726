import { parseArgs } from 'node:util';
import { STACK } from '../doctor/deployment';

/** What the command line asks for. */
export interface ScheduleArguments {
  /** What the schedule shall be. */
  state: 'ENABLED' | 'DISABLED';
  stack: string;
  help: boolean;
}

/** What `--help` prints. */
export const HELP = `Stops the rotation from starting by itself, and lets it start again.

  npm run pause  -- [--stack <name>]
  npm run resume -- [--stack <name>]

  --stack <name>   name of the deployed stack (default: IamKeyRotation)
  -h, --help       this text

Pausing disables the schedule of the orchestrator, and nothing else: accounts that were dispatched are still done, repeats included, which
can take 6 hours; runs are reported; a run can be started by hand. No key changes by pausing, and none is lost by it: keys that are disabled
stay so, and after resuming every step comes at its time or with the next run. A deployment does not resume, unless it changes the schedule.

It uses your credentials and region (AWS_PROFILE, AWS_REGION, ...) in the account that the rotation is deployed in, which must allow
cloudformation:DescribeStacks and ListStackResources, scheduler:GetSchedule and UpdateSchedule, and iam:PassRole for the schedule's role.
`;

const STATES = { pause: 'DISABLED', resume: 'ENABLED' } as const;
const OPTIONS = { stack: { type: 'string', default: STACK }, help: { type: 'boolean', short: 'h', default: false } } as const;

/** Reads the arguments, the first of which is the command; throws one Error that names what is wrong. */
export function readArguments(args: readonly string[]): ScheduleArguments {
  const { values, positionals } = parsed(args);
  const [command = '', ...more] = positionals;
  if (command !== 'pause' && command !== 'resume') throw new Error(`"${command}" must be pause or resume`);
  if (more.length > 0) throw new Error(`"${more.join(' ')}" is not understood; --help shows what there is`);
  return { state: STATES[command], stack: values.stack, help: values.help };
}

function parsed(args: readonly string[]): ReturnType<typeof parseArgs<{ options: typeof OPTIONS; allowPositionals: true }>> {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (cause) {
    throw new Error(`${cause instanceof Error ? cause.message : String(cause)}; --help shows what there is`, { cause });
  }
}
