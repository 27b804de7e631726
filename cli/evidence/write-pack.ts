import { createPublicKey } from 'node:crypto';
import { mkdir, open, rm, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { entryFile, type ChainStore, type Link } from '../../lambda/chain/chain-store';
import { parseEntry, type ProvenAccount, type StoredEntry } from '../../lambda/chain/entry';
import { sha256 } from '../../lambda/chain/hash';
import { recordsOf, RecordsHash, type EvidenceRecord } from '../../lambda/chain/records';
import { READS_AT_ONCE, type RunStore } from '../../lambda/runs/run-store';
import { errorFacts } from '../../lambda/shared/errors';
import { limited } from '../../lambda/shared/limited';
import { DAY_MS } from '../../lambda/shared/period';
import type { Period } from './evidence-command';
import { actionLine, ACTIONS_HEAD, FILES, isInPeriod, README, runLine, RUNS_HEAD, type About } from './pack-files';

/** Where a pack comes from. */
export interface PackSource {
  store: RunStore;
  chain: ChainStore;
  /** The public key of a KMS key, DER. */
  publicKey: (arn: string) => Promise<Uint8Array>;
}

/** What was written. */
export interface Written {
  /** Runs of the period. */
  runs: number;
  /** Numbers of the first and the last entry in the pack; undefined when there is none. */
  entries?: readonly [first: number, last: number];
  records: number;
  accounts: number;
  missing: About['missing'];
  withoutEntry: string[];
  /** The key that signed the newest entry; undefined when it is not signed. */
  key?: string;
  /** Why the public key is not in the pack. */
  withoutKey?: string;
}

/** Failed events wait so long to be run again, so that an answer can come so late: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const LATEST_MS = 15 * DAY_MS;

/** Writes a pack into an empty folder, account by account, so that no more than a few results are in memory. */
export async function writePack(
  source: PackSource,
  { from, to, ...origin }: Period & Pick<About, 'stack' | 'bucket' | 'made'>,
  folder: string,
  onProgress: (done: number, total: number, what: string) => void,
): Promise<Written> {
  const period = { from, to };
  const writer = await PackWriter.begin(source, period, folder);
  try {
    const links = await linksOf(source.chain, period);
    for (const [place, link] of links.entries()) {
      await writer.addEntry(link.number, (what) => {
        onProgress(place, links.length, what);
      });
    }
    const about: Omit<About, 'missing' | 'withoutEntry'> = { version: 1, from, to, ...origin };
    return await writer.end(about, await runsIn(source.store, period));
  } finally {
    await writer.close();
  }
}

/** Entries that may be about the period's runs. */
async function linksOf(chain: ChainStore, { from, to }: Period): Promise<Link[]> {
  const first = new Date(`${from}T00:00:00Z`);
  const last = Date.parse(`${to}T00:00:00Z`) + DAY_MS + LATEST_MS;
  return (await chain.linksSince(first)).filter(({ written }) => written >= first && written.getTime() < last);
}

async function runsIn(store: RunStore, { from, to }: Period): Promise<string[]> {
  const since = new Date(`${from}T00:00:00Z`);
  const ids = [...(await store.runIdsSince(since)), ...(await store.manualRunIdsSince(since))];
  const end = `${to.replaceAll('-', '')}T999999`;
  return ids.filter((runId) => runId.replace(/^manual-/, '') <= end);
}

/** The files of a pack while they are written. */
class PackWriter {
  private readonly runs = new Set<string>();
  private readonly accounts = new Set<string>();
  private readonly missing: About['missing'] = [];
  /** Entries whose files are written, and which of them are about the period. */
  private readonly written: { number: number; matches: boolean; line?: string; signer?: string }[] = [];
  private records = 0;

  private constructor(
    private readonly source: PackSource,
    private readonly period: Period,
    private readonly folder: string,
    private readonly csv: FileHandle,
    private readonly json: FileHandle,
  ) {}

  static async begin(source: PackSource, period: Period, folder: string): Promise<PackWriter> {
    await mkdir(join(folder, FILES.chain), { recursive: true });
    const csv = await open(join(folder, FILES.actionsCsv), 'w');
    const json = await open(join(folder, FILES.actionsJson), 'w');
    await csv.writeFile(ACTIONS_HEAD);
    await json.writeFile('[');
    return new PackWriter(source, period, folder, csv, json);
  }

  /** An entry that cannot be read goes into the pack as it is: verifying names it. */
  async addEntry(number: number, onProgress: (what: string) => void): Promise<void> {
    const bytes = await this.source.chain.read(number);
    let stored: StoredEntry | undefined;
    try {
      stored = parseEntry(bytes);
    } catch {
      stored = undefined;
    }
    const matches = stored !== undefined && isInPeriod(stored, this.period);
    if (!matches && this.written.length === 0) return;
    await writeFile(join(this.folder, FILES.chain, entryFile(number)), bytes);
    const signer = stored?.signature?.key;
    this.written.push({ number, matches, ...(stored && matches && { line: runLine(stored) }), ...(signer !== undefined && { signer }) });
    if (!stored || !matches) return;
    this.runs.add(stored.entry.runId);
    const { accounts } = stored.entry;
    for (let at = 0; at < accounts.length; at += READS_AT_ONCE) {
      onProgress(`, run ${stored.entry.runId}: ${at} of ${accounts.length} accounts`);
      const chunk = accounts.slice(at, at + READS_AT_ONCE);
      const read = await limited(READS_AT_ONCE, chunk, (account) => this.recordsOf(stored, account));
      for (const { account } of chunk) this.accounts.add(account);
      for (const records of read) await this.add(number, records);
    }
  }

  private async recordsOf({ entry }: StoredEntry, proven: ProvenAccount): Promise<EvidenceRecord[]> {
    if (proven.records === 0) return [];
    const { account } = proven;
    const { result, stored } = await this.source.store.resultAsStored(entry.runId, account);
    const lacks = (reason: string): EvidenceRecord[] => {
      this.missing.push({ entry: entry.number, account, reason });
      return [];
    };
    if (!stored) return lacks(`its result is not in the bucket any more: ${'unreadable' in result ? result.unreadable : ''}`);
    if (sha256(stored.bytes) !== proven.resultSha256) return lacks('another result has taken its place since');
    if ('unreadable' in result) return lacks(result.unreadable);
    const records = recordsOf(entry.runId, result);
    const hash = new RecordsHash();
    for (const record of records) hash.add(record);
    if (hash.done().recordsSha256 !== proven.recordsSha256)
      return lacks('this version of iam-keys reads it differently: use the one that is deployed');
    return records;
  }

  private async add(entry: number, records: readonly EvidenceRecord[]): Promise<void> {
    if (records.length === 0) return;
    const lines = records.map((record) => ({ entry, ...record }));
    await this.csv.writeFile(lines.map(actionLine).join(''));
    await this.json.writeFile(lines.map((line, place) => `${this.records + place === 0 ? '' : ','}\n${JSON.stringify(line)}`).join(''));
    this.records += records.length;
  }

  async end(about: Omit<About, 'missing' | 'withoutEntry'>, runIds: readonly string[]): Promise<Written> {
    await this.json.writeFile('\n]\n');
    const kept = await this.trimmed();
    const withoutEntry = runIds.filter((runId) => !this.runs.has(runId));
    const runs = [RUNS_HEAD, ...kept.flatMap(({ line }) => line ?? [])].join('');
    const said: About = { ...about, missing: this.missing, withoutEntry };
    await writeFile(join(this.folder, FILES.runsCsv), runs);
    await writeFile(join(this.folder, FILES.about), `${JSON.stringify(said, undefined, 2)}\n`);
    await writeFile(join(this.folder, FILES.readme), README);
    const key = kept.at(-1)?.signer;
    const [first, last] = [kept[0]?.number, kept.at(-1)?.number];
    return {
      runs: this.runs.size,
      ...(first !== undefined && last !== undefined && { entries: [first, last] as const }),
      records: this.records,
      accounts: this.accounts.size,
      missing: this.missing,
      withoutEntry,
      ...(key !== undefined && { key, ...(await this.writeKey(key)) }),
    };
  }

  /** Ends with the entry after the last one about the period: it says that nothing was taken off the end. */
  private async trimmed(): Promise<PackWriter['written']> {
    const last = this.written.findLastIndex(({ matches }) => matches);
    for (const { number } of this.written.slice(last + 2)) await rm(join(this.folder, FILES.chain, entryFile(number)));
    return this.written.slice(0, last + 2);
  }

  private async writeKey(arn: string): Promise<Pick<Written, 'withoutKey'>> {
    try {
      const key = createPublicKey({ key: Buffer.from(await this.source.publicKey(arn)), format: 'der', type: 'spki' });
      await writeFile(join(this.folder, FILES.publicKey), key.export({ type: 'spki', format: 'pem' }));
      return {};
    } catch (cause) {
      const { error, message } = errorFacts(cause);
      return { withoutKey: `${error}: ${message}` };
    }
  }

  async close(): Promise<void> {
    await this.csv.close();
    await this.json.close();
  }
}
