import type { StoredKeys } from '../plan/user-facts';

/** The value of a user's secret. */
export interface StoredKeyValue {
  UserName: string;
  AccessKeyId: string;
  SecretAccessKey: string;
  Status: 'Active';
  /** ISO 8601. */
  CreateDate: string;
  /** The user's second secret, whose value is the key when its CreateDate is later; absent when there is none. */
  AlsoIn?: string;
}

/** A version of a secret, of which nobody but AWS can say when it was made. */
export interface StoredVersion {
  made: Date;
  /** The day on which somebody last fetched this version, in the secret's own region; absent when nobody ever did. */
  fetched?: Date;
}

/** A secret of ours that is not being deleted, as a listing shows it. */
export interface UserSecret {
  arn: string;
  name: string;
  /** Whose secret it is by its name. */
  user: string;
  /** Every key that some version of it holds. */
  keyIds: readonly string[];
  /** It is the second one of its user. */
  isSecond?: true;
  /** New keys go elsewhere, and the rotation has no right to delete it. */
  former?: true;
}

/**
 * Asked before a secret of a user's name gets another current key than this one: whether the user holds it now, or nobody does. Throws when
 * another user does, who has to find it there.
 */
export type MayReplace = (keyId: string) => Promise<'own' | 'of nobody'>;

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

  /** What AWS says of the versions that are called by these keys, each whose version is listed. */
  versionsOf(userName: string, keyIds: readonly string[]): Promise<ReadonlyMap<string, StoredVersion>>;

  /**
   * Makes sure that a new key can be stored and be read by its user; throws before any key exists, and where the key that a secret of this
   * name holds may not be replaced.
   */
  prepare(user: { name: string; arn: string }, mayReplace: MayReplace): Promise<void>;

  /** Whether the secret of this name lets the user of this ARN read. */
  isReadable(userName: string, userArn: string): Promise<boolean>;

  /** Lets the user of this ARN, and nobody else, read the secret of this name; changes nothing when that is so. */
  letRead(userName: string, userArn: string): Promise<void>;

  /** Spares the reader of the key API, or no longer, as far as the secret of this name lets a user read; changes nothing when that is so. */
  letReaderIn(userName: string): Promise<void>;

  /**
   * After `prepare` and without `put`: lets the user read what another invocation stored meanwhile, which `prepare` may have closed to
   * everybody as a secret without a key.
   */
  giveUp(user: { name: string; arn: string }): Promise<void>;

  /** The secrets of every user of the account, whoever of them is still there. */
  secrets(): Promise<UserSecret[]>;

  /** Schedules the deletion of the user's secret, RECOVERY_DAYS from now. */
  scheduleDeletion(userName: string): Promise<void>;

  /** Takes back what `scheduleDeletion` did; throws when the secret is back but does not reach its replicas. */
  restore(userName: string): Promise<void>;

  /**
   * Stores a key as AWSCURRENT, the former value stays as AWSPREVIOUS, and lets its user read it; a repeat of the same call changes nothing.
   */
  put(value: StoredKeyValue, userArn: string): Promise<void>;
}
