import type { Decision } from '../../shared/decision';
import type { AccessKey, UserFacts } from './user-facts';
import type { Intent } from './key-state';

/** A key is ours only when it appeared within this time of the intent; `issueKey` gives up before it is over. */
const CREATE_WINDOW_MS = { before: 5_000, after: 60_000 };

/** An intent without a key is given up only when a run so much later saw the same, in milliseconds: IAM's lists may be old. */
const LOOK_AGAIN_MS = 60 * 60_000;

/**
 * The intent of an invocation that was still running when the keys were listed, and may have made one since: the user must be left alone.
 */
export function runningIntent(user: UserFacts): Intent | undefined {
  return user.state.intents.find((intent) => intent.until > user.listedAt);
}

/** Whether a key may be the one that an intent announced. */
export function appearedIn(intent: Pick<Intent, 'at' | 'known'>, key: Pick<AccessKey, 'id' | 'created'>): boolean {
  const after = key.created.getTime() - intent.at.getTime();
  return !intent.known.includes(key.id) && after >= -CREATE_WINDOW_MS.before && after <= CREATE_WINDOW_MS.after;
}

/** A key that some version of the secret holds, or that was used, is in somebody's hands: it is not lost. */
function isHeld(user: UserFacts, key: AccessKey, intents: readonly Intent[]): boolean {
  const wasUsed = key.lastUsed !== undefined && key.lastUsed !== 'never';
  return user.stored.versions.has(key.id) || (wasUsed && !intents.some((intent) => isProof(intent, key)));
}

/** Whether the only use of a key is that by which the invocation that made it proves that it works. */
function isProof(intent: Intent, key: AccessKey): boolean {
  const { lastUsed } = key;
  if (!intent.proves || !appearedIn(intent, key) || lastUsed === undefined || lastUsed === 'never') return false;
  return lastUsed.service === 'sts' && lastUsed.at <= intent.until;
}

/**
 * Decides about intents whose invocation is certainly over: a key that appeared in the call's window, was never used and is in no
 * version of the secret is ours and lost, so it is removed. Anything less certain is left alone and reported; so are two such keys. An
 * intent that the rotator's own record does not know says nothing about any key.
 */
export function planOrphans(user: UserFacts, now: Date): Decision[] {
  const forged = user.state.intents.filter(({ ours }) => !ours).map(({ tagKey }) => tagKey);
  const decisions = planLost(user, now);
  if (forged.length === 0) return decisions;
  return [...decisions, { action: 'forget', tagKeys: forged, reason: 'no run of ours announced a key by these tags' }];
}

function planLost(user: UserFacts, now: Date): Decision[] {
  const intents = user.state.intents.filter(({ ours }) => ours);
  const [suspect, another] = user.keys.filter((key) => !isHeld(user, key, intents) && intents.some((intent) => appearedIn(intent, key)));
  if (!suspect) {
    return intents.flatMap((intent): Decision[] => {
      const { tagKey, seen } = intent;
      if (user.keys.some((key) => appearedIn(intent, key)))
        return [{ action: 'forget', tagKeys: [tagKey], opensSecret: true, reason: 'an interrupted run left its key stored' }];
      if (!seen)
        return [{ action: 'note-unfinished', intent, reason: 'an interrupted run left no key that IAM shows; the next run looks again' }];
      if (now.getTime() - seen.getTime() < LOOK_AGAIN_MS) return [];
      return [{ action: 'forget', tagKeys: [tagKey], reason: 'an interrupted run left no key behind, as two runs saw' }];
    });
  }
  const keep = another
    ? `${suspect.id} and ${another.id} both appeared while a key was being issued; which one is ours cannot be told`
    : doubt(user, suspect);
  const tagKeys = intents.map((intent) => intent.tagKey);
  if (keep !== undefined) {
    const decide = `a person must decide: delete the key, or keep it by removing the user's tag ${tagKeys.join(' and ')}`;
    return [{ action: 'blocked', keyId: suspect.id, reason: `${keep}; ${decide}` }];
  }
  return [
    { action: 'remove-orphan', keyId: suspect.id, reason: 'created by a run that was interrupted before its secret was stored' },
    { action: 'forget', tagKeys, reason: 'the interrupted run is cleaned up' },
  ];
}

function doubt(user: UserFacts, suspect: AccessKey): string | undefined {
  if (!user.stored.central && user.state.intents.some((intent) => intent.ours && intent.central && appearedIn(intent, suspect))) {
    return `${suspect.id} was to be stored in the central store, which this deployment does not ask; whether it is there is not known`;
  }
  if (suspect.lastUsed === undefined) return `whether ${suspect.id} was used is not known`;
  const others = user.keys.some((key) => key.id !== suspect.id && key.status === 'Active');
  return others ? undefined : `${suspect.id} appeared while a key was being issued, and it is the user's only active key`;
}
