import { z } from 'zod';
import { ownHeaders } from './answer';
import { proxyEvent } from './events';
import type { ApiAnswer, Exchange } from './exchange';
import { invokeFunction, within } from './invoke';
import { GatewayError } from './refusals';
import type { Route } from './route';

const values = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String));
/** https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-output-format */
const answerShape = z.strictObject({
  statusCode: z.int().min(100).max(599),
  headers: values.nullish(),
  multiValueHeaders: z.record(z.string(), z.array(z.union([z.string(), z.number(), z.boolean()]).transform(String))).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.literal(false).nullish(),
});

/** Headers of a function's answer that reach the client under another name: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html */
const REMAPPED = new Set([
  ...['authorization', 'connection', 'content-length', 'content-md5', 'date', 'host', 'max-forwards', 'server', 'trailer'],
  ...['user-agent', 'www-authenticate'],
]);
const DROPPED = new Set(['keep-alive', 'proxy-authenticate', 'te', 'transfer-encoding', 'upgrade']);

/** Has the method's function answer; throws what the gateway says instead when it cannot, does not in time, or says what is no answer. */
export async function integrate(exchange: Exchange, { method, resourcePath }: Route): Promise<ApiAnswer> {
  const { kernel, place, request } = exchange;
  // The part of the API that a permission names has `*` where the path has a parameter.
  const part = `${place.stage.name}/${request.method}${resourcePath.replace(/\{[^}]+\}/g, '*')}`;
  const work = invokeFunction(exchange, method.functionArn, part, proxyEvent(exchange));
  const answer = await within(kernel, method.timeoutMs, work);
  if (answer === 'late') throw new GatewayError('INTEGRATION_TIMEOUT');
  // https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway-errors.html
  if (!answer) throw new GatewayError('API_CONFIGURATION_ERROR');
  exchange.integrationStatus = 200;
  const parsed = answer.failed ? undefined : answerShape.safeParse(JSON.parse(answer.payload));
  if (!parsed?.success) throw new GatewayError('API_CONFIGURATION_ERROR', { status: 502 });
  const { statusCode, headers, multiValueHeaders, body } = parsed.data;
  exchange.integrationStatus = statusCode;
  return {
    status: statusCode,
    headers: [...ownHeaders(exchange), ...merged(headers ?? {}, multiValueHeaders ?? {})],
    body: Buffer.from(body ?? ''),
  };
}

/** Of a name in both, the list counts; without a content type it is JSON. */
function merged(single: Readonly<Record<string, string>>, multi: Readonly<Record<string, string[]>>): [string, string][] {
  const listed = new Set(Object.keys(multi).map((name) => name.toLowerCase()));
  const own = Object.entries(single).filter(([name]) => !listed.has(name.toLowerCase()));
  const all = [...own, ...Object.entries(multi).flatMap(([name, list]) => list.map((value) => [name, value] as const))];
  const typed = all.some(([name]) => name.toLowerCase() === 'content-type');
  return [...all, ...(typed ? [] : [['Content-Type', 'application/json'] as const])].flatMap(([name, value]) => {
    if (DROPPED.has(name.toLowerCase())) return [];
    return [[REMAPPED.has(name.toLowerCase()) ? `x-amzn-Remapped-${name}` : name, value] as [string, string]];
  });
}
