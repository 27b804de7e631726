import type { Logger } from '@aws-lambda-powertools/logger';
import type { ChainStore } from '../chain/chain-store';
import { entryLine, parseEntry, storedForm, type Entry, type Mode, type ProvenAccount } from '../chain/entry';
import { sha256 } from '../chain/hash';
import { provenAccount } from '../chain/proven-account';
import type { Sign } from '../chain/sign';
import { isManual, MANUAL, runStart } from '../runs/run-id';
import { READS_AT_ONCE, type Answer, type RunStore } from '../runs/run-store';
import type { StoredManifest } from '../runs/schemas';
import { errorFacts, RotationError } from '../shared/errors';
import { limited } from '../shared/limited';
import { mayStillAnswer, readRun, type Run } from './runs-to-report';

/** What evidence is written with. */
export interface EvidenceServices {
  store: RunStore;
  chain: ChainStore;
  /** Absent when the settings name no key: entries are not signed then. */
  sign?: Sign;
  logger: Pick<Logger, 'info' | 'warn'>;
}

/** Answers that this invocation has read and hashed already, by run and account. */
export class Proofs {
  private readonly known = new Map<string, ProvenAccount>();

  add(runId: string, proven: ProvenAccount): void {
    this.known.set(`${runId}/${proven.account}`, proven);
  }

  /** Undefined also when another answer has taken its place. */
  of(runId: string, { account, etag }: Answer): ProvenAccount | undefined {
    const proven = this.known.get(`${runId}/${account}`);
    return proven?.etag === etag ? proven : undefined;
  }
}

/** The evidence of some runs could not be written, or not whole; the next invocation goes on. */
class EvidenceNotWrittenError extends RotationError {
  override readonly name = 'EvidenceNotWrittenError';
}

/** How often another invocation may write an entry first. */
const TRIES = 5;
/** Entries in memory at the same time: one of 10,000 accounts has 4 MB. */
const ENTRIES_AT_ONCE = 2;
/** By which the clocks of S3 and of the function may differ, and more. */
const CLOCKS_MS = 3_600_000;

/** The end of the chain, and which answers of which runs it holds. */
interface ChainEnd {
  number: number;
  sha256: string | null;
  /** Entity tags of answers, by run and then by account. */
  known: ReadonlyMap<string, ReadonlySet<string>>;
}

const tagOf = ({ account, etag }: Answer): string => `${account} ${etag}`;

/** What one invocation looks for in the chain. */
export interface EvidenceAsked {
  /** Runs that began before are history, but for the one asked for. */
  since: Date;
  /** The run that an operator has reported again. */
  asked?: string;
  now: Date;
  proofs: Proofs;
}

/**
 * Adds to the evidence chain what is not in it: each run that is over, by hand or of the orchestrator, and answers that came or were
 * replaced after their run's entry. It does not matter which runs were reported, nor which invocation died: what is missing is looked for
 * each time. An answer that S3 does not give is left to the next invocation, and is an error.
 */
export async function appendEvidence(services: EvidenceServices, asked: EvidenceAsked): Promise<void> {
  const runIds = await runsToProve(services.store, asked);
  if (runIds.length === 0) return;
  for (let tries = TRIES; ; tries -= 1) {
    const { isTaken, unread } = await appendMissing(services, runIds, asked);
    if (!isTaken && unread.length === 0) return;
    if (!isTaken)
      throw new EvidenceNotWrittenError(
        `the next invocation tries again to prove ${unread.length} answers: ${unread.slice(0, 5).join('; ')}`,
      );
    if (tries <= 1) throw new EvidenceNotWrittenError(`other invocations wrote evidence ${TRIES} times first; the next invocation goes on`);
  }
}

