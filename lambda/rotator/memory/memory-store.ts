import { isDeepStrictEqual } from 'node:util';
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { MEMORY, undeliveredFolder } from '../../runs/run-keys';
import type { Undelivered } from '../../runs/undelivered';
import { AccountFailedError, errorFacts } from '../../shared/errors';
import { merged, NOTHING, parseMemory, type AccountMemory } from './account-memory';
import { isAbsent } from './is-absent';
import { readUndelivered } from './read-undelivered';

/** How often another run of the same account may write first. */
const TRIES = 5;

/** A memory as it was read, with what writing it again needs. */
export interface ReadMemory {
  memory: AccountMemory;
  /** Undefined when no run has written one. */
  etag: string | undefined;
}

/** What the rotator remembers of each account, in one object per account. */
export class MemoryStore {
  constructor(
    private readonly s3: S3Client,
    private readonly bucket: string,
  ) {}

  /**
   * Reads what is remembered of an account. That it cannot be read is an AccountFailedError: what people were told would not be known, so
   * nothing may be changed.
   */
  async read(account: string): Promise<ReadMemory> {
    const place = { Bucket: this.bucket, Key: keyOf(account) };
    try {
      const { Body, ETag } = await this.s3.send(new GetObjectCommand(place));
      return { memory: parseMemory((await Body?.transformToString('utf-8')) ?? ''), etag: ETag };
    } catch (cause) {
      if (await isAbsent(this.s3, place, cause)) return { memory: NOTHING, etag: undefined };
      const { error, message } = errorFacts(cause);
      throw new AccountFailedError(
        `what people of account ${account} were told cannot be read, so nothing was changed: s3://${place.Bucket}/${place.Key}: ${error}: ${message.slice(0, 300)}`,
        { cause },
      );
    }
  }

  /**
   * Those of an account's mails that SES has not delivered. That it cannot be told is an AccountFailedError: a step might rest on a mail
   * that nobody got.
   */
  async undelivered(account: string, mails: readonly string[]): Promise<Undelivered[]> {
    try {
      return await readUndelivered(this.s3, this.bucket, account, mails);
    } catch (cause) {
      const { error, message } = errorFacts(cause);
      throw new AccountFailedError(
        `whether mails about account ${account} were delivered cannot be read, so nothing was changed: s3://${this.bucket}/${undeliveredFolder(account)}: ${error}: ${message.slice(0, 300)}`,
        { cause },
      );
    }
  }

  /**
   * Writes what is remembered, in place of what was read before; what another run has written meanwhile is kept. Throws when it cannot be
   * written.
   */
  async write(account: string, memory: AccountMemory, before: ReadMemory): Promise<void> {
    for (let [content, expected, tries] = [memory, before.etag, TRIES]; ; tries -= 1) {
      try {
        await this.s3.send(
          new PutObjectCommand({
            Bucket: this.bucket,
            Key: keyOf(account),
            Body: JSON.stringify(content),
            ContentType: 'application/json',
            ...(expected === undefined ? { IfNoneMatch: '*' } : { IfMatch: expected }),
          }),
        );
        return;
      } catch (error) {
        if (!isConflict(error) || tries <= 1) throw error;
        const theirs = await this.read(account);
        content = merged(memory, theirs.memory, before.memory);
        // An earlier attempt may have been answered by nobody, and yet have been done.
        if (isDeepStrictEqual(content, theirs.memory)) return;
        expected = theirs.etag;
      }
    }
  }
}

const keyOf = (account: string): string => `${MEMORY}${account}.json`;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html */
const isConflict = (error: unknown): boolean => ['PreconditionFailed', 'ConditionalRequestConflict'].includes(errorFacts(error).error);
