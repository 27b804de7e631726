import type { Sandbox } from '../../sandbox/sandbox';
import { DAYS } from './live-days';
import { ACCOUNTS } from './organization';
import type { Results } from './results';
import { heading, plainTable } from './show';

/** Runs of the enforcing deployment: one on each day, the first day included. */
const RUNS = DAYS + 1;

/** The accounts as the story finds them. */
export function showOrganization(): void {
  heading('The organization');
  const rows = ACCOUNTS.map(({ id, name, users, suspended, withoutRole }) => {
    const keys = users.flatMap((user) => user.keys);
    const note = suspended ? 'suspended' : withoutRole ? 'somebody deleted the member role' : '';
    return [id, name, users.length, keys.length, Math.max(0, ...keys.map(({ ageDays }) => ageDays)), note];
  });
  plainTable({ head: ['account', 'name', 'users', 'keys', 'oldest (days)', 'note'], rows, numbers: [2, 3, 4] });
}

/** Every user's keys: when they were rotated, disabled and deleted, and which there are now. */
export function showKeys(sandbox: Sandbox, results: Results): void {
  const rows = ACCOUNTS.flatMap(({ id, users }) =>
    users.map(({ name, keys }) => {
      const daysOf = (action: string): string =>
        results.happened
          .filter((one) => one.account === id && one.user === name && one.action === action && one.outcome === 'done')
          .map(({ day }) => day)
          .join(', ');
      const held = sandbox.world.accounts.get(id)?.users.get(name)?.keys ?? [];
      return [
        name,
        keys.map(({ ageDays, status }) => `${ageDays}d${status === 'Inactive' ? ' off' : ''}`).join(', '),
        daysOf('rotate'),
        daysOf('disable'),
        daysOf('delete'),
        held.map((key) => `${key.id.slice(-4)} ${key.status === 'Active' ? 'on' : 'off'}`).join(', '),
      ];
    }),
  );
  plainTable({ head: ['user', 'ages at day 0', 'rotated on day', 'disabled', 'deleted', 'keys now (last 4)'], rows });
}

/** Every secret and the id of the key in it. */
export function showSecrets(sandbox: Sandbox): void {
  const rows = [...sandbox.world.accounts.values()].flatMap(({ secrets }) =>
    [...secrets.values()].map(({ name, versions }) => {
      const current = [...versions.values()].find(({ stages }) => stages.has('AWSCURRENT'));
      return [name, current?.id.replace('iam-key-rotation-', '') ?? ''];
    }),
  );
  plainTable({ head: ['secret', 'access key id in AWSCURRENT'], rows });
}

/** The calls that functions made since the log of calls was so long. */
export function showCalls(sandbox: Sandbox, from: number): void {
  const counts = new Map<string, number>();
  for (const { service, operation, principal } of sandbox.calls.slice(from)) {
    if (!principal.includes('assumed-role/') || principal.includes('Administrator')) continue;
    counts.set(`${service}:${operation}`, (counts.get(`${service}:${operation}`) ?? 0) + 1);
  }
  const rows = [...counts].sort((a, b) => b[1] - a[1]).map(([name, count]) => [name, count, (count / RUNS).toFixed(1)]);
  plainTable({ head: ['call', `in ${RUNS} runs`, 'per run'], rows, numbers: [1, 2] });
}
