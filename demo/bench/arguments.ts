import { buildCommand, type Command, type CommandContext } from '@stricli/core';
import type { ExitCode } from '../../cli/base/exit-codes';
import { off } from '../../cli/base/options';
import { UsageError, working } from '../../cli/base/program';
import { listOf, wholeNumber } from '../../cli/base/values';
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
}

/** IAM's quota of users per account: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const MAX_USERS = 5_000;
/** The most accounts an organization has been sized for here. */
const MAX_ACCOUNTS = 20_000;
const MAX_RUNS = 100;
const MAX_LATENCY_MS = 10_000;

type Named = Pick<Part, 'name' | 'title' | 'long'>;

const description = (parts: readonly Named[]): string => `Measures this project on the local AWS organization.

Counts of calls are exact: they hold on AWS as well, throttling and retries aside. Times are of this machine, with all of "AWS" running on it. Everything is also in out/bench.json, where parts that did not run keep their last figures.

Exit code: 0 everything was measured, 2 it was not.

PARTS
${parts.map(({ name, title, long }) => `  ${name.padEnd(13)} ${title}${long ? ' (takes some minutes)' : ''}`).join('\n')}`;

interface Flags {
  only?: string[];
  all: boolean;
  users: number[];
  accounts: number[];
  runs: number;
  latency: number;
  write: boolean;
}

const ascending = (numbers: readonly number[]): number[] => numbers.toSorted((a, b) => a - b);

/** The command `bench`. */
export const benchCommand = (parts: readonly Named[], work: (asked: BenchArguments) => Promise<ExitCode>): Command<CommandContext> =>
  buildCommand({
    docs: {
      brief: 'measures this project on the local AWS organization',
      fullDescription: description(parts),
      customUsage: ['[--only <parts> | --all] [--users <list>] [--accounts <list>] [--runs <number>] [--latency <milliseconds>] [--write]'],
    },
    parameters: {
      flags: {
        only: {
          kind: 'parsed',
          parse: listOf(partOf(parts)),
          placeholder: 'parts',
          optional: true,
          brief: 'parts, comma-separated (default: all but those that take minutes)',
        },
        all: off('every part'),
        users: {
          kind: 'parsed',
          parse: listOf(wholeNumber(1, MAX_USERS)),
          placeholder: 'list',
          default: '20,100,1000,5000',
          brief: `users of an account, comma-separated, 1 to ${MAX_USERS} each`,
        },
        accounts: {
          kind: 'parsed',
          parse: listOf(wholeNumber(1, MAX_ACCOUNTS)),
          placeholder: 'list',
          default: '100,1000,10000',
          brief: `accounts of an organization, comma-separated, 1 to ${MAX_ACCOUNTS} each`,
        },
        runs: {
          kind: 'parsed',
          parse: wholeNumber(1, MAX_RUNS),
          placeholder: 'number',
          default: '3',
          brief: 'the most runs that a median is taken of; fewer where a run takes long',
        },
        latency: {
          kind: 'parsed',
          parse: wholeNumber(0, MAX_LATENCY_MS),
          placeholder: 'milliseconds',
          default: '0',
          brief: 'added to every API call (AWS takes some 20 to 100)',
        },
        write: off('put the tables of the parts that ran into docs/performance.md'),
      },
    },
    func: working('not measured', async ({ only, all, users, accounts, latency, ...asked }: Flags) => {
      if (only !== undefined && all) throw new UsageError('--only and --all exclude each other');
      const chosen = parts.filter(({ name, long }) => (only === undefined ? all || !long : only.includes(name))).map(({ name }) => name);
      return work({
        parts: chosen,
        users: ascending(users),
        accounts: ascending(accounts),
        latencyMs: latency,
        runs: asked.runs,
        write: asked.write,
      });
    }),
  });

const partOf =
  (parts: readonly Named[]) =>
  (name: string): string => {
    if (parts.some((part) => part.name === name)) return name;
    throw new Error(`there is no part "${name}"; there are: ${parts.map((part) => part.name).join(', ')}`);
  };
