import { parseArn } from '../kernel/arn';
import { domainOf, type Exchange } from './exchange';
import { headerOf, queryOf } from './request';

/**
 * A `$context` variable of a request, by its name without `$context.`; undefined when it has none:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
 */
function contextValue(exchange: Exchange, name: string): string | undefined {
  if (name.startsWith('authorizer.')) return exchange.authorizer?.[name.slice('authorizer.'.length)];
  const value = VARIABLES[name]?.(exchange);
  return value === undefined || value === null ? undefined : String(value);
}

/** A value that `method.request.header.X`, `stageVariables.X` or `context.X` stands for. */
export function parameterValue(exchange: Exchange, expression: string): string | undefined {
  const [, place = '', name = ''] = /^(method\.request\.(?:header|querystring|path)|context|stageVariables)\.(.+)$/.exec(expression) ?? [];
  if (place === 'method.request.header') return headerOf(exchange.request, name);
  if (place === 'method.request.querystring') return queryOf(exchange.request, name);
  if (place === 'method.request.path') return exchange.route?.pathParameters[name];
  return place === 'context' ? contextValue(exchange, name) : exchange.place.stage.variables[name];
}

/** Text with its `$` variables replaced; what has no value becomes `absent`. */
export const substituted = (exchange: Exchange, text: string, absent: string): string =>
  text.replace(/\$((?:context|stageVariables|method\.request\.(?:header|querystring|path))(?:\.[A-Za-z0-9_-]+)+)/g, (_, name: string) => {
    return parameterValue(exchange, name) ?? absent;
  });

/** The time as access logs of HTTP servers write it. */
export function requestTime(date: Date): string {
  const [, day = '', month = '', year = '', time = ''] = /^\w+, (\d+) (\w+) (\d+) (\S+)/.exec(date.toUTCString()) ?? [];
  return `${day}/${month}/${year}:${time} +0000`;
}

const VARIABLES: Readonly<Record<string, (exchange: Exchange) => string | number | null | undefined>> = {
  accountId: ({ place }) => place.account,
  apiId: ({ place }) => place.api.id,
  deploymentId: ({ place }) => place.stage.deploymentId,
  domainName: domainOf,
  domainPrefix: ({ place }) => place.api.id,
  'error.message': ({ error }) => error?.says,
  'error.messageString': ({ error }) => error && JSON.stringify(error.says),
  'error.responseType': ({ error }) => error?.type,
  extendedRequestId: ({ id }) => id,
  httpMethod: ({ request }) => request.method,
  'identity.accountId': ({ signer }) => signer?.accountId,
  'identity.apiKey': ({ key }) => key?.value,
  'identity.apiKeyId': ({ key }) => key?.id,
  'identity.caller': ({ signer }) => signer?.caller,
  'identity.principalOrgId': ({ signer, kernel }) => signer && kernel.world.organization.id,
  'identity.sourceIp': ({ request }) => request.address,
  'identity.user': ({ signer }) => signer?.caller,
  'identity.userAgent': ({ request }) => headerOf(request, 'user-agent'),
  'identity.userArn': ({ signer }) => signer?.userArn,
  'integration.status': ({ integrationStatus }) => integrationStatus,
  integrationStatus: ({ integrationStatus }) => integrationStatus,
  path: ({ place, request }) => `/${place.stage.name}${request.path}`,
  protocol: () => 'HTTP/1.1',
  requestId: ({ id }) => id,
  requestTime: ({ began }) => requestTime(began),
  requestTimeEpoch: ({ began }) => began.getTime(),
  resourceId: ({ route }) => route?.resourceId,
  resourcePath: ({ route }) => route?.resourcePath,
  responseLatency: ({ began, kernel }) => kernel.clock.now().getTime() - began.getTime(),
  responseLength: ({ length }) => length,
  stage: ({ place }) => place.stage.name,
  status: ({ status }) => status,
};

/** Who signed, as the gateway shows it. */
export function signerOf(accessKey: string, principal: { arn: string; userId: string }): NonNullable<Exchange['signer']> {
  return { accessKey, accountId: parseArn(principal.arn)?.account ?? '', caller: principal.userId, userArn: principal.arn };
}
