import type { Decision } from '../../shared/decision';
import { daysBetween, endOf } from '../../shared/period';
import { isSupersededBy } from './evidence';
import type { AccessKey } from './user-facts';
import { date, latest, notBefore, promised, stateOf, type View } from './view';
import { warnOrWait } from './warnings';

/** After so long without a run, or in the exemption group, an inactive key may have been enabled and disabled again unseen. */
const LONGEST_UNSEEN_DAYS = 30;

/** A rare schedule alone is no reason to think so; two of its pauses, which differ, are. */
const longestUnseen = ({ policy, now }: View): number =>
  Math.max(LONGEST_UNSEEN_DAYS, policy.nextRun ? 2 * daysBetween(now, policy.nextRun) : 0);

/** Of an inactive key: its recovery time, which begins when it is first seen so and people are told, then deletion. */
export function planInactive(view: View, key: AccessKey): Decision {
  const { policy, now, user } = view;
  const superseded = user.keys.some((other) => other.id !== key.id && isSupersededBy(user, key, other));
  const after = (from: Date): Date => {
    const recovered = endOf(policy.deleteGrace, from);
    return superseded ? recovered : latest(recovered, endOf(policy.deleteAge, key.created));
  };
  const found = key.expired ? 'it has expired' : 'it was found inactive';
  const again = (why: string): Decision => {
    const deleteOn = notBefore(view, key, 'delete', after(now));
    return { action: 'note-inactive', keyId: key.id, deleteOn, reason: `${why}; it is deleted on ${date(deleteOn)}` };
  };
  const seen = stateOf(view, key).inactive;
  if (!seen) return again(found);
  const byPolicy = after(seen);
  const since = `it has been inactive since ${date(seen)}`;
  const on = promised(view, key, 'delete', seen, byPolicy);
  if (!on && policy.untold === 'wait')
    return again(`${since}, but nobody could be told so far, so its recovery time begins with this mail`);
  if (!on) return { action: 'warn', keyId: key.id, step: 'delete', on: byPolicy, reason: `${since} and is deleted on ${date(byPolicy)}` };
  if (now >= on && policy.deleteGrace.unit === 'days' && daysBetween(on, now) > longestUnseen(view)) {
    return again(`it was to be deleted on ${date(on)}, but nobody looked at it for so long that it may have been in use since`);
  }
  if (now >= on) return { action: 'delete', keyId: key.id, reason: since };
  return warnOrWait(view, key, 'delete', on, `${since} and is deleted on ${date(on)}`);
}
