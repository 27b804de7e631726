import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { removeAtEnd } from '../../cli/base/ending';
import { duration, spread } from './format';
import type { Steps } from './part';
import { spreadOf } from './statistics';
import type { Figures } from './table';

const BIN = join(__dirname, '..', '..', 'bin');
/** More than elsewhere: a start takes milliseconds, and varies by as much. */
const RUNS_FACTOR = 15;
/** The command line as it is installed. */
export const IAM_KEYS = join(BIN, 'iam-keys.js');
const run = promisify(execFile);

/** Starts of one program. */
export interface Starts {
  name: string;
  milliseconds: number[];
  /** What it shall take, in words. */
  goal?: string;
}

/** A program that is started anew for each measurement. */
export interface Started extends Omit<Starts, 'milliseconds'> {
  /** One start in an empty home; gives the milliseconds that count. */
  time: (home: string) => Promise<number>;
}

/** The start of Node.js itself, which all others are compared with. */
export const nothing: Started = { name: 'node -e 0', time: (home) => timeToEnd(['-e', '0'], home) };

/** Starts Node.js with these arguments and waits for its end; a program that fails is an error. */
export async function timeToEnd(args: readonly string[], home: string): Promise<number> {
  const began = performance.now();
  // Not even an endpoint is there: whoever asked AWS would fail.
  await run(process.execPath, args, { env: { HOME: home, USERPROFILE: home, AWS_ENDPOINT_URL: 'http://127.0.0.1:9' } });
  return performance.now() - began;
}

/** Builds the command line, then starts all programs in turns, each in a new process, with one home that `prepare` fills. */
export async function measureStarts(
  programs: readonly Started[],
  { runs, progress }: { runs: number; progress: Steps },
  prepare: (home: string) => void = () => undefined,
): Promise<Starts[]> {
  await run(process.execPath, [join(BIN, 'build.js')]);
  const home = mkdtempSync(join(tmpdir(), 'starts-'));
  const remove = (): void => {
    rmSync(home, { recursive: true, force: true });
  };
  removeAtEnd(remove);
  try {
    prepare(home);
    const measured = programs.map(({ name, goal }): Starts => ({ name, milliseconds: [], ...(goal !== undefined && { goal }) }));
    progress.begin(runs * RUNS_FACTOR);
    for (let round = 1; round <= runs * RUNS_FACTOR; round += 1) {
      progress.step(`round ${round}`);
      for (const [index, { time }] of programs.entries()) measured[index]?.milliseconds.push(await time(home));
    }
    return measured;
  } finally {
    remove();
  }
}

/** Times with their spread, and what each takes beyond the first. */
export function startsTable(title: string, measured: readonly Starts[]): Figures {
  const base = measured[0] ? spreadOf(measured[0].milliseconds).median : 0;
  return {
    title,
    head: ['program', 'time (least – most)', 'runs', 'beyond node -e 0', 'goal'],
    words: 1,
    rows: measured.map(({ name, milliseconds, goal = '' }, index) => {
      const time = spreadOf(milliseconds);
      return [name, spread(time), String(milliseconds.length), index === 0 ? '' : duration(time.median - base), goal];
    }),
    note: 'All run in turns, each in a new process.',
  };
}
