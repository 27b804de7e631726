import type { IntentTag } from '../../shared/decision';

/**
 * What the rotator writes down of every intent where nobody else can write: without its record, a tag on a user is anybody's word
 * (docs/adr/0014).
 */
export interface IntentRecords {
  /** Records an intent before its tag is written; throws when that cannot be done. */
  note(userName: string, intent: IntentTag): Promise<void>;
  /**
   * Whether just this intent was recorded of this user, by their name or, as they may have been renamed since, by a key of theirs that it
   * knew; throws when that cannot be read.
   */
  isOurs(user: { name: string; keyIds: readonly string[] }, intent: IntentTag): Promise<boolean>;
  /**
   * Whether some intent that was recorded of this user fits the key, whatever the user's tags say; throws when that cannot be read. Of a
   * key that is older than the records it is not known: false.
   */
  announced(user: { name: string; keyIds: readonly string[] }, key: { id: string; created: Date }): Promise<boolean>;
}
