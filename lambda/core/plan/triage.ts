import { DAY_MS, daysBetween, endOf, isOver, lengthOf } from '../../shared/period';
import { mayLoseSecret } from './plan-secret';
import type { Policy } from './policy';

/** What is known of a key before it is looked at. */
export interface RoughKey {
  active: boolean;
  created: Date | undefined;
}

/** Whether these look like a key and its successor in the grace between them: most likely nothing is to be done today. */
export function looksSettled(keys: readonly RoughKey[], policy: Policy, now: Date): boolean {
  if (keys.length < 2) return false;
  return keys.every((key) => key.active) && keys.some(({ created }) => created !== undefined && !isOver(policy.disableGrace, created, now));
}

/** Whether a user whose keys look like this may need a decision other than `wait`; the triage that spares everyone else the reads. */
export function mayNeedWork(keys: readonly RoughKey[], policy: Policy, now: Date): boolean {
  if (keys.some((key) => !key.active) || keys.length > 1 || mayLoseSecret(keys, policy, now)) return true;
  const [longest] = policy.warn;
  // A warning is given by the last run before its time.
  const early = policy.nextRun ? Math.max(0, daysBetween(now, policy.nextRun) - 1) * DAY_MS : 0;
  const ahead = (longest ? lengthOf(longest) : 0) + early;
  return keys.some((key) => key.created === undefined || endOf(policy.rotate, key.created).getTime() - ahead <= now.getTime());
}
