import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { STSClient } from '@aws-sdk/client-sts';
import type { Context } from 'aws-lambda';
import { clientDefaults } from '../shared/clients';
import { rotatorEnvironment } from '../shared/environment';
import { errorFacts } from '../shared/errors';
import { parseRotatorEvent, type RotatorEvent } from '../shared/events';
import { lambdaHandler } from '../shared/handler';
import { METRICS_NAMESPACE } from '../shared/names';
import { Deadline } from '../shared/deadline';
import { runIdFor } from '../runs/run-id';
import { RunStore } from '../runs/run-store';
import type { AccountCheck, AccountResult } from '../runs/schemas';
import { answerOf, type ShortAnswer } from './answer';
import { checkAccount } from './check-account';
import { publishEvents } from './publish-events';
import { logResult } from './log-result';
import type { Invocation, RotatorServices } from './account';
import { stopsPublishingAt } from './deadlines';
import { MemoryStore } from './memory/memory-store';
import { rotateAccount } from './rotate-account';

interface HandlerServices extends RotatorServices {
  metrics: Metrics;
  store: RunStore;
  events: EventBridgeClient;
}

const services = coldStart();

/**
 * Called by AWS: by the orchestrator for each account, or by hand for one; with `check` it looks only, and returns what it found. Returns
 * the account's result, in short where it is too large, which is also stored whole; throws when the account as a whole failed or a forced
 * rotation was refused.
 */
export const handler = lambdaHandler('rotator', services, (event: unknown, context) => {
  const asked = parseRotatorEvent(event);
  return onEvent(services, asked, invocationOf(asked, context, services.clock()));
});

/** Runs once per cold start. */
function coldStart(): HandlerServices {
  const environment = rotatorEnvironment(process.env);
  const results = new S3Client(clientDefaults);
  return {
    environment,
    sts: new STSClient(clientDefaults),
    ses: new SESv2Client(clientDefaults),
    secrets: new SecretsManagerClient(clientDefaults),
    s3: new S3Client(clientDefaults),
    store: new RunStore(results, environment.RESULTS_BUCKET),
    memory: new MemoryStore(results, environment.RESULTS_BUCKET),
    events: new EventBridgeClient(clientDefaults),
    logger: new Logger({ serviceName: 'rotator' }),
    metrics: new Metrics({ namespace: METRICS_NAMESPACE, serviceName: 'rotator' }),
    clock: () => new Date(),
    sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  };
}

/** Runs for every event. */
async function onEvent(
  services: HandlerServices,
  event: RotatorEvent,
  invocation: Invocation,
): Promise<AccountResult | ShortAnswer | AccountCheck> {
  const { environment, store, events, logger, metrics } = services;
  if (event.check) {
    const check = await checkAccount(services, event, invocation);
    logger.info('account checked', { ...check });
    await store.putCheck(check);
    return check;
  }
  const { result, news, error } = await rotateAccount(services, event, invocation);
  new Deadline(services.clock, stopsPublishingAt(invocation)).watch(events);
  await publishEvents({ events, sleep: services.sleep }, news, environment.POLICY.disable).catch((cause: unknown) => {
    result.failures.push({ step: 'publish events', ...errorFacts(cause) });
    if (result.status === 'succeeded') result.status = 'partial';
  });
  logResult(logger, metrics, result, environment.POLICY.disable);
  const location = await store.putResult(result);
  // The next run of a policy is the repetition of this one, which alarms tell of.
  if (error && event.policy === undefined) throw error;
  return answerOf(result, location);
}

function invocationOf({ runId }: RotatorEvent, context: Context, now: Date): Invocation {
  const [, partition = '', , region = ''] = context.invokedFunctionArn.split(':');
  return {
    partition,
    region,
    endsAt: new Date(now.getTime() + context.getRemainingTimeInMillis()),
    runId: runId ?? runIdFor(now, context.awsRequestId, true),
  };
}
