import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { GrantedUser } from './grants';
import { RefusedError } from './refused';
import { storedKey, type StoredKey } from './stored-keys';
import { worksUntil, type Grace } from './works-until';

/** What is needed to find a key that works. */
export interface KeyFinder {
  secrets: SecretsManagerClient;
  graces: readonly Grace[];
  clock: () => Date;
}

/** A key that AWS accepted just now, and what was made by it. */
export interface WorkingKey<Made> {
  key: StoredKey;
  made: Made;
  /** Until when the rotation leaves the key active, at least. */
  until: Date;
}

/**
 * The user's key that AWS accepts now: the current one, or, while AWS does not know that yet, the one before it, which is in its grace.
 * `use` proves a key by using it, and gives undefined when AWS does not accept it. Throws a RefusedError when there is no such key.
 */
export async function workingKey<Made>(
  { secrets, graces, clock }: KeyFinder,
  user: GrantedUser,
  use: (key: StoredKey) => Promise<Made | undefined>,
): Promise<WorkingKey<Made>> {
  const since = clock();
  const current = await storedKey(secrets, user, 'AWSCURRENT');
  if (!current) throw new RefusedError('no-key-stored', `no key of ${user.user} in ${user.account} is stored`);
  const made = await use(current);
  if (made !== undefined) return { key: current, made, until: worksUntil(since, graces) };
  const previous = await storedKey(secrets, user, 'AWSPREVIOUS');
  const until = worksUntil(current.created, graces);
  if (previous && until > clock()) {
    const madeByPrevious = await use(previous);
    if (madeByPrevious !== undefined) return { key: previous, made: madeByPrevious, until };
  }
  throw new RefusedError(
    'no-working-key',
    `AWS accepts no stored key of ${user.user} in ${user.account}; ${current.accessKeyId} is current`,
  );
}
