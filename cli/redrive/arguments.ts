import { parseArgs } from 'node:util';
import { STACK } from '../doctor/deployment';

/** What the command line asks for. */
export interface RedriveArguments {
  /** The accounts of the last run that failed or never answered, instead of the queue of failed events. */
  lastRun: boolean;
  /** Only show what would be done. */
  list: boolean;
  stack: string;
  help: boolean;
}

/** What `--help` prints. */
export const HELP = `Runs again what failed for good, after its cause was repaired.

  npm run redrive -- [--last-run] [--list] [--stack <name>]

  (no option)      every event in the queue of failed events; an event that is taken up leaves the queue
  --last-run       the accounts of the last run that failed, were not dispatched or never answered
  --list           show what would be run again, and why it failed; change nothing
  --stack <name>   name of the deployed stack (default: IamKeyRotation)
  -h, --help       this text

Accounts are dispatched by the orchestrator, as one new run that is reported like any other. A dry run stays a dry run. It uses your
credentials and region (AWS_PROFILE, AWS_REGION, ...) in the account that the rotation is deployed in, which must allow
cloudformation:DescribeStacks and ListStackResources, lambda:InvokeFunction, sqs:ReceiveMessage and DeleteMessage, or, with --last-run,
s3:ListBucket and GetObject.

Exit code: 0 all is dispatched or there was nothing, 1 something was left, 2 it could not be done.
`;

const OPTIONS = {
  'last-run': { type: 'boolean', default: false },
  list: { type: 'boolean', default: false },
  stack: { type: 'string', default: STACK },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** Reads the arguments; throws one Error that names what is wrong. */
export function readArguments(args: readonly string[]): RedriveArguments {
  try {
    const { values } = parseArgs({ args: [...args], options: OPTIONS });
    return { lastRun: values['last-run'], list: values.list, stack: values.stack, help: values.help };
  } catch (cause) {
    throw new Error(`${cause instanceof Error ? cause.message : String(cause)}; --help shows what there is`, { cause });
  }
}
