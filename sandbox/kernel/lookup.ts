import { parseArn } from './arn';
import type { AccessKey, AccountState, Bucket, Role, User, World } from './world';

interface Indexes {
  keys: Map<string, { account: string; user: string }>;
  buckets: Map<string, string>;
}

/** Remembers where things were found; every hit is verified, so a world may change behind it. */
const indexes = new WeakMap<World, Indexes>();

function indexOf(world: World): Indexes {
  const known = indexes.get(world) ?? { keys: new Map<string, { account: string; user: string }>(), buckets: new Map<string, string>() };
  indexes.set(world, known);
  return known;
}

/** Somebody's access key. */
export interface HeldKey {
  account: AccountState;
  user: User;
  key: AccessKey;
}

/** Who holds an access key id; undefined when nobody does. */
export function findAccessKey(world: World, id: string): HeldKey | undefined {
  return indexed(world, id) ?? search(world, world.accounts.values(), id);
}

/** Who holds an access key id in one account; undefined when nobody there does. */
export function findAccessKeyIn(world: World, account: AccountState, id: string): HeldKey | undefined {
  const found = indexed(world, id) ?? search(world, [account], id);
  return found?.account === account ? found : undefined;
}

function indexed(world: World, id: string): HeldKey | undefined {
  const at = indexOf(world).keys.get(id);
  const account = at && world.accounts.get(at.account);
  const user = at && account?.users.get(at.user);
  const key = user?.keys.find((held) => held.id === id);
  return account && user && key && { account, user, key };
}

/** Indexes every key on its way, so that a world is searched once and not once per key. */
function search(world: World, accounts: Iterable<AccountState>, id: string): HeldKey | undefined {
  const { keys } = indexOf(world);
  for (const account of accounts) {
    for (const user of account.users.values()) for (const key of user.keys) keys.set(key.id, { account: account.id, user: user.name });
  }
  return indexed(world, id);
}

/** A bucket by its name, which is unique in the world; undefined when there is none. */
export function findBucket(world: World, name: string): { account: AccountState; bucket: Bucket } | undefined {
  const { buckets } = indexOf(world);
  const candidates = [world.accounts.get(buckets.get(name) ?? ''), ...world.accounts.values()];
  for (const account of candidates) {
    for (const bucket of account?.buckets.values() ?? []) {
      if (account === undefined || bucket.name !== name) continue;
      buckets.set(name, account.id);
      return { account, bucket };
    }
  }
  return undefined;
}

const closedStates = new Set(['SUSPENDED', 'CLOSED']);

/** The role of an ARN; undefined when there is none, or when its account is suspended or closed. */
export function findRole(world: World, roleArn: string): Role | undefined {
  const arn = parseArn(roleArn);
  const state = world.organization.members.get(arn?.account ?? '')?.state;
  if (!arn || (state !== undefined && closedStates.has(state))) return undefined;
  const role = world.accounts.get(arn.account)?.roles.get(arn.resource.split('/').pop() ?? '');
  return role?.arn === roleArn ? role : undefined;
}
