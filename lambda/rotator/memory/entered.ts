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

/** Who follows which policy since when, after a run of one of them saw all its users; marks of policies that are no more are gone. */
export function usersOfPolicies(
  users: AccountMemory['users'] = {},
  { policy, names, known, now }: { policy: string; names: readonly string[]; known: readonly string[]; now: Date },
): NonNullable<AccountMemory['users']> {
  const inIt = new Set(names);
  const after = new Map(
    Object.entries(users).map(([name, { policy: mark, ...user }]) => {
      const stays = mark && known.includes(mark.name) && (mark.name !== policy || inIt.has(name));
      return [name, { ...user, ...(stays && { policy: mark }) }];
    }),
  );
  for (const name of names) {
    const user = after.get(name) ?? {};
    const since = user.policy?.name === policy ? user.policy.since : now.toISOString();
    after.set(name, { ...user, policy: { name: policy, since } });
  }
  return Object.fromEntries(after);
}
