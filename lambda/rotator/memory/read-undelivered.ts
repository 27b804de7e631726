import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { listObjects } from '../../runs/list-objects';
import { undeliveredFolder, undeliveredKey } from '../../runs/run-keys';
import { parseUndelivered, type Undelivered } from '../../runs/undelivered';
import { limited } from '../../shared/limited';

const READS_AT_ONCE = 5;

/** Those of an account's mails that SES has not delivered, as they are recorded; throws when it cannot be told. */
export async function readUndelivered(s3: S3Client, Bucket: string, account: string, mails: readonly string[]): Promise<Undelivered[]> {
  const { objects } = await listObjects(s3, Bucket, undeliveredFolder(account));
  const recorded = new Set(objects.map(({ key }) => key));
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
