/** The steps of a key's life that people are warned about before they happen. */
export type Step = 'rotate' | 'disable' | 'delete';
/** What people are given a date of that is kept: the key is not disabled or deleted before it, or is held until then while it is used. */
export type Promised = 'disable' | 'delete' | 'hold';

/** A trace of an invocation that may have made a key: the tag that holds it, and what it says. */
export interface IntentTag {
  readonly tagKey: string;
  readonly at: Date;
  readonly until: Date;
  readonly known: readonly string[];
  readonly central?: true;
  /** The invocation that makes the key uses it once, with STS, before it stores it. */
  readonly proves?: true;
}

/**
 * What is to be done about one key (or one user), with the reason that results, mails and logs carry; `quiet`: one of a policy of minutes,
 * whose user fetches the key, so that no mail and no event tells of it by itself.
 */
export type Decision =
  /** Issue a successor; the key's grace begins. `makeRoom` is the inactive key that a forced rotation deletes first. */
  | { action: 'rotate'; keyId: string; reason: string; disableOn: Date; makeRoom?: string; quiet?: true }
  /** Switch the key off: its grace is over. Its user must be able to fetch `successor` at that moment. */
  | { action: 'disable'; keyId: string; reason: string; deleteOn: Date; successor?: string; quiet?: true }
  /** Remove the inactive key for good: its recovery time is over. */
  | { action: 'delete'; keyId: string; reason: string; quiet?: true }
  /** Tell people that the key will be disabled on `disableOn`, without a successor; the notice starts the grace. */
  | { action: 'notify'; keyId: string; reason: string; disableOn: Date }
  /** Tell people that a step is near; changes nothing. */
  | { action: 'warn'; keyId: string; reason: string; step: Step; on: Date }
  /** Remember that the key was seen inactive for the first time; its recovery time begins. */
  | { action: 'note-inactive'; keyId: string; reason: string; deleteOn: Date }
  /** Remember that a person re-enabled the key; it gets a fresh grace. */
  | { action: 'note-reenabled'; keyId: string; reason: string; times: number; disableOn?: Date }
  /** Tell people anew that the key, which has a successor, will be disabled on `on`: nobody has been told, or not of this grace. */
  | { action: 'announce'; keyId: string; reason: string; step: 'disable'; on: Date }
  /** Write our tag on a key that we issued again: somebody took it off. */
  | { action: 'note-issued'; keyId: string; reason: string }
  /** Remember that a key that we issued is in no secret and was never used: nobody has it. */
  | { action: 'note-lost'; keyId: string; reason: string }
  /**
   * Let the user, who has another name now, read the secret of their former one, which holds `successor`; the grace of the key, if it is
   * active, begins anew.
   */
  | { action: 'follow-rename'; keyId: string; successor: string; from: string; reason: string; disableOn?: Date }
  /** Remember that no key to an interrupted run's intent is to be seen. */
  | { action: 'note-unfinished'; intent: IntentTag; reason: string }
  /** Remove a key that we created and whose secret was lost by an interrupted run. */
  | { action: 'remove-orphan'; keyId: string; reason: string }
  /** Schedule the deletion of the secret of a key that its system has and nobody fetches any more; restorable until `until`. */
  | { action: 'delete-secret'; keyId: string; reason: string; until: Date }
  /** Take back the deletion of a secret whose user has a second key again, which it may hold; the grace of the older one begins anew. */
  | { action: 'restore-secret'; keyId: string; predecessor: string; reason: string }
  /** Remove rotation state of keys that are gone or of interrupted runs; `opensSecret`: the run may not have let the user read the secret. */
  | { action: 'forget'; tagKeys: readonly string[]; reason: string; opensSecret?: true }
  /** The grace is over but the key is still in use: `whileInUse: hold`. */
  | { action: 'hold'; keyId: string; reason: string; until: Date }
  /** The step is due but cannot be taken; a person may have to act. */
  | { action: 'blocked'; keyId: string; reason: string }
  /** Remember that the key's successor does not reach every replica of its secret; the grace begins anew once it does. */
  | { action: 'wait-for-replica'; keyId: string; reason: string }
  /** Tell people that a mark of exemption does not do what it seems to. */
  | { action: 'unclear-exemption'; reason: string }
  /** Nothing today. */
  | { action: 'wait'; keyId: string; reason: string }
  /** The user as a whole is left alone: exempt, or another invocation is issuing a key. */
  | { action: 'skip'; reason: string; because: 'exempt' | 'busy' | 'policy' };

/** What is to be done about the secret of a user who is gone. */
export type SecretDecision =
  /** Tell people of it; it is deleted on `on`, or stays. */
  | { action: 'orphaned-secret'; reason: string; on?: Date }
  /** Schedule its deletion; restorable until `until`. */
  | { action: 'delete-orphaned-secret'; reason: string; until: Date };

/** The name of a decision's kind. */
export type Action = (Decision | SecretDecision)['action'];
