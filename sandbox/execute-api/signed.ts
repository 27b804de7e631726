import { ServiceError } from '../kernel/service-error';
import { authenticate } from '../wire/authenticate';
import { parseAuthorization } from '../wire/signature';
import { methodArn, type Exchange } from './exchange';
import { GatewayError } from './refusals';
import { headerOf } from './request';
import { signerOf } from './variables';

/**
 * Passes requests that somebody signed for API Gateway whom policies allow to call the method, and notes who it is; throws what the gateway
 * answers: https://docs.aws.amazon.com/apigateway/latest/developerguide/permissions.html
 */
export function authorizeSigned(exchange: Exchange, target: string): void {
  const { kernel, request, place } = exchange;
  const authorization = parseAuthorization(headerOf(request, 'authorization'));
  if (authorization?.service !== 'execute-api') throw new GatewayError('MISSING_AUTHENTICATION_TOKEN');
  const headers = Object.fromEntries(request.headers.map(([name, value]) => [name.toLowerCase(), value]));
  const signed = { method: request.method, path: target, headers, body: request.body };
  const { accessKeyId } = authorization;
  try {
    const { holder } = authenticate(signed, authorization, kernel.caller(accessKeyId), 'restJson', kernel.clock.now());
    kernel.noteUse(accessKeyId, 'execute-api', place.region);
    const checks = [{ action: 'execute-api:Invoke', resource: methodArn(exchange) }];
    const { principal } = holder;
    const decision = kernel.perform({ principal, service: 'execute-api', operation: 'Invoke', checks, mutating: false });
    if (!decision.allowed) throw new GatewayError('ACCESS_DENIED', { says: decision.message });
    exchange.signer = signerOf(accessKeyId, principal);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    throw new GatewayError(error.name.startsWith('ExpiredToken') ? 'EXPIRED_TOKEN' : 'INVALID_SIGNATURE', { says: error.message });
  }
}
