import { manifestKey } from '../runs/run-keys';
import type { Answer, RunStore, Unreadable } from '../runs/run-store';
import { ANSWER_TIME_MS } from '../runs/run-summary';
import type { StoredManifest } from '../runs/schemas';
import { InvalidEventError } from '../shared/errors';

/** A run of the orchestrator as it lies in the results bucket. */
export interface Run {
  runId: string;
  manifest: StoredManifest | Unreadable;
  /** In milliseconds; NaN when nothing says it. */
  startedAt: number;
  answers: Answer[];
}

/** A run with its manifest and who answered; undefined for a folder without a manifest. */
export async function readRun(store: RunStore, runId: string): Promise<Run | undefined> {
  const manifest = await store.manifest(runId);
  if (manifest === undefined) return undefined;
  const startedAt = Date.parse('unreadable' in manifest ? (manifest.written ?? '') : manifest.startedAt);
  return { runId, manifest, startedAt, answers: await store.answers(runId) };
}

/** The run that was asked for; throws an InvalidEventError when there is none. */
export async function givenRun(store: RunStore, runId: string): Promise<Run> {
  const run = await readRun(store, runId);
  if (run === undefined) {
    throw new InvalidEventError(`runId "${runId}": there is no ${manifestKey(runId)} in the results bucket; nothing was reported`);
  }
  return run;
}

/** Whether accounts of a run may still be at work. */
export function mayStillAnswer({ manifest, startedAt, answers }: Run, now: Date): boolean {
  if (now.getTime() - startedAt >= ANSWER_TIME_MS) return false;
  if ('unreadable' in manifest) return true;
  const have = new Set([...answers.map(({ account }) => account), ...manifest.failed.map(({ account }) => account)]);
  return manifest.accounts.some(({ id }) => !have.has(id));
}
