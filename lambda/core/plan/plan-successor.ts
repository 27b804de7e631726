import type { Decision } from '../../shared/decision';
import { isStoredWhenMade, isSupersededBy, isTaggedAsIssued } from './evidence';
import type { AccessKey, UserFacts } from './user-facts';
import { date, graceFromNow, stateOf, type View } from './view';

/** Two runs a day apart must have seen that a key is in no secret: the later one may start a little early, and must not be much later. */
const LOST = { afterMs: 20 * 3_600_000, withinMs: 3 * 86_400_000 };

/**
 * Decides about a key that we issued and that is not as we left it: in no secret any more, in a secret that is called by a former name of
 * its user, or without our tag. Such a successor is no reason to disable or delete any other key; undefined when there is none.
 */
export function planSuccessor(view: View): Decision[] | undefined {
  const { user } = view;
  for (const key of user.keys) {
    const decision = planIssued(view, key);
    if (!decision) continue;
    if (decision.action === 'remove-orphan') return [decision];
    const others = user.keys.filter(({ id }) => id !== key.id && !('keyId' in decision && decision.keyId === id));
    const why = decision.action === 'note-issued' ? 'is seen to first' : 'cannot be fetched';
    const reason = `its successor ${key.id} ${why}, so nothing is done about it`;
    return [decision, ...others.map(({ id }): Decision => ({ action: 'wait', keyId: id, reason }))];
  }
  return undefined;
}

function planIssued(view: View, key: AccessKey): Decision | undefined {
  const { user } = view;
  const [predecessor] = user.keys.filter(({ id }) => id !== key.id);
  if (!predecessor || key.status !== 'Active') return undefined;
  // A key that was replaced in its turn may be in no version any more: it has its own grace, as long as its successor works.
  if (user.keys.some((other) => other.status === 'Active' && (isReplacedBy(user, key, other) || isLaterOfOurs(user, key, other))))
    return undefined;
  if (!isTaggedAsIssued(user, key)) {
    if (!user.memory.get(key.id)?.issued) return undefined;
    const noted: Decision = {
      action: 'note-issued',
      keyId: key.id,
      reason: `somebody took our tags off the user; this key was issued on ${date(key.created)}`,
    };
    if (isStoredWhenMade(user, key)) return noted;
    if (user.stored.versions.has(key.id) || isUsed(key)) return undefined;
    // The memory alone permits nothing, not even a tag that would then agree with it; it holds everything back.
    return {
      action: 'blocked',
      keyId: key.id,
      reason: `the rotator remembers that it issued this key, nobody used it, and neither the user's tags nor a secret say so any more; a person must decide: delete it if nobody has it, or use it`,
    };
  }
  const { renamed, current, versions } = user.stored;
  if (renamed && current === key.id && !renamed.readable && renamed.repairable) {
    const reason = `the user was called ${renamed.from} when ${key.id}, which replaces it, was stored, and may read that secret under the new name from now on`;
    const grace = predecessor.status === 'Active' && { disableOn: graceFromNow(view, predecessor) };
    return { action: 'follow-rename', keyId: predecessor.id, successor: key.id, from: renamed.from, reason, ...grace };
  }
  if (renamed && !renamed.repairable && !isUsed(key) && user.stored.own?.has(key.id)) {
    const where = `it is in the secret of ${renamed.from}, as the user was called then, in their own account`;
    return {
      action: 'blocked',
      keyId: key.id,
      reason: `${where}, and whether they may read it under their new name is not known; a person must decide: use it from there, or delete it`,
    };
  }
  const outOfReach = renamed !== undefined && !renamed.repairable && key.lastUsed === 'never';
  if (versions.has(key.id) && !outOfReach) return undefined;
  const where = outOfReach ? 'in a secret that the user cannot read under their new name' : 'in no secret';
  return planRewritten(view, key) ?? planLost(view, key, where);
}

/** A version that is called as ours would be, whatever its label, and that AWS made at another time: what it holds nobody of ours wrote. */
function planRewritten({ user }: View, key: AccessKey): Decision | undefined {
  const made = user.stored.forged?.get(key.id);
  const ours = user.memory.get(key.id)?.issued === true && !isUsed(key);
  if (!ours || !made) return undefined;
  const reason = `we issued it on ${date(key.created)}, and the version of the secret that is called by it was made on ${date(made)} by somebody else, so nobody may have it; a person must decide: delete it, and the secret with it`;
  return { action: 'blocked', keyId: key.id, reason };
}

