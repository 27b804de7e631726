import type { Decision, Step } from '../../shared/decision';
import type { AccessKey, UserFacts } from './user-facts';
import { planOrphans, runningIntent } from './plan-orphans';
import { daysBetween, endOf, isOver, lengthOf } from '../../shared/period';
import { mayLoseSecret, planRescue, planSecret } from './plan-secret';
import type { Policy } from './policy';
import { staleTags, type KeyState } from './key-state';

/**
 * Decides what is to be done about one user's keys, from what was read of them and nothing else. At most one step per key and run;
 * an active key is never deleted; a user who had an active key keeps one (except under `unusedKeys: retire`).
 */
export function plan(user: UserFacts, policy: Policy, now: Date): Decision[] {
  const running = runningIntent(user);
  if (running) {
    return [{ action: 'skip', because: 'busy', reason: `another invocation is issuing a key until ${running.until.toISOString()}` }];
  }
  const rescue = planRescue(user);
  if (rescue.length > 0) return rescue;
  const orphans = planOrphans(user);
  if (orphans.some((decision) => decision.action !== 'forget')) return orphans;
  const view: View = { user, policy, now };
  return [...orphans, ...planStaleTags(user), ...user.keys.map((key) => planKey(view, key))];
}

/** After so long without a run, or in the exemption group, an inactive key may have been enabled and disabled again unseen. */
const LONGEST_UNSEEN_DAYS = 30;

interface View {
  user: UserFacts;
  policy: Policy;
  now: Date;
}

function planStaleTags(user: UserFacts): Decision[] {
  const tagKeys = staleTags(user.tags, new Set(user.keys.map((key) => key.id)), user.state);
  return tagKeys.length === 0 ? [] : [{ action: 'forget', tagKeys, reason: 'the keys these tags tell about are gone' }];
}

function planKey(view: View, key: AccessKey): Decision {
  if (key.status === 'Inactive') return planInactive(view, key);
  const state = stateOf(view, key);
  if (state.inactive) {
    const times = (state.times ?? 0) + 1;
    return { action: 'note-reenabled', keyId: key.id, times, reason: `a person re-enabled the key; it gets a fresh grace (time ${times})` };
  }
  const other = view.user.keys.find((one) => one.id !== key.id);
  if (!other) return planOnlyKey(view, key, state);
  if (other.status === 'Inactive') return planBesideInactive(view, key, other);
  if (isSupersededBy(view.user, key, other)) return planSuperseded(view, key, state, other);
  const younger = isSupersededBy(view.user, other, key) || !isOlder(key, other);
  return younger ? planYoungerOfTwo(view, key, other) : planOlderOfTwo(view, key, state, other);
}

const stateOf = (view: View, key: AccessKey): KeyState => view.user.state.keys.get(key.id) ?? {};

function isOlder(key: AccessKey, other: AccessKey): boolean {
  const apart = key.created.getTime() - other.created.getTime();
  return apart === 0 ? key.id < other.id : apart < 0;
}

/** Whether we issued `other` as `key`'s successor: the secret's current version holds it, and it is not the older one. */
export function isSupersededBy(user: UserFacts, key: AccessKey, other: AccessKey): boolean {
  return user.stored.current === other.id && other.created >= key.created;
}

const date = (at: Date): string => at.toISOString().slice(0, 10);

function age(view: View, key: AccessKey): string {
  const { rotate } = view.policy;
  if (rotate.unit === 'days') return `${daysBetween(key.created, view.now)} days`;
  const minutes = Math.floor((view.now.getTime() - key.created.getTime()) / 60_000);
  return minutes < 120 ? `${minutes} minutes` : `${Math.floor(minutes / 60)} hours`;
}

