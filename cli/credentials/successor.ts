import type { ProfileState, UserIdentity } from './state';

/** A key that the user's secret holds. */
export interface StoredKey {
  userName: string;
  id: string;
  secret: string;
  /** ISO 8601. */
  created: string;
}

/** What the secret says about the key in use. */
export type Found =
  | { kind: 'same'; created: string }
  /** To be proven before it is used. */
  | { kind: 'successor'; key: StoredKey }
  /** An older key than ours, or the one that we had before. */
  | { kind: 'older'; id: string }
  | { kind: 'no key' };

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** The key in a secret's value; undefined when it holds none. */
export function parseStored(text: string): StoredKey | undefined {
  let value: Partial<Record<string, unknown>> | null;
  try {
    value = JSON.parse(text) as Partial<Record<string, unknown>> | null;
  } catch {
    return undefined;
  }
  const { UserName, AccessKeyId, SecretAccessKey, CreateDate } = value ?? {};
  if (!isText(UserName) || !isText(AccessKeyId) || !isText(SecretAccessKey) || !isText(CreateDate)) return undefined;
  if (!/^\w{16,128}$/.test(AccessKeyId) || /\s/.test(SecretAccessKey) || Number.isNaN(Date.parse(CreateDate))) return undefined;
  return { userName: UserName, id: AccessKeyId, secret: SecretAccessKey, created: CreateDate };
}

/** What the secret's value means for the key in use. A key is a successor unless it is known to be an older one. */
export function findSuccessor({ current, previous }: Pick<ProfileState, 'current' | 'previous'>, value: string): Found {
  const key = parseStored(value);
  if (!key) return { kind: 'no key' };
  if (key.id === current.id) return { kind: 'same', created: key.created };
  const isOlder = current.created !== undefined && Date.parse(key.created) < Date.parse(current.created);
  // The one before comes back only when AWS refuses its successor, and then it is in use, and not the one before.
  return isOlder || key.id === previous?.id ? { kind: 'older', id: key.id } : { kind: 'successor', key };
}

/** Whether a proof names the user whose key it was; a user who was renamed keeps account and user id. */
export const isSameUser = (one: UserIdentity, other: UserIdentity): boolean => one.account === other.account && one.userId === other.userId;
