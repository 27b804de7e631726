import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';

/** An object of a listing. */
export interface ListedObject {
  key: string;
  modified: Date;
  /** Changes with every writing of the object. */
  etag: string;
}

/** Everything below a prefix, in the order of keys; with a delimiter, what is further down is one of `prefixes`. */
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
    for (const { Key, LastModified, ETag = '' } of page.Contents ?? []) {
      if (Key !== undefined) objects.push({ key: Key, modified: LastModified ?? new Date(0), etag: ETag });
    }
    for (const { Prefix } of page.CommonPrefixes ?? []) if (Prefix !== undefined) prefixes.push(Prefix);
    token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
  } while (token !== undefined);
  return { objects, prefixes };
}
