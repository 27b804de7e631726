import type * as sdk from '@aws-sdk/client-api-gateway';
import { emptyGateway, type ApiGateway, type ApiKey, type UsagePlan } from '../../kernel/rest-apis';
import { ServiceError } from '../../kernel/service-error';
import type { Check } from '../../kernel/contracts';
import { pageAfter, pageSize } from '../paging';
import type { Call, SdkShapes } from '../service';

/** The operations of API Gateway, as its SDK has them. */
export type Shapes = SdkShapes<typeof sdk>;

/** API Gateway where a call is made. */
export function gatewayOf({ account, region }: Call): ApiGateway {
  const gateway = account.apiGateways.get(region) ?? emptyGateway();
  account.apiGateways.set(region, gateway);
  return gateway;
}

/** What a call needs: an HTTP method on a path, https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-iam-policy-examples.html */
export const may =
  (method: 'GET' | 'POST' | 'PATCH' | 'DELETE') =>
  (path: string, { world, region }: Call): Check[] => [
    { action: `apigateway:${method}`, resource: `arn:${world.partition}:apigateway:${region}::${path}` },
  ];

/** A key by its id; throws NotFoundException. */
export function requireKey(id: string, call: Call): ApiKey {
  const key = gatewayOf(call).keys.get(id);
  if (!key) throw new ServiceError('NotFoundException', 'Invalid API Key identifier specified', 404);
  return key;
}

/** A usage plan by its id; throws NotFoundException. */
export function requirePlan(id: string, call: Call): UsagePlan {
  const plan = gatewayOf(call).plans.get(id);
  if (!plan) throw new ServiceError('NotFoundException', 'Invalid Usage Plan ID specified', 404);
  return plan;
}

/** One page of things with an id: 25 by default, 500 at most. */
export function pageOf<T extends { id: string }>(
  things: Iterable<T>,
  { limit, position }: { limit?: number; position?: string },
): { items: T[]; position: string | undefined } {
  const size = pageSize(limit, { standard: 25, most: 500, name: 'limit', code: 'BadRequestException' });
  const { items, next } = pageAfter(things, ({ id }) => id, position, size);
  return { items, position: next };
}
