import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { describe } from '../shared/errors';
import type { RunManifest } from './results';
import { runTime } from './run-id';
import { parseManifest, parseResult, type StoredResult } from './schemas';

const RUNS = 'runs/';
/** Runs of a rotator invoked by hand have no manifest and no summary. */
const MANUAL = 'manual-';

/** An object that is there but cannot be used, with the reason. */
export interface Unreadable {
  unreadable: string;
  /** When it was written, ISO 8601; absent when that is not known. */
  written?: string;
}

/** The results bucket as the reporter sees it: one folder `runs/<runId>/` per run. */
export class RunStore {
  constructor(
    private readonly s3: S3Client,
    readonly bucket: string,
  ) {}

  /** Ids of the orchestrator's runs since a moment, oldest first; the cost does not grow with history. Invocations by hand are left out. */
  async runIdsSince(since: Date): Promise<string[]> {
    const { prefixes } = await this.list(RUNS, { delimiter: '/', startAfter: `${RUNS}${runTime(since)}` });
    return prefixes.map((prefix) => prefix.slice(RUNS.length, -1)).filter((runId) => runId !== '' && !runId.startsWith(MANUAL));
  }

  /** Whether the run has its summary already. */
  async isReported(runId: string): Promise<boolean> {
    return (await this.written(`${RUNS}${runId}/summary.json`)) !== undefined;
  }

  /** What was dispatched in the run; undefined when there is no manifest. */
  async manifest(runId: string): Promise<RunManifest | Unreadable | undefined> {
    const key = `${RUNS}${runId}/manifest.json`;
    const written = await this.written(key);
    if (written === undefined) return undefined;
    try {
      return parseManifest(await this.read(key));
    } catch (cause) {
      return { unreadable: explain(key, cause), written: written.toISOString() };
    }
  }

  /** Ids of the accounts that stored a result in the run. */
  async answered(runId: string): Promise<string[]> {
    const { keys } = await this.list(`${RUNS}${runId}/`);
    return keys.flatMap(({ key }) => /\/(\d{12})\.json$/.exec(key)?.[1] ?? []);
  }

  /** One account's result, or why it cannot be used. */
  async result(runId: string, account: string): Promise<StoredResult | Unreadable> {
    const key = `${RUNS}${runId}/${account}.json`;
    try {
      return parseResult(await this.read(key));
    } catch (cause) {
      return { unreadable: explain(key, cause) };
    }
  }

  /** Stores the report for people and answers where it lies. */
  async writeReport(runId: string, html: string): Promise<void> {
    await this.write(`${RUNS}${runId}/report.html`, html, 'text/html; charset=utf-8');
  }

  /** Stores the summary, which marks the run as reported. */
  async writeSummary(runId: string, summary: object): Promise<void> {
    await this.write(`${RUNS}${runId}/summary.json`, JSON.stringify(summary, undefined, 2), 'application/json');
  }

  /** Where the run's report lies. */
  reportLocation(runId: string): string {
    return `s3://${this.bucket}/${RUNS}${runId}/report.html`;
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

  private async write(key: string, body: string, contentType: string): Promise<void> {
    await this.s3.send(new PutObjectCommand({ Bucket: this.bucket, Key: key, Body: body, ContentType: contentType }));
  }
}

function explain(key: string, cause: unknown): string {
  const { error, message } = describe(cause);
  return `${key} cannot be read: ${error}: ${message.replace(/\s+/g, ' ').slice(0, 300)}`;
}
