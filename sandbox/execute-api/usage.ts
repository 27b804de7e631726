import type { Allowance, ApiKey, Throttle, UsagePlan } from '../kernel/rest-apis';
import type { Exchange } from './exchange';
import { GatewayError } from './refusals';
import { headerOf } from './request';

const DAY_MS = 86_400_000;
/** https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html */
const ACCOUNT: Throttle = { rate: 10_000, burst: 5_000 };

/**
 * Finds the key of a request whose method needs one, and counts the request against the key's usage plan and the stage
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html); throws what the gateway answers.
 * Limits are exact here; API Gateway applies them on a best-effort basis.
 */
export function countRequest(exchange: Exchange): void {
  const { route, place, kernel } = exchange;
  const now = kernel.clock.now().getTime();
  const method = `${route?.resourcePath ?? ''}/${exchange.request.method}`;
  if (route?.method.needsKey) {
    const { key, plan } = keyOf(exchange);
    exchange.key = key;
    const own = plan.stages.find(({ api, stage }) => api === place.api.id && stage === place.stage.name)?.throttles.get(method);
    if (own) take(plan.allowances, `${key.id} ${method}`, own, now);
    if (plan.throttle) take(plan.allowances, key.id, plan.throttle, now);
    takeQuota(plan, key, now);
  }
  const { throttles, allowances } = place.stage;
  const limit = throttles.get(method) ?? throttles.get('/*/*');
  if (limit) take(allowances, method, limit, now);
  take(allowances, '', ACCOUNT, now);
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-key-source.html */
function keyOf({ place, request, usageKey }: Exchange): { key: ApiKey; plan: UsagePlan } {
  const { gateway, api, stage, definition } = place;
  const value = definition.keySource === 'HEADER' ? headerOf(request, 'x-api-key') : usageKey;
  const key = [...gateway.keys.values()].find((one) => one.value === value && one.enabled);
  const plan = [...gateway.plans.values()].find(
    ({ keys, stages }) => key && keys.has(key.id) && stages.some((one) => one.api === api.id && one.stage === stage.name),
  );
  if (!key || !plan) throw new GatewayError('INVALID_API_KEY');
  return { key, plan };
}

function take(allowances: Map<string, Allowance>, name: string, { rate, burst }: Throttle, now: number): void {
  const { left, at } = allowances.get(name) ?? { left: burst, at: now };
  const filled = Math.min(burst, left + (Math.max(0, now - at) / 1000) * rate);
  allowances.set(name, { left: Math.max(0, filled < 1 ? filled : filled - 1), at: now });
  if (filled < 1) throw new GatewayError('THROTTLED');
}

function takeQuota({ quota, used }: UsagePlan, { id }: ApiKey, now: number): void {
  if (!quota) return;
  const since = periodOf(quota, now);
  const before = used.get(id);
  const requests = before?.since === since ? before.requests : 0;
  if (requests >= quota.limit) throw new GatewayError('QUOTA_EXCEEDED');
  used.set(id, { since, requests: requests + 1 });
}

/** When the period began that a moment is in; days, weeks from Sunday and months are UTC's, and begin `offset` days later. */
function periodOf({ period, offset }: NonNullable<UsagePlan['quota']>, now: number): number {
  const shifted = new Date(now - offset * DAY_MS);
  const day = Date.UTC(shifted.getUTCFullYear(), shifted.getUTCMonth(), shifted.getUTCDate());
  if (period === 'DAY') return day;
  return period === 'WEEK' ? day - shifted.getUTCDay() * DAY_MS : Date.UTC(shifted.getUTCFullYear(), shifted.getUTCMonth(), 1);
}
