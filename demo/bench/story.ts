import { DAY_MS } from '../../lambda/shared/period';
import type { AccountResult } from '../../lambda/runs/schemas';
import { START } from '../story/organization';
import { countCalls, forget, loggedBytes, type Counts } from './invoke';
import type { Bench } from './measure';
import { addUsers } from './scenarios';

/** A key's way from its first rotation on, by days since then. */
export const STEPS = [
  { step: 'first key issued', day: 0, action: 'rotate' },
  { step: 'old key disabled', day: 10, action: 'disable' },
  { step: 'old key deleted', day: 20, action: 'delete' },
  { step: 'later key issued', day: 90, action: 'rotate' },
] as const;

/** One step, done for every user of the account in one run. */
export interface StepTaken {
  step: (typeof STEPS)[number]['step'];
  calls: Counts;
  milliseconds: number;
  /** What the run wrote into its log. */
  logBytes: number;
  result: AccountResult;
}

/** Days on which a story may begin: in a week there is one such that no step falls on a sweep. */
const BEGINNINGS = [0, 1, 2, 3, 4, 5, 6];

/** Takes so many users of one due key each through all steps, a run each; throws when a run does anything else. */
export async function tellStory(bench: Bench, users: number): Promise<StepTaken[]> {
  for (const beginning of BEGINNINGS) {
    const told = await attempt(bench, users, new Date(START.getTime() + beginning * DAY_MS));
    if (told) return told;
  }
  throw new Error('on every day of the week a step fell on a sweep');
}

async function attempt(bench: Bench, users: number, from: Date): Promise<StepTaken[] | undefined> {
  const { sandbox } = bench;
  const taken: StepTaken[] = [];
  sandbox.restore({ ...bench.empty, at: from });
  addUsers(sandbox, users, () => 90);
  for (const { step, day, action } of STEPS) {
    sandbox.clock.set(new Date(from.getTime() + day * DAY_MS));
    forget(sandbox);
    const before = sandbox.logs().length;
    const began = performance.now();
    const result = await bench.rotate();
    const milliseconds = performance.now() - began;
    if (result.coverage !== 'report') return undefined;
    const done = result.users.flatMap(({ actions }) => actions).filter((one) => one.action === action && one.outcome === 'done').length;
    if (result.status !== 'succeeded' || done !== users) {
      throw new Error(
        `${step}: done for ${done} of ${users} users, the account ${result.status}: ${JSON.stringify(result.failures.slice(0, 3))}`,
      );
    }
    taken.push({ step, calls: countCalls(sandbox), milliseconds, logBytes: loggedBytes(sandbox, before), result });
  }
  return taken;
}
