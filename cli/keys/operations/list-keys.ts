import { paginateListUsers } from '@aws-sdk/client-iam';
import type { AccessKey } from '../../../lambda/core/plan/user-facts';
import { pageItems } from '../../../lambda/core/read/page-items';
import { lastUse, listKeys } from '../../../lambda/core/read/read-user';
import { isNoSuchEntity } from '../../../lambda/shared/errors';
import { daysBetween } from '../../../lambda/shared/period';
import { aboutUser } from './no-such-user';
import type { Session } from '../session';

/** An access key as every command and tool shows it. */
export interface ShownKey {
  user: string;
  keyId: string;
  status: 'Active' | 'Inactive';
  /** ISO 8601. */
  created: string;
  ageDays: number;
  /** Absent when AWS says that the key was never used. */
  lastUsed?: { at: string; service: string; region: string };
}

/** Keys of users. */
export interface KeyList {
  /** How many users there are, those without a key included. */
  users: number;
  /** By user, then oldest first. */
  keys: ShownKey[];
}

/** Told after each user who was read. */
export type OnUser = (done: number, users: number) => void;

/** A key with its user, in the shape that is shown. */
export function shownKey(user: string, { id, status, created, lastUsed }: AccessKey, now: Date): ShownKey {
  return {
    user,
    keyId: id,
    status,
    created: created.toISOString(),
    ageDays: daysBetween(created, now),
    ...(lastUsed !== undefined && lastUsed !== 'never' && { lastUsed: { ...lastUsed, at: lastUsed.at.toISOString() } }),
  };
}

/** When and for what a key was used, within a sentence. */
export const useInWords = ({ lastUsed }: { lastUsed?: ShownKey['lastUsed'] | undefined }): string =>
  lastUsed === undefined ? 'never used' : `last used on ${lastUsed.at.slice(0, 10)} for ${lastUsed.service} in ${lastUsed.region}`;

/** One user's keys, oldest first, each with its last use. */
export async function keysOf({ iam }: Pick<Session, 'iam'>, user: string): Promise<AccessKey[]> {
  const keys = await listKeys(iam, user);
  return Promise.all(keys.map(async (key) => ({ ...key, lastUsed: await lastUse(iam, key.id) })));
}

/** Lists the keys of one user, or of all users of the account; a user who is deleted meanwhile is left out. */
export async function listUsersKeys(
  session: Session,
  user: string | undefined,
  now: Date,
  onUser: OnUser = () => undefined,
): Promise<KeyList> {
  if (user !== undefined) {
    const keys = await aboutUser(session, user, () => keysOf(session, user));
    return { users: 1, keys: keys.map((key) => shownKey(user, key, now)) };
  }
  const names: string[] = [];
  for await (const page of paginateListUsers({ client: session.iam }, {})) {
    names.push(...pageItems('ListUsers', page, page.Users).flatMap(({ UserName }) => UserName ?? []));
  }
  let done = 0;
  onUser(done, names.length);
  const keys = await session.pace.each(names.sort(), async (name) => {
    const found = await keysOf(session, name).catch((error: unknown) => {
      if (!isNoSuchEntity(error)) throw error;
      return [];
    });
    onUser((done += 1), names.length);
    return found.map((key) => shownKey(name, key, now));
  });
  return { users: names.length, keys: keys.flat() };
}
