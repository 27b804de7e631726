import type { Decision, Step } from '../../shared/decision';
import { DAY_MS, daysBetween, lengthOf, type Period } from '../../shared/period';
import type { AccessKey } from './user-facts';
import type { View } from './view';

/** The last day before a step is always warned of, where people are warned at all. */
const LAST: Period = { unit: 'days', days: 1 };

/**
 * A warning at each of the policy's times, given by the last run that is not later than it, so that schedules which skip days warn on the
 * nearest earlier one; for exact policies, once the longest warning time has begun.
 */
export function warnOrWait(view: View, key: AccessKey, step: Step, on: Date, reason: string): Decision {
  return isWarningDue(view, on) ? { action: 'warn', keyId: key.id, step, on, reason } : { action: 'wait', keyId: key.id, reason };
}

function isWarningDue({ policy, now }: View, on: Date): boolean {
  const times = policy.warn.filter((time) => lengthOf(time) > 0);
  const [longest] = times;
  if (!longest) return false;
  if (longest.unit !== 'days') return on.getTime() - now.getTime() <= Math.max(...times.map(lengthOf));
  const left = daysBetween(now, on);
  if (left <= 0) return false;
  const next = policy.nextRun ? Math.max(1, daysBetween(now, policy.nextRun)) : 1;
  return [...times, LAST].some((time) => {
    const days = Math.round(lengthOf(time) / DAY_MS);
    return left >= days && left - next < days;
  });
}
