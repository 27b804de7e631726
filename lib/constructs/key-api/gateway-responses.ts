import { ResponseType, type RestApi } from 'aws-cdk-lib/aws-apigateway';
import { CHALLENGE, problemOf, PROBLEM_TYPE, type ProblemName } from '../../../lambda/shared/problems';

/**
 * What the gateway answers itself, each as a problem of RFC 9457:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 */
const RESPONSES: readonly (readonly [ResponseType, ProblemName])[] = [
  [ResponseType.BAD_REQUEST_BODY, 'bad-request'],
  [ResponseType.BAD_REQUEST_PARAMETERS, 'bad-request'],
  [ResponseType.UNAUTHORIZED, 'unauthorized'],
  [ResponseType.INVALID_API_KEY, 'api-key-needed'],
  [ResponseType.ACCESS_DENIED, 'forbidden'],
  [ResponseType.EXPIRED_TOKEN, 'forbidden'],
  [ResponseType.INVALID_SIGNATURE, 'forbidden'],
  [ResponseType.WAF_FILTERED, 'forbidden'],
  // An unknown path and an unknown method are one to API Gateway, which answers both with 403 by default.
  [ResponseType.MISSING_AUTHENTICATION_TOKEN, 'no-such-route'],
  [ResponseType.RESOURCE_NOT_FOUND, 'no-such-route'],
  [ResponseType.REQUEST_TOO_LARGE, 'too-large'],
  [ResponseType.UNSUPPORTED_MEDIA_TYPE, 'unsupported-media-type'],
  [ResponseType.THROTTLED, 'too-many-requests'],
  [ResponseType.QUOTA_EXCEEDED, 'too-many-requests'],
  [ResponseType.API_CONFIGURATION_ERROR, 'internal-error'],
  [ResponseType.AUTHORIZER_CONFIGURATION_ERROR, 'internal-error'],
  [ResponseType.AUTHORIZER_FAILURE, 'internal-error'],
  [ResponseType.INTEGRATION_FAILURE, 'timeout'],
  [ResponseType.INTEGRATION_TIMEOUT, 'timeout'],
];
/** Whatever else there is keeps its status. */
const OTHERS: readonly (readonly [ResponseType, ProblemName])[] = [
  [ResponseType.DEFAULT_4XX, 'bad-request'],
  [ResponseType.DEFAULT_5XX, 'internal-error'],
];
const INSTANCE = 'urn:uuid:$context.requestId';
const quoted = (text: string): string => `'${text}'`;

/** Gives the API an answer of its own for everything that no function is asked about. */
export function addGatewayResponses(api: RestApi): void {
  for (const [type, name] of [...RESPONSES, ...OTHERS]) {
    const { status, ...problem } = problemOf(name);
    const known = !OTHERS.some(([other]) => other === type);
    const body = known ? { ...problem, status } : { type: 'about:blank', title: problem.title };
    api.addGatewayResponse(type.responseType, {
      type,
      ...(known && { statusCode: String(status) }),
      templates: { 'application/json': JSON.stringify({ ...body, instance: INSTANCE }) },
      responseHeaders: {
        'Content-Type': quoted(PROBLEM_TYPE),
        'Cache-Control': quoted('no-store'),
        ...(status === 401 && { 'WWW-Authenticate': quoted(CHALLENGE) }),
      },
    });
  }
}