function planLost(view: View, key: AccessKey, where: string): Decision | undefined {
  const { user, now } = view;
  const state = stateOf(view, key);
  const doubt = (why: string): Decision => ({
    action: 'blocked',
    keyId: key.id,
    reason: `we issued it, and it is ${where}; ${why}`,
  });
  const remembered = user.memory.get(key.id);
  // A tag alone would be anybody's word: without the rotator's own memory of it the key is a person's.
  if (isUsed(key) || !(remembered?.issued ?? isStoredWhenMade(user, key))) return undefined;
  if (user.stored.deleted ?? user.stored.formerDeleted)
    return doubt('its secret is being deleted: restore it (aws secretsmanager restore-secret)');
  // Who takes our tags off the user takes off what they say of the store, too.
  if ((state.central ?? remembered?.central) && !user.stored.central)
    return doubt(
      'it was to be stored in the central store, which this deployment does not ask; a person must decide: use it from there, or delete it',
    );
  const storedAs = remembered?.storedAs;
  if (storedAs !== undefined && !namesAsked(user).includes(storedAs))
    return doubt(
      `it was stored in the secret of ${storedAs}, as the user was called then, and this run was not led there; a person must decide: use it from there, or delete it`,
    );
  if (key.lastUsed === undefined) return doubt('whether it was used is not known');
  const fetched = remembered?.fetched;
  if (fetched)
    return doubt(
      `somebody fetched it on ${date(fetched)} and has not used it: ask its user, and delete it if nobody has it; a person must decide`,
    );
  const beside = user.keys.filter(({ id, status }) => id !== key.id && status === 'Active');
  if (beside.length === 0)
    return doubt("it is the user's only active key: enable the older one, or issue a key by hand; a person must decide");
  if (!beside.some((other) => mayBeHad(user, other)))
    return doubt(
      `so is ${beside.map(({ id }) => id).join(' and ')}: nobody may have any of them; a person must decide: delete one, and force the user's rotation`,
    );
  const off = user.keys.find((other) => isReplacedBy(user, key, other));
  if (off) return doubt(`${off.id}, which replaced it, is inactive: enable one that works, or issue a key by hand; a person must decide`);
  const { lost = now } = state;
  // Both of our witnesses of the first sight must say so: the tag, and the memory.
  const ages = state.lost && remembered?.lost ? [lost, remembered.lost].map((at) => now.getTime() - at.getTime()) : [];
  if (ages.length > 0 && ages.every((ms) => ms <= LOST.withinMs)) {
    if (ages.some((ms) => ms < LOST.afterMs))
      return { action: 'wait', keyId: key.id, reason: `it is ${where}; the next day's run looks again` };
    const reason = `it has been ${where} since ${date(lost)}, and nobody ever used it: its user gets another one`;
    return { action: 'remove-orphan', keyId: key.id, reason };
  }
  const reason = `we issued it, and now it is ${where} and was never used, so nobody has it; if the next day's run sees the same, it is removed and its user gets another one`;
  return { action: 'note-lost', keyId: key.id, reason };
}

/** Whether we remember that we issued `other` after `key`, whatever tags say: a tag that anybody can write does not make `key` a lost one. */
const isLaterOfOurs = (user: UserFacts, key: AccessKey, other: AccessKey): boolean =>
  other.created > key.created && user.memory.get(other.id)?.issued === true;

/** The names whose secrets were read: a former one that has a key of theirs is read alone. */
const namesAsked = ({ name, state, stored: { renamed } }: UserFacts): (string | undefined)[] =>
  renamed ? [renamed.from] : [name, state.storedAs];

const isReplacedBy = (user: UserFacts, key: AccessKey, other: AccessKey): boolean =>
  other.id !== key.id && isSupersededBy(user, key, other);

/** Whether somebody may have a key: a person made it, it was used, or it can be fetched. */
function mayBeHad(user: UserFacts, key: AccessKey): boolean {
  const ours = isTaggedAsIssued(user, key) || user.memory.get(key.id)?.issued === true;
  return !ours || isUsed(key) || (user.stored.versions.has(key.id) && user.stored.renamed?.repairable !== false);
}

const isUsed = ({ lastUsed }: AccessKey): boolean => lastUsed !== undefined && lastUsed !== 'never';
