import { z } from 'zod';
import { evaluate } from '../authorize/statements';
import { policyDocument } from '../cloudformation/shapes';
import type { ApiAuthorizer } from '../kernel/rest-apis';
import type { PolicyDocument, Principal } from '../kernel/world';
import { authorizerEvent } from './events';
import { methodArn, type Exchange } from './exchange';
import { invokeFunction } from './invoke';
import { GatewayError } from './refusals';
import { parameterValue } from './variables';

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html */
const answerShape = z.object({
  principalId: z.string(),
  policyDocument,
  context: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  usageIdentifierKey: z.string().optional(),
});

/**
 * Asks a method's Lambda authorizer and notes what it says of the caller; throws what the gateway answers. Without each of its identity
 * sources it is not even asked: https://docs.aws.amazon.com/apigateway/latest/api/API_Authorizer.html
 */
export async function authorizeByFunction(exchange: Exchange, id: string): Promise<void> {
  const { definition, stage } = exchange.place;
  const authorizer = definition.authorizers.get(id);
  if (!authorizer) throw new GatewayError('AUTHORIZER_CONFIGURATION_ERROR');
  const sources = authorizer.identitySources.map((source) => parameterValue(exchange, source) ?? '');
  if (sources.includes('') || !fits(authorizer, sources[0] ?? '')) throw new GatewayError('UNAUTHORIZED');
  const name = JSON.stringify([id, ...sources]);
  const now = exchange.kernel.clock.now().getTime();
  const kept = stage.authorized.get(name);
  const text = kept && kept.until > now ? kept.answer : await ask(exchange, id, authorizer, sources[0] ?? '');
  const answer = answerShape.safeParse(json(text));
  if (!answer.success) throw new GatewayError('AUTHORIZER_CONFIGURATION_ERROR');
  if (authorizer.ttlSeconds > 0 && text !== kept?.answer)
    stage.authorized.set(name, { until: now + authorizer.ttlSeconds * 1000, answer: text });
  const { principalId, policyDocument: policy, context = {}, usageIdentifierKey } = answer.data;
  refuseBy(policy, exchange, principalId);
  exchange.authorizer = { principalId, ...Object.fromEntries(Object.entries(context).map(([key, value]) => [key, String(value)])) };
  if (usageIdentifierKey !== undefined) exchange.usageKey = usageIdentifierKey;
}

const fits = ({ pattern }: ApiAuthorizer, token: string): boolean => pattern === undefined || new RegExp(`^(?:${pattern})$`).test(token);

async function ask(exchange: Exchange, id: string, { type, functionArn }: ApiAuthorizer, token: string): Promise<string> {
  const event = type === 'REQUEST' ? authorizerEvent(exchange) : { type, authorizationToken: token, methodArn: methodArn(exchange) };
  const answer = await invokeFunction(exchange, functionArn, `authorizers/${id}`, event);
  if (answer?.failed === false) return answer.payload;
  const { errorMessage } = (json(answer?.payload ?? '') ?? {}) as { errorMessage?: unknown };
  throw new GatewayError(errorMessage === 'Unauthorized' ? 'UNAUTHORIZED' : 'AUTHORIZER_CONFIGURATION_ERROR');
}

/** Passes what the policy allows this caller to call; throws ACCESS_DENIED with AWS's sentence. */
function refuseBy(policy: PolicyDocument, exchange: Exchange, name: string): void {
  const principal: Principal = { kind: 'service', account: exchange.place.account, arn: name, name, userId: name };
  const facts = new Map([['aws:sourceip', [exchange.request.address]]]);
  const question = { principal, principalArn: name, action: 'execute-api:Invoke', resource: methodArn(exchange), facts };
  const { allow, deny } = evaluate([policy], question);
  if (deny) throw new GatewayError('ACCESS_DENIED', { says: 'User is not authorized to access this resource with an explicit deny' });
  if (!allow) throw new GatewayError('ACCESS_DENIED');
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
