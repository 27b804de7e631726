import { rememberNotice } from '../core/act/apply';
import type { UserWorked } from '../core/rotate-user';
import { errorFacts, RotationError } from '../shared/errors';
import type { AccountResult } from '../runs/schemas';
import type { Account } from './account';
import { stopsRecordingAt } from './deadlines';

/**
 * Starts the grace of every key whose notice SES accepted. A notice that reached nobody is a failure of its user and starts nothing, unless
 * the policy goes on untold: the next run gives it again. So it is with one that time did not reach.
 */
export async function recordNotices(
  account: Account,
  result: AccountResult,
  worked: readonly UserWorked[],
  told: ReadonlySet<string>,
): Promise<void> {
  const { issuing, policy, services, invocation } = account;
  for (const { result: user, facts } of worked) {
    for (const action of user.actions) {
      if (action.action !== 'notify' || action.keyId === undefined || !facts) continue;
      try {
        const untold = new NobodyToldError(`nobody could be told that ${action.keyId} will be disabled, so its grace did not begin`);
        if (!told.has(action.keyId) && policy.untold === 'wait') throw untold;
        if (services.clock() >= stopsRecordingAt(invocation)) throw new RotationError('no time was left to record the notice');
        await rememberNotice(issuing, facts, action.keyId);
        if (!told.has(action.keyId)) result.failures.push({ user: user.user, step: 'notify', ...errorFacts(untold) });
      } catch (error) {
        action.outcome = 'failed';
        result.failures.push({ user: user.user, step: 'notify', ...errorFacts(error) });
      }
    }
  }
}

/** A notice reached no recipient. */
class NobodyToldError extends RotationError {
  override readonly name = 'NobodyToldError';
}
