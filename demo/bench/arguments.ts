import { parseArgs } from 'node:util';
import type { Part } from './part';

/** What the command line asks for. */
export interface BenchArguments {
  /** Names of the parts to measure. */
  parts: string[];
  users: number[];
  accounts: number[];
  runs: number;
  latencyMs: number;
  /** Whether docs/performance.md is rewritten. */
  write: boolean;
  help: boolean;
}

/** IAM's quota of users per account: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const MAX_USERS = 5_000;
/** The most accounts an organization has been sized for here. */
const MAX_ACCOUNTS = 20_000;
const MAX_RUNS = 100;
const MAX_LATENCY_MS = 10_000;

type Named = Pick<Part, 'name' | 'title' | 'long'>;

/** What `--help` prints. */
export const help = (parts: readonly Named[]): string => `Measures this project on the local AWS organization.

  npm run bench -- [--only <parts>] [--all] [--users <list>] [--accounts <list>] [--runs <number>] [--latency <milliseconds>] [--write]

  --only <parts>             comma-separated, of:
${parts.map(({ name, title, long }) => `                               ${name.padEnd(13)} ${title}${long ? ' (takes some minutes)' : ''}`).join('\n')}
                             (default: all but those that take minutes)
  --all                      every part
  --users <list>             users of an account, comma-separated, 1 to ${MAX_USERS} each (default 20,100,1000,5000)
  --accounts <list>          accounts of an organization, comma-separated, 1 to ${MAX_ACCOUNTS} each (default 100,1000,10000)
  --runs <number>            the most runs that a median is taken of; fewer where a run takes long (default 3)
  --latency <milliseconds>   added to every API call (default 0; AWS takes some 20 to 100)
  --write                    put the tables of the parts that ran into docs/performance.md
  -h, --help                 this text

Counts of calls are exact: they hold on AWS as well, throttling and retries aside. Times are of this machine, with all of "AWS"
running on it. Everything is also in out/bench.json, where parts that did not run keep their last figures.
`;

const OPTIONS = {
  only: { type: 'string' },
  all: { type: 'boolean', default: false },
  users: { type: 'string', default: '20,100,1000,5000' },
  accounts: { type: 'string', default: '100,1000,10000' },
  runs: { type: 'string', default: '3' },
  latency: { type: 'string', default: '0' },
  write: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** Reads the arguments; throws one Error that names what is wrong. */
export function readArguments(args: readonly string[], parts: readonly Named[]): BenchArguments {
  const { values } = parsed(args);
  return {
    parts: chosen(parts, values.only, values.all),
    users: list('users', values.users, MAX_USERS),
    accounts: list('accounts', values.accounts, MAX_ACCOUNTS),
    runs: whole('runs', values.runs, 1, MAX_RUNS),
    latencyMs: whole('latency', values.latency, 0, MAX_LATENCY_MS),
    write: values.write,
    help: values.help,
  };
}

function chosen(parts: readonly Named[], only: string | undefined, all: boolean): string[] {
  if (only !== undefined && all) throw new Error('--only and --all exclude each other');
  if (only === undefined) return parts.filter(({ long }) => all || !long).map(({ name }) => name);
  const asked = only.split(',').map((name) => name.trim());
  const known = parts.map(({ name }) => name);
  const unknown = asked.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`--only: there is no part "${unknown}"; there are: ${known.join(', ')}`);
  return known.filter((name) => asked.includes(name));
}

const list = (option: string, text: string, most: number): number[] =>
  text
    .split(',')
    .map((item) => whole(option, item.trim(), 1, most))
    .sort((a, b) => a - b);

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
