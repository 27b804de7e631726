import { Progress } from '../../cli/base/progress';
import type { Sandbox } from '../../sandbox/sandbox';
import type { NeverRules } from '../never-rules/never-rules';
import type { Consumer } from './consumer';
import type { KeyLives } from './key-lives';
import { MINUTE_MS, PROGRAMS, START } from './organization';
import type { Strangers } from './strangers';

/** After which each user has a key that the policy issued: the first keys come of age meanwhile. */
const FIRST_MINUTES = 5;
/** Into a minute, so that programs ask at other moments than those of runs; another one each time. */
const BETWEEN_MS = [5_000, 55_000, 20_000, 40_000] as const;
/** Clients ask for others' users so often. */
const STRANGERS_EACH_MINUTES = 10;

/** Who lives through the hour. */
export interface Living {
  sandbox: Sandbox;
  rules: NeverRules;
  lives: KeyLives;
  consumers: readonly Consumer[];
  strangers: Strangers;
}

/** Lets so many minutes pass, each with the policy's run and what programs do, once the first keys are issued. */
export async function liveMinutes({ sandbox, rules, lives, consumers, strangers }: Living, minutes: number): Promise<void> {
  const progress = new Progress('minute {value}/{total} │ {what}');
  progress.start(minutes);
  for (let minute = 1 - FIRST_MINUTES; minute <= minutes; minute += 1) {
    const at = START.getTime() + (minute + FIRST_MINUTES) * MINUTE_MS + (BETWEEN_MS[(minute + FIRST_MINUTES) % BETWEEN_MS.length] ?? 0);
    rules.beforeRun();
    const startedAt = sandbox.clock.now();
    await sandbox.advanceTo(new Date(at));
    if (minute > 0) for (const consumer of consumers) await consumer.live();
    if (minute > 0 && minute % STRANGERS_EACH_MINUTES === 0) await strangers.ask();
    rules.afterRun(startedAt);
    const { issued, disabled, deleted } = lives.sums(PROGRAMS);
    const calls = consumers.reduce((all, one) => all + one.calls, 0);
    progress.update(Math.max(minute, 0), `${issued} keys issued, ${disabled} disabled, ${deleted} deleted, ${calls} calls made`);
  }
  progress.stop();
}
