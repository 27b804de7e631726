import type { Logger } from '@aws-lambda-powertools/logger';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { undeliveredKey } from '../runs/run-keys';
import type { Undelivered } from '../runs/undelivered';
import { InvalidEventError } from '../shared/errors';
import { once } from '../shared/once';

/** What recording needs; made once per cold start. */
export interface MailEventServices {
  s3: S3Client;
  bucket: string;
  logger: Logger;
}

/** Reasons come from mail servers. */
const MAX_REASON_CHARACTERS = 500;

const event = once(() =>
  z.object({
    detail: z.object({
      eventType: z.string(),
      mail: z.object({
        messageId: z.string().regex(/^[\w.@-]{1,200}$/),
        timestamp: z.iso.datetime(),
        destination: z.array(z.string()).min(1),
        tags: z.object({ account: z.tuple([z.string().regex(/^\d{12}$/)]) }),
      }),
      reject: z.object({ reason: z.string() }).optional(),
      failure: z.object({ errorMessage: z.string() }).optional(),
      bounce: z.object({ bounceType: z.string(), bounceSubType: z.string() }).optional(),
    }),
  }),
);

/**
 * Records that SES has not delivered a mail that it had accepted, where the rotator looks for it: one object per mail, the same however
 * often SES tells it. Throws an InvalidEventError for what is no such event, and when it cannot be stored.
 */
export async function recordUndelivered(given: unknown, { s3, bucket, logger }: MailEventServices): Promise<void> {
  const { account, ...undelivered } = undeliveredOf(given);
  await s3.send(
    new PutObjectCommand({
      Bucket: bucket,
      Key: undeliveredKey(account, undelivered.id),
      Body: JSON.stringify(undelivered),
      ContentType: 'application/json',
    }),
  );
  logger.warn('mail not delivered', { account, ...undelivered });
}

function undeliveredOf(given: unknown): Undelivered & { account: string } {
  const parsed = event().safeParse(given);
  if (!parsed.success) {
    const mistakes = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'event'}: ${message}`);
    throw new InvalidEventError(`the event is none of a mail of the rotation, nothing was recorded: ${mistakes.join('; ')}`);
  }
  const { eventType, mail, reject, failure, bounce } = parsed.data.detail;
  const reason = failure?.errorMessage ?? reject?.reason ?? (bounce && `${bounce.bounceType} ${bounce.bounceSubType}`) ?? '';
  return {
    account: mail.tags.account[0],
    id: mail.messageId,
    kind: eventType,
    reason: reason.slice(0, MAX_REASON_CHARACTERS),
    to: mail.destination,
    sent: mail.timestamp,
  };
}
