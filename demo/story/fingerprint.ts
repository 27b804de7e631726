import { createHash } from 'node:crypto';
import type { Sandbox } from '../../sandbox/sandbox';

/** A hash of everything that DryRun must not change: users, their tags and keys (uses aside), groups and secrets of every account. */
export function fingerprint(sandbox: Sandbox): string {
  const hash = createHash('sha256');
  for (const [id, { users, groups, secrets }] of sandbox.world.accounts) {
    const keys = [...users.values()].map(({ name, tags, keys }) => [name, [...tags], keys.map((key) => [key.id, key.status, key.created])]);
    const stored = [...secrets.values()].map(({ name, policy, versions }) => [
      name,
      policy,
      [...versions.values()].map((version) => [version.id, [...version.stages]]),
    ]);
    hash.update(JSON.stringify([id, keys, [...groups.keys()], stored]));
  }
  return hash.digest('hex').slice(0, 16);
}
