import { parseArgs } from 'node:util';

/** What the command line asks for. */
export interface BenchArguments {
  /** Users of the account, one measurement each. */
  users: number[];
  /** Repetitions that the median is taken of. */
  runs: number;
  /** Added to every API call, in milliseconds. */
  latencyMs: number;
  help: boolean;
}

/** IAM's quota of users per account: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const MAX_USERS = 5_000;
const MAX_RUNS = 100;
const MAX_LATENCY_MS = 10_000;

/** What `--help` prints. */
export const HELP = `Counts the API calls that the rotator makes in one account, and times it, on the local AWS organization.

  npm run bench -- [--users <list>] [--runs <number>] [--latency <milliseconds>]

  --users <list>             users of the account, comma-separated, 1 to ${MAX_USERS} each (default 20,100,1000)
  --runs <number>            repetitions; times are the median of them, with the spread (default 3)
  --latency <milliseconds>   added to every API call (default 0; AWS takes some 20 to 100)
  -h, --help                 this text

Counts are exact: they hold on AWS as well, throttling and retries aside. Times are of this machine, with all of "AWS" running on it.
Everything is also written to out/bench.json.
`;

const OPTIONS = {
  users: { type: 'string', default: '20,100,1000' },
  runs: { type: 'string', default: '3' },
  latency: { type: 'string', default: '0' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** Reads the arguments; throws one Error that names what is wrong. */
export function readArguments(args: readonly string[]): BenchArguments {
  const { values } = parsed(args);
  return {
    users: values.users.split(',').map((text) => whole('users', text.trim(), 1, MAX_USERS)),
    runs: whole('runs', values.runs, 1, MAX_RUNS),
    latencyMs: whole('latency', values.latency, 0, MAX_LATENCY_MS),
    help: values.help,
  };
}

function whole(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new Error(`--${option}: "${text}" must be a whole number from ${least} to ${most}`);
}

function parsed(args: readonly string[]): ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>> {
  try {
    return parseArgs({ args: [...args], options: OPTIONS });
  } catch (cause) {
    throw new Error(`${cause instanceof Error ? cause.message : String(cause)}; --help shows what there is`, { cause });
  }
}
