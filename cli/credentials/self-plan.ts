import type { ListedKey } from './aws';
import type { SecretSays } from './renew';
import type { Intent, ProfileState, Retiring } from './state';

/** AWS's clock and ours may differ by so much without anybody noticing; a call is answered within seconds. */
const INTENT_WINDOW_MS = 5 * 60_000;
/** A list of keys may be older than a change by as long. */
const LATE_MS = 3_600_000;
/** Unused for so long, an active key may be offered. */
const UNUSED_MS = 90 * 86_400_000;

/** When a key was last used, as AWS answered it; `unknown` when it did not. */
export type LastUse = { used: string } | 'never' | 'unknown';

/** The times that a person chose. */
export interface SelfPolicy {
  /** From the successor's first day to the day on which the old key is deactivated, in milliseconds. */
  deactivateAfterMs: number;
  /** From then to its deletion. */
  deleteAfterMs: number;
  /** Younger keys are left as they are. */
  olderThanMs?: number;
  /** A key that the person wants to be gone, of those that were offered. */
  remove?: string;
}

/** All that decides what `rotate --self` does next. */
export interface SelfFacts {
  state: Pick<ProfileState, 'current' | 'previous' | 'next' | 'intents' | 'retiring'>;
  keys: readonly ListedKey[];
  lastUse: ReadonlyMap<string, LastUse>;
  secret: SecretSays;
  now: number;
  policy: SelfPolicy;
}

/** The next thing to do; each is safe to be killed at, and to be done twice. */
export type SelfStep =
  /** The key that was made is on the disk and is to be proven and put to use. */
  | { step: 'take up' }
  /** A key of ours whose secret was lost with the process that made it. */
  | { step: 'remove lost'; id: string }
  /** A key that is gone needs no more care. */
  | { step: 'forget'; id: string }
  | { step: 'note inactive'; id: string }
  | { step: 'note re-enabled'; id: string }
  | { step: 'deactivate'; id: string }
  | { step: 'delete'; id: string }
  | { step: 'create' }
  /** Nothing is due; `why` names the next date. */
  | { step: 'wait'; why: string }
  /** A person has to decide. */
  | { step: 'refuse'; why: string };

/** What `rotate --self` does next. The key in use is touched by none of it. */
export function planSelf(facts: SelfFacts): SelfStep {
  if (facts.state.next) return { step: 'take up' };
  return lostKey(facts) ?? retire(facts) ?? rotate(facts);
}

const isIntended = (key: ListedKey, { at, before }: Intent): boolean =>
  !before.includes(key.id) && Math.abs(Date.parse(key.created) - Date.parse(at)) <= INTENT_WINDOW_MS;

/** Ours is what came to be when we were about to make one, and what nobody ever used, because nobody has it. */
function lostKey({ state, keys, lastUse }: SelfFacts): SelfStep | undefined {
  const { current, previous, intents = [], retiring = [] } = state;
  const lost = keys.find(
    (key) =>
      key.id !== current.id &&
      key.id !== previous?.id &&
      retiring.every(({ id }) => id !== key.id) &&
      lastUse.get(key.id) === 'never' &&
      intents.some((intent) => isIntended(key, intent)),
  );
  return lost && { step: 'remove lost', id: lost.id };
}

function retire(facts: SelfFacts): SelfStep | undefined {
  for (const one of facts.state.retiring ?? []) {
    const step = retireOne(facts, one);
    if (step) return step;
  }
  return undefined;
}

function retireOne({ state, keys, now, policy, lastUse }: SelfFacts, { id, since, inactiveSince }: Retiring): SelfStep | undefined {
  const key = keys.find((one) => one.id === id);
  if (!key || id === state.current.id) return { step: 'forget', id };
  const isActive = key.status === 'Active';
  if (inactiveSince === undefined) {
    if (!isActive) return { step: 'note inactive', id };
    const isOver = now - Date.parse(since) >= policy.deactivateAfterMs;
    return isOver && !isHeld(lastUse.get(id), now, policy) ? { step: 'deactivate', id } : undefined;
  }
  if (isActive) return now - Date.parse(inactiveSince) < LATE_MS ? undefined : { step: 'note re-enabled', id };
  return now - Date.parse(inactiveSince) >= policy.deleteAfterMs ? { step: 'delete', id } : undefined;
}

