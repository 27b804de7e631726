import { randomUUID } from 'node:crypto';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { KMSClient } from '@aws-sdk/client-kms';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { STSClient } from '@aws-sdk/client-sts';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { clientDefaults } from '../shared/clients';
import { keyApiEnvironment } from '../shared/environment';
import { lambdaHandler } from '../shared/handler';
import { METRICS_NAMESPACE } from '../shared/names';
import { answer, type KeyApiServices } from './answer';
import { ClientKeys } from './client-of-key';
import { signWith } from './signing';
import { kidOf } from './token';

/** Somebody waits for the answer. */
const defaults = { ...clientDefaults, maxAttempts: 3 };
const services = coldStart();

/** Called by API Gateway for each request that it lets through. */
export const handler = lambdaHandler('key API', services, (event: APIGatewayProxyEvent) => answer(services, event));

/** Runs once per cold start. */
function coldStart(): KeyApiServices {
  const { CLIENTS: grants, GRACES: graces, ISSUER: issuer, PLAN_PREFIX: planPrefix, SIGNING_KEYS } = keyApiEnvironment(process.env);
  const [signingKey = ''] = SIGNING_KEYS;
  const clock = (): Date => new Date();
  const gateway = new APIGatewayClient(defaults);
  return {
    grants,
    graces,
    issuer,
    clientKeys: new ClientKeys({ gateway, planPrefix, clients: Object.keys(grants), clock }),
    signing: { kid: kidOf(signingKey), sign: signWith(new KMSClient(defaults), signingKey) },
    secrets: new SecretsManagerClient(defaults),
    events: new EventBridgeClient(defaults),
    stsWith: (credentials) => new STSClient({ ...defaults, credentials }),
    logger: new Logger({ serviceName: 'key-api' }),
    metrics: new Metrics({ namespace: METRICS_NAMESPACE, serviceName: 'key-api' }),
    clock,
    newId: randomUUID,
    sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  };
}