/** A warning on the day the warning period begins and on the last day; for exact policies, once the warning period has begun. */
function warnOrWait(view: View, key: AccessKey, step: Step, on: Date, reason: string): Decision {
  const { warn } = view.policy;
  const due =
    warn.unit === 'days'
      ? lengthOf(warn) > 0 && [warn.days, 1].includes(daysBetween(view.now, on))
      : lengthOf(warn) > 0 && on.getTime() - view.now.getTime() <= warn.milliseconds;
  return due ? { action: 'warn', keyId: key.id, step, on, reason } : { action: 'wait', keyId: key.id, reason };
}

function planOnlyKey(view: View, key: AccessKey, state: KeyState): Decision {
  const { policy, now } = view;
  if (!isOver(policy.rotate, key.created, now)) {
    const on = endOf(policy.rotate, key.created);
    const near = warnOrWait(view, key, 'rotate', on, `it is ${age(view, key)} old and is rotated on ${date(on)}`);
    return near.action === 'wait' ? (planSecret(view, key) ?? near) : near;
  }
  if (policy.unusedKeys === 'retire') {
    if (key.lastUsed === undefined) return { action: 'blocked', keyId: key.id, reason: 'whether the key was ever used is not known' };
    if (key.lastUsed === 'never') return planAfterNotice(view, key, state, 'none', 'it was never used and gets no successor');
  }
  return { action: 'rotate', keyId: key.id, disableOn: endOf(policy.disableGrace, now), reason: `it is ${age(view, key)} old` };
}

function planBesideInactive(view: View, key: AccessKey, inactive: AccessKey): Decision {
  if (!isOver(view.policy.rotate, key.created, view.now)) {
    return { action: 'wait', keyId: key.id, reason: `it is ${age(view, key)} old` };
  }
  return {
    action: 'blocked',
    keyId: key.id,
    reason: `it is ${age(view, key)} old, but IAM allows two keys per user and the inactive key ${inactive.id} takes the second place until it is deleted`,
  };
}

function planSuperseded(view: View, key: AccessKey, state: KeyState, successor: AccessKey): Decision {
  const { policy, now } = view;
  const why = `it was replaced by ${successor.id} on ${date(successor.created)}`;
  const { behind } = view.user.stored;
  if (behind) {
    const reason = `${why}, which does not reach the secret's replica in ${behind.join(' and in ')}; its grace begins when the replica follows again, or was removed`;
    return { action: 'wait-for-replica', keyId: key.id, reason };
  }
  const from = latest(latest(successor.created, state.reenabled), state.behind);
  if (!isOver(policy.disableGrace, from, now)) {
    const on = endOf(policy.disableGrace, from);
    return warnOrWait(view, key, 'disable', on, `${why} and is disabled on ${date(on)}`);
  }
  if (policy.whileInUse === 'hold' && !isOver(policy.maxHold, from, now)) {
    if (key.lastUsed === undefined) return { action: 'blocked', keyId: key.id, reason: 'whether the key is still used is not known' };
    if (key.lastUsed !== 'never' && key.lastUsed.at > successor.created) {
      const until = endOf(policy.maxHold, from);
      const use = `${key.lastUsed.service} in ${key.lastUsed.region} on ${date(key.lastUsed.at)}`;
      const reason = `${why}, but it is still in use (${use}); it is disabled on ${date(until)} at the latest`;
      const first = daysBetween(endOf(policy.disableGrace, from), now) === 0;
      return first ? { action: 'hold', keyId: key.id, until, reason } : warnOrWait(view, key, 'disable', until, reason);
    }
  }
  return { action: 'disable', keyId: key.id, deleteOn: endOf(policy.deleteGrace, now), reason: `${why} and its grace is over` };
}

function planOlderOfTwo(view: View, key: AccessKey, state: KeyState, other: AccessKey): Decision {
  if (!isOver(view.policy.rotate, key.created, view.now)) {
    return { action: 'wait', keyId: key.id, reason: `it is ${age(view, key)} old` };
  }
  if (view.user.stored.versions.has(other.id)) {
    return {
      action: 'blocked',
      keyId: key.id,
      reason: `it is due, but the secret's current version no longer holds ${other.id}, which we issued; store it there again or delete one of the keys`,
    };
  }
  return planAfterNotice(
    view,
    key,
    state,
    other.id,
    `it is ${age(view, key)} old, and the user's second active key ${other.id} leaves no room for a successor`,
  );
}

