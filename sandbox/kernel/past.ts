import { copy } from './copy';
import type { AccountState, Before, Member, Thing, User, World } from './world';

/** Keeps how a thing is now, before it changes, and forgets what is older than `keepMs`. */
export function remember(world: World, thing: Thing, now: Date, keepMs: number): void {
  const { past } = world;
  const oldest = now.getTime() - keepMs;
  const fresh = past.findIndex(({ at }) => at.getTime() >= oldest);
  past.splice(0, fresh < 0 ? past.length : fresh);
  past.push({ at: now, thing, value: copy(presentOf(world, thing)) });
}

/** The world as it was at a moment, as far as it is remembered; a view that shares what did not change since. */
export function asOf(world: World, moment: Date): World {
  const since = world.past.filter(({ at }) => at > moment);
  if (since.length === 0) return world;
  const accounts = new Map(world.accounts);
  const members = new Map(world.organization.members);
  const copied = new Set<string>();
  // Latest first, so that the oldest state after the moment is what remains.
  for (const { thing, value } of since.reverse()) {
    if (thing.kind === 'members') put(members, thing.key, value as Member | undefined);
    else {
      const account = accounts.get(thing.account);
      if (!account) continue;
      const id = `${thing.account}/${thing.kind}`;
      const view: AccountState = copied.has(id) ? account : { ...account, [thing.kind]: new Map<string, unknown>(account[thing.kind]) };
      copied.add(id);
      accounts.set(thing.account, view);
      put(view[thing.kind] as Map<string, unknown>, thing.key, value);
    }
  }
  return { ...world, accounts, organization: { ...world.organization, members } };
}

/** True when a user's key was not there yet at a moment. */
export function isNewKey(world: World, account: string, user: User, keyId: string, moment: Date): boolean {
  const since = world.past.filter(({ at, thing }) => at > moment && thing.kind === 'users' && thing.account === account);
  const before = since.find(({ value }) => value !== undefined && 'keys' in value && value.id === user.id)?.value as User | undefined;
  if (before) return !before.keys.some(({ id }) => id === keyId);
  return since.some(({ thing }) => thing.key === user.name);
}

function put<T>(map: Map<string, T>, key: string, value: T | undefined): void {
  if (value === undefined) map.delete(key);
  else map.set(key, value);
}

function presentOf(world: World, { kind, account, key }: Thing): Before['value'] {
  return kind === 'members' ? world.organization.members.get(key) : world.accounts.get(account)?.[kind].get(key);
}
