import type { IntentTag } from '../../shared/decision';

/**
 * What the rotator writes down of every intent where nobody else can write: without its record, a tag on a user is anybody's word
 * (docs/adr/0014).
 */
export interface IntentRecords {
  /** Records an intent before its tag is written; throws when that cannot be done. */
  note(userName: string, intent: IntentTag): Promise<void>;
  /** Whether just this intent of this user was recorded; throws when that cannot be read. */
  isOurs(userName: string, intent: IntentTag): Promise<boolean>;
}
