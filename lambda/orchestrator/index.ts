import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { S3Client } from '@aws-sdk/client-s3';
import { clientDefaults } from '../shared/clients';
import { orchestratorEnvironment } from '../shared/environment';
import { DispatchFailedError } from '../shared/errors';
import { parseOrchestratorEvent, type OrchestratorEvent } from '../shared/events';
import { lambdaHandler } from '../shared/handler';
import { METRICS_NAMESPACE, policyRunsMetric } from '../shared/names';
import { runIdFor } from '../runs/run-id';
import { RunStore } from '../runs/run-store';
import type { CheckDispatch } from '../runs/schemas';
import { dispatchChecks } from './dispatch-checks';
import { dispatchPolicy } from './dispatch-policy';
import { orchestrate, type Dispatch, type OrchestratorServices } from './orchestrate';

interface HandlerServices extends OrchestratorServices {
  logger: Logger;
  metrics: Metrics;
}

/** Accounts that the error names: it has to fit into a message of the queue of failed events. */
const MAX_NAMED = 100;

const services = coldStart();

/**
 * Called by AWS: by the schedule or by hand; `{}` is a full run, `{"check": true}` changes nothing. Throws when any account could not be
 * dispatched, after trying them all.
 */
export const handler = lambdaHandler('orchestrator', services, (event: unknown, { awsRequestId }) => {
  const now = new Date();
  return onEvent(services, parseOrchestratorEvent(event), { runId: runIdFor(now, awsRequestId), now });
});

/** Runs once per cold start. */
function coldStart(): HandlerServices {
  const environment = orchestratorEnvironment(process.env);
  return {
    environment,
    organizations: new OrganizationsClient(clientDefaults),
    lambda: new LambdaClient(clientDefaults),
    store: new RunStore(new S3Client(clientDefaults), environment.RESULTS_BUCKET),
    logger: new Logger({ serviceName: 'orchestrator' }),
    metrics: new Metrics({ namespace: METRICS_NAMESPACE, serviceName: 'orchestrator' }),
  };
}

/** Runs for every event. */
async function onEvent(
  services: HandlerServices,
  event: OrchestratorEvent,
  run: { runId: string; now: Date },
): Promise<Dispatch | CheckDispatch> {
  const { logger, metrics } = services;
  if (event.check) {
    const checks = await dispatchChecks(services, event, run);
    logger.info('checks dispatched', { runId: run.runId, dispatched: checks.dispatched.length, failed: checks.failed.length });
    return checks;
  }
  const { policy } = event;
  const dispatch =
    policy === undefined ? await orchestrate(services, event, run) : await dispatchPolicy(services, { ...event, policy }, run);
  // Not the lists: ten thousand accounts are more than a log line may have, and the manifest names them.
  const { runId, dryRun, dispatched, skipped, failed } = dispatch;
  logger.info('dispatched', {
    runId,
    ...(policy !== undefined && { policy }),
    dryRun,
    dispatched: dispatched.length,
    skipped: skipped.length,
    failed: failed.length,
  });
  for (const { account, error, message } of failed) logger.error('not dispatched', { runId, account, error, reason: message });
  // That the runs of a policy happen says nothing of the deployment's own.
  metrics.addMetric(policy === undefined ? 'AccountsDispatched' : policyRunsMetric(policy), MetricUnit.Count, dispatched.length);
  metrics.addMetric('DispatchesFailed', MetricUnit.Count, failed.length);
  if (failed.length > 0) {
    const accounts = failed.slice(0, MAX_NAMED).map(({ account, error }) => `${account} (${error})`);
    const more = failed.length > MAX_NAMED ? ` and ${failed.length - MAX_NAMED} more` : '';
    throw new DispatchFailedError(`run ${runId}: ${failed.length} accounts could not be dispatched: ${accounts.join(', ')}${more}`);
  }
  return dispatch;
}
