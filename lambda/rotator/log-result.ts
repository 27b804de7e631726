import type { Logger } from '@aws-lambda-powertools/logger';
import { MetricUnit, type Metrics } from '@aws-lambda-powertools/metrics';
import { PUT_OFF_ERROR } from './memory/put-off';
import { NOBODY_TOLD_ERROR } from './record-notices';
import { ACTIONS } from '../shared/actions';
import { DAY_MS, lengthOf, type Period } from '../shared/period';
import type { AccountResult } from '../runs/schemas';

/**
 * Ages of the active keys that were looked at, and how many of them are overdue: past the age of their disabling and blocked or untold, or
 * put off too often by what people can write.
 */
function keyAges({ users, failures }: AccountResult, disable: Period): { oldest: number | undefined; overdue: number } {
  let oldest: number | undefined;
  let overdue = 0;
  const failed = (name: string): Set<string> => new Set(failures.flatMap(({ error, keyId }) => (error === name ? (keyId ?? []) : [])));
  const [putOff, untold] = [failed(PUT_OFF_ERROR), failed(NOBODY_TOLD_ERROR)];
  for (const { keys, actions } of users) {
    const blocked = new Set(actions.flatMap(({ action, outcome, keyId }) => (ACTIONS[action].blocks && outcome === 'done' ? [keyId] : [])));
    for (const { keyId, status, ageDays } of keys) {
      if (status !== 'Active') continue;
      oldest = Math.max(oldest ?? 0, ageDays);
      if (putOff.has(keyId) || ((blocked.has(keyId) || untold.has(keyId)) && ageDays * DAY_MS >= lengthOf(disable))) overdue += 1;
    }
  }
  return { oldest, overdue };
}

/** Writes one log line per action and failure, and counts them; `disable` is the age at which a rotated key is disabled. */
export function logResult(logger: Logger, metrics: Metrics, result: AccountResult, disable: Period): void {
  const run = { runId: result.runId, account: result.account.id, dryRun: result.dryRun };
  for (const { user, actions } of result.users) {
    for (const action of actions) {
      const { logged, metric } = ACTIONS[action.action];
      if (logged) logger.info('action', { ...run, user, ...action });
      if (metric !== undefined && action.outcome === 'done') metrics.addMetric(metric, MetricUnit.Count, 1);
    }
  }
  // `message` is the logger's own key: a second one is dropped.
  for (const { message, ...failure } of result.failures) logger.error('failure', { ...run, ...failure, reason: message });
  if (result.left.length > 0) logger.warn('users left for the next run', { ...run, left: result.left });
  const { oldest, overdue } = keyAges(result, disable);
  if (oldest !== undefined) metrics.addMetric('OldestActiveKeyDays', MetricUnit.Count, oldest);
  metrics.addMetric('KeysOverdue', MetricUnit.Count, overdue);
  metrics.addMetric('KeysUntold', MetricUnit.Count, result.failures.filter(({ error }) => error === NOBODY_TOLD_ERROR).length);
  metrics.addMetric('UsersExamined', MetricUnit.Count, result.users.length);
  metrics.addMetric('Failures', MetricUnit.Count, result.failures.length);
  metrics.addMetric('UsersLeft', MetricUnit.Count, result.left.length);
  metrics.addMetric('AccountsFailed', MetricUnit.Count, result.status === 'failed' ? 1 : 0);
  logger.info('account done', {
    ...run,
    status: result.status,
    coverage: result.coverage,
    usersSeen: result.usersSeen,
    failures: result.failures.length,
  });
}
