import type * as sdk from '@aws-sdk/client-api-gateway';
import { apiId, apiKeyValue } from '../../kernel/identifiers';
import type { ApiKey } from '../../kernel/rest-apis';
import { ServiceError } from '../../kernel/service-error';
import type { Operations } from '../service';
import { gatewayOf, may, pageOf, requireKey, type Shapes } from './lookup';

const shown = ({ id, name, description, enabled, created, updated, tags, value }: ApiKey, withValue: boolean): sdk.ApiKey => ({
  id,
  name,
  description,
  enabled,
  createdDate: created,
  lastUpdatedDate: updated,
  stageKeys: [],
  tags: Object.fromEntries(tags),
  value: withValue ? value : undefined,
});

/** API keys, which clients send as `x-api-key`: https://docs.aws.amazon.com/apigateway/latest/api/API_ApiKey.html */
export const apiKeys: Operations<Shapes> = {
  GetApiKeys: {
    reads: true,
    checks: (_, call) => may('GET')('/apikeys', call),
    handle({ nameQuery = '', includeValues = false, ...page }, call) {
      const named = [...gatewayOf(call).keys.values()].filter(({ name }) => name.startsWith(nameQuery));
      const { items, position } = pageOf(named, page);
      return { items: items.map((key) => shown(key, includeValues)), position };
    },
  },
  GetApiKey: {
    reads: true,
    checks: ({ apiKey }, call) => may('GET')(`/apikeys/${apiKey}`, call),
    handle: ({ apiKey, includeValue = false }, call) => shown(requireKey(apiKey, call), includeValue),
  },
  CreateApiKey: {
    checks: (_, call) => may('POST')('/apikeys', call),
    handle({ name, description, enabled = false, value, tags = {} }, call) {
      const { keys } = gatewayOf(call);
      const id = apiId(`api-key-${call.platform.next()}`);
      const own = value ?? apiKeyValue(`api-key-value-${call.platform.next()}`);
      if (!/^[\w-]{20,128}$/.test(own))
        throw new ServiceError('BadRequestException', 'API Key value should be at least 20 characters', 400);
      if ([...keys.values()].some((other) => other.value === own))
        throw new ServiceError('ConflictException', 'API Key already exists', 409);
      const now = call.now;
      const key: ApiKey = {
        id,
        name: name ?? id,
        ...(description !== undefined && { description }),
        value: own,
        enabled,
        created: now,
        updated: now,
        tags: new Map(Object.entries(tags)),
      };
      keys.set(id, key);
      return shown(key, true);
    },
  },
  UpdateApiKey: {
    checks: ({ apiKey }, call) => may('PATCH')(`/apikeys/${apiKey}`, call),
    handle({ apiKey, patchOperations = [] }, call) {
      const key = requireKey(apiKey, call);
      for (const { op, path = '', value = '' } of patchOperations) {
        const known = op === 'replace' && ['/enabled', '/name', '/description'].includes(path);
        if (!known) throw new ServiceError('BadRequestException', `Invalid patch path '${path}' specified for op '${op ?? ''}'`, 400);
        if (path === '/enabled') key.enabled = value === 'true';
        else if (path === '/name') key.name = value;
        else key.description = value;
      }
      key.updated = call.now;
      return shown(key, false);
    },
  },
  DeleteApiKey: {
    checks: ({ apiKey }, call) => may('DELETE')(`/apikeys/${apiKey}`, call),
    handle({ apiKey }, call) {
      const { keys, plans } = gatewayOf(call);
      keys.delete(requireKey(apiKey, call).id);
      for (const plan of plans.values()) plan.keys.delete(apiKey);
      return {};
    },
  },
};
