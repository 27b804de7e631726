import { logAccess } from './access-log';
import { refusalAnswer } from './answer';
import { authorizeByFunction } from './authorizer';
import type { ApiAnswer, Exchange } from './exchange';
import { integrate } from './integration';
import { GatewayError } from './refusals';
import { refuseByResourcePolicy } from './resource-policy';
import { routeOf, type Route } from './route';
import { authorizeSigned } from './signed';
import { countRequest } from './usage';
import { validate } from './validate';

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html */
export const LARGEST_BODY_BYTES = 10 * 1024 * 1024;

/**
 * Answers one request to a stage, in API Gateway's order: who may come at all, the authorizer, the key and its usage plan
 * (https://repost.aws/knowledge-center/api-gateway-logs), whether the request is complete, and then the function. `target` is what stood on
 * the request line.
 */
export async function handle(exchange: Exchange, target: string): Promise<ApiAnswer> {
  exchange.kernel.clock.tick();
  const answer = await attempt(exchange, target);
  exchange.status = answer.status;
  exchange.length = answer.body.length;
  logAccess(exchange);
  return answer;
}

async function attempt(exchange: Exchange, target: string): Promise<ApiAnswer> {
  try {
    const route = await admit(exchange, target);
    return await integrate(exchange, route);
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    exchange.error = error;
    return refusalAnswer(exchange, error);
  }
}

async function admit(exchange: Exchange, target: string): Promise<Route> {
  const { place, request } = exchange;
  const { definition } = place;
  if (request.body.length > LARGEST_BODY_BYTES) throw new GatewayError('REQUEST_TOO_LARGE');
  const route = routeOf(definition, request.method, request.path);
  if (!route) throw new GatewayError('MISSING_AUTHENTICATION_TOKEN');
  exchange.route = route;
  const { authorization, authorizerId = '' } = route.method;
  if (authorization === 'AWS_IAM') authorizeSigned(exchange, target);
  else if (definition.policy) refuseByResourcePolicy(exchange, definition.policy);
  if (authorization === 'CUSTOM') await authorizeByFunction(exchange, authorizerId);
  countRequest(exchange);
  validate(exchange);
  return route;
}
