import { createHash } from 'node:crypto';
import { endState } from './end-state';
import { callPoints, killedAt, nameOf, type CallPoint, type When } from './interrupt';
import type { Kit, Saved } from './kit';
import { momentOf } from './moment';
import type { Scenario } from './scenarios';

/** How old the state may be that a read shows, and how many of the reads show one. */
const LATE = { maxMs: 120_000, share: 0.5 };
/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html */
const RETRY_AFTER_MS = 60_000;
/** Daily runs whose reads may be late, too; a step that two runs have to see may come so much later. */
const LATE_DAYS = 3;
const WHENS: readonly When[] = ['before', 'after'];

/** What came of a scenario's kills with late reads. */
export interface LateStops {
  points: number;
  /** One sentence for each thing that was not as it has to be. */
  problems: string[];
}

/**
 * Kills the scenario's run at some of its calls while reads may be up to two minutes late, repeats it a minute later, as Lambda does, and lets
 * days go by. No never-rule may be broken, and after all graces everything is as without kill and lag. Which calls, and which reads are late
 * by how much, is drawn from a seed; all calls when no `count` is given.
 */
export async function stopWithLateReads(kit: Kit, scenario: Scenario, seed: number, count = Infinity): Promise<LateStops> {
  await scenario.arrange(kit);
  const began = kit.save();
  kit.restore(began);
  await scenario.run(kit);
  const calls = callPoints(kit.sandbox.calls);
  await kit.days(scenario.settledAfter + LATE_DAYS);
  const trial = new Trial(kit, scenario, began, endState(kit));
  const points = drawn(calls, `${seed} ${scenario.name}`).slice(0, count);
  const problems: string[] = [];
  for (const [number, { point, when }] of points.entries()) {
    const wrong = await trial.stop(point, when, seed + number);
    problems.push(...wrong.map((problem) => `late reads of seed ${seed + number}, killed just ${when} ${nameOf(point)}: ${problem}`));
  }
  return { points: points.length, problems };
}

/** Every call, before and after it, in an order by seed. */
function drawn(calls: readonly CallPoint[], seed: string): { point: CallPoint; when: When }[] {
  const place = (text: string): string => createHash('sha256').update(`${seed} ${text}`).digest('hex');
  return calls
    .flatMap((point) => WHENS.map((when) => ({ point, when, at: place(`${when} ${nameOf(point)}`) })))
    .toSorted((a, b) => (a.at < b.at ? -1 : 1));
}

class Trial {
  /** Moments from which all graces were lived through without lag, each once. */
  private readonly futures = new Set<string>();

  constructor(
    private readonly kit: Kit,
    private readonly scenario: Scenario,
    private readonly began: Saved,
    private readonly settled: readonly string[],
  ) {}

  async stop(point: CallPoint, when: When, seed: number): Promise<string[]> {
    const { kit, scenario } = this;
    kit.restore(this.began);
    kit.sandbox.kernel.settings.lag = { seed, ...LATE };
    try {
      // Late reads may lead the run to other calls; then it just ends.
      await killedAt(kit, point, when, () => scenario.run(kit));
      await kit.disturbing(async () => {
        kit.sandbox.clock.advance(RETRY_AFTER_MS);
        await scenario.run(kit);
        await kit.days(LATE_DAYS);
      });
    } finally {
      kit.sandbox.kernel.settings.lag = undefined;
    }
    // The schedule does not repeat a command: whoever gave it gives it again.
    await kit.disturbing(async () => scenario.repeat?.(kit));
    const future = momentOf(kit);
    if (kit.broken.length === 0 && this.futures.has(future)) return [];
    this.futures.add(future);
    const answers = await kit.days(scenario.settledAfter);
    const last = answers.at(-1);
    const state = endState(kit);
    const [extra, missing] = [state.filter((line) => !this.settled.includes(line)), this.settled.filter((line) => !state.includes(line))];
    return [
      ...kit.broken.map(({ rule, story }) => `${rule}: ${story}`),
      ...(last?.error ? [`the last run failed: ${last.error.errorMessage}`] : []),
      ...(last?.result?.failures ?? []).map(({ step, message }) => `the last run's ${step} failed: ${message}`),
      ...(extra.length + missing.length > 0 ? [`after all graces there is [${extra.join('; ')}] in place of [${missing.join('; ')}]`] : []),
    ];
  }
}