async function runsToProve(store: RunStore, { since, asked }: EvidenceAsked): Promise<string[]> {
  const ids = [...(await store.runIdsSince(since)), ...(await store.manualRunIdsSince(since)), ...(asked === undefined ? [] : [asked])];
  return [...new Set(ids)].toSorted((a, b) => compare(timed(a), timed(b)));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const timed = (runId: string): string => (isManual(runId) ? runId.slice(MANUAL.length) : runId);

/** Looks at the chain and adds what it lacks, until another invocation has written the next entry first (`isTaken`). */
async function appendMissing(
  services: EvidenceServices,
  runIds: readonly string[],
  { since, asked, now, proofs }: EvidenceAsked,
): Promise<{ isTaken: boolean; unread: string[] }> {
  const { store, chain, sign, logger } = services;
  const begun = (asked === undefined ? undefined : runStart(asked)) ?? since;
  let end = await readEnd(services, new Date(Math.min(begun.getTime(), since.getTime()) - CLOCKS_MS));
  const missing = await limited(READS_AT_ONCE, runIds, (runId) => missingOf(store, runId, end.known.get(runId), now));
  const unread: string[] = [];
  for (const one of missing) {
    if (!one) continue;
    const answers = await provenAnswers(store, one, proofs);
    unread.push(...answers.unread);
    if (one.kind === 'late' && answers.proven.length === 0) continue;
    const entry = entryOf(one, answers.proven, { number: end.number + 1, previous: end.sha256, at: now.toISOString() });
    const line = entryLine(entry);
    const stored = storedForm(line, await sign?.(line));
    if (!(await chain.append(entry.number, stored))) return { isTaken: true, unread };
    end = { ...end, number: entry.number, sha256: sha256(stored) };
    logger.info('evidence written', { runId: entry.runId, kind: entry.kind, number: entry.number });
  }
  return { isTaken: false, unread };
}

/** An entry that somebody damaged knows of no run: what it proved is proven anew. */
async function readEnd({ chain, logger }: EvidenceServices, since: Date): Promise<ChainEnd> {
  const links = await chain.linksSince(since);
  const known = new Map<string, Set<string>>();
  const hashes = await limited(ENTRIES_AT_ONCE, links, async ({ number }) => {
    const bytes = await chain.read(number);
    try {
      const { entry } = parseEntry(bytes);
      const tags = known.get(entry.runId) ?? new Set();
      for (const answer of entry.accounts) tags.add(tagOf(answer));
      known.set(entry.runId, tags);
    } catch (cause) {
      logger.warn('evidence entry damaged', { number, ...errorFacts(cause) });
    }
    return sha256(bytes);
  });
  return { number: links.at(-1)?.number ?? 0, sha256: hashes.at(-1) ?? null, known };
}

/** What the chain lacks of one run. */
type Missing = { runId: string; fresh: Answer[] } & ({ kind: 'run'; run?: Run } | { kind: 'late' });

async function missingOf(store: RunStore, runId: string, known: ReadonlySet<string> | undefined, now: Date): Promise<Missing | undefined> {
  if (known) {
    const fresh = (await store.answers(runId)).filter((answer) => !known.has(tagOf(answer)));
    return fresh.length === 0 ? undefined : { kind: 'late', runId, fresh };
  }
  const run = await readRun(store, runId);
  if (!run) {
    // By hand, or whatever lies where a run should.
    const fresh = await store.answers(runId);
    return fresh.length === 0 ? undefined : { kind: 'run', runId, fresh };
  }
  return mayStillAnswer(run, now) ? undefined : { kind: 'run', runId, run, fresh: run.answers };
}

async function provenAnswers(store: RunStore, missing: Missing, proofs: Proofs): Promise<{ proven: ProvenAccount[]; unread: string[] }> {
  const { runId, fresh } = missing;
  const unread: string[] = [];
  const proven = await limited(READS_AT_ONCE, fresh, async (answer) => {
    const have = proofs.of(runId, answer);
    if (have) return have;
    const { result, stored } = await store.resultAsStored(runId, answer.account);
    if (stored) {
      const made = provenAccount(runId, answer.account, stored, result);
      proofs.add(runId, made);
      return made;
    }
    unread.push('unreadable' in result ? result.unreadable : answer.account);
    return undefined;
  });
  return { proven: proven.filter((account) => account !== undefined), unread };
}

function entryOf(missing: Missing, accounts: ProvenAccount[], place: Pick<Entry, 'number' | 'previous' | 'at'>): Entry {
  const { kind, runId } = missing;
  const { number, previous, at } = place;
  const run = missing.kind === 'run' ? missing.run : undefined;
  const manifest = run && !('unreadable' in run.manifest) ? run.manifest : undefined;
  const startedAt = manifest?.startedAt ?? runStart(runId)?.toISOString() ?? '';
  const common = { version: 1 as const, number, at, kind, runId, startedAt, mode: modeOf(manifest, accounts) };
  if (!manifest) return { ...common, accounts, previous };
  const { forceRotate, accounts: dispatched, failed, skipped } = manifest;
  const answered = new Set([...missing.fresh, ...failed].map(({ account }) => account));
  const sent = {
    dispatched: dispatched.length,
    silent: dispatched.flatMap(({ id }) => (answered.has(id) ? [] : [id])),
    notDispatched: failed.map(({ account }) => account),
    skipped: skipped.map(({ account }) => account),
  };
  return { ...common, ...(forceRotate !== undefined && { forceRotate }), sent, accounts, previous };
}

function modeOf(manifest: StoredManifest | undefined, accounts: readonly ProvenAccount[]): Mode {
  if (manifest) return manifest.dryRun ? 'dry run' : 'enforcing';
  return accounts.find(({ mode }) => mode !== 'unknown')?.mode ?? 'unknown';
}
