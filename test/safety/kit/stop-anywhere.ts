import { endState, endStateWithDays } from './end-state';
import { callPoints, killedAt, nameOf, type CallPoint, type When } from './interrupt';
import type { Answer, Kit, Saved } from './kit';
import { momentOf } from './moment';
import { recoveriesOf, type Recovery } from './recoveries';
import type { Scenario } from './scenarios';

/** Daily runs after which an interruption must have left no trace. */
const RECOVERY_DAYS = 2;
const WHENS: readonly When[] = ['before', 'after'];

/** What came of killing one scenario's run at every one of its calls. */
export interface Stopped {
  /** What the undisturbed run did to the user's keys. */
  does: string;
  /** The calls at which the run was killed, each before and after its effect. */
  calls: string[];
  points: number;
  /** Points by the number of days after which the state was the undisturbed one. */
  recoveredAfterDays: number[];
  /** Different moments that the kills left behind. */
  moments: number;
  /** Different states of the world after the recovery; each was followed until all graces were over. */
  futures: number;
  /** One sentence for each thing that was not as it has to be. */
  problems: string[];
}

/**
 * Kills the scenario's one run just before and just after every call that it makes, lets days go by, and compares with the run that
 * nobody disturbed; every point starts from the same moment. Kills that leave the same moment behind have one future, which is lived
 * through once. Calls that only a killed run makes are taken in, until none is new.
 */
export async function stopAnywhere(kit: Kit, scenario: Scenario): Promise<Stopped> {
  await scenario.arrange(kit);
  const began = kit.save();
  kit.restore(began);
  const answer = await scenario.run(kit);
  const points = pointsOf(kit);
  const trial = new Trial(kit, scenario, began, await lookAhead(kit, scenario.settledAfter));
  const problems = problemsOf(kit, [answer]).map((problem) => `undisturbed: ${problem}`);
  for (const [name, point] of points) {
    for (const when of WHENS) {
      const { found, wrong } = await trial.stop(point, when);
      for (const [other, call] of found) points.set(other, call);
      problems.push(...wrong.map((problem) => `killed just ${when} ${name}: ${problem}`));
    }
  }
  const actions = answer.result?.users.find(({ user }) => user === scenario.user)?.actions ?? [];
  return {
    does: actions.map(({ action }) => action).join(', '),
    calls: [...points.keys()],
    points: points.size * WHENS.length,
    recoveredAfterDays: trial.recoveredAfterDays,
    moments: trial.moments.size,
    futures: trial.futures.size,
    problems,
  };
}

/**
 * The same with real processes: one is killed in the middle of the scenario's run, just after a call. Gives the end states two days after an
 * undisturbed run and after the killed one, and everything that was not as it has to be.
 */
export async function killProcess(kit: Kit, scenario: Scenario): Promise<{ undisturbed: string[]; killed: string[]; problems: string[] }> {
  await scenario.arrange(kit);
  const began = kit.save();
  kit.restore(began);
  const problems = problemsOf(kit, [await scenario.run(kit)]);
  const calls = [...pointsOf(kit).values()];
  await kit.days(RECOVERY_DAYS);
  const undisturbed = endState(kit);
  kit.restore(began);
  const [middle] = calls.slice(calls.length / 2);
  if (!middle || !(await killedAt(kit, middle, 'after', () => scenario.run(kit)))) throw new Error('no process was killed');
  const [recovery] = recoveriesOf(scenario);
  for (let day = 1; day <= RECOVERY_DAYS; day += 1) await recovery?.play(kit, day);
  return { undisturbed, killed: endState(kit), problems: [...problems, ...problemsOf(kit, [])] };
}

const pointsOf = (kit: Kit): Map<string, CallPoint> => new Map(callPoints(kit.sandbox.calls).map((point) => [nameOf(point), point]));

/** The end states of a run that nobody disturbed. */
interface Undisturbed {
  /** After one day, two days … */
  byDay: readonly string[][];
  settled: string[];
}

async function lookAhead(kit: Kit, settledAfter: number): Promise<Undisturbed> {
  const byDay: string[][] = [];
  for (let day = 1; day <= RECOVERY_DAYS; day += 1) {
    await kit.days(1);
    byDay.push(endState(kit));
  }
  await kit.days(settledAfter - RECOVERY_DAYS);
  return { byDay, settled: endState(kit) };
}

class Trial {
  readonly recoveredAfterDays: number[] = new Array<number>(RECOVERY_DAYS).fill(0);
  readonly futures = new Set<string>();
  /** Moments after a kill whose days to come were lived through. */
  readonly moments = new Set<string>();

  constructor(
    private readonly kit: Kit,
    private readonly scenario: Scenario,
    private readonly began: Saved,
    private readonly undisturbed: Undisturbed,
  ) {}

  async stop(point: CallPoint, when: When): Promise<{ found: ReadonlyMap<string, CallPoint>; wrong: string[] }> {
    const { kit, scenario } = this;
    kit.restore(this.began);
    const reached = await killedAt(kit, point, when, () => scenario.run(kit));
    const found = pointsOf(kit);
    if (!reached) return { found, wrong: ['the run ended without this call'] };
    const wrong = problemsOf(kit, []);
    const moment = momentOf(kit);
    if (this.moments.has(moment)) return { found, wrong };
    this.moments.add(moment);
    const killed = kit.save();
    for (const recovery of recoveriesOf(scenario)) {
      kit.restore(killed);
      wrong.push(...(await this.recover(recovery)).map((problem) => `${recovery.name}: ${problem}`));
    }
    return { found, wrong };
  }

  private async recover({ play, compare }: Recovery): Promise<string[]> {
    const { kit, undisturbed, futures, scenario } = this;
    let wrong: string[] = [];
    for (const [index, expected] of undisturbed.byDay.entries()) {
      const answers = await play(kit, index + 1);
      wrong = [...compare(kit, expected).map((problem) => `${index + 1} days later ${problem}`), ...problemsOf(kit, answers)];
      if (kit.broken.length > 0) return wrong;
      if (wrong.length > 0) continue;
      this.recoveredAfterDays[index] = (this.recoveredAfterDays[index] ?? 0) + 1;
      const future = JSON.stringify(endStateWithDays(kit));
      if (futures.has(future)) return [];
      futures.add(future);
      await kit.days(scenario.settledAfter - index - 1);
      return [...compare(kit, undisturbed.settled).map((problem) => `after all graces ${problem}`), ...problemsOf(kit, [])];
    }
    return wrong;
  }
}

/** The never-rules broken since the last `restore`, and everything that these answers report as failed. */
function problemsOf(kit: Kit, answers: readonly Answer[]): string[] {
  return [
    ...kit.broken.map(({ rule, story }) => `${rule}: ${story}`),
    ...answers.flatMap(({ error, result }) => [
      ...(error ? [`${error.errorType}: ${error.errorMessage}`] : []),
      ...(result?.failures ?? []).map(({ step, message }) => `${step} failed: ${message}`),
    ]),
  ];
}
