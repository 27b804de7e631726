import type { UserState } from './key-state';

/** When a key was last used, or `never` as AWS answered it; a failed look-up is an error, never `never`. */
export type LastUse = { readonly at: Date; readonly service: string; readonly region: string } | 'never';

/** One access key as IAM lists it. */
export interface AccessKey {
  readonly id: string;
  readonly status: 'Active' | 'Inactive';
  readonly created: Date;
  /** Absent when it was not asked. */
  readonly lastUsed?: LastUse;
}

/** What the user's secret says without being read: which key ids its versions hold. */
export interface StoredKeys {
  /** The key that AWSCURRENT holds; absent when the secret does not exist, is not ours or is being deleted. */
  readonly current?: string;
  /** Every key that some version holds. */
  readonly versions: ReadonlySet<string>;
  /** Replicas of the secret that may still show an older key, each with AWS's reason; absent when all hold what the secret holds. */
  readonly behind?: readonly string[];
  /** The central store was asked, too. */
  readonly central?: true;
  /** The day on which somebody last fetched the value, in any region; absent when nobody ever did. */
  readonly fetched?: Date;
  /** The secret is being deleted and can be restored; told only where the rotation deletes secrets itself. */
  readonly deleted?: true;
}

/** Everything `plan` may know about one user, read freshly. */
export interface UserFacts {
  readonly name: string;
  readonly arn: string;
  /** Just before the keys were listed: whatever ended earlier is in the list. */
  readonly listedAt: Date;
  /** Oldest first. */
  readonly keys: readonly AccessKey[];
  readonly tags: ReadonlyMap<string, string>;
  readonly state: UserState;
  readonly stored: StoredKeys;
}
