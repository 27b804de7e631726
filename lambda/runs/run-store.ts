import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { errorFacts } from '../shared/errors';
import { isManual, runTime } from './run-id';
import { NO_HISTORY, parseHistory, type History } from './history';
import {
  accountOf,
  checkFolder,
  checkKey,
  HISTORY_KEY,
  keysKey,
  LATEST_KEY,
  manifestKey,
  reportKey,
  resultKey,
  runFolder,
  runOf,
  RUNS,
  summaryKey,
} from './run-keys';
import {
  parseCheck,
  parseDetails,
  parseManifest,
  parseResult,
  type AccountCheck,
  type AccountResult,
  type DetailedResult,
  type RunManifest,
  type StoredManifest,
  type StoredResult,
} from './schemas';

/** Results that are read at the same time. */
export const READS_AT_ONCE = 20;

/** An object that is there but cannot be used, with the reason. */
export interface Unreadable {
  unreadable: string;
  /** When it was written, ISO 8601; absent when that is not known. */
  written?: string;
}

/** The results bucket: what runs and checks leave behind, written and read. */
export class RunStore {
  constructor(
    private readonly s3: S3Client,
    private readonly bucket: string,
  ) {}

  /** Stores what a run sends out; a repeat replaces it. */
  async putManifest(manifest: RunManifest): Promise<void> {
    await this.writeJson(manifestKey(manifest.runId), manifest);
  }

  /** Stores one account's result and returns where, as `s3://<bucket>/<key>`; a repeat replaces it. */
  async putResult(result: AccountResult): Promise<string> {
    const key = resultKey(result.runId, result.account.id);
    await this.writeJson(key, result);
    return `s3://${this.bucket}/${key}`;
  }

  /** Stores one account's answer to a check; a repeat replaces it. */
  async putCheck(check: AccountCheck): Promise<void> {
    await this.writeJson(checkKey(check.runId, check.account.id), check);
  }

  /** Stores the run's report for people. */
  async putReport(runId: string, html: Uint8Array): Promise<void> {
    await this.write(reportKey(runId), html, 'text/html; charset=utf-8');
  }

  /** Stores the newest report of the whole organization, where people find it without knowing a run. */
  async putLatest(html: Uint8Array): Promise<void> {
    await this.write(LATEST_KEY, html, 'text/html; charset=utf-8');
  }

  /** Stores every key of the run's accounts as a table. */
  async putKeys(runId: string, csv: Uint8Array): Promise<void> {
    await this.write(keysKey(runId), csv, 'text/csv; charset=utf-8');
  }

  /** Where the table of every key is, as `s3://<bucket>/<key>`. */
  keysLocation(runId: string): string {
    return `s3://${this.bucket}/${keysKey(runId)}`;
  }

  /** What reports remember of the runs before; what cannot be read is none, and the bucket keeps its former versions. */
  async history(): Promise<History> {
    if ((await this.written(HISTORY_KEY)) === undefined) return NO_HISTORY;
    const text = await this.read(HISTORY_KEY);
    try {
      return parseHistory(text);
    } catch {
      return NO_HISTORY;
    }
  }

  /** Stores what reports remember. */
  async putHistory(history: History): Promise<void> {
    await this.write(HISTORY_KEY, JSON.stringify(history), 'application/json');
  }

  /** Stores the summary, which marks the run as reported. */
  async putSummary(runId: string, summary: object): Promise<void> {
    await this.writeJson(summaryKey(runId), summary);
  }

  /** Where the run's report is, as `s3://<bucket>/<key>`. */
  reportLocation(runId: string): string {
    return `s3://${this.bucket}/${reportKey(runId)}`;
  }

  /** The same by its parts. */
  reportObject(runId: string): { bucket: string; key: string } {
    return { bucket: this.bucket, key: reportKey(runId) };
  }

  /** Ids of the orchestrator's runs since a moment, oldest first; the cost does not grow with history. Invocations by hand are left out. */
  async runIdsSince(since: Date): Promise<string[]> {
    const { prefixes } = await this.list(RUNS, { delimiter: '/', startAfter: `${RUNS}${runTime(since)}` });
    return prefixes.map(runOf).filter((runId) => runId !== '' && !isManual(runId));
  }

