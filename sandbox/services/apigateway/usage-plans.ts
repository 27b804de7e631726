import { ServiceError } from '../../kernel/service-error';
import type { ApiKey, Throttle, UsagePlan } from '../../kernel/rest-apis';
import type { Operations } from '../service';
import { gatewayOf, may, pageOf, requireKey, requirePlan, type Shapes } from './lookup';

const settings = ({ rate, burst }: Throttle) => ({ rateLimit: rate, burstLimit: burst });

const shown = ({ id, name, description, stages, throttle, quota }: UsagePlan) => ({
  id,
  name,
  description,
  apiStages: stages.map(({ api, stage, throttles }) => ({
    apiId: api,
    stage,
    throttle: Object.fromEntries([...throttles].map(([method, limit]) => [method, settings(limit)])),
  })),
  throttle: throttle && settings(throttle),
  quota,
});

const keyShown = ({ id, name, value }: ApiKey) => ({ id, name, value, type: 'API_KEY' });

/** Usage plans, and which keys may use them: https://docs.aws.amazon.com/apigateway/latest/api/API_UsagePlan.html */
export const usagePlans: Operations<Shapes> = {
  GetUsagePlans: {
    reads: true,
    checks: (_, call) => may('GET')('/usageplans', call),
    handle({ keyId, ...page }, call) {
      const plans = [...gatewayOf(call).plans.values()].filter(({ keys }) => keyId === undefined || keys.has(keyId));
      const { items, position } = pageOf(plans, page);
      return { items: items.map(shown), position };
    },
  },
  GetUsagePlanKeys: {
    reads: true,
    checks: ({ usagePlanId }, call) => may('GET')(`/usageplans/${usagePlanId}/keys`, call),
    handle({ usagePlanId, nameQuery = '', ...page }, call) {
      const { keys } = gatewayOf(call);
      const held = [...requirePlan(usagePlanId, call).keys].flatMap((id) => keys.get(id) ?? []);
      const { items, position } = pageOf(
        held.filter(({ name }) => name.startsWith(nameQuery)),
        page,
      );
      return { items: items.map(keyShown), position };
    },
  },
  CreateUsagePlanKey: {
    checks: ({ usagePlanId }, call) => may('POST')(`/usageplans/${usagePlanId}/keys`, call),
    handle({ usagePlanId, keyId }, call) {
      const plan = requirePlan(usagePlanId, call);
      const key = requireKey(keyId, call);
      // A key has one plan for a stage: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html
      const other = [...gatewayOf(call).plans.values()].find(
        ({ keys, stages }) => keys.has(keyId) && stages.some((one) => covers(plan, one)),
      );
      if (other)
        throw new ServiceError('ConflictException', `${keyId} is already in the usage plan ${other.id} of a stage of ${plan.id}`, 409);
      plan.keys.add(keyId);
      return keyShown(key);
    },
  },
  DeleteUsagePlanKey: {
    checks: ({ usagePlanId, keyId }, call) => may('DELETE')(`/usageplans/${usagePlanId}/keys/${keyId}`, call),
    handle({ usagePlanId, keyId }, call) {
      if (!requirePlan(usagePlanId, call).keys.delete(keyId))
        throw new ServiceError('NotFoundException', 'Invalid API Key identifier specified', 404);
      return {};
    },
  },
};

const covers = ({ stages }: UsagePlan, { api, stage }: UsagePlan['stages'][number]): boolean =>
  stages.some((one) => one.api === api && one.stage === stage);
