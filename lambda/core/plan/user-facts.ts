import type { Promised } from '../../shared/decision';
import type { UserState } from './key-state';

/** When a key was last used, or `never` as AWS answered it; a failed look-up is an error, never `never`. */
export type LastUse = { readonly at: Date; readonly service: string; readonly region: string } | 'never';

/** One access key as IAM lists it. */
export interface AccessKey {
  readonly id: string;
  /** A key that AWS calls `Expired` is inactive, too. */
  readonly status: 'Active' | 'Inactive';
  readonly expired?: true;
  readonly created: Date;
  /** Absent when it was not asked. */
  readonly lastUsed?: LastUse;
}

/** What the user's secret says without being read: which key ids its versions hold. */
export interface StoredKeys {
  /** The key that AWSCURRENT holds; absent when the secret does not exist, is not ours or is being deleted. */
  readonly current?: string;
  /** When the version that holds the current key was made, as AWS says; absent when it was not asked. */
  readonly since?: Date;
  /** The day on which that version was last fetched, in the secret's own region; absent when it never was or was not asked. */
  readonly versionFetched?: Date;
  /** Every key that some version is called by, but for those of `forged`. */
  readonly versions: ReadonlySet<string>;
  /**
   * The user's keys by which a version is called that AWS made at another time than the invocation that made the key, with that time: what it
   * holds nobody of ours wrote. Absent when there is none.
   */
  readonly forged?: ReadonlyMap<string, Date>;
  /** A value of the secret names the user's second one: the present one, or one before; absent when none does. */
  readonly namesSecond?: true | 'now' | 'before';
  /** Replicas of the secret that may still show an older key, each with AWS's reason; absent when all hold what the secret holds. */
  readonly behind?: readonly string[];
  /** The central store was asked, too. */
  readonly central?: true;
  /** With the central store: the keys that only the secret in the user's own account holds. */
  readonly own?: ReadonlySet<string>;
  /** The day on which somebody last fetched the value, in any region; absent when nobody ever did. */
  readonly fetched?: Date;
  /** The secret is being deleted and can be restored. */
  readonly deleted?: true;
  /** The secret that an earlier deployment made in the user's own account is being deleted; only a person restores it. */
  readonly formerDeleted?: true;
  /** The secret was found under an earlier name of its user. */
  readonly renamed?: Renamed;
}

/** A user who has another name than when their last key was stored. */
export interface Renamed {
  /** The user's name at that time, which the secret is called by. */
  readonly from: string;
  /** The secret's policy lets the user's present ARN read. */
  readonly readable: boolean;
  /** The secret can be opened to the new name; in the central store the user's own policy names it by the user's present name. */
  readonly repairable: boolean;
}

/** A date that people were given in a mail which SES accepted. */
export interface Told {
  readonly on: Date;
  /** When the first mail that named this date was accepted. */
  readonly at: Date;
}

/** What the rotator remembers of one key in its own account: it can hold a step back, and never permits one by itself. */
export interface Remembered {
  readonly told: Partial<Readonly<Record<Promised, Told>>>;
  /** The rotator issued the key. */
  readonly issued?: true;
  /** It was to be stored in the central store. */
  readonly central?: true;
  /** The name of the user by which the secret is called that it was stored in. */
  readonly storedAs?: string;
  /** A run saw then that the key, which we issued, is in no secret. */
  readonly lost?: Date;
  /** The day on which the version that holds the key was last seen to be fetched. */
  readonly fetched?: Date;
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
  /** By access key id. */
  readonly memory: ReadonlyMap<string, Remembered>;
  /** When a run of the policy that they follow beside the deployment's own first saw them in it; absent when none has. */
  readonly entered?: Date;
}
