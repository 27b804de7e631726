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
import { describe } from '../shared/errors';
import { parseRotatorEvent } from '../shared/events';
import { RunStore } from '../runs/run-store';
import type { AccountCheck, AccountResult } from '../runs/schemas';
import { runIdFor } from '../runs/run-id';
import { answerOf, type ShortAnswer } from './answer';
import { checkAccount } from './check-account';
import { publishEvents } from './publish-events';
import { reportFacts } from './log-result';
import type { Invocation, RotatorServices } from './account';
import { MemoryStore } from './memory/memory-store';
import { rotateAccount } from './rotate-account';

const environment = rotatorEnvironment(process.env);
const logger = new Logger({ serviceName: 'rotator' });
const metrics = new Metrics({ namespace: 'IamKeyRotation', serviceName: 'rotator' });
const s3 = new S3Client(clientDefaults);
const store = new RunStore(s3, environment.RESULTS_BUCKET);
const events = new EventBridgeClient(clientDefaults);
const services: RotatorServices = {
  environment,
  sts: new STSClient(clientDefaults),
  ses: new SESv2Client(clientDefaults),
  secrets: new SecretsManagerClient(clientDefaults),
  memory: new MemoryStore(s3, environment.RESULTS_BUCKET),
  logger,
  clock: () => new Date(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

/**
 * Called by the orchestrator for each account, or by hand for one; with `check` it looks only, and returns what it found. Returns the
 * account's result, in short where it is too large, which is also stored whole; throws when the account as a whole failed or a forced
 * rotation was refused, so that Lambda retries and the on-failure queue tells.
 */
export async function handler(event: unknown, context: Context): Promise<AccountResult | ShortAnswer | AccountCheck> {
  logger.addContext(context);
  try {
    const asked = parseRotatorEvent(event);
    const now = services.clock();
    const invocation: Invocation = {
      partition: context.invokedFunctionArn.split(':')[1] ?? '',
      region: context.invokedFunctionArn.split(':')[3] ?? '',
      endsAt: new Date(now.getTime() + context.getRemainingTimeInMillis()),
      runId: asked.runId ?? runIdFor(now, context.awsRequestId, true),
    };
    if (asked.check) {
      const check = await checkAccount(services, asked, invocation);
      logger.info('account checked', { ...check });
      await store.putCheck(check);
      return check;
    }
    const { result, error } = await rotateAccount(services, asked, invocation);
    await publishEvents(events, result).catch((cause: unknown) => {
      result.failures.push({ step: 'publish events', ...describe(cause) });
      if (result.status === 'succeeded') result.status = 'partial';
    });
    reportFacts(logger, metrics, result, environment.POLICY.disable);
    const stored = await store.putResult(result);
    if (error) throw error;
    return answerOf(result, stored);
  } catch (error) {
    logger.error('rotator failed', describe(error));
    throw error;
  } finally {
    if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
  }
}
