import { GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { undeliveredFolder, undeliveredKey } from '../../runs/run-keys';
import { parseUndelivered, type Undelivered } from '../../runs/undelivered';
import { RotationError } from '../../shared/errors';
import { limited } from '../../shared/limited';

const READS_AT_ONCE = 5;

/** Those of an account's mails that SES has not delivered, as they are recorded; throws when it cannot be told. */
export async function readUndelivered(s3: S3Client, Bucket: string, account: string, mails: readonly string[]): Promise<Undelivered[]> {
  const recorded = await keysBelow(s3, Bucket, undeliveredFolder(account));
  const ours = mails.filter((id) => recorded.has(undeliveredKey(account, id)));
  return limited(READS_AT_ONCE, ours, async (id) => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: undeliveredKey(account, id) }));
    return recordOf(id, (await Body?.transformToString('utf-8')) ?? '');
  });
}

/** That there is a record says enough, whatever is in it. */
function recordOf(id: string, text: string): Undelivered {
  try {
    return { ...parseUndelivered(text), id };
  } catch {
    return { id, kind: 'unknown', reason: 'its record cannot be read', to: [], sent: '' };
  }
}

async function keysBelow(s3: S3Client, Bucket: string, Prefix: string): Promise<Set<string>> {
  const keys = new Set<string>();
  let token: string | undefined;
  do {
    const page = await s3.send(new ListObjectsV2Command({ Bucket, Prefix, ...(token !== undefined && { ContinuationToken: token }) }));
    if (!page.Contents && page.KeyCount !== 0) throw new RotationError('S3 answered ListObjectsV2 without the list that was asked for');
    for (const { Key } of page.Contents ?? []) if (Key !== undefined) keys.add(Key);
    token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
  } while (token !== undefined);
  return keys;
}
