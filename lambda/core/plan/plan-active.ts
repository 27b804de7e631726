import type { Decision } from '../../shared/decision';
import { daysBetween, endOf, isOver } from '../../shared/period';
import { isSupersededBy, isTaggedAsIssued } from './evidence';
import { MAX_INVOCATION_MS } from './key-state';
import { planSecret } from './plan-secret';
import type { AccessKey, UserFacts } from './user-facts';
import { age, date, graceFromNow, recoveryFromNow, latest, promised, stateOf, toldSince, type View } from './view';
import { warnOrWait } from './warnings';

/** Whether the key is of the age at which it gets a successor. */
const isDue = ({ policy, now }: View, key: AccessKey): boolean => isOver(policy.rotate, key.created, now);

const wait = (view: View, key: AccessKey): Decision => ({ action: 'wait', keyId: key.id, reason: `it is ${age(view, key)} old` });

/** Of a user's one key: a successor when it is due. */
export function planOnlyKey(view: View, key: AccessKey): Decision {
  const { policy } = view;
  if (!isDue(view, key)) {
    const on = endOf(policy.rotate, key.created);
    const near = warnOrWait(view, key, 'rotate', on, `it is ${age(view, key)} old and is rotated on ${date(on)}`);
    return near.action === 'wait' ? (planSecret(view, key) ?? near) : near;
  }
  if (policy.unusedKeys === 'retire') {
    if (key.lastUsed === undefined) return { action: 'blocked', keyId: key.id, reason: 'whether the key was ever used is not known' };
    if (key.lastUsed === 'never') return planAfterNotice(view, key, 'it was never used and gets no successor');
  }
  return { action: 'rotate', keyId: key.id, disableOn: graceFromNow(view, key), reason: `it is ${age(view, key)} old` };
}

/** Of an active key beside an inactive one: nothing can be created until that one is gone. */
export function planBesideInactive(view: View, key: AccessKey, inactive: AccessKey): Decision {
  if (!isDue(view, key)) return wait(view, key);
  return {
    action: 'blocked',
    keyId: key.id,
    reason: `it is ${age(view, key)} old, but IAM allows two keys per user and the ${inactive.expired ? 'expired' : 'inactive'} key ${inactive.id} takes the second place until it is deleted`,
  };
}

/** Of a key whose successor we issued and stored: its grace, then off. */
export function planSuperseded(view: View, key: AccessKey, successor: AccessKey): Decision {
  const { policy, now, user } = view;
  const { behind, since } = user.stored;
  const why = `it was replaced by ${successor.id} on ${date(successor.created)}`;
  if (behind) {
    const reason = `${why}, which does not reach the secret's replica in ${behind.join(' and in ')}; its grace begins when the replica follows again, or was removed`;
    return { action: 'wait-for-replica', keyId: key.id, reason };
  }
  const state = stateOf(view, key);
  const from = latest(latest(latest(successor.created, since), state.reenabled), state.behind);
  const told = `${why}${notFetched(view, successor)}`;
  const on = promised(view, key, 'disable', from, endOf(policy.disableGrace, from));
  if (!on) {
    const announced = graceFromNow(view, key);
    const reason = `${told}; nobody could be told so far, so its grace begins with this mail, and it is disabled on ${date(announced)}`;
    return { action: 'announce', keyId: key.id, step: 'disable', on: announced, reason };
  }
  if (now < on) return warnOrWait(view, key, 'disable', on, `${told} and is disabled on ${date(on)}`);
  return (
    hold(view, key, successor, { from, why }) ?? {
      action: 'disable',
      keyId: key.id,
      successor: successor.id,
      deleteOn: recoveryFromNow(view, key),
      reason: `${told} and its grace is over`,
    }
  );
}

/** People who may not fetch the new key, because a policy wants MFA for instance, learn it from every warning. */
function notFetched({ user: { stored } }: View, successor: AccessKey): string {
  if (stored.fetched && daysBetween(successor.created, stored.fetched) >= 0) return '';
  return ' (nobody has fetched that key from its secret yet; who is not allowed to, for want of MFA for instance, asks an administrator of the account)';
}

/** A program that uses a key does so within a week. */
const IN_USE_DAYS = 7;

/** While it is used, until the longest hold is over; whoever was told that their key is held keeps that, whatever the settings say since. */
function hold(view: View, key: AccessKey, successor: AccessKey, { from, why }: { from: Date; why: string }): Decision | undefined {
  const { policy, now, user } = view;
  const { lastUsed } = key;
  const told = toldSince(view, key, 'hold', from)?.on;
  const until = policy.whileInUse === 'hold' ? latest(endOf(policy.maxHold, from), told) : told;
  if (!until || now >= until) return undefined;
  if (lastUsed === undefined) return { action: 'blocked', keyId: key.id, reason: 'whether the key is still used is not known' };
  if (lastUsed === 'never' || lastUsed.at <= successor.created || daysBetween(lastUsed.at, now) > IN_USE_DAYS) return undefined;
  // Fetching the successor takes the old key: that is no use of it.
  const handedOver = lastUsed.service === 'secretsmanager' && user.stored.fetched && daysBetween(lastUsed.at, user.stored.fetched) === 0;
  if (handedOver) return undefined;
  const use = `${lastUsed.service} in ${lastUsed.region} on ${date(lastUsed.at)}`;
  const reason = `${why}, but it is still in use (${use}); it is disabled on ${date(until)} at the latest`;
  const isKnown = told?.getTime() === until.getTime();
  return isKnown ? warnOrWait(view, key, 'disable', until, reason) : { action: 'hold', keyId: key.id, until, reason };
}

