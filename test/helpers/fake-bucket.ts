import { S3Client } from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import { mockClient } from 'aws-sdk-client-mock';
import { answering } from './aws';

/** The body of an answer to GetObject, as the SDK gives it. */
export const bodyOf = (text: string) => ({
  transformToString: () => Promise.resolve(text),
  transformToByteArray: () => Promise.resolve(Buffer.from(text)),
});
const etagOf = (text: string): string => `"${createHash('md5').update(text).digest('hex')}"`;

interface Listing {
  Prefix: string;
  Delimiter?: string;
  ContinuationToken?: string;
}
interface Putting {
  Key: string;
  Body: string | Uint8Array;
  ContentType?: string;
  IfNoneMatch?: string;
}

/** A results bucket in memory that lists in pages of `pageSize`, like S3 with prefix and delimiter. */
export function fakeBucket(now: () => Date, pageSize = 3) {
  const objects = new Map<string, { body: string; modified: Date; type?: string | undefined }>();
  const calls: string[] = [];
  const mock = mockClient(S3Client);
  const list = (input: Listing): object => {
    const entries = new Set<string>();
    for (const key of [...objects.keys()].toSorted()) {
      if (!key.startsWith(input.Prefix)) continue;
      const cut = input.Delimiter === undefined ? -1 : key.indexOf(input.Delimiter, input.Prefix.length);
      entries.add(cut < 0 ? key : key.slice(0, cut + 1));
    }
    const from = Number(input.ContinuationToken ?? 0);
    const page = [...entries].slice(from, from + pageSize);
    const more = from + pageSize < entries.size;
    return {
      Contents: page
        .filter((entry) => objects.has(entry))
        .map((Key) => ({ Key, LastModified: objects.get(Key)!.modified, ETag: etagOf(objects.get(Key)!.body) })),
      CommonPrefixes: page.filter((entry) => !objects.has(entry)).map((Prefix) => ({ Prefix })),
      IsTruncated: more,
      ...(more ? { NextContinuationToken: String(from + pageSize) } : {}),
    };
  };
  const get = ({ Key }: { Key: string }): object => {
    const found = objects.get(Key);
    if (!found) throw Object.assign(new Error('Access Denied'), { name: 'AccessDenied' });
    return { Body: bodyOf(found.body), ETag: etagOf(found.body) };
  };
  const put = ({ Key, Body, ContentType, IfNoneMatch }: Putting): object => {
    if (IfNoneMatch === '*' && objects.has(Key)) throw Object.assign(new Error('it is there'), { name: 'PreconditionFailed' });
    calls.push(`put ${Key}`);
    objects.set(Key, { body: typeof Body === 'string' ? Body : Buffer.from(Body).toString('utf8'), modified: now(), type: ContentType });
    return {};
  };
  answering<Listing & Putting>(mock, { ListObjectsV2: list, GetObject: get, PutObject: put });
  return {
    objects,
    calls,
    mock,
    put: (key: string, value: object | string, modified = now()): void => {
      objects.set(key, { body: typeof value === 'string' ? value : JSON.stringify(value), modified });
    },
  };
}
