import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { RotationError } from '../shared/errors';

/** An object of a listing. */
export interface ListedObject {
  key: string;
  modified: Date;
  /** Changes with every writing of the object. */
  etag: string;
}

/**
 * Everything below a prefix, in the order of keys; with a delimiter, what is further down is one of `prefixes`. S3 leaves out an empty list
 * and counts it as 0; any other answer without the list proves nothing (docs/adr/0013), and is a RotationError.
 */
export async function listObjects(
  s3: S3Client,
  bucket: string,
  prefix: string,
  { delimiter, startAfter }: { delimiter?: string; startAfter?: string } = {},
): Promise<{ objects: ListedObject[]; prefixes: string[] }> {
  const objects: ListedObject[] = [];
  const prefixes: string[] = [];
  let token: string | undefined;
  do {
    const page = await s3.send(
      new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: prefix,
        ...(delimiter === undefined ? {} : { Delimiter: delimiter }),
        ...(startAfter === undefined ? {} : { StartAfter: startAfter }),
        ...(token === undefined ? {} : { ContinuationToken: token }),
      }),
    );
    if (!page.Contents && !page.CommonPrefixes && page.KeyCount !== 0)
      throw new RotationError(`S3 answered ListObjectsV2 of ${prefix} without the list that was asked for`);
    for (const { Key, LastModified, ETag = '' } of page.Contents ?? []) {
      if (Key === undefined || !LastModified) throw new RotationError(`S3 listed an object of ${prefix} without key or date`);
      objects.push({ key: Key, modified: LastModified, etag: ETag });
    }
    for (const { Prefix } of page.CommonPrefixes ?? []) if (Prefix !== undefined) prefixes.push(Prefix);
    token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
  } while (token !== undefined);
  return { objects, prefixes };
}
