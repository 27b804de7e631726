import { objectOf } from '../../demo/remembered';
import { intentTag, writeIntent } from '../../lambda/core/plan/key-state';
import { intentKey } from '../../lambda/runs/run-keys';
import { resultsOf } from './sandbox-memory';
import type { Account, TestOrganization } from './sandbox-organization';

/** An intent of a run that was interrupted. */
interface LeftIntent {
  token: string;
  at: Date;
  until: Date;
  /** The keys that the user had. */
  known: readonly string[];
}

/** Tags a user as a run did that was interrupted while it issued a key; the rotator's own record says the same. */
export function leaveIntent(org: TestOrganization, account: Account, user: string, { token, ...intent }: LeftIntent): void {
  org.sandbox.people(account.id).tagUser(user, { [intentTag(token)]: writeIntent(intent) });
  const record = { user, at: intent.at.toISOString(), until: intent.until.toISOString(), known: intent.known, central: false };
  resultsOf(org).set(intentKey(account.id, token), objectOf(JSON.stringify(record), intent.at));
}