function planYoungerOfTwo(view: View, key: AccessKey, older: AccessKey): Decision {
  if (!isOver(view.policy.rotate, key.created, view.now)) {
    return { action: 'wait', keyId: key.id, reason: `it is ${age(view, key)} old` };
  }
  return { action: 'blocked', keyId: key.id, reason: `it is ${age(view, key)} old, and is rotated once the older key ${older.id} is gone` };
}

/** The path without a successor: a notice first, then the whole grace, then disabling. */
function planAfterNotice(view: View, key: AccessKey, state: KeyState, beside: string, why: string): Decision {
  const { policy, now } = view;
  if (!state.notice || state.noticeBeside !== beside) {
    const disableOn = endOf(policy.disableGrace, now);
    return { action: 'notify', keyId: key.id, disableOn, reason: `${why}; it is disabled on ${date(disableOn)}` };
  }
  const from = latest(state.notice, state.reenabled);
  if (isOver(policy.disableGrace, from, now)) {
    const reason = `${why}; notice was given on ${date(state.notice)} and the grace is over`;
    return { action: 'disable', keyId: key.id, deleteOn: endOf(policy.deleteGrace, now), reason };
  }
  const on = endOf(policy.disableGrace, from);
  return warnOrWait(view, key, 'disable', on, `${why}; it is disabled on ${date(on)}`);
}

function planInactive(view: View, key: AccessKey): Decision {
  const { policy, now, user } = view;
  const superseded = user.keys.some((other) => other.id !== key.id && isSupersededBy(user, key, other));
  const seen = stateOf(view, key).inactive;
  const recovered = endOf(policy.deleteGrace, seen ?? now);
  const on = superseded ? recovered : latest(recovered, endOf(policy.deleteAge, key.created));
  if (!seen) {
    return { action: 'note-inactive', keyId: key.id, deleteOn: on, reason: `it was found inactive; it is deleted on ${date(on)}` };
  }
  if (now >= on && policy.deleteGrace.unit === 'days' && daysBetween(on, now) > LONGEST_UNSEEN_DAYS) {
    const deleteOn = endOf(policy.deleteGrace, now);
    const reason = `it was to be deleted on ${date(on)}, but nobody looked at it for so long that it may have been in use since; it is deleted on ${date(deleteOn)}`;
    return { action: 'note-inactive', keyId: key.id, deleteOn, reason };
  }
  if (now >= on) return { action: 'delete', keyId: key.id, reason: `it has been inactive since ${date(seen)}` };
  return warnOrWait(view, key, 'delete', on, `it has been inactive since ${date(seen)} and is deleted on ${date(on)}`);
}

function latest(first: Date, second: Date | undefined): Date {
  return second && second > first ? second : first;
}

/** Whether these look like a key and its successor in the grace between them: most likely nothing is to be done today. */
export function looksSettled(keys: readonly { active: boolean; created: Date | undefined }[], policy: Policy, now: Date): boolean {
  if (keys.length < 2) return false;
  return keys.every((key) => key.active) && keys.some(({ created }) => created !== undefined && !isOver(policy.disableGrace, created, now));
}

/** Whether a user whose keys look like this may need a decision other than `wait`; the triage that spares everyone else the reads. */
export function mayNeedWork(keys: readonly { active: boolean; created: Date | undefined }[], policy: Policy, now: Date): boolean {
  if (keys.some((key) => !key.active) || keys.length > 1 || mayLoseSecret(keys, policy, now)) return true;
  return keys.some(
    (key) => key.created === undefined || endOf(policy.rotate, key.created).getTime() - lengthOf(policy.warn) <= now.getTime(),
  );
}