/** A program that still uses the old key would fail without it; what AWS does not answer is no permission. */
const isHeld = (use: LastUse = 'unknown', now: number, { deactivateAfterMs }: SelfPolicy): boolean =>
  use === 'unknown' || (use !== 'never' && deactivateAfterMs > 0 && now - Date.parse(use.used) < deactivateAfterMs);

function rotate(facts: SelfFacts): SelfStep {
  const { state, keys, secret, now, policy } = facts;
  const { current } = state;
  const [retiring] = state.retiring ?? [];
  if (retiring) return { step: 'wait', why: waitingFor(facts, retiring) };
  const listed = keys.find(({ id }) => id === current.id);
  if (listed && policy.olderThanMs !== undefined && now - Date.parse(listed.created) < policy.olderThanMs) {
    return { step: 'wait', why: `${current.id} was made ${day(listed.created)}, which is not long enough ago` };
  }
  if (secret.says === 'the key in use') {
    return {
      step: 'refuse',
      why: `${current.id} is in this user's secret, so the service rotates it: iam-keys rotate USER asks it to do so now`,
    };
  }
  const [other] = keys.filter(({ id }) => id !== current.id);
  return other ? makeRoom(facts, other, listed) : { step: 'create' };
}

function waitingFor({ policy, lastUse, now }: SelfFacts, { id, since, inactiveSince }: Retiring): string {
  if (inactiveSince !== undefined)
    return `${id} is inactive since ${day(inactiveSince)} and is deleted from ${after(inactiveSince, policy.deleteAfterMs)} on`;
  const use = lastUse.get(id) ?? 'unknown';
  if (now - Date.parse(since) < policy.deactivateAfterMs) return `${id} is deactivated from ${after(since, policy.deactivateAfterMs)} on`;
  if (use === 'unknown') return `${id} stays active, because AWS did not say when it was last used (iam:GetAccessKeyLastUsed)`;
  return `${id} stays active, because it was used ${use === 'never' ? 'never' : day(use.used)}: a program still has it`;
}

/** A second key stands in the way: one that may be the service's successor is no key to be removed, whoever asks. */
function makeRoom({ secret, lastUse, now, policy }: SelfFacts, other: ListedKey, current: ListedKey | undefined): SelfStep {
  const shown = `the user has a second key, ${other.id} (${other.status.toLowerCase()}, made ${day(other.created)}, ${useInWords(lastUse.get(other.id))})`;
  const isNewer = !current || Date.parse(other.created) >= Date.parse(current.created);
  if (secret.holds === other.id) return { step: 'refuse', why: `${shown}. The service has stored it: nothing is removed` };
  if (secret.says === 'unclear' && isNewer) {
    return {
      step: 'refuse',
      why: `${shown}. It may be the successor that the service stored, and the secret cannot be read: nothing is removed. Whoever runs the rotation can say (iam-keys status USER)`,
    };
  }
  const use = lastUse.get(other.id) ?? 'unknown';
  const isUnused = use !== 'unknown' && (use === 'never' ? now - Date.parse(other.created) : now - Date.parse(use.used)) >= UNUSED_MS;
  const isActive = other.status === 'Active';
  if (isActive && !isUnused) return { step: 'refuse', why: `${shown}. Both are in use, or may be: a new key has no place` };
  if (policy.remove === other.id) return { step: isActive ? 'deactivate' : 'delete', id: other.id };
  const remedy = isActive ? 'deactivate it now, and delete it later' : 'delete it, for good';
  return { step: 'refuse', why: `${shown}, in whose place a new one could be. To ${remedy}: iam-keys rotate --self --remove ${other.id}` };
}

const useInWords = (use: LastUse = 'unknown'): string =>
  use === 'unknown' ? 'last use unknown' : use === 'never' ? 'never used' : `last used ${day(use.used)}`;

const day = (iso: string): string => iso.slice(0, 10);
const after = (iso: string, milliseconds: number): string =>
  new Date(Date.parse(iso) + milliseconds).toISOString().slice(0, 16).replace('T', ' ');
