import { evaluate } from '../authorize/statements';
import type { PolicyDocument, Principal } from '../kernel/world';
import { methodArn, type Exchange } from './exchange';
import { GatewayError } from './refusals';

/**
 * Passes what the API's resource policy allows to callers whom nobody knows yet; throws ACCESS_DENIED:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
 */
export function refuseByResourcePolicy(exchange: Exchange, policy: PolicyDocument): void {
  const { place, request } = exchange;
  const principal: Principal = { kind: 'user', account: '', arn: '', name: '', userId: '' };
  const facts = new Map([
    ['aws:sourceip', [request.address]],
    ...(place.vpcEndpoint === undefined ? [] : ([['aws:sourcevpce', [place.vpcEndpoint]]] as const)),
  ]);
  const resource = methodArn(exchange);
  const { allow, deny } = evaluate([policy], { principal, principalArn: '', action: 'execute-api:Invoke', resource, facts }, true);
  if (allow && !deny) return;
  const why = deny ? ' with an explicit deny' : '';
  throw new GatewayError('ACCESS_DENIED', {
    says: `User: anonymous is not authorized to perform: execute-api:Invoke on resource: ${resource}${why}`,
  });
}
