import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { APPROVAL_ID } from './approval-id';
import { NotPrivateError } from './private-folder';

/** How long a change waits for a person. */
export const APPROVAL_MS = 5 * 60_000;

const schema = z.strictObject({
  version: z.literal(1),
  id: z.string().regex(APPROVAL_ID),
  askedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  /** What would be done, as the person reads it. */
  what: z.array(z.string()).min(1),
});

/** A change that waits until a person approves it. */
export type WaitingChange = z.infer<typeof schema>;

/** The file of a waiting change. */
export const changeFile = (folder: string, id: string): string => join(folder, `${id}.json`);

/** The file by which a person approves it. */
export const approvalFile = (folder: string, id: string): string => join(folder, `${id}.approved`);

/** What a person approves is this text of the file, letter by letter. */
export const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Reads the file of a change; throws where it is none. */
export function readChange(path: string, text: string): WaitingChange {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new NotPrivateError(`${path} is no change that iam-keys mcp wrote; remove it`, { cause });
  }
}

/** Whether nobody may approve it any more. */
export const isExpired = ({ expiresAt }: WaitingChange, now: Date): boolean => now.getTime() >= Date.parse(expiresAt);
