import type { Candidate } from '../core/read/candidates';
import { readMembership, readUsersBelow, type Membership } from '../core/read/policy-members';
import { AccountFailedError, errorFacts } from '../shared/errors';
import { elsewhere, type Elsewhere } from '../core/plan/membership';
import type { UserWorked } from '../core/rotate-user';
import type { SidePolicy } from '../shared/environment';
import type { Account } from './account';
import type { UsersOfPolicies } from './memory/entered';

/** One user costs a run of their policy at most so many calls of IAM, the longest rotation included (docs/policies.md). */
const CALLS_PER_USER = 20;
/** What is taken of an account's rate in IAM, which AWS does not publish and others share. */
const CALLS_PER_SECOND = 10;
const MINUTE_MS = 60_000;

/** Who follows which policy in this account; nothing is asked where the deployment has its own alone. */
export async function membershipIn({ clients, sides }: Account): Promise<Membership> {
  return sides.length === 0 ? { of: () => [], members: [] } : readMembership(clients.iam, sides);
}

/**
 * Everybody in the groups and below the paths of the run's policy; more than its runs can carry is an AccountFailedError: some of them would
 * wait for ever, and IAM's rate is everybody's in the account.
 */
export async function usersOfPolicy(account: Account, membership: Membership): Promise<Candidate[]> {
  const { side, id, services, policy } = account;
  if (!side) return [];
  const found = await everybodyIn(side, account, membership);
  const pause = policy.nextRun ? policy.nextRun.getTime() - services.clock().getTime() : MINUTE_MS;
  const most = Math.floor((Math.max(pause, MINUTE_MS) / 1_000) * (CALLS_PER_SECOND / CALLS_PER_USER));
  if (found.length > most) {
    throw new AccountFailedError(
      `policy: "${side.name}" has ${found.length} users in account ${id}, and a run every ${Math.round(Math.max(pause, MINUTE_MS) / MINUTE_MS)} minutes carries at most ${most}, so nothing was changed; take users out of its groups and paths, or let it run less often (docs/policies.md#what-it-costs)`,
    );
  }
  return found.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map((user) => ({ ...user, oldest: undefined, settled: false }));
}

/**
 * Who is in the policies that users are remembered in, by the policy's name; without knowing who is below their paths, an
 * AccountFailedError.
 */
export async function usersOfRemembered(account: Account, membership: Membership): Promise<UsersOfPolicies> {
  const remembered = new Set(Object.values(account.read.memory.users ?? {}).map(({ policy }) => policy?.name));
  const found = new Map<string, ReadonlySet<string>>();
  for (const side of account.sides) {
    if (!remembered.has(side.name)) continue;
    found.set(side.name, new Set((await everybodyIn(side, account, membership)).map(({ name }) => name)));
  }
  return found;
}

async function everybodyIn(side: SidePolicy, { clients }: Account, membership: Membership): Promise<Membership['members']> {
  const below = await readUsersBelow(clients.iam, side.paths);
  const users = new Map([...membership.members, ...below].map((user) => [user.name, user]));
  return [...users.values()].filter((user) => membership.of(user).includes(side.name));
}

/** Why a run leaves a user to another one, or that it cannot be told, as it is to be reported; undefined for its own users. */
export function leftToOthers(
  { side }: Account,
  user: { name: string; arn: string },
  membership: Membership,
): Elsewhere | UserWorked | undefined {
  try {
    return elsewhere(user.name, membership.of(user), { rules: [], ...(side && { follows: side.name }) });
  } catch (error) {
    return {
      result: { user: user.name, arn: user.arn, keys: [], actions: [] },
      failures: [{ user: user.name, step: 'policy', ...errorFacts(error) }],
    };
  }
}
