import { createHash } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-s3';
import type { Check, Context } from '../../kernel/contracts';
import { findBucket } from '../../kernel/lookup';
import { ServiceError } from '../../kernel/service-error';
import type { Bucket } from '../../kernel/world';
import { pageAfter } from '../paging';
import { handlersOf, type Call, type SdkShapes } from '../service';

const maxKeys = 1000;
type StoredObject = Bucket['objects'] extends Map<string, infer O> ? O : never;

/** S3: objects in buckets. */
export const s3 = handlersOf<SdkShapes<typeof sdk>>({
  PutObject: {
    checks: ({ Bucket, Key, IfMatch, IfNoneMatch }, call) => [
      ...objectCheck(call, 's3:PutObject', Bucket, Key, { 's3:if-match': IfMatch, 's3:if-none-match': IfNoneMatch }),
      // Who compares with what is there must be allowed to read it.
      ...(IfMatch === undefined ? [] : objectCheck(call, 's3:GetObject', Bucket, Key)),
    ],
    handle({ Bucket, Key, Body, ContentType, Metadata, IfNoneMatch, IfMatch }, call) {
      const { objects } = requireBucket(Bucket, call);
      const before = objects.get(Key);
      if (IfNoneMatch !== undefined && IfNoneMatch !== '*') {
        throw new ServiceError('NotImplemented', 'A header you provided implies functionality that is not implemented', 501);
      }
      if (IfNoneMatch !== undefined && before) throw preconditionFailed();
      refuseOther(before, IfMatch);
      const stored: StoredObject = {
        body: Uint8Array.from(Body ?? []),
        modified: call.now,
        metadata: Metadata ?? {},
        ...(ContentType !== undefined && { contentType: ContentType }),
      };
      objects.set(Key, stored);
      return { ETag: etagOf(stored) };
    },
  },
  GetObject: {
    reads: true,
    checks: ({ Bucket, Key }, call) => readChecks(call, Bucket, Key),
    handle({ Bucket, Key, Range, IfMatch, IfNoneMatch }, call) {
      if (Range !== undefined) throw new ServiceError('NotImplemented', 'the sandbox does not emulate Range of s3:GetObject', 501);
      const object = requireObject(Bucket, Key, call);
      refuseOther(object, IfMatch);
      if (IfNoneMatch !== undefined && etagOf(object) === quoted(IfNoneMatch)) throw new ServiceError('NotModified', 'Not Modified', 304);
      return { ...headersOf(object), Body: object.body };
    },
  },
  HeadObject: {
    reads: true,
    checks: ({ Bucket, Key }, call) => readChecks(call, Bucket, Key),
    handle: ({ Bucket, Key }, call) => headersOf(requireObject(Bucket, Key, call)),
  },
  DeleteObject: {
    checks: ({ Bucket, Key, IfMatch }, call) => objectCheck(call, 's3:DeleteObject', Bucket, Key, { 's3:if-match': IfMatch }),
    handle({ Bucket, Key, IfMatch }, call) {
      const { objects } = requireBucket(Bucket, call);
      refuseOther(objects.get(Key), IfMatch);
      objects.delete(Key);
      return {};
    },
  },
  ListObjectsV2: {
    reads: true,
    checks({ Bucket, Prefix, Delimiter, MaxKeys }, { world }) {
      const context: Context = {
        's3:prefix': Prefix ?? '',
        's3:delimiter': Delimiter,
        's3:max-keys': MaxKeys === undefined ? undefined : String(MaxKeys),
      };
      return [{ action: 's3:ListBucket', resource: `arn:${world.partition}:s3:::${Bucket}`, context }];
    },
    handle: (input, call) => listObjects(requireBucket(input.Bucket, call), input),
  },
});

const objectCheck = ({ world }: Call, action: string, bucket: string, key: string, context: Context = {}): Check[] => [
  { action, resource: `arn:${world.partition}:s3:::${bucket}/${key}`, context },
];
const preconditionFailed = (): ServiceError =>
  new ServiceError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412);

/** Passes the object of an entity tag; where there is none at all S3 says so: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html */
function refuseOther(object: StoredObject | undefined, etag: string | undefined): void {
  if (etag === undefined) return;
  if (!object) throw new ServiceError('NoSuchKey', 'The specified key does not exist.', 404);
  if (etag !== '*' && etagOf(object) !== quoted(etag)) throw preconditionFailed();
}
const quoted = (etag: string): string => (etag.startsWith('"') ? etag : `"${etag}"`);
const etags = new WeakMap<Uint8Array, string>();
/** A body is never changed, only replaced. */
function etagOf({ body }: StoredObject): string {
  const known = etags.get(body) ?? `"${createHash('md5').update(body).digest('hex')}"`;
  etags.set(body, known);
  return known;
}
const headersOf = (object: StoredObject) => ({
  ContentLength: object.body.length,
  ContentType: object.contentType ?? 'binary/octet-stream',
  ETag: etagOf(object),
  LastModified: object.modified,
  Metadata: object.metadata,
});

function requireBucket(name: string, { world }: Call): Bucket {
  const found = findBucket(world, name);
  if (!found) throw new ServiceError('NoSuchBucket', 'The specified bucket does not exist', 404);
  return found.bucket;
}

/** Who may not list what begins with a key is not told whether it exists: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html */
function readChecks(call: Call, bucket: string, key: string): Check[] {
  const read = objectCheck(call, 's3:GetObject', bucket, key);
  if (findBucket(call.world, bucket)?.bucket.objects.has(key) !== false) return read;
  return [...read, { action: 's3:ListBucket', resource: `arn:${call.world.partition}:s3:::${bucket}`, context: { 's3:prefix': key } }];
}

function requireObject(bucket: string, key: string, call: Call): StoredObject {
  const object = requireBucket(bucket, call).objects.get(key);
  if (object) return object;
  throw new ServiceError('NoSuchKey', 'The specified key does not exist.', 404);
}

interface ListInput {
  Prefix?: string;
  Delimiter?: string;
  MaxKeys?: number;
  ContinuationToken?: string;
  StartAfter?: string;
}

/** Keys in order; those that share what lies between prefix and delimiter are one common prefix. */
function listObjects(bucket: Bucket, { Prefix = '', Delimiter, MaxKeys = maxKeys, ContinuationToken, StartAfter = '' }: ListInput) {
  const names = new Map<string, StoredObject | undefined>();
  for (const [key, object] of bucket.objects) {
    if (!key.startsWith(Prefix) || key <= StartAfter) continue;
    const cut = Delimiter === undefined || Delimiter === '' ? -1 : key.indexOf(Delimiter, Prefix.length);
    if (cut < 0) names.set(key, object);
    else names.set(key.slice(0, cut + (Delimiter ?? '').length), undefined);
  }
  const { items, next } = pageAfter(names, ([name]) => name, ContinuationToken, Math.min(MaxKeys, maxKeys));
  const contents = items.flatMap(([Key, object]) =>
    object
      ? [{ Key, LastModified: object.modified, ETag: etagOf(object), Size: object.body.length, StorageClass: 'STANDARD' as const }]
      : [],
  );
  const prefixes = items.flatMap(([name, object]) => (object ? [] : [{ Prefix: name }]));
  return {
    Name: bucket.name,
    Prefix,
    Delimiter,
    MaxKeys,
    KeyCount: items.length,
    IsTruncated: next !== undefined,
    NextContinuationToken: next,
    ...(contents.length > 0 && { Contents: contents }),
    ...(prefixes.length > 0 && { CommonPrefixes: prefixes }),
  };
}
