import {
  GetAccessKeyLastUsedCommand,
  GetUserCommand,
  paginateListAccessKeys,
  paginateListUserTags,
  type IAMClient,
} from '@aws-sdk/client-iam';
import { ForceRotateRefusedError, isNoSuchEntity, RotationError } from '../../shared/errors';
import type { AccessKey, LastUse, StoredKeys, UserFacts } from '../plan/user-facts';
import type { KeyStore } from '../store/key-store';
import { intentsIn, MAX_INVOCATION_MS, readState } from '../plan/key-state';
import { pageItems } from './page-items';

/** AWS answers `N/A` when a key was never used: https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKeyLastUsed.html */
const NOT_USED = 'N/A';
const NOTHING_STORED: StoredKeys = { versions: new Set() };

/** Reads one user's tags, all pages. */
export async function readTags(iam: IAMClient, userName: string): Promise<Map<string, string>> {
  const tags = new Map<string, string>();
  for await (const page of paginateListUserTags({ client: iam }, { UserName: userName })) {
    for (const { Key, Value } of pageItems('ListUserTags', page, page.Tags)) {
      if (Key === undefined || Value === undefined) throw new RotationError(`IAM listed a tag of ${userName} without key or value`);
      tags.set(Key, Value);
    }
  }
  return tags;
}

/**
 * Reads everything `plan` needs to know of one user, freshly; undefined when there is no such user any more, and any other failed look-up
 * is thrown. The secret is asked only when it can matter (two keys, an interrupted run, or `asksSecret`), the last use of the oldest active
 * key always, of every key when `allUses` or after an interruption.
 *
 * Another invocation may be at work on the same user (docs/adr/0007): the time is taken last, so that nothing that was
 * read is in the future.
 */
export async function readUser(
  services: { iam: IAMClient; store: KeyStore; clock: () => Date },
  user: { name: string; arn: string },
  { allUses = false, asksSecret }: { allUses?: boolean; asksSecret?: (keys: readonly AccessKey[]) => boolean } = {},
): Promise<UserFacts | undefined> {
  const { iam, store, clock } = services;
  const read = await readTagsAndKeys(iam, user.name, clock).catch((error: unknown) => {
    if (!isNoSuchEntity(error)) throw error;
    return undefined;
  });
  if (!read) return undefined;
  const { tags, keys, listedAt } = read;
  const state = readState(tags, new Map(keys.map((key) => [key.id, key.created])), clock());
  const interrupted = state.intents.length > 0;
  const oldestActive = keys.find((key) => key.status === 'Active');
  const [stored, ...used] = await Promise.all([
    keys.length > 1 || interrupted || asksSecret?.(keys) ? storedKeys(store, user.name, keys) : NOTHING_STORED,
    ...keys.map(async (key) => (allUses || interrupted || key === oldestActive ? { ...key, lastUsed: await lastUse(iam, key.id) } : key)),
  ]);
  return { name: user.name, arn: user.arn, listedAt, keys: used, tags, state, stored };
}

const storedKeys = (store: KeyStore, userName: string, keys: readonly AccessKey[]): Promise<StoredKeys> =>
  store.storedKeys(
    userName,
    keys.map(({ id }) => id),
  );

/**
 * Reads the tags before the keys: a key counts as re-enabled only when its tag is older than the listing. A key that was made after the
 * tags were read may be one that is just being issued, and its intent may be missing in them; intents are then read again, so that the key
 * is not taken for a person's. Any older key had its intent before the tags were read.
 */
async function readTagsAndKeys(
  iam: IAMClient,
  userName: string,
  clock: () => Date,
): Promise<{ tags: ReadonlyMap<string, string>; keys: AccessKey[]; listedAt: Date }> {
  const since = clock().getTime() - MAX_INVOCATION_MS;
  const tags = await readTags(iam, userName);
  const listedAt = clock();
  const keys = await listKeys(iam, userName);
  if (keys.length < 2 || keys.every((key) => key.created.getTime() < since)) return { tags, keys, listedAt };
  return { tags: new Map([...intentsIn(await readTags(iam, userName)), ...tags]), keys, listedAt };
}

/** Finds one user by name; a user that does not exist is a ForceRotateRefusedError that names user and account. */
export async function findUser(iam: IAMClient, userName: string, account: string): Promise<{ name: string; arn: string }> {
  const answer = await iam.send(new GetUserCommand({ UserName: userName })).catch((cause: unknown) => {
    if (!isNoSuchEntity(cause)) throw cause;
    throw new ForceRotateRefusedError(`account ${account} has no user "${userName}"`, { cause });
  });
  const { UserName, Arn } = answer.User ?? {};
  if (!UserName || !Arn) throw new RotationError(`IAM described the user "${userName}" without name or ARN`);
  return { name: UserName, arn: Arn };
}

/** Lists one user's keys, all pages, oldest first. */
export async function listKeys(iam: IAMClient, userName: string): Promise<AccessKey[]> {
  const keys: AccessKey[] = [];
  for await (const page of paginateListAccessKeys({ client: iam }, { UserName: userName })) {
    for (const { AccessKeyId, Status, CreateDate } of pageItems('ListAccessKeys', page, page.AccessKeyMetadata)) {
      if (!AccessKeyId || !CreateDate || (Status !== 'Active' && Status !== 'Inactive')) {
        throw new RotationError(`IAM listed a key of ${userName} without id, status or creation date`);
      }
      keys.push({ id: AccessKeyId, status: Status, created: CreateDate });
    }
  }
  return keys.sort((a, b) => a.created.getTime() - b.created.getTime() || (a.id < b.id ? -1 : 1));
}

async function lastUse(iam: IAMClient, keyId: string): Promise<LastUse> {
  const { AccessKeyLastUsed: used } = await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: keyId }));
  if (used?.LastUsedDate) return { at: used.LastUsedDate, service: used.ServiceName ?? NOT_USED, region: used.Region ?? NOT_USED };
  if (used?.ServiceName !== NOT_USED) throw new RotationError(`IAM did not say when ${keyId} was last used`);
  return 'never';
}
