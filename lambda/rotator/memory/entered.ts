import type { AccountMemory } from './account-memory';

/** When a run of this policy first saw the user in it; undefined when none did, or they left it since. */
export function enteredOf(
  { read }: { read: { memory: AccountMemory } },
  side: { name: string } | undefined,
  userName: string,
): Date | undefined {
  const { policy } = read.memory.users?.[userName] ?? {};
  return side && policy?.name === side.name ? new Date(policy.since) : undefined;
}

/** The users of policies by the policy's name, of those that a run has read everybody of. */
export type UsersOfPolicies = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * Who follows which policy since when, after a run: whoever is not among the users of their policy has left it, and enters it anew should
 * they come back, as do those of a policy that is no more. Of a policy that the run has not read nothing changes. Who comes is remembered
 * by the runs of the policy that they `enter`, and by no others.
 */
export function usersOfPolicies(
  users: AccountMemory['users'],
  { known, inPolicies, enters, now }: { known: readonly string[]; inPolicies: UsersOfPolicies; enters?: string; now: Date },
): AccountMemory['users'] {
  const after = new Map(
    Object.entries(users ?? {}).map(([name, { policy, ...user }]) => {
      const stays = policy && known.includes(policy.name) && inPolicies.get(policy.name)?.has(name) !== false;
      return [name, { ...user, ...(stays && { policy }) }];
    }),
  );
  if (enters !== undefined) {
    for (const name of inPolicies.get(enters) ?? []) {
      const user = after.get(name) ?? {};
      if (user.policy?.name !== enters) after.set(name, { ...user, policy: { name: enters, since: now.toISOString() } });
    }
  }
  return users || after.size > 0 ? Object.fromEntries(after) : undefined;
}
