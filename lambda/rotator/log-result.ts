import type { Logger } from '@aws-lambda-powertools/logger';
import { MetricUnit, type Metrics } from '@aws-lambda-powertools/metrics';
import { overdueKeys } from './overdue';
import { NOBODY_TOLD_ERROR } from './nobody-told';
import { ACTIONS } from '../shared/actions';
import type { Period } from '../shared/period';
import type { AccountResult } from '../runs/schemas';

/** The age of the oldest active key that was looked at; undefined when there is none. */
function oldestActive({ users }: AccountResult): number | undefined {
  const ages = users.flatMap(({ keys }) => keys.flatMap(({ status, ageDays }) => (status === 'Active' ? [ageDays] : [])));
  return ages.length === 0 ? undefined : ages.reduce((oldest, age) => Math.max(oldest, age), 0);
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
  const oldest = oldestActive(result);
  if (oldest !== undefined) metrics.addMetric('OldestActiveKeyDays', MetricUnit.Count, oldest);
  metrics.addMetric('KeysOverdue', MetricUnit.Count, overdueKeys(result, disable).length);
  metrics.addMetric('KeysUntold', MetricUnit.Count, result.failures.filter(({ error }) => error === NOBODY_TOLD_ERROR).length);
  metrics.addMetric('UsersExamined', MetricUnit.Count, result.users.length);
  metrics.addMetric('Failures', MetricUnit.Count, result.failures.length);
  if (result.policy !== undefined) metrics.addMetric('PolicyFailures', MetricUnit.Count, result.failures.length + result.left.length);
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
