import { errorFacts } from '../shared/errors';
import type { OrchestratorEvent } from '../shared/events';
import { limited } from '../shared/limited';
import type { CheckDispatch } from '../runs/schemas';
import { selectAccounts, INVOKES_AT_ONCE, startRotator, type OrchestratorServices } from './orchestrate';

/**
 * Has every account that a run would work on checked, which changes nothing; accounts that could not be dispatched are in `failed`, the
 * others answer in the results bucket.
 */
export async function dispatchChecks(
  services: OrchestratorServices,
  event: OrchestratorEvent,
  run: { runId: string; now: Date },
): Promise<CheckDispatch> {
  const { accounts, skipped, unclear } = await selectAccounts(services, event);
  const sent: CheckDispatch = { runId: run.runId, startedAt: run.now.toISOString(), dispatched: [], skipped, failed: [...unclear] };
  await limited(INVOKES_AT_ONCE, accounts, async (account) => {
    try {
      await startRotator(services, account, { runId: run.runId, check: true });
      sent.dispatched.push(account);
    } catch (error) {
      sent.failed.push({ account: account.id, ...errorFacts(error) });
    }
  });
  return sent;
}
