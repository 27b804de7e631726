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
import { ResultStore } from '../shared/result-store';
import { runIdFor } from '../shared/run-id';
import { orchestrate, type Dispatch, type OrchestratorServices } from './orchestrate';

const environment = orchestratorEnvironment(process.env);
const logger = new Logger({ serviceName: 'orchestrator' });
const metrics = new Metrics({ namespace: 'IamKeyRotation', serviceName: 'orchestrator' });
const services: OrchestratorServices = {
  environment,
  organizations: new OrganizationsClient(clientDefaults),
  lambda: new LambdaClient(clientDefaults),
  store: new ResultStore(new S3Client(clientDefaults), environment.RESULTS_BUCKET),
};

/** Called by the schedule or by hand; `{}` is a full run. Throws when any account could not be dispatched, after trying them all. */
export async function handler(event: unknown, context: Context): Promise<Dispatch> {
  logger.addContext(context);
  try {
    const now = new Date();
    const dispatch = await orchestrate(services, parseOrchestratorEvent(event), { runId: runIdFor(now, context.awsRequestId), now });
    logger.info('dispatched', { ...dispatch });
    metrics.addMetric('AccountsDispatched', MetricUnit.Count, dispatch.dispatched.length);
    metrics.addMetric('DispatchesFailed', MetricUnit.Count, dispatch.failed.length);
    if (dispatch.failed.length > 0) {
      const accounts = dispatch.failed.map((failure) => `${failure.account} (${failure.error})`).join(', ');
      throw new DispatchFailedError(`run ${dispatch.runId}: ${dispatch.failed.length} accounts could not be dispatched: ${accounts}`);
    }
    return dispatch;
  } catch (error) {
    logger.error('orchestrator failed', describe(error));
    throw error;
  } finally {
    if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
  }
}
