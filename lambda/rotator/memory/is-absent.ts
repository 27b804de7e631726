import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { errorFacts } from '../../shared/errors';

/**
 * Whether an object could not be read because there is none: to a role that may list below a prefix only, S3 answers AccessDenied then
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html).
 */
export async function isAbsent(s3: S3Client, { Bucket, Key }: { Bucket: string; Key: string }, reading: unknown): Promise<boolean> {
  const { error } = errorFacts(reading);
  if (error !== 'AccessDenied') return error === 'NoSuchKey';
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: Key })).catch(() => ({ Contents: [{ Key }] }));
  return !Contents.some((listed) => listed.Key === Key);
}
