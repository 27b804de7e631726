import type { StoredKeys } from '../plan/user-facts';

/** The value of a user's secret. */
export interface StoredKeyValue {
  UserName: string;
  AccessKeyId: string;
  SecretAccessKey: string;
  Status: 'Active';
  /** ISO 8601. */
  CreateDate: string;
}

/** Where the keys of one account's users are stored, one secret per user. */
export interface KeyStore {
  /** The keys go to the central store: a deployment without it cannot look for them. */
  readonly central?: true;

  /**
   * What the user gives to GetSecretValue: the secret's name, or its whole ARN where that is in another account; complete once it is
   * prepared.
   */
  nameFor(userName: string): string;

  /** Which keys are stored, from the ids of versions; `keyIds` are the user's keys, oldest first, of which `current` is at most one. */
  storedKeys(userName: string, keyIds: readonly string[]): Promise<StoredKeys>;

  /** Makes sure that a new key can be stored and be read by its user; throws before any key exists. */
  prepare(user: { name: string; arn: string }): Promise<void>;

  /** Schedules the deletion of the user's secret, RECOVERY_DAYS from now. */
  scheduleDeletion(userName: string): Promise<void>;

  /** Takes back what `scheduleDeletion` did; throws when the secret is back but does not reach its replicas. */
  restore(userName: string): Promise<void>;

  /** Stores a key as AWSCURRENT, the former value stays as AWSPREVIOUS; a repeat of the same call changes nothing. */
  put(value: StoredKeyValue): Promise<void>;
}
