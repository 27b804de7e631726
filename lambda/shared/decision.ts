/** The steps of a key's life that people are warned about before they happen. */
export type Step = 'rotate' | 'disable' | 'delete';

/** What is to be done about one key (or one user), with the reason that results, mails and logs carry. */
export type Decision =
  /** Issue a successor; the key's grace begins. `makeRoom` is the inactive key that a forced rotation deletes first. */
  | { action: 'rotate'; keyId: string; reason: string; disableOn: Date; makeRoom?: string }
  /** Switch the key off: its grace is over. */
  | { action: 'disable'; keyId: string; reason: string; deleteOn: Date }
  /** Remove the inactive key for good: its recovery time is over. */
  | { action: 'delete'; keyId: string; reason: string }
  /** Tell people that the key will be disabled on `disableOn`, without a successor; the notice starts the grace. */
  | { action: 'notify'; keyId: string; reason: string; disableOn: Date }
  /** Tell people that a step is near; changes nothing. */
  | { action: 'warn'; keyId: string; reason: string; step: Step; on: Date }
  /** Remember that the key was seen inactive for the first time; its recovery time begins. */
  | { action: 'note-inactive'; keyId: string; reason: string; deleteOn: Date }
  /** Remember that a person re-enabled the key; it gets a fresh grace. */
  | { action: 'note-reenabled'; keyId: string; reason: string; times: number }
  /** Remove a key that we created and whose secret was lost by an interrupted run. */
  | { action: 'remove-orphan'; keyId: string; reason: string }
  /** Schedule the deletion of the secret of a key that its system has and nobody fetches any more; restorable until `until`. */
  | { action: 'delete-secret'; keyId: string; reason: string; until: Date }
  /** Take back the deletion of a secret whose user has a second key again, which it may hold; the grace of the older one begins anew. */
  | { action: 'restore-secret'; keyId: string; predecessor: string; reason: string }
  /** Remove rotation state of keys that are gone or of interrupted runs that left nothing. */
  | { action: 'forget'; tagKeys: readonly string[]; reason: string }
  /** The grace is over but the key is still in use: `whileInUse: hold`. */
  | { action: 'hold'; keyId: string; reason: string; until: Date }
  /** The step is due but cannot be taken; a person may have to act. */
  | { action: 'blocked'; keyId: string; reason: string }
  /** Remember that the key's successor does not reach every replica of its secret; the grace begins anew once it does. */
  | { action: 'wait-for-replica'; keyId: string; reason: string }
  /** Nothing today. */
  | { action: 'wait'; keyId: string; reason: string }
  /** The user as a whole is left alone: exempt, or another invocation is issuing a key. */
  | { action: 'skip'; reason: string; because: 'exempt' | 'busy' };

/** The name of a decision's kind. */
export type Action = Decision['action'];
