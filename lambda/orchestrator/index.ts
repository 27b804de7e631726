import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { S3Client } from '@aws-sdk/client-s3';
import type { Context } from 'aws-lambda';
import { clientDefaults } from '../shared/clients';
import { orchestratorEnvironment } from '../shared/environment';
import { describe, DispatchFailedError } from '../shared/errors';
import { parseOrchestratorEvent } from '../shared/events';
import { RunStore } from '../runs/run-store';
import { runIdFor } from '../runs/run-id';
import type { CheckDispatch } from '../runs/schemas';
import { dispatchChecks } from './dispatch-checks';
import { orchestrate, type Dispatch, type OrchestratorServices } from './orchestrate';

const environment = orchestratorEnvironment(process.env);
const logger = new Logger({ serviceName: 'orchestrator' });
const metrics = new Metrics({ namespace: 'IamKeyRotation', serviceName: 'orchestrator' });
const services: OrchestratorServices = {
  environment,
  organizations: new OrganizationsClient(clientDefaults),
  lambda: new LambdaClient(clientDefaults),
  store: new RunStore(new S3Client(clientDefaults), environment.RESULTS_BUCKET),
};

/** Accounts that the error names: it has to fit into a message of the queue of failed events. */
const MOST_NAMED = 100;

/**
 * Called by the schedule or by hand; `{}` is a full run, `{"check": true}` changes nothing. Throws when any account could not be
 * dispatched, after trying them all.
 */
export async function handler(event: unknown, context: Context): Promise<Dispatch | CheckDispatch> {
  logger.addContext(context);
  try {
    const now = new Date();
    const asked = parseOrchestratorEvent(event);
    const run = { runId: runIdFor(now, context.awsRequestId), now };
    if (asked.check) {
      const checks = await dispatchChecks(services, asked, run);
      logger.info('checks dispatched', { runId: run.runId, dispatched: checks.dispatched.length, failed: checks.failed.length });
      return checks;
    }
    const dispatch = await orchestrate(services, asked, run);
    // Not the lists: ten thousand accounts are more than a log line may have, and the manifest names them.
    const { runId, dryRun, dispatched, skipped, failed } = dispatch;
    logger.info('dispatched', { runId, dryRun, dispatched: dispatched.length, skipped: skipped.length, failed: failed.length });
    for (const failure of failed) logger.error('not dispatched', { runId, ...failure });
    metrics.addMetric('AccountsDispatched', MetricUnit.Count, dispatched.length);
    metrics.addMetric('DispatchesFailed', MetricUnit.Count, failed.length);
    if (failed.length > 0) {
      const accounts = failed.slice(0, MOST_NAMED).map(({ account, error }) => `${account} (${error})`);
      const more = failed.length > MOST_NAMED ? ` and ${failed.length - MOST_NAMED} more` : '';
      throw new DispatchFailedError(`run ${runId}: ${failed.length} accounts could not be dispatched: ${accounts.join(', ')}${more}`);
    }
    return dispatch;
  } catch (error) {
    logger.error('orchestrator failed', describe(error));
    throw error;
  } finally {
    if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
  }
}
