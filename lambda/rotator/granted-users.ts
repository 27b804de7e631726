import type { AccountResult } from '../runs/schemas';
import { errorFacts } from '../shared/errors';
import type { Account } from './account';
import { stopsWorkingAt } from './deadlines';

/**
 * Lets the key API read the secrets of the users that its clients were granted, since the last deployment, too; a secret without a key stays
 * closed. One user's failure is in the result and stops no other; a DryRun changes nothing.
 */
export async function letKeyApiRead({ services, issuing, pace, invocation, id, dryRun }: Account, result: AccountResult): Promise<void> {
  const users = services.environment.KEY_API?.users[id] ?? [];
  if (dryRun || users.length === 0) return;
  await pace.each(users, async (user) => {
    if (services.clock() >= stopsWorkingAt(invocation)) return;
    try {
      await issuing.store.letReaderIn(user);
    } catch (error) {
      result.failures.push({ user, step: 'let the key API read', ...errorFacts(error) });
    }
  });
}
