import type { PolicyLine } from '../runs/policy-lines';
import type { PolicyDay } from '../runs/schemas';
import { count } from './words';

const MINUTE_MS = 60_000;
/** Shorter ones are the schedule's own. */
const WORTH_NAMING_MS = 5 * MINUTE_MS;

type Counted = Pick<PolicyDay, 'runs' | 'rotated' | 'disabled' | 'deleted' | 'planned' | 'longestPauseMs'>;

/** What the runs of a policy did, in numbers. */
export function policyCounts({ runs, rotated, disabled, deleted, planned, longestPauseMs }: Counted): string {
  return [
    count(runs, 'run'),
    `${rotated.toLocaleString('en-US')} rotated`,
    `${disabled.toLocaleString('en-US')} disabled`,
    `${deleted.toLocaleString('en-US')} deleted`,
    ...(planned > 0 ? [`${planned.toLocaleString('en-US')} planned only (dry run)`] : []),
    ...(longestPauseMs > WORTH_NAMING_MS
      ? [`the longest time without a run ${count(Math.round(longestPauseMs / MINUTE_MS), 'minute')}`]
      : []),
  ].join(', ');
}

/** One policy's day in all accounts, for administrators. */
export function policyLineWords(line: PolicyLine): string {
  const { users, accounts, failed, blocked, failures } = line;
  const named = failures
    .slice(0, 5)
    .map(
      ({ accountName, account, user, step, error, times }) =>
        `${accountName || account}${user === undefined ? '' : ` · ${user}`}: ${step}: ${error} (${count(times, 'time')})`,
    );
  return [
    `${count(users, 'user')} in ${count(accounts, 'account')}, ${policyCounts(line)}`,
    ...(blocked > 0 ? [`${count(blocked, 'key')} blocked`] : []),
    ...(failed > 0 ? [`${count(failed, 'failure')}: ${named.join('; ')}${failures.length > 5 ? ' and more' : ''}`] : []),
  ].join('; ');
}
