import type { GatewayResponse } from '../kernel/rest-apis';
import type { ApiAnswer, Exchange } from './exchange';
import type { GatewayError } from './refusals';
import { headerOf } from './request';
import { parameterValue, substituted } from './variables';

/** What every answer carries besides its own headers. */
export const ownHeaders = ({ id }: Exchange): [string, string][] => [
  ['x-amzn-RequestId', id],
  ['x-amz-apigw-id', id],
];

/**
 * The gateway's own answer, as the API has customised it: by the response of that type, else by the one for all 4xx or 5xx
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gatewayResponse-definition.html).
 */
export function refusalAnswer(exchange: Exchange, error: GatewayError): ApiAnswer {
  const { responses } = exchange.place.definition;
  const custom = responses.get(error.type) ?? responses.get(error.status < 500 ? 'DEFAULT_4XX' : 'DEFAULT_5XX');
  const [contentType, template] = templateFor(exchange, custom) ?? ['application/json', standardTemplate(error)];
  const headers = new Map<string, [string, string]>();
  const put = (name: string, value: string): unknown => headers.set(name.toLowerCase(), [name, value]);
  for (const [name, value] of ownHeaders(exchange)) put(name, value);
  put('x-amzn-ErrorType', error.errorType);
  put('Content-Type', contentType);
  for (const [name, expression] of Object.entries(custom?.parameters ?? {})) {
    const value = expression.startsWith("'") ? expression.slice(1, -1) : parameterValue(exchange, expression);
    if (value !== undefined) put(name.replace('gatewayresponse.header.', ''), value);
  }
  return {
    status: custom?.status ?? error.status,
    headers: [...headers.values()],
    body: Buffer.from(substituted(exchange, template, '')),
  };
}

const standardTemplate = ({ type }: GatewayError): string =>
  `{"${type === 'ACCESS_DENIED' ? 'Message' : 'message'}":$context.error.messageString}`;

function templateFor({ request }: Exchange, custom: GatewayResponse | undefined): [string, string] | undefined {
  const templates = Object.entries(custom?.templates ?? {});
  const wanted = (headerOf(request, 'accept') ?? '').split(',').map((type) => type.split(';')[0]?.trim());
  const accepted = wanted.flatMap((type) => templates.filter(([known]) => known === type));
  return accepted[0] ?? templates.find(([known]) => known === 'application/json') ?? templates[0];
}
