import { isDeepStrictEqual } from 'node:util';
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { intentToken } from '../../core/plan/key-state';
import type { IntentRecords } from '../../core/store/intent-records';
import { intentKey } from '../../runs/run-keys';
import type { Watch } from '../../shared/clients';
import type { IntentTag } from '../../shared/decision';
import { RotationError } from '../../shared/errors';
import { isAbsent } from './is-absent';

const intentRecord = z.object({
  user: z.string(),
  at: z.iso.datetime(),
  until: z.iso.datetime(),
  /** The keys that the user had. */
  known: z.array(z.string()),
  central: z.boolean(),
});
type IntentRecord = z.output<typeof intentRecord>;

/** The records of one account's intents, one object each in the results bucket; its client's calls are watched as all calls about users. */
export function openIntentRecords(
  { s3, bucket: Bucket }: { s3: S3Client; bucket: string },
  { account, watches }: { account: string; watches: readonly Watch[] },
): IntentRecords {
  for (const one of watches) one.watch(s3);
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
      if (!record || (record.user !== name && !record.known.some((id) => keyIds.includes(id)))) return false;
      return isDeepStrictEqual(record, recordOf(record.user, intent));
    },
  };
}

const recordOf = (user: string, { at, until, known, central }: IntentTag): IntentRecord => ({
  user,
  at: at.toISOString(),
  until: until.toISOString(),
  known: [...known],
  central: central === true,
});

async function readRecord(s3: S3Client, place: { Bucket: string; Key: string }): Promise<IntentRecord | undefined> {
  const text = await readText(s3, place);
  if (text === undefined) return undefined;
  try {
    return intentRecord.parse(JSON.parse(text));
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
