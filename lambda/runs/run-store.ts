import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { errorFacts } from '../shared/errors';
import { isManual, MANUAL, runTime } from './run-id';
import { listObjects } from './list-objects';
import { NO_HISTORY, parseHistory, type History } from './history';
import {
  accountOf,
  checkFolder,
  checkKey,
  HISTORY_KEY,
  keysKey,
  LATEST_KEY,
  manifestKey,
  policyResultKey,
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

/** An account that answered, and the entity tag of its answer, which changes with every writing. */
export interface Answer {
  account: string;
  etag: string;
}

/** An object as it is stored. */
export interface StoredBytes {
  bytes: Buffer;
  etag: string;
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

  /** Stores one account's result and returns where, as `s3://<bucket>/<key>`; a repeat replaces it. Those of policies lie apart. */
  async putResult(result: AccountResult): Promise<string> {
    const { policy, forceRotate, runId, account } = result;
    const isPolicyRun = policy !== undefined && forceRotate === undefined;
    const key = isPolicyRun ? policyResultKey(policy, runId, account.id) : resultKey(runId, account.id);
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
    const text = await this.text(HISTORY_KEY);
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
    return (await this.runsAfter(RUNS, since)).filter((runId) => !isManual(runId));
  }

  /** The same of accounts that were rotated by hand. */
  async manualRunIdsSince(since: Date): Promise<string[]> {
    return this.runsAfter(`${RUNS}${MANUAL}`, since);
  }

  private async runsAfter(prefix: string, since: Date): Promise<string[]> {
    const startAfter = `${prefix}${runTime(since)}`;
    const { prefixes } = await listObjects(this.s3, this.bucket, prefix, { delimiter: '/', startAfter });
    return prefixes.map(runOf).filter((runId) => runId !== '');
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
      return parseManifest(await this.text(key));
    } catch (cause) {
      return { unreadable: explain(key, cause), written: written.toISOString() };
    }
  }

  /** Ids of the accounts that stored a result in the run. */
  async answered(runId: string): Promise<string[]> {
    return (await this.answers(runId)).map(({ account }) => account);
  }

  /** The accounts that stored a result in the run, each with the entity tag of that result. */
  answers(runId: string): Promise<Answer[]> {
    return this.answersIn(runFolder(runId));
  }

  /** One account's result, or why it cannot be used. */
  async result(runId: string, account: string): Promise<StoredResult | Unreadable> {
    return (await this.resultAsStored(runId, account)).result;
  }

  /** The same, with what is stored; that is absent where S3 does not give it. */
  async resultAsStored(runId: string, account: string): Promise<{ result: StoredResult | Unreadable; stored?: StoredBytes }> {
    const key = resultKey(runId, account);
    let stored: StoredBytes | undefined;
    try {
      stored = await this.read(key);
      return { result: parseResult(stored.bytes.toString('utf8')), stored };
    } catch (cause) {
      return { result: { unreadable: explain(key, cause) }, ...(stored && { stored }) };
    }
  }

  /** One account's result with everything about its users; undefined while there is none, and why when it cannot be used. */
  async details(runId: string, account: string): Promise<DetailedResult | Unreadable | undefined> {
    const key = resultKey(runId, account);
    if ((await this.written(key)) === undefined) return undefined;
    try {
      return parseDetails(await this.text(key));
    } catch (cause) {
      return { unreadable: explain(key, cause) };
    }
  }

  /** Ids of the accounts that answered a check. */
  async checked(runId: string): Promise<string[]> {
    return (await this.answersIn(checkFolder(runId))).map(({ account }) => account);
  }

  /** One account's answer to a check; throws when it cannot be used. */
  async check(runId: string, account: string): Promise<AccountCheck> {
    return parseCheck(await this.text(checkKey(runId, account)));
  }

  private async answersIn(folder: string): Promise<Answer[]> {
    const { objects } = await listObjects(this.s3, this.bucket, folder);
    return objects.flatMap(({ key, etag }) => {
      const account = accountOf(key);
      return account === undefined ? [] : [{ account, etag }];
    });
  }

  /** Asks by listing: reading an absent object is AccessDenied for a role that may list below a prefix only. */
  private async written(key: string): Promise<Date | undefined> {
    const { objects } = await listObjects(this.s3, this.bucket, key);
    return objects.find((found) => found.key === key)?.modified;
  }

  private async text(key: string): Promise<string> {
    return (await this.read(key)).bytes.toString('utf8');
  }

  private async read(key: string): Promise<StoredBytes> {
    const { Body, ETag: etag = '' } = await this.s3.send(new GetObjectCommand({ Bucket: this.bucket, Key: key }));
    return { bytes: Buffer.from((await Body?.transformToByteArray()) ?? []), etag };
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
