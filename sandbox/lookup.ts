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

/** Who holds an access key id; undefined when nobody does. */
export function findAccessKey(world: World, id: string): { account: AccountState; user: User; key: AccessKey } | undefined {
  const { keys } = indexOf(world);
  const at = keys.get(id);
  const account = at && world.accounts.get(at.account);
  const user = at && account?.users.get(at.user);
  const key = user?.keys.find((held) => held.id === id);
  if (account && user && key) return { account, user, key };
  for (const candidate of world.accounts.values()) {
    for (const holder of candidate.users.values()) {
      for (const held of holder.keys) {
        if (held.id !== id) continue;
        keys.set(id, { account: candidate.id, user: holder.name });
        return { account: candidate, user: holder, key: held };
      }
    }
  }
  return undefined;
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
