import { rememberNotice } from '../core/act/apply';
import type { UserWorked } from '../core/rotate-user';
import type { AccountResult, ActionResult, Failure } from '../runs/schemas';
import { promisedBy } from '../shared/actions';
import { errorFacts, RotationError } from '../shared/errors';
import { recording, type AwsRequest } from '../shared/requests';
import type { Account } from './account';
import { stopsRecordingAt } from './deadlines';
import { NOBODY_TOLD_ERROR } from './nobody-told';

/**
 * Starts the grace of every key whose notice SES accepted. That nobody could be told of a step to come is a failure of its user: the step
 * waits until somebody was, or goes on by the policy's date, as the policy says. A notice that reached nobody begins no grace where steps
 * wait, nor does one that time did not reach: the next run gives it again.
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
      const untold = told.has(action.keyId ?? '') ? undefined : untoldFailure(account, user.user, action);
      if (untold) result.failures.push(untold);
      if (action.action !== 'notify' || action.outcome !== 'done' || action.keyId === undefined || !facts) continue;
      if (untold && policy.untold === 'wait') {
        action.outcome = 'failed';
        continue;
      }
      const requests: AwsRequest[] = [];
      try {
        if (services.clock() >= stopsRecordingAt(invocation)) throw new RotationError('no time was left to record the notice');
        const { keyId } = action;
        await recording(requests, () => rememberNotice(issuing, facts, keyId));
      } catch (error) {
        action.outcome = 'failed';
        result.failures.push({ user: user.user, step: 'notify', ...errorFacts(error) });
      }
      if (requests.length > 0) action.requests = requests;
    }
  }
}

/** Undefined when the action announces no step, or one of which people know from an earlier mail. */
function untoldFailure({ policy, remembered }: Account, user: string, action: ActionResult): Failure | undefined {
  const { keyId, on, outcome } = action;
  const step = promisedBy(action);
  // Whoever fetches their key needs no date.
  if (action.quiet) return undefined;
  if (keyId === undefined || outcome !== 'done' || on === undefined || step === undefined || step === 'hold') return undefined;
  if (action.action === 'warn' && remembered.get(keyId)?.told[step] !== undefined) return undefined;
  const then = policy.untold === 'wait' ? 'so it waits until somebody was' : 'and it goes on all the same (untold=proceed)';
  const message = `nobody could be told that ${keyId} will be ${step}d on ${on.slice(0, 10)}, ${then}`;
  return { user, keyId, step: action.action, error: NOBODY_TOLD_ERROR, message };
}
