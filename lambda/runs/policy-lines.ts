import type { z } from 'zod';
import type { AccountRef, PolicyDay } from './schemas';
import type { runSummary } from './summary-schema';

/** What the runs of one policy beside the deployment's own did in all accounts, since the run of the deployment before. */
export type PolicyLine = NonNullable<z.output<typeof runSummary>['policies']>[number];

const MAX_FAILURES = 200;

/** Adds up the days of policies of one account after another. */
export class PolicyLines {
  private readonly lines = new Map<string, PolicyLine>();

  add(account: Pick<AccountRef, 'id' | 'name'>, days: readonly PolicyDay[] = []): void {
    for (const day of days) {
      const { policy, failures, blocked, users, runs, rotated, disabled, deleted, planned } = day;
      const line = this.lines.get(policy) ?? {
        ...{
          policy,
          accounts: 0,
          users: 0,
          runs: 0,
          rotated: 0,
          disabled: 0,
          deleted: 0,
          planned: 0,
          longestPauseMs: 0,
          failed: 0,
          blocked: 0,
        },
        failures: [],
      };
      line.accounts += 1;
      line.users += users;
      line.runs += runs;
      line.rotated += rotated;
      line.disabled += disabled;
      line.deleted += deleted;
      line.planned += planned;
      line.longestPauseMs = Math.max(line.longestPauseMs, day.longestPauseMs);
      line.failed += failures.reduce((sum, { times }) => sum + times, 0);
      line.blocked += blocked.length;
      const room = MAX_FAILURES - line.failures.length;
      line.failures.push(
        ...failures.slice(0, room).map(({ user, step, error, message, times }) => ({
          account: account.id,
          accountName: account.name,
          ...(user !== undefined && { user }),
          ...{ step, error, message, times },
        })),
      );
      this.lines.set(policy, line);
    }
  }

  /** By name. */
  all(): PolicyLine[] {
    return [...this.lines.values()].toSorted((a, b) => (a.policy < b.policy ? -1 : 1));
  }
}
