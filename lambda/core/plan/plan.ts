import type { Decision } from '../../shared/decision';
import { isSupersededBy } from './evidence';
import { staleTags } from './key-state';
import { planBesideInactive, planOnlyKey, planSuperseded, planTwoKeys } from './plan-active';
import { planInactive } from './plan-inactive';
import { planOrphans, runningIntent } from './plan-orphans';
import { planRescue } from './plan-secret';
import { planSuccessor } from './plan-successor';
import type { Policy } from './policy';
import { marked, viewOf } from './quick';
import type { AccessKey, UserFacts } from './user-facts';
import { graceFromNow, stateOf, type View } from './view';

/**
 * Decides what is to be done about one user's keys, from what was read of them and nothing else. At most one step per key and run;
 * an active key is never deleted; a user who had an active key keeps one (except under `unusedKeys: retire`).
 */
export function plan(user: UserFacts, policy: Policy, now: Date): Decision[] {
  const running = runningIntent(user);
  if (running) {
    return [{ action: 'skip', because: 'busy', reason: `another invocation is issuing a key until ${running.until.toISOString()}` }];
  }
  const rescue = planRescue(user, policy);
  if (rescue.length > 0) return rescue;
  const orphans = planOrphans(user, now);
  if (orphans.some(({ action }) => action === 'remove-orphan' || action === 'blocked')) return orphans;
  const view: View = { user, policy, now };
  // An intent is forgotten last: a refusal for want of room, although the list shows some, says that there is a key to it.
  return [
    ...planStaleTags(user, now),
    ...(planSuccessor(view) ?? user.keys.map((key) => marked(view, key, planKey(viewOf(view, key), key)))),
    ...orphans,
  ];
}

/** By which IAM's lists may be behind its tags, in milliseconds; AWS gives no bound, tests go to half a minute. */
const LISTS_LAG_MS = 3 * 60_000;

/** Whether the key is to be disabled once its grace is over. */
const goesOff = ({ user }: View, key: AccessKey, others: readonly AccessKey[]): boolean =>
  others.some((other) => other.status === 'Active' && isSupersededBy(user, key, other)) ||
  user.state.keys.get(key.id)?.notice !== undefined;

function planStaleTags(user: UserFacts, now: Date): Decision[] {
  const tagKeys = staleTags(user.tags, new Set(user.keys.map((key) => key.id)), user.state, now);
  return tagKeys.length === 0 ? [] : [{ action: 'forget', tagKeys, reason: 'the keys these tags tell about are gone' }];
}

function planKey(view: View, key: AccessKey): Decision {
  if (key.status === 'Inactive') return planInactive(view, key);
  const others = view.user.keys.filter(({ id }) => id !== key.id);
  const only = others.length === 0 ? planOnlyKey(view, key) : undefined;
  // A due key gets its successor, whatever people did to it meanwhile.
  if (only?.action === 'rotate') return only;
  const state = stateOf(view, key);
  if (state.inactive && view.now.getTime() - state.inactive.getTime() < LISTS_LAG_MS) {
    return { action: 'wait', keyId: key.id, reason: 'it was found inactive only just now, and the list that calls it active may be older' };
  }
  if (state.inactive) {
    const times = (state.times ?? 0) + 1;
    const disableOn = goesOff(view, key, others) ? graceFromNow(view, key) : undefined;
    const reason = `a person re-enabled the key; it gets a fresh grace (time ${times})`;
    return { action: 'note-reenabled', keyId: key.id, times, reason, ...(disableOn && { disableOn }) };
  }
  const successor = others.find((other) => other.status === 'Active' && isSupersededBy(view.user, key, other));
  if (successor) return planSuperseded(view, key, successor);
  const inactive = others.find((other) => other.status === 'Inactive');
  if (only) return only;
  return inactive ? planBesideInactive(view, key, inactive) : planTwoKeys(view, key, others);
}
