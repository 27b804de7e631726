import { z } from 'zod';
import type { Allowance } from '../../../kernel/rest-apis';
import { apiKeyValue } from '../../../kernel/identifiers';
import { generatedName, provider, type Provider } from '../../provider';
import { accepted, flag, integer, tags, text } from '../../shapes';
import { apiOf, gatewayOf, idOf } from './lookup';

/** AWS::ApiGateway::ApiKey: https://docs.aws.amazon.com/apigateway/latest/api/API_CreateApiKey.html */
export const apiKey: Provider = provider(
  z.strictObject({
    Name: z.string().exactOptional(),
    Description: text.exactOptional(),
    Enabled: flag.exactOptional(),
    GenerateDistinctId: accepted,
    Value: z
      .string()
      .regex(/^[\w-]{20,128}$/, 'must be 20 to 128 letters, digits, dashes or underscores')
      .exactOptional(),
    Tags: tags.exactOptional(),
  }),
  {
    apply(target, { Name, Description, Enabled = false, Value, Tags = [] }, before) {
      const { keys } = gatewayOf(target);
      const id = idOf(target, before);
      const now = target.kernel.clock.now();
      const existing = keys.get(id);
      const value = existing?.value ?? Value ?? apiKeyValue(`${target.stackId}/${target.logicalId}`);
      if (Value !== undefined && Value !== value) throw new Error('Value of an existing key cannot be changed');
      if ([...keys.values()].some((other) => other.id !== id && other.value === value)) throw new Error('API Key already exists');
      keys.set(id, {
        id,
        name: Name ?? generatedName(target, 128),
        ...(Description !== undefined && { description: Description }),
        value,
        enabled: Enabled,
        created: existing?.created ?? now,
        updated: now,
        tags: new Map(Tags.map(({ Key, Value: tag }) => [Key, tag])),
      });
      return { ref: id, attributes: { APIKeyId: id } };
    },
    remove(target, before) {
      const { keys, plans } = gatewayOf(target);
      keys.delete(before.ref);
      for (const plan of plans.values()) plan.keys.delete(before.ref);
    },
  },
);

const throttle = z.strictObject({
  RateLimit: z.union([z.number(), z.string().transform(Number)]).pipe(z.number().min(0)),
  BurstLimit: integer.pipe(z.number().min(0)),
});
const limits = ({ RateLimit: rate, BurstLimit: burst }: z.output<typeof throttle>) => ({ rate, burst });

/** AWS::ApiGateway::UsagePlan. */
export const usagePlan: Provider = provider(
  z.strictObject({
    UsagePlanName: z.string().exactOptional(),
    Description: text.exactOptional(),
    ApiStages: z
      .array(z.strictObject({ ApiId: z.string(), Stage: z.string(), Throttle: z.record(z.string(), throttle).exactOptional() }))
      .exactOptional(),
    Throttle: throttle.exactOptional(),
    Quota: z
      .strictObject({
        Limit: integer.pipe(z.number().min(0)),
        Offset: integer.pipe(z.number().min(0)).exactOptional(),
        Period: z.enum(['DAY', 'WEEK', 'MONTH']),
      })
      .exactOptional(),
    Tags: tags.exactOptional(),
  }),
  {
    apply(target, { UsagePlanName, Description, ApiStages = [], Throttle, Quota }, before) {
      const { plans } = gatewayOf(target);
      const id = idOf(target, before);
      for (const { ApiId, Stage } of ApiStages)
        if (!apiOf(target, ApiId).stages.has(Stage)) throw new Error(`API Stage not found: ${ApiId}:${Stage}`);
      const existing = plans.get(id);
      plans.set(id, {
        id,
        name: UsagePlanName ?? generatedName(target, 128),
        ...(Description !== undefined && { description: Description }),
        stages: ApiStages.map(({ ApiId, Stage, Throttle: methods = {} }) => ({
          api: ApiId,
          stage: Stage,
          throttles: new Map(Object.entries(methods).map(([method, limit]) => [method, limits(limit)])),
        })),
        ...(Throttle && { throttle: limits(Throttle) }),
        ...(Quota && { quota: { limit: Quota.Limit, offset: Quota.Offset ?? 0, period: Quota.Period } }),
        keys: existing?.keys ?? new Set(),
        allowances: existing?.allowances ?? new Map<string, Allowance>(),
        used: existing?.used ?? new Map<string, { since: number; requests: number }>(),
      });
      return { ref: id, attributes: { Id: id } };
    },
    remove(target, before) {
      gatewayOf(target).plans.delete(before.ref);
    },
  },
);

/** AWS::ApiGateway::UsagePlanKey: lets a key use a plan. */
export const usagePlanKey: Provider = provider(
  z.strictObject({ KeyId: z.string(), KeyType: z.literal('API_KEY'), UsagePlanId: z.string() }),
  {
    apply(target, { KeyId, UsagePlanId }) {
      const { keys, plans } = gatewayOf(target);
      const plan = plans.get(UsagePlanId);
      if (!plan) throw new Error('Invalid Usage Plan ID specified');
      if (!keys.has(KeyId)) throw new Error('Invalid API Key identifier specified');
      plan.keys.add(KeyId);
      return { ref: `${KeyId}:${UsagePlanId}`, attributes: { Id: `${KeyId}:${UsagePlanId}` } };
    },
    remove(target, before) {
      const [key = '', plan = ''] = before.ref.split(':');
      gatewayOf(target).plans.get(plan)?.keys.delete(key);
    },
  },
);
