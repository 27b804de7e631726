import { rememberNotice } from '../core/act/apply';
import type { IssuingServices } from '../core/act/issue-key';
import type { UserWorked } from '../core/rotate-user';
import { describe } from '../shared/errors';
import type { AccountResult } from '../runs/schemas';

/**
 * Starts the grace of every key whose notice SES accepted. A notice that reached nobody starts nothing and is a failure of its user: the
 * next run gives it again.
 */
export async function recordNotices(
  services: IssuingServices,
  result: AccountResult,
  worked: readonly UserWorked[],
  told: ReadonlySet<string>,
): Promise<void> {
  for (const { result: user, facts } of worked) {
    for (const action of user.actions) {
      if (action.action !== 'notify' || action.keyId === undefined || !facts) continue;
      try {
        if (!told.has(action.keyId))
          throw new NobodyToldError(`nobody could be told that ${action.keyId} will be disabled, so its grace did not begin`);
        await rememberNotice(services, facts, action.keyId);
      } catch (error) {
        action.outcome = 'failed';
        result.failures.push({ user: user.user, step: 'notify', ...describe(error) });
      }
    }
  }
}

/** A notice reached no recipient. */
class NobodyToldError extends Error {
  override readonly name = 'NobodyToldError';
}
