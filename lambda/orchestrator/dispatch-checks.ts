import { describe } from '../shared/errors';
import type { OrchestratorEvent } from '../shared/events';
import { limited } from '../shared/limited';
import type { AccountRef, RunManifest } from '../runs/results';
import { choose, CONCURRENCY, startRotator, type OrchestratorServices } from './orchestrate';

/** Which accounts a check was sent to; each answers with `checks/<runId>/<account id>.json` in the results bucket. */
export interface CheckDispatch {
  runId: string;
  /** ISO 8601. */
  startedAt: string;
  dispatched: AccountRef[];
  skipped: RunManifest['skipped'];
  failed: RunManifest['failed'];
}

/** Has every account that a run would work on checked, which changes nothing; accounts that could not be dispatched are in `failed`. */
export async function dispatchChecks(
  services: OrchestratorServices,
  event: OrchestratorEvent,
  run: { runId: string; now: Date },
): Promise<CheckDispatch> {
  const { accounts, skipped } = await choose(services, event);
  const sent: CheckDispatch = { runId: run.runId, startedAt: run.now.toISOString(), dispatched: [], skipped, failed: [] };
  await limited(CONCURRENCY, accounts, async (account) => {
    try {
      await startRotator(services, account, { runId: run.runId, check: true });
      sent.dispatched.push(account);
    } catch (error) {
      sent.failed.push({ account: account.id, ...describe(error) });
    }
  });
  return sent;
}
