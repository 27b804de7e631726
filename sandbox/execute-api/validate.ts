import Ajv from 'ajv';
import type { Exchange } from './exchange';
import { GatewayError } from './refusals';
import { headerOf } from './request';
import { parameterValue } from './variables';

const ajv = new Ajv({ strict: false, validateSchema: false });

/** Passes what a method's request validator finds complete: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html */
export function validate(exchange: Exchange): void {
  const { route, place, request } = exchange;
  const validator = place.definition.validators.get(route?.method.validatorId ?? '');
  if (!route || !validator) return;
  const required = Object.entries(route.method.parameters).flatMap(([name, must]) => (must && validator.parameters ? name : []));
  const missing = required.filter((name) => (parameterValue(exchange, name) ?? '') === '');
  if (missing.length > 0) {
    const names = missing.map((name) => name.split('.').slice(3).join('.')).join(', ');
    throw new GatewayError('BAD_REQUEST_PARAMETERS', { says: `Missing required request parameters: [${names}]` });
  }
  const contentType = headerOf(request, 'content-type')?.split(';')[0]?.trim() ?? 'application/json';
  const schema = place.definition.models.get(route.method.models[contentType] ?? '');
  if (validator.body && schema && !fits(schema, request.body.toString('utf8'))) throw new GatewayError('BAD_REQUEST_BODY');
}

function fits(schema: object, text: string): boolean {
  try {
    return ajv.validate(schema, JSON.parse(text === '' ? '{}' : text));
  } catch {
    return false;
  }
}
