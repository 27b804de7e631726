import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { KMSClient } from '@aws-sdk/client-kms';
import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent, Context } from 'aws-lambda';
import { clientDefaults } from '../../shared/clients';
import { keyApiAuthorizerEnvironment } from '../../shared/environment';
import { lambdaHandler } from '../../shared/handler';
import { METRICS_NAMESPACE } from '../../shared/names';
import { ClientKeys } from '../client-of-key';
import { publicKeys } from '../public-keys';
import { authorize, type AuthorizerServices } from './authorize';

/** Somebody waits for the answer. */
const defaults = { ...clientDefaults, maxAttempts: 3 };
const services = coldStart();
const decide = lambdaHandler('key API authorizer', services, (event: APIGatewayRequestAuthorizerEvent) => authorize(services, event));

/**
 * Called by API Gateway before a route that needs a token. What is thrown for a token that is refused is the word that makes the answer a
 * 401: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
 */
export async function handler(event: APIGatewayRequestAuthorizerEvent, context: Context): Promise<APIGatewayAuthorizerResult> {
  const decision = await decide(event, context);
  if (!decision) throw new Error('Unauthorized');
  return decision;
}

/** Runs once per cold start. */
function coldStart(): AuthorizerServices {
  const { CLIENTS: clients, ISSUER: issuer, PLAN_PREFIX: planPrefix, SIGNING_KEYS } = keyApiAuthorizerEnvironment(process.env);
  const clock = (): Date => new Date();
  return {
    issuer,
    clients,
    clientKeys: new ClientKeys({ gateway: new APIGatewayClient(defaults), planPrefix, clients, clock }),
    find: publicKeys(new KMSClient(defaults), SIGNING_KEYS),
    clock,
    logger: new Logger({ serviceName: 'key-api-authorizer' }),
    metrics: new Metrics({ namespace: METRICS_NAMESPACE, serviceName: 'key-api' }),
  };
}
