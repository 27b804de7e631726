import { isWithin } from './key-state';
import type { AccessKey, UserFacts } from './user-facts';

/** Whether we issued `other` as `key`'s successor, and it is there to be fetched. */
export function isSupersededBy(user: UserFacts, key: AccessKey, other: AccessKey): boolean {
  return other.created >= key.created && isIssuedAndStored(user, other);
}

/**
 * Whether we issued the key and its secret holds it (docs/adr/0014). Three facts must agree, of which nobody but the rotator can make more
 * than one: our tag on the user, the version of the secret that is named by the key, and the moment at which AWS made that version, which
 * is within one invocation of the key's own.
 */
export const isIssuedAndStored = (user: UserFacts, key: AccessKey): boolean => isTaggedAsIssued(user, key) && isStoredWhenMade(user, key);

/** Whether our tag says that we issued the key; by itself it proves nothing. */
export const isTaggedAsIssued = (user: UserFacts, { id }: AccessKey): boolean => user.state.keys.get(id)?.issued !== undefined;

/** Whether the secret's current version is named by the key and was made by the invocation that made the key; nothing by itself, either. */
export function isStoredWhenMade({ stored }: UserFacts, { id, created }: AccessKey): boolean {
  return stored.current === id && stored.since !== undefined && isWithin(stored.since, created);
}