/**
 * Of an active key beside other active ones that do not replace it: nothing can be created, so one of them makes room after a notice and
 * the whole grace. That is the oldest when it is due, or one that was never used, so that a key in use gets a successor instead.
 */
export function planTwoKeys(view: View, key: AccessKey, others: readonly AccessKey[]): Decision {
  const { user } = view;
  const older = others.find((other) => isSupersededBy(user, other, key));
  if (older) return isDue(view, key) ? waitFor(view, key, older) : wait(view, key);
  const all = user.keys.filter(({ status }) => status === 'Active').toSorted(byAge);
  if (!all.some((one) => isDue(view, one))) return wait(view, key);
  const young = all.find(({ created }) => user.listedAt.getTime() - created.getTime() < MAX_INVOCATION_MS);
  if (young) return isDue(view, key) ? waitToKnow(view, key, young) : wait(view, key);
  const going = makesRoom(view, all);
  if (going === undefined) return isDue(view, key) ? unknownUse(key) : wait(view, key);
  if (going.id !== key.id) return isDue(view, key) ? waitFor(view, key, going) : wait(view, key);
  // A key that is younger than ours was not replaced by it.
  const issued = others.find((other) => byAge(key, other) < 0 && user.stored.versions.has(other.id) && isTaggedAsIssued(user, other));
  if (issued) {
    return {
      action: 'blocked',
      keyId: key.id,
      reason: `it is due, but the secret's current version no longer holds ${issued.id}, which we issued; a person must decide: store it there again, or delete one of the keys`,
    };
  }
  const named = others.map(({ id }) => id).join(' and ');
  return planAfterNotice(
    view,
    key,
    isDue(view, key)
      ? `it is ${age(view, key)} old, and the user's second active key ${named} leaves no room for a successor`
      : `it was never used, and the user's key ${named} is due and needs its place`,
  );
}

const unknownUse = (key: AccessKey): Decision => ({
  action: 'blocked',
  keyId: key.id,
  reason: "whether the user's keys are used is not known",
});

const waitFor = (view: View, key: AccessKey, going: AccessKey): Decision => ({
  action: 'blocked',
  keyId: key.id,
  reason: `it is ${age(view, key)} old, and is rotated once the key ${going.id} is gone`,
});

/** Another invocation may be issuing the young key, and what it has written not be seen yet. */
const waitToKnow = (view: View, key: AccessKey, young: AccessKey): Decision => ({
  action: 'wait',
  keyId: key.id,
  reason: `it is ${age(view, key)} old; ${young.id} was made only just now, and the next run sees what it is`,
});

const byAge = (a: AccessKey, b: AccessKey): number => a.created.getTime() - b.created.getTime() || (a.id < b.id ? -1 : 1);

/** Undefined when it cannot be told, because the use of a key is not known. */
function makesRoom(view: View, keys: readonly AccessKey[]): AccessKey | undefined {
  if (keys.some(({ lastUsed }) => lastUsed === undefined)) return undefined;
  const used = keys.filter(({ lastUsed }) => lastUsed !== 'never');
  const unused = keys.find((key) => key.lastUsed === 'never' && isOver(view.policy.disableGrace, key.created, view.now));
  if (unused && used.length > 0) return unused;
  return keys.find((key) => isDue(view, key));
}

/** The user's other active key at the time of a notice, or `none`; a notice holds for that situation only. */
export const besideOf = ({ keys }: UserFacts, keyId: string): string =>
  keys.find((key) => key.id !== keyId && key.status === 'Active')?.id ?? 'none';

/** The path without a successor: a notice first, then the whole grace, then disabling. */
function planAfterNotice(view: View, key: AccessKey, why: string): Decision {
  const { policy, now } = view;
  const state = stateOf(view, key);
  const noticed = state.notice && state.noticeBeside === besideOf(view.user, key.id) ? state.notice : undefined;
  const from = noticed && latest(noticed, state.reenabled);
  const byPolicy = from && endOf(policy.disableGrace, from);
  const on = from && byPolicy && promised(view, key, 'disable', from, byPolicy);
  if (!on) {
    // A notice begins the grace even untold then: telling of it again must not begin it anew.
    if (byPolicy && policy.untold === 'proceed')
      return { action: 'warn', keyId: key.id, step: 'disable', on: byPolicy, reason: `${why}; it is disabled on ${date(byPolicy)}` };
    const disableOn = graceFromNow(view, key);
    return { action: 'notify', keyId: key.id, disableOn, reason: `${why}; it is disabled on ${date(disableOn)}` };
  }
  if (now < on) return warnOrWait(view, key, 'disable', on, `${why}; it is disabled on ${date(on)}`);
  const reason = `${why}; notice was given on ${date(noticed)} and the grace is over`;
  return { action: 'disable', keyId: key.id, deleteOn: recoveryFromNow(view, key), reason };
}
