import { READS_AT_ONCE, type RunStore } from '../../lambda/runs/run-store';
import { ANSWER_TIME_MS } from '../../lambda/runs/run-summary';
import { limited } from '../../lambda/shared/limited';
import { RotationError } from '../../lambda/shared/errors';
import type { StoredManifest } from '../../lambda/runs/schemas';

/** The accounts of a run that need another try. */
export interface Unfinished {
  runId: string;
  dryRun: boolean;
  accounts: { id: string; reason: string }[];
}

async function lastManifest(store: RunStore): Promise<StoredManifest> {
  for (const runId of (await store.runIdsSince(new Date(0))).toReversed()) {
    const manifest = await store.manifest(runId);
    if (manifest !== undefined && !('unreadable' in manifest) && manifest.forceRotate === undefined) return manifest;
  }
  throw new RotationError('no run has left a trace in the results bucket; start one with {} as the event of the orchestrator');
}

/**
 * What of the last run of many accounts failed, was not dispatched or, half an hour after its start, has not answered; throws when there
 * was none.
 */
export async function unfinishedOf(store: RunStore, now: Date): Promise<Unfinished> {
  const { runId, dryRun, accounts, failed, startedAt } = await lastManifest(store);
  const answered = new Set(await store.answered(runId));
  const notDispatched = new Map(failed.map(({ account, message }) => [account, message]));
  const waited = now.getTime() - Date.parse(startedAt) >= ANSWER_TIME_MS;
  const found = await limited(READS_AT_ONCE, accounts, async ({ id }) => {
    if (!answered.has(id)) {
      const refused = notDispatched.get(id);
      if (refused !== undefined) return [{ id, reason: `not dispatched: ${refused}` }];
      return waited ? [{ id, reason: 'never answered' }] : [];
    }
    const result = await store.result(runId, id);
    if ('unreadable' in result) return [{ id, reason: result.unreadable }];
    return result.status === 'failed' ? [{ id, reason: result.failures[0]?.message ?? 'failed' }] : [];
  });
  return { runId, dryRun, accounts: found.flat() };
}
