import {
  GetAccessKeyLastUsedCommand,
  GetUserCommand,
  paginateListAccessKeys,
  paginateListUserTags,
  type IAMClient,
} from '@aws-sdk/client-iam';
import { ForceRotateRefusedError, isNoSuchEntity, RotationError } from '../../shared/errors';
import { isSupersededBy } from '../plan/evidence';
import type { AccessKey, LastUse, Remembered, Renamed, StoredKeys, UserFacts } from '../plan/user-facts';
import type { IntentRecords } from '../store/intent-records';
import type { KeyStore, StoredVersion } from '../store/key-store';
import { pageItems } from './page-items';
import {
  canonicalTagKey,
  intentsIn,
  isWithin,
  keyTag,
  MAX_INVOCATION_MS,
  readState,
  STORED_AS,
  type Intent,
  type UserState,
} from '../plan/key-state';

/** AWS answers `N/A` when a key was never used: https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKeyLastUsed.html */
const NOT_USED = 'N/A';
const NOTHING_STORED: StoredKeys = { versions: new Set() };
const NOTHING_REMEMBERED: ReadonlyMap<string, Remembered> = new Map();

/** Reads one user's tags, all pages; our own keys are given as we write them, since IAM ignores the case of a tag's key. */
export async function readTags(iam: IAMClient, userName: string): Promise<Map<string, string>> {
  const tags = new Map<string, string>();
  for await (const page of paginateListUserTags({ client: iam }, { UserName: userName })) {
    for (const { Key, Value } of pageItems('ListUserTags', page, page.Tags)) {
      if (Key === undefined || Value === undefined) throw new RotationError(`IAM listed a tag of ${userName} without key or value`);
      tags.set(canonicalTagKey(Key), Value);
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
  services: { iam: IAMClient; store: KeyStore; intents: IntentRecords; clock: () => Date },
  user: { name: string; arn: string },
  { allUses = false, asksSecret, memory = NOTHING_REMEMBERED, entered }: Asked = {},
): Promise<UserFacts | undefined> {
  const { iam, store, intents, clock } = services;
  const read = await readTagsAndKeys(iam, user.name, clock).catch((error: unknown) => {
    if (!isNoSuchEntity(error)) throw error;
    return undefined;
  });
  if (!read) return undefined;
  const { tags, keys, listedAt } = read;
  const said = readState(tags, new Map(keys.map((key) => [key.id, key.created])), clock());
  const state = {
    ...said,
    intents: await Promise.all(
      said.intents.map((intent) => proven(intents, { name: user.name, keyIds: keys.map(({ id }) => id) }, intent, listedAt)),
    ),
  };
  const interrupted = isInterrupted(state);
  const oldestActive = keys.find((key) => key.status === 'Active');
  const [stored, ...used] = await Promise.all([
    keys.length > 1 || interrupted || asksSecret?.(keys) ? storedKeys(store, user, { keys, state, memory }) : NOTHING_STORED,
    ...keys.map(async (key) => (allUses || interrupted || key === oldestActive ? { ...key, lastUsed: await lastUse(iam, key.id) } : key)),
  ]);
  const facts = { name: user.name, arn: user.arn, listedAt, keys: used, tags, state, stored, memory, ...(entered && { entered }) };
  const open = used.filter(({ status }) => status === 'Active');
  const settled = open.length < 2 || open.every((key) => open.some((other) => other !== key && isPair(facts, key, other)));
  if (settled) return withRecords(services, facts);
  // Which of two keys makes room depends on the use of both.
  const all = used.map(async (key) => (key.status === 'Active' && !key.lastUsed ? { ...key, lastUsed: await lastUse(iam, key.id) } : key));
  return withRecords(services, { ...facts, keys: await Promise.all(all) });
}

/**
 * A second key that nobody has used, and that neither the user's tags nor the memory know, may be one that an interrupted run made, and
 * whose tags somebody took off the user since: the rotator's own records know it, and hold everything back as the memory does. A key that
 * another invocation may still be issuing is its own.
 */
async function withRecords({ store, intents }: { store: KeyStore; intents: IntentRecords }, facts: UserFacts): Promise<UserFacts> {
  const { name, arn, keys, state, listedAt } = facts;
  const old = listedAt.getTime() - MAX_INVOCATION_MS;
  const isUnknown = ({ id, status, created, lastUsed }: AccessKey): boolean =>
    status === 'Active' &&
    lastUsed === 'never' &&
    created.getTime() < old &&
    state.keys.get(id)?.issued === undefined &&
    facts.memory.get(id)?.issued !== true;
  // What a tag of ours announces is told by that tag.
  const unknown = keys.length > 1 && !isInterrupted(state) ? keys.filter(isUnknown) : [];
  const user = { name, keyIds: keys.map(({ id }) => id) };
  const announced = await Promise.all(unknown.map(async (key) => ((await intents.announced(user, key)) ? [key.id] : [])));
  const ids = announced.flat();
  if (ids.length === 0) return facts;
  const ours = ids.map((id): [string, Remembered] => [id, { ...(facts.memory.get(id) ?? { told: {} }), issued: true }]);
  const memory = new Map([...facts.memory, ...ours]);
  // The dates of the secret's versions are asked for keys of ours alone.
  const stored = ids.some((id) => facts.stored.versions.has(id))
    ? await storedKeys(store, { name, arn }, { keys, state, memory })
    : facts.stored;
  return { ...facts, stored, memory };
}

const isInterrupted = ({ intents }: UserState): boolean => intents.some(({ ours }) => ours);

const isPair = (facts: UserFacts, key: AccessKey, other: AccessKey): boolean =>
  isSupersededBy(facts, key, other) || isSupersededBy(facts, other, key);

/** The intent of an invocation that is over, with whether our own record says the same. */
async function proven(
  records: IntentRecords,
  user: { name: string; keyIds: readonly string[] },
  intent: Intent,
  listedAt: Date,
): Promise<Intent> {
  return intent.until <= listedAt && (await records.isOurs(user, intent)) ? { ...intent, ours: true } : intent;
}

interface Asked {
  allUses?: boolean;
  asksSecret?: (keys: readonly AccessKey[]) => boolean;
  /** What the rotator remembers of this account's keys. */
  memory?: ReadonlyMap<string, Remembered>;
  /** When they entered the policy that they follow beside the deployment's own. */
  entered?: Date;
}

/**
 * In the secret that is called by the name which the user had when their last key was stored, if it holds a key of theirs. A version that is
 * called by a key of ours, whatever its label, counts only when AWS made it within the invocation that made the key.
 */
async function storedKeys(
  store: KeyStore,
  { name, arn }: { name: string; arn: string },
  { keys, state, memory }: { keys: readonly AccessKey[]; state: UserState; memory: ReadonlyMap<string, Remembered> },
): Promise<StoredKeys> {
  const ids = keys.map(({ id }) => id);
  const interrupted = isInterrupted(state);
  const isOurs = (id: string): boolean => state.keys.get(id)?.issued !== undefined || memory.get(id)?.issued === true;
  const dated = async (userName: string, stored: StoredKeys): Promise<StoredKeys> => {
    const named = ids.filter((id) => stored.versions.has(id));
    const asks = named.length > 0 && (interrupted || named.some(isOurs));
    return !asks ? stored : judged(stored, keys, await store.versionsOf(userName, named));
  };
  const { storedAs } = state;
  if (storedAs !== undefined && storedAs !== name) {
    const former = await dated(storedAs, await store.storedKeys(storedAs, ids));
    if (ids.some((id) => former.versions.has(id))) {
      const repairable = store.central !== true;
      const renamed: Renamed = { from: storedAs, repairable, readable: repairable && (await store.isReadable(storedAs, arn)) };
      return { ...former, renamed };
    }
    return { ...(former.forged && { forged: former.forged }), ...(await dated(name, await store.storedKeys(name, ids))) };
  }
  return dated(name, await store.storedKeys(name, ids));
}

/** A version that AWS does not list, although it describes it, is no forgery: one of the two answers is old. */
function judged(
  { current, versions, ...stored }: StoredKeys,
  keys: readonly AccessKey[],
  listed: ReadonlyMap<string, StoredVersion>,
): StoredKeys {
  const forged = new Map(
    keys.flatMap(({ id, created }): [string, Date][] => {
      const at = listed.get(id)?.made;
      return at && !isWithin(at, created) ? [[id, at]] : [];
    }),
  );
  const { made, fetched } = (current !== undefined && listed.get(current)) || {};
  const held = current !== undefined && !forged.has(current);
  return {
    ...stored,
    ...(held && { current, ...(made && { since: made }), ...(fetched && { versionFetched: fetched }) }),
    versions: new Set([...versions].filter((id) => !forged.has(id))),
    ...(forged.size > 0 && { forged }),
  };
}

/**
 * Reads the tags before the keys: a key counts as re-enabled only when its tag is older than the listing. A key that was made after the
 * tags were read may be one that is just being issued, and its intent may be missing in them; intents and what is said of such a key are
 * then read again, so that the key is not taken for a person's. Any older key had its intent before the tags were read.
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
  const again = await readTags(iam, userName);
  const young = keys.flatMap(({ id, created }) => (created.getTime() < since ? [] : keyTag(id)));
  const written = [...again].filter(([key]) => young.includes(key) || key === STORED_AS);
  return { tags: new Map([...intentsIn(again), ...tags, ...written]), keys, listedAt };
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
      if (!AccessKeyId || !CreateDate || !Status) {
        throw new RotationError(`IAM listed a key of ${userName} without id, status or creation date`);
      }
      if (!isStatus(Status)) {
        // Whether such a key works is not known: it may neither be deleted nor count as the key that a user keeps.
        const unknown = `IAM calls the key ${AccessKeyId} of ${userName} "${String(Status)}", a status that this version does not know`;
        throw new RotationError(`${unknown}, so nothing is done about the user`);
      }
      // An expired key works no more: https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKeyMetadata.html
      const expired = Status === 'Expired';
      keys.push({ id: AccessKeyId, status: expired ? 'Inactive' : Status, created: CreateDate, ...(expired && { expired }) });
    }
  }
  return keys.sort((a, b) => a.created.getTime() - b.created.getTime() || (a.id < b.id ? -1 : 1));
}

const isStatus = (status: string | undefined): status is 'Active' | 'Inactive' | 'Expired' =>
  status === 'Active' || status === 'Inactive' || status === 'Expired';

/** When a key was last used; `never` only as AWS answered it. */
export async function lastUse(iam: IAMClient, keyId: string): Promise<LastUse> {
  const { AccessKeyLastUsed: used } = await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: keyId }));
  if (used?.LastUsedDate) return { at: used.LastUsedDate, service: used.ServiceName ?? NOT_USED, region: used.Region ?? NOT_USED };
  if (used?.ServiceName !== NOT_USED) throw new RotationError(`IAM did not say when ${keyId} was last used`);
  return 'never';
}
