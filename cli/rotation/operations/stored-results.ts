import { isFull } from '../../../lambda/runs/full-run';
import { runStart } from '../../../lambda/runs/run-id';
import { READS_AT_ONCE, type RunStore } from '../../../lambda/runs/run-store';
import type { Inventory, StoredManifest } from '../../../lambda/runs/schemas';
import { RotationError } from '../../../lambda/shared/errors';
import { limited } from '../../../lambda/shared/limited';
import { DAY_MS } from '../../../lambda/shared/period';

/** What a run has recorded of every key of an account. */
export interface RecordedAccount {
  account: string;
  name: string;
  runId: string;
  /** When that run started, ISO 8601. */
  asOf: string;
  dryRun: boolean;
  inventory: Inventory;
  /** Why later runs recorded nothing; absent where this is the last one. */
  later?: string;
}

/** An account of which no run has recorded the keys, and why. */
export interface UnrecordedAccount {
  account: string;
  name: string;
  reason: string;
}

/** The accounts of a rotation, with where the results of each are. */
export interface RecordedOrganization {
  /** The run that says which accounts there are. */
  runId: string;
  accounts: readonly { id: string; name: string; runIds: readonly string[] }[];
  /** Accounts that this run left out, and why. */
  skipped: StoredManifest['skipped'];
}

/** The longest pause of a schedule, and a few days. */
const LOOK_BACK_MS = 35 * DAY_MS;
/** Runs that are looked at for an account whose last ones failed. */
const MOST_RUNS = 7;
/** Accounts whose results are in memory at the same time. */
const CHUNK = 100;

/** Finds which accounts the last run of all was sent to, and which runs have stored a result of each. */
export async function recordedOrganization(store: RunStore, now: Date): Promise<RecordedOrganization> {
  const since = new Date(now.getTime() - LOOK_BACK_MS);
  const ids = (await store.runIdsSince(since)).toReversed();
  let full: StoredManifest | undefined;
  let unread: string | undefined;
  const runIds: string[] = [];
  for (let at = 0; at < ids.length && (!full || runIds.length < MOST_RUNS); at += READS_AT_ONCE) {
    const chunk = ids.slice(at, at + READS_AT_ONCE);
    const manifests = await limited(READS_AT_ONCE, chunk, (runId) => store.manifest(runId));
    for (const [place, manifest] of manifests.entries()) {
      if (manifest && 'unreadable' in manifest) unread ??= manifest.unreadable;
      const known = manifest && 'unreadable' in manifest ? undefined : manifest;
      // The result of a forced rotation is about one user.
      if (known?.forceRotate !== undefined) continue;
      if (runIds.length < MOST_RUNS) runIds.push(chunk[place] ?? '');
      if (known && isFull(known)) full ??= known;
    }
  }
  if (!full)
    throw new RotationError(
      `no run of all accounts is in the results bucket since ${since.toISOString().slice(0, 10)}${unread === undefined ? '' : ` (${unread})`}: iam-keys doctor says why; --role NAME reads each account as it is now`,
    );
  const answered = await limited(READS_AT_ONCE, runIds, async (runId) => ({ runId, by: new Set(await store.answered(runId)) }));
  // Of an account that could not be dispatched, earlier runs may have a result.
  const named = new Map([
    ...full.failed.map(({ account }) => [account, ''] as const),
    ...full.accounts.map(({ id, name }) => [id, name] as const),
  ]);
  const accounts = [...named].map(([id, name]) => ({
    id,
    name,
    runIds: answered.flatMap(({ runId, by }) => (by.has(id) ? runId : [])),
  }));
  return { runId: full.runId, accounts: accounts.toSorted((a, b) => (a.id < b.id ? -1 : 1)), skipped: full.skipped };
}

/** What is recorded of each account, by their ids, a few at a time; `onProgress` is told after each. */
export async function* recordedAccounts(
  store: RunStore,
  { accounts }: RecordedOrganization,
  onProgress: (done: number) => void = () => undefined,
): AsyncGenerator<RecordedAccount | UnrecordedAccount> {
  let done = 0;
  for (let at = 0; at < accounts.length; at += CHUNK) {
    const chunk = await limited(READS_AT_ONCE, accounts.slice(at, at + CHUNK), async (account) => {
      const recorded = await recordOf(store, account);
      onProgress((done += 1));
      return recorded;
    });
    yield* chunk;
  }
}

async function recordOf(
  store: RunStore,
  { id: account, name, runIds }: RecordedOrganization['accounts'][number],
): Promise<RecordedAccount | UnrecordedAccount> {
  let later: string | undefined;
  for (const runId of runIds) {
    const result = await store.result(runId, account);
    if ('unreadable' in result) {
      later ??= result.unreadable;
      continue;
    }
    const asOf = runStart(runId)?.toISOString() ?? '';
    const { inventory, status, failures, dryRun } = result;
    if (inventory) return { account, name, runId, asOf, dryRun, inventory, ...(later !== undefined && { later }) };
    if (status !== 'failed')
      return {
        account,
        name,
        reason: `its result of ${asOf.slice(0, 10)} is of another version, which did not record every key in this way: the next run does, or --role reads the account as it is now`,
      };
    later ??= `run ${runId} failed there: ${failures[0]?.message ?? 'it does not say why'}`;
  }
  return { account, name, reason: later ?? 'no run has stored a result of it' };
}
