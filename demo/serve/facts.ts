import { daysBetween } from '../../lambda/shared/period';
import { secretNameFor } from '../../lambda/shared/secret-name';
import type { Sandbox } from '../../sandbox/sandbox';
import { ControlError } from './control-error';

/** An account at a glance. */
export interface AccountFacts {
  id: string;
  name: string;
  email: string;
  state: string;
  users: number;
  keys: number;
  secrets: number;
}

/** A user's keys and what is remembered about them; no secret. */
export interface UserFacts {
  account: string;
  accountName: string;
  user: string;
  keys: { id: string; status: 'Active' | 'Inactive' | 'Expired'; created: Date; ageDays: number; lastUsed?: Date }[];
  tags: Record<string, string>;
  /** The secret that holds the newest key, once there is one. */
  secret?: string;
}

/** Every account of the organization. */
export function accountFacts({ world, kernel }: Sandbox): AccountFacts[] {
  return [...world.organization.members.values()].map(({ id, name, email, state }) => {
    const { users, secrets } = kernel.account(id);
    const keys = [...users.values()].reduce((sum, user) => sum + user.keys.length, 0);
    return { id, name, email, state, users: users.size, keys, secrets: secrets.size };
  });
}

/** The keys of every user of a name, in one account or all; throws a ControlError when there is none. */
export function userFacts(sandbox: Sandbox, user: string, account?: string): UserFacts[] {
  const now = sandbox.clock.now();
  const found = [...sandbox.world.organization.members.values()].flatMap(({ id, name }): UserFacts[] => {
    const holder = account === undefined || account === id ? sandbox.kernel.account(id) : undefined;
    const known = holder?.users.get(user);
    if (!holder || !known) return [];
    const secret = secretNameFor(id, user);
    return [
      {
        account: id,
        accountName: name,
        user,
        keys: known.keys.map((key) => ({
          id: key.id,
          status: key.status,
          created: key.created,
          ageDays: daysBetween(key.created, now),
          ...(key.lastUsed && { lastUsed: key.lastUsed.at }),
        })),
        tags: Object.fromEntries(known.tags),
        ...([...holder.secrets.values()].some((one) => one.name === secret) && { secret }),
      },
    ];
  });
  if (found.length > 0) return found;
  const users = [...sandbox.world.accounts.values()]
    .filter(({ id }) => account === undefined || account === id)
    .flatMap((one) => [...one.users.keys()]);
  throw new ControlError(
    `no user ${user}${account === undefined ? '' : ` in account ${account}`}; there are: ${users.join(', ') || 'none'}`,
    404,
  );
}
