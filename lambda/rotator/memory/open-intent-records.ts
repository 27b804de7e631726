import { isDeepStrictEqual } from 'node:util';
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { intentToken } from '../../core/plan/key-state';
import { appearedIn } from '../../core/plan/plan-orphans';
import type { IntentRecords } from '../../core/store/intent-records';
import { listObjects, type ListedObject } from '../../runs/list-objects';
import { intentFolder, intentKey } from '../../runs/run-keys';
import type { Watch } from '../../shared/clients';
import type { IntentTag } from '../../shared/decision';
import { RotationError } from '../../shared/errors';
import { isAbsent } from './is-absent';
import { once, type Parsed } from '../../shared/once';

const intentRecord = once(() =>
  z.object({
    user: z.string(),
    at: z.iso.datetime(),
    until: z.iso.datetime(),
    /** The keys that the user had. */
    known: z.array(z.string()),
    central: z.boolean(),
    /** The key is used once before it is stored; absent when it is not. */
    proves: z.literal(true).exactOptional(),
  }),
);
type IntentRecord = Parsed<typeof intentRecord>;

/** A record is written up to half a minute before its key is made, by another clock than S3's and IAM's. */
const RECORDED_AROUND_MS = 3 * 60_000;

/** The records of one account's intents, one object each in the results bucket; its client's calls are watched as all calls about users. */
export function openIntentRecords(
  { s3, bucket: Bucket }: { s3: S3Client; bucket: string },
  { account, watches }: { account: string; watches: readonly Watch[] },
): IntentRecords {
  for (const one of watches) one.watch(s3);
  const records = new RecordedIntents(s3, { bucket: Bucket, account });
  return {
    async note(userName, intent) {
      const token = intentToken(intent.tagKey);
      if (token === undefined) throw new RotationError(`${intent.tagKey} is no tag of an intent`);
      const Body = JSON.stringify(recordOf(userName, intent));
      await s3.send(new PutObjectCommand({ Bucket, Key: intentKey(account, token), Body, ContentType: 'application/json' }));
    },
    async isOurs({ name, keyIds }, intent) {
      const token = intentToken(intent.tagKey);
      if (token === undefined) return false;
      const record = await readRecord(s3, { Bucket, Key: intentKey(account, token) });
      if (!record || !isOf(record, { name, keyIds })) return false;
      return isDeepStrictEqual(record, recordOf(record.user, intent));
    },
    async announced(user, key) {
      const around = await records.around(key.created);
      return around.some((record) => isOf(record, user) && appearedIn({ at: new Date(record.at), known: record.known }, key));
    },
  };
}

/** By the user's name or, as they may have been renamed since, by a key of theirs that the run knew. */
const isOf = (record: IntentRecord, { name, keyIds }: { name: string; keyIds: readonly string[] }): boolean =>
  record.user === name || record.known.some((id) => keyIds.includes(id));

/** All records of an account, listed once by one invocation and read as far as they are asked for. */
class RecordedIntents {
  private listed: Promise<readonly ListedObject[]> | undefined;
  private readonly read = new Map<string, Promise<IntentRecord | undefined>>();

  constructor(
    private readonly s3: S3Client,
    private readonly place: { bucket: string; account: string },
  ) {}

  /** Those that were written when the key was made; a failure is asked about again. */
  async around(created: Date): Promise<IntentRecord[]> {
    const { bucket, account } = this.place;
    this.listed ??= listObjects(this.s3, bucket, intentFolder(account)).then(
      ({ objects }) => objects,
      (error: unknown) => {
        this.listed = undefined;
        throw error;
      },
    );
    const near = (await this.listed).filter(({ modified }) => Math.abs(modified.getTime() - created.getTime()) <= RECORDED_AROUND_MS);
    const records = await Promise.all(near.map(async ({ key }) => this.record(key)));
    return records.filter((record) => record !== undefined);
  }

  private async record(Key: string): Promise<IntentRecord | undefined> {
    const known = this.read.get(Key);
    if (known) return known;
    const reading = readRecord(this.s3, { Bucket: this.place.bucket, Key }).catch((error: unknown) => {
      this.read.delete(Key);
      throw error;
    });
    this.read.set(Key, reading);
    return reading;
  }
}

const recordOf = (user: string, { at, until, known, central, proves }: IntentTag): IntentRecord => ({
  user,
  at: at.toISOString(),
  until: until.toISOString(),
  known: [...known],
  central: central === true,
  ...(proves && { proves }),
});

async function readRecord(s3: S3Client, place: { Bucket: string; Key: string }): Promise<IntentRecord | undefined> {
  const text = await readText(s3, place);
  if (text === undefined) return undefined;
  try {
    return intentRecord().parse(JSON.parse(text));
  } catch (cause) {
    const where = `s3://${place.Bucket}/${place.Key}`;
    throw new RotationError(`${where} cannot be read as what a run of ours recorded of a key that it issued`, { cause });
  }
}

async function readText(s3: S3Client, place: { Bucket: string; Key: string }): Promise<string | undefined> {
  try {
    const { Body } = await s3.send(new GetObjectCommand(place));
    return (await Body?.transformToString('utf-8')) ?? '';
  } catch (cause) {
    if (await isAbsent(s3, place, cause)) return undefined;
    throw cause;
  }
}
