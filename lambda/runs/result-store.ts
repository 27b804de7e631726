import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { checkKey, type AccountCheck } from './account-check';
import type { AccountResult, RunManifest } from './results';

/** Where runs and their accounts' results are kept: `runs/<runId>/manifest.json` and `runs/<runId>/<account id>.json`. */
export class ResultStore {
  constructor(
    private readonly s3: S3Client,
    private readonly bucket: string,
  ) {}

  /** Stores what a run sends out; a repeat replaces it. */
  async putManifest(manifest: RunManifest): Promise<void> {
    await this.put(`runs/${manifest.runId}/manifest.json`, manifest);
  }

  /** Stores one account's answer and says where, as `s3://<bucket>/<key>`; a repeat replaces it. */
  async putResult(result: AccountResult): Promise<string> {
    const key = `runs/${result.runId}/${result.account.id}.json`;
    await this.put(key, result);
    return `s3://${this.bucket}/${key}`;
  }

  /** Stores one account's answer to a check; a repeat replaces it. */
  async putCheck(check: AccountCheck): Promise<void> {
    await this.put(checkKey(check.runId, check.account.id), check);
  }

  private async put(key: string, content: object): Promise<void> {
    const Body = JSON.stringify(content, null, 2);
    await this.s3.send(new PutObjectCommand({ Bucket: this.bucket, Key: key, Body, ContentType: 'application/json' }));
  }
}
