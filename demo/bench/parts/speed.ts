import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { plan } from '../../../lambda/core/plan/plan';
import { DAY_MS } from '../../../lambda/shared/period';
import { START } from '../../story/organization';
import { duration, spread, whole } from '../format';
import { Bench } from '../measure';
import { repeat, type Measuring } from '../part';
import { mixedUsers, POLICY } from '../plan-users';
import { SCENARIOS } from '../scenarios';
import { spreadOf, type Spread } from '../statistics';
import type { Figures } from '../table';

const ROOT = join(__dirname, '..', '..', '..');
const run = promisify(execFile);
/** One round of `plan`. */
const ROUND_MS = 300;
/** Users of the account that the sandbox is loaded with. */
const USERS = 1_000;

/** How fast the parts are that no AWS call bounds. */
interface Speeds {
  keysPerSecond: Spread;
  callsPerSecond: Spread;
  /** Of `npm start`, in milliseconds. */
  story: Spread;
}

/** plan(), the sandbox, and the 120-day run. */
export const speed: Measuring = {
  async measure({ assembly, runs, progress }) {
    progress.begin(3);
    progress.step('plan()');
    const keysPerSecond = spreadOf(Array.from({ length: runs + 1 }, planRound).slice(1));
    progress.step('sandbox');
    const callsPerSecond = spreadOf(await sandboxRounds(assembly, runs));
    progress.step('npm start');
    const story = spreadOf(await repeat(runs, storyTime));
    const speeds: Speeds = { keysPerSecond, callsPerSecond, story };
    return { tables: [speedTable(speeds)], data: speeds };
  },
};

/** Keys that `plan` decides in a second. */
function planRound(): number {
  const users = mixedUsers(START, DAY_MS);
  const keys = users.reduce((sum, user) => sum + user.keys.length, 0);
  const began = performance.now();
  let decided = 0;
  while (performance.now() - began < ROUND_MS) {
    for (const user of users) plan(user, POLICY, START);
    decided += keys;
  }
  return (decided / (performance.now() - began)) * 1_000;
}

async function sandboxRounds(assembly: string, runs: number): Promise<number[]> {
  const bench = await Bench.start(assembly, 0);
  try {
    const due = SCENARIOS.find(({ dueShare }) => dueShare === 1);
    if (!due) throw new Error('no scenario in which everything is due');
    const { milliseconds, totalCalls } = await bench.measure(due, USERS, runs);
    return milliseconds.map((time) => (totalCalls / time) * 1_000);
  } finally {
    await bench.stop();
  }
}

async function storyTime(): Promise<number> {
  const began = performance.now();
  await run(process.execPath, [join('bin', 'run.js'), join('demo', 'story', 'main.ts')], { cwd: ROOT, maxBuffer: 64 * 2 ** 20 });
  return performance.now() - began;
}

/** All three. */
const speedTable = ({ keysPerSecond, callsPerSecond, story }: Speeds): Figures => ({
  title: 'What no AWS call bounds',
  head: ['what', 'median (least – most)'],
  words: 1,
  rows: [
    ['plan(), in every situation it knows: keys per second', spread(keysPerSecond, whole)],
    ['sandbox: calls per second from a rotator, signed, authorized and recorded', spread(callsPerSecond, whole)],
    ['npm start: synthesis, two deployments, 121 runs, all checks', spread(story, duration)],
  ],
});
