import type { Logger } from '@aws-lambda-powertools/logger';
import { MetricUnit, type Metrics } from '@aws-lambda-powertools/metrics';
import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import type { ClientKeys } from '../client-of-key';
import { headerValues } from '../request';
import { TokenRefusedError, verifyToken, type FindKey, type Verified } from '../token';

/** What the authorizer needs; made once per cold start. */
export interface AuthorizerServices {
  issuer: string;
  clients: readonly string[];
  clientKeys: ClientKeys;
  find: FindKey;
  clock: () => Date;
  logger: Logger;
  metrics: Metrics;
}

/** The route that SDKs call: their token file is all that they send, as it is. */
const SESSION = '/session';
const WITH_SCHEME = /^Bearer +([\w.-]+)$/i;
const BARE = /^([\w.-]+)$/;

/**
 * Whether the request may go on: a policy for just this request, with the token's client; undefined for a 401, of which the log says why.
 * Throws when that could not be found out.
 */
export async function authorize(
  services: AuthorizerServices,
  event: APIGatewayRequestAuthorizerEvent,
): Promise<APIGatewayAuthorizerResult | undefined> {
  try {
    const { client, tokenId } = await callerOf(services, event);
    return {
      principalId: client,
      policyDocument: { Version: '2012-10-17', Statement: [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: event.methodArn }] },
      context: { client, tokenId },
    };
  } catch (cause) {
    if (!(cause instanceof TokenRefusedError)) throw cause;
    const { requestId, identity } = event.requestContext;
    services.logger.warn('token refused', { requestId, route: event.resource, apiKeyId: identity.apiKeyId, reason: cause.message });
    services.metrics.addMetric('TokensRefused', MetricUnit.Count, 1);
    return undefined;
  }
}

async function callerOf(services: AuthorizerServices, event: APIGatewayRequestAuthorizerEvent): Promise<Verified> {
  const { issuer, find, clock, clients, clientKeys } = services;
  const verified = await verifyToken(tokenOf(event), { issuer, find, now: clock() });
  if (!clients.includes(verified.client)) throw new TokenRefusedError('the token is of a client that is no longer one');
  if (event.resource === SESSION) return verified;
  const { apiId, stage, identity } = event.requestContext;
  // Without an API key the gateway itself refuses the request, with its own answer.
  const { apiKeyId } = identity;
  if (apiKeyId && (await clientKeys.clientOf(apiKeyId, { apiId, stage })) !== verified.client)
    throw new TokenRefusedError('the token is of another client than the API key');
  return verified;
}

function tokenOf(event: APIGatewayRequestAuthorizerEvent): string {
  const [value, ...others] = headerValues(event, 'authorization');
  if (value === undefined || others.length > 0) throw new TokenRefusedError('the request has no token, or several');
  const text = value.trim();
  const token = (WITH_SCHEME.exec(text) ?? (event.resource === SESSION ? BARE.exec(text) : undefined))?.[1];
  if (token === undefined) throw new TokenRefusedError('the header authorization holds no token');
  return token;
}
