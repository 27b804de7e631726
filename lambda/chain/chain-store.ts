import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { listObjects } from '../runs/list-objects';
import { EVIDENCE } from '../runs/run-keys';
import { errorFacts } from '../shared/errors';

/** Entries in one folder: one page of a listing. */
const FOLDER = 1_000;

/** Where an entry is, and when S3 took it. */
export interface Link {
  number: number;
  written: Date;
}

/** The name of an entry's file, which sorts by its number. */
export const entryFile = (number: number): string => `${String(number).padStart(9, '0')}.jsonl`;
/** The key of an entry in the results bucket. */
const entryKey = (number: number): string => `${EVIDENCE}${String(Math.floor(number / FOLDER)).padStart(6, '0')}/${entryFile(number)}`;
/** The number of the entry under this key, or in this file; undefined for everything else. */
export function entryNumber(name: string): number | undefined {
  const digits = /(?:^|\/)(\d{9})\.jsonl$/.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** The evidence chain in the results bucket: one object per entry, none of which is ever replaced. */
export class ChainStore {
  constructor(
    private readonly s3: S3Client,
    private readonly bucket: string,
  ) {}

  /** The entries that were written since a moment, and the newest one whenever it was, by their numbers; the cost does not grow with history. */
  async linksSince(since: Date): Promise<Link[]> {
    const { prefixes } = await listObjects(this.s3, this.bucket, EVIDENCE, { delimiter: '/' });
    let links: Link[] = [];
    for (const folder of prefixes.toReversed()) {
      const { objects } = await listObjects(this.s3, this.bucket, folder);
      const found = objects.flatMap(({ key, modified }) => {
        const number = entryNumber(key);
        return number === undefined ? [] : [{ number, written: modified }];
      });
      links = [...found, ...links];
      if (found.some(({ written }) => written < since)) break;
    }
    return links.filter(({ written }, place) => written >= since || place === links.length - 1);
  }

  /** An entry as it is stored. */
  async read(number: number): Promise<Buffer> {
    const { Body } = await this.s3.send(new GetObjectCommand({ Bucket: this.bucket, Key: entryKey(number) }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  }

  /** Stores the next entry; false when there is one of that number already, which another invocation wrote, or an attempt without an answer. */
  async append(number: number, content: Buffer): Promise<boolean> {
    try {
      const place = { Bucket: this.bucket, Key: entryKey(number) };
      await this.s3.send(new PutObjectCommand({ ...place, Body: content, ContentType: 'application/x-ndjson', IfNoneMatch: '*' }));
      return true;
    } catch (error) {
      // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
      if (['PreconditionFailed', 'ConditionalRequestConflict'].includes(errorFacts(error).error)) return false;
      throw error;
    }
  }
}
