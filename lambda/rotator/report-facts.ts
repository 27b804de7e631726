import type { Logger } from '@aws-lambda-powertools/logger';
import { MetricUnit, type Metrics } from '@aws-lambda-powertools/metrics';
import type { Action } from '../shared/decision';
import type { AccountResult } from '../shared/results';

/** The actions that are counted, each under its metric's name; no metric has an account dimension (each would cost money per account). */
const COUNTED: Partial<Record<Action, string>> = {
  rotate: 'KeysRotated',
  disable: 'KeysDisabled',
  delete: 'KeysDeleted',
  notify: 'NoticesGiven',
  warn: 'WarningsGiven',
  'note-reenabled': 'KeysReenabled',
  'remove-orphan': 'OrphansRemoved',
  hold: 'KeysHeld',
  blocked: 'KeysBlocked',
};

/** Writes one log line per action and failure, and counts them. */
export function reportFacts(logger: Logger, metrics: Metrics, result: AccountResult): void {
  const run = { runId: result.runId, account: result.account.id, dryRun: result.dryRun };
  for (const { user, actions } of result.users) {
    for (const action of actions) {
      if (action.action === 'wait') continue;
      logger.info('action', { ...run, user, ...action });
      const name = COUNTED[action.action];
      if (name !== undefined && action.outcome === 'done') metrics.addMetric(name, MetricUnit.Count, 1);
    }
  }
  for (const failure of result.failures) logger.error('failure', { ...run, ...failure });
  if (result.left.length > 0) logger.warn('users left for the next run', { ...run, left: result.left });
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
