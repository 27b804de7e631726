import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { removeAtEnd } from '../../../cli/base/ending';
import { placesOf, privateFileOf } from '../../../cli/credentials/places';
import type { ProfileState } from '../../../cli/credentials/state';
import { duration, spread } from '../format';
import type { Part } from '../part';
import { spreadOf } from '../statistics';
import type { Figures } from '../table';

/** More than elsewhere: a start takes milliseconds, and varies by as much. */
const RUNS_FACTOR = 15;
const PROFILE = 'bench';
const BIN = join(__dirname, '..', '..', '..', 'bin');
const run = promisify(execFile);

/** Starts of one program. */
export interface Starts {
  name: string;
  milliseconds: number[];
}

/** What `credential_process` adds to every call of the `aws` command line. */
export const credentials: Part = {
  name: 'credentials',
  title: 'iam-keys credentials: what a program waits for when nothing is due',
  async measure({ runs, progress }) {
    await run(process.execPath, [join(BIN, 'build.js')]);
    const home = mkdtempSync(join(tmpdir(), 'credentials-'));
    const remove = (): void => {
      rmSync(home, { recursive: true, force: true });
    };
    removeAtEnd(remove);
    try {
      writeKey(home);
      const programs: Record<string, string[]> = {
        'node -e 0': ['-e', '0'],
        'iam-keys credentials': [join(BIN, 'iam-keys.js'), 'credentials', '--profile', PROFILE],
      };
      const measured = Object.keys(programs).map((name): Starts => ({ name, milliseconds: [] }));
      progress.begin(runs * RUNS_FACTOR);
      for (let round = 1; round <= runs * RUNS_FACTOR; round += 1) {
        progress.step(`round ${round}`);
        for (const { name, milliseconds } of measured) milliseconds.push(await timeOf(programs[name] ?? [], home));
      }
      return { tables: [startsTable(measured)], data: measured };
    } finally {
      remove();
    }
  },
};

/** A key that was looked after just now. */
function writeKey(home: string): void {
  const at = (ms: number): string => new Date(Date.now() + ms).toISOString();
  const state: ProfileState = {
    version: 1,
    profile: PROFILE,
    home: 'private',
    user: { account: '222233334444', userId: 'AIDABENCH', arn: 'arn:aws:iam::222233334444:user/bench' },
    secret: { id: 'Account_222233334444_User_bench_AccessKey', region: 'eu-west-1' },
    current: { id: 'AKIABENCH', secret: 'no secret', since: at(0) },
    lookedAt: at(-1_000),
    nextLookAt: at(3_600_000),
  };
  const path = privateFileOf(placesOf({}, home).own, PROFILE);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, JSON.stringify(state), { mode: 0o600 });
}

async function timeOf(args: readonly string[], home: string): Promise<number> {
  const began = performance.now();
  // Not even an endpoint is there: whoever asked AWS would fail.
  await run(process.execPath, args, { env: { HOME: home, USERPROFILE: home, AWS_ENDPOINT_URL: 'http://127.0.0.1:9' } });
  return performance.now() - began;
}

/** Times with their spread, and what each takes beyond the first. */
export function startsTable(measured: readonly Starts[]): Figures {
  const base = measured[0] ? spreadOf(measured[0].milliseconds).median : 0;
  return {
    title: 'From the start of the process to its end, the key being at hand and no look due',
    head: ['program', 'time (least – most)', 'runs', 'beyond node -e 0'],
    words: 1,
    rows: measured.map(({ name, milliseconds }, index) => {
      const time = spreadOf(milliseconds);
      return [name, spread(time), String(milliseconds.length), index === 0 ? '' : duration(time.median - base)];
    }),
    note: 'Both run in turns, each in a new process.',
  };
}