  /** Whether the run has its summary already. */
  async isReported(runId: string): Promise<boolean> {
    return (await this.written(summaryKey(runId))) !== undefined;
  }

  /** What was dispatched in the run; undefined when there is no manifest. */
  async manifest(runId: string): Promise<StoredManifest | Unreadable | undefined> {
    const key = manifestKey(runId);
    const written = await this.written(key);
    if (written === undefined) return undefined;
    try {
      return parseManifest(await this.read(key));
    } catch (cause) {
      return { unreadable: explain(key, cause), written: written.toISOString() };
    }
  }

  /** Ids of the accounts that stored a result in the run. */
  answered(runId: string): Promise<string[]> {
    return this.accountsIn(runFolder(runId));
  }

  /** One account's result, or why it cannot be used. */
  async result(runId: string, account: string): Promise<StoredResult | Unreadable> {
    const key = resultKey(runId, account);
    try {
      return parseResult(await this.read(key));
    } catch (cause) {
      return { unreadable: explain(key, cause) };
    }
  }

  /** One account's result with everything about its users; undefined while there is none, and why when it cannot be used. */
  async details(runId: string, account: string): Promise<DetailedResult | Unreadable | undefined> {
    const key = resultKey(runId, account);
    if ((await this.written(key)) === undefined) return undefined;
    try {
      return parseDetails(await this.read(key));
    } catch (cause) {
      return { unreadable: explain(key, cause) };
    }
  }

  /** Ids of the accounts that answered a check. */
  checked(runId: string): Promise<string[]> {
    return this.accountsIn(checkFolder(runId));
  }

  /** One account's answer to a check; throws when it cannot be used. */
  async check(runId: string, account: string): Promise<AccountCheck> {
    return parseCheck(await this.read(checkKey(runId, account)));
  }

  private async accountsIn(folder: string): Promise<string[]> {
    const { keys } = await this.list(folder);
    return keys.flatMap(({ key }) => accountOf(key) ?? []);
  }

  /** Asks by listing: reading an absent object is AccessDenied for a role that may list below a prefix only. */
  private async written(key: string): Promise<Date | undefined> {
    const { keys } = await this.list(key);
    return keys.find((found) => found.key === key)?.modified;
  }

  private async list(
    prefix: string,
    { delimiter, startAfter }: { delimiter?: string; startAfter?: string } = {},
  ): Promise<{ keys: { key: string; modified: Date }[]; prefixes: string[] }> {
    const keys: { key: string; modified: Date }[] = [];
    const prefixes: string[] = [];
    let token: string | undefined;
    do {
      const page = await this.s3.send(
        new ListObjectsV2Command({
          Bucket: this.bucket,
          Prefix: prefix,
          ...(delimiter === undefined ? {} : { Delimiter: delimiter }),
          ...(startAfter === undefined ? {} : { StartAfter: startAfter }),
          ...(token === undefined ? {} : { ContinuationToken: token }),
        }),
      );
      for (const { Key, LastModified } of page.Contents ?? []) {
        if (Key !== undefined) keys.push({ key: Key, modified: LastModified ?? new Date(0) });
      }
      for (const { Prefix } of page.CommonPrefixes ?? []) if (Prefix !== undefined) prefixes.push(Prefix);
      token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
    } while (token !== undefined);
    return { keys, prefixes };
  }

  private async read(key: string): Promise<string> {
    const { Body } = await this.s3.send(new GetObjectCommand({ Bucket: this.bucket, Key: key }));
    return (await Body?.transformToString('utf-8')) ?? '';
  }

  private async writeJson(key: string, content: object): Promise<void> {
    await this.write(key, JSON.stringify(content, undefined, 2), 'application/json');
  }

  private async write(key: string, body: string | Uint8Array, contentType: string): Promise<void> {
    await this.s3.send(new PutObjectCommand({ Bucket: this.bucket, Key: key, Body: body, ContentType: contentType }));
  }
}

function explain(key: string, cause: unknown): string {
  const { error, message } = errorFacts(cause);
  return `${key} cannot be read: ${error}: ${message.replace(/\s+/g, ' ').slice(0, 300)}`;
}
