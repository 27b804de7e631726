import { domainOf, methodArn, type Exchange } from './exchange';
import { valuesOf } from './request';
import { requestTime } from './variables';

/** Headers that end at the gateway: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html */
const ENDS_HERE = new Set([
  ...['connection', 'content-length', 'expect', 'host', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'te', 'trailer'],
  ...['transfer-encoding', 'upgrade', 'x-forwarded-for', 'x-forwarded-port', 'x-forwarded-proto', 'x-amzn-trace-id'],
]);

/** The headers that a function sees: those that were sent, as they were sent, and what the gateway knows better. */
function headersOf(exchange: Exchange): [string, string][] {
  const { request, id, began } = exchange;
  const passed = request.headers.filter(([name]) => !ENDS_HERE.has(name.toLowerCase()));
  const via = request.headers.filter(([name]) => name.toLowerCase() === 'x-forwarded-for').map(([, value]) => value);
  return [
    ...passed,
    ['Host', domainOf(exchange)],
    ['X-Amzn-Trace-Id', `Root=1-${Math.floor(began.getTime() / 1000).toString(16)}-${id.replaceAll('-', '').slice(0, 24)}`],
    ['X-Forwarded-For', [...via, request.address].join(', ')],
    ['X-Forwarded-Port', '443'],
    ['X-Forwarded-Proto', 'https'],
  ];
}

function requestContext(exchange: Exchange): Record<string, unknown> {
  const { place, request, route, id, began, key, signer, authorizer } = exchange;
  const headers = valuesOf(request.headers.map(([name, value]) => [name.toLowerCase(), value])).single;
  return {
    accountId: place.account,
    apiId: place.api.id,
    ...(authorizer && { authorizer }),
    deploymentId: place.stage.deploymentId,
    domainName: domainOf(exchange),
    domainPrefix: place.api.id,
    extendedRequestId: id,
    httpMethod: request.method,
    identity: {
      accessKey: signer?.accessKey ?? null,
      accountId: signer?.accountId ?? null,
      // The key as it was sent: an authorizer is asked before the key is looked up, and then there is no id yet.
      ...(route?.method.needsKey && { apiKey: headers['x-api-key'] ?? null, ...(key && { apiKeyId: key.id }) }),
      caller: signer?.caller ?? null,
      cognitoAuthenticationProvider: null,
      cognitoAuthenticationType: null,
      cognitoIdentityId: null,
      cognitoIdentityPoolId: null,
      principalOrgId: signer ? exchange.kernel.world.organization.id : null,
      sourceIp: request.address,
      user: signer?.caller ?? null,
      userAgent: headers['user-agent'] ?? null,
      userArn: signer?.userArn ?? null,
      ...(place.vpcEndpoint !== undefined && { vpceId: place.vpcEndpoint }),
    },
    path: `/${place.stage.name}${request.path}`,
    protocol: 'HTTP/1.1',
    requestId: id,
    requestTime: requestTime(began),
    requestTimeEpoch: began.getTime(),
    resourceId: route?.resourceId,
    resourcePath: route?.resourcePath,
    stage: place.stage.name,
  };
}

const orNull = (record: object): object | null => (Object.keys(record).length > 0 ? record : null);

function withoutBody(exchange: Exchange): Record<string, unknown> {
  const { place, request, route } = exchange;
  const headers = valuesOf(headersOf(exchange));
  const query = valuesOf(request.query);
  return {
    resource: route?.resourcePath,
    path: request.path,
    httpMethod: request.method,
    headers: headers.single,
    multiValueHeaders: headers.multi,
    queryStringParameters: orNull(query.single),
    multiValueQueryStringParameters: orNull(query.multi),
    pathParameters: orNull(route?.pathParameters ?? {}),
    stageVariables: orNull(place.stage.variables),
    requestContext: requestContext(exchange),
  };
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-input-format */
export function proxyEvent(exchange: Exchange): Record<string, unknown> {
  const { body } = exchange.request;
  return { ...withoutBody(exchange), body: body.length > 0 ? body.toString('utf8') : null, isBase64Encoded: false };
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-input.html */
export function authorizerEvent(exchange: Exchange): Record<string, unknown> {
  const event = withoutBody(exchange);
  const given = ['queryStringParameters', 'multiValueQueryStringParameters', 'pathParameters', 'stageVariables'];
  const filled = Object.fromEntries(given.map((name) => [name, event[name] ?? {}]));
  return { type: 'REQUEST', methodArn: methodArn(exchange), ...event, ...filled };
}
