import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import type { Logger } from '@aws-lambda-powertools/logger';
import { MetricUnit, type Metrics } from '@aws-lambda-powertools/metrics';
import { errorFacts, RotationError } from '../shared/errors';
import { CHALLENGE, problemOf, PROBLEM_TYPE, type ProblemName } from '../shared/problems';
import { RefusedError } from './refused';
import { refuseRepeatedHeaders } from './request';
import { generateToken, handOutKey, handOutSession, type RouteServices } from './routes';

/** What the key API's function needs; made once per cold start. */
export interface KeyApiServices extends RouteServices {
  logger: Logger;
  metrics: Metrics;
}

/** Of a 503. */
const RETRY_AFTER_SECONDS = 5;

const ROUTES: Readonly<Record<string, (services: RouteServices, event: APIGatewayProxyEvent) => Promise<object>>> = {
  'POST /generate-token': generateToken,
  'GET /active-key': handOutKey,
  'GET /session': handOutSession,
};
/** What each route counts when it gave what it was asked for. */
const COUNTED: Readonly<Record<string, string>> = {
  'POST /generate-token': 'TokensIssued',
  'GET /active-key': 'KeysHandedOut',
  'GET /session': 'SessionsHandedOut',
};

const answered = (statusCode: number, type: string, body: object, headers: Record<string, string> = {}): APIGatewayProxyResult => ({
  statusCode,
  headers: { 'Content-Type': type, 'Cache-Control': 'no-store', ...headers },
  body: JSON.stringify(body),
});

/**
 * Answers one request: with what its route gives, or with a problem (RFC 9457). Never throws, so that no answer is the gateway's own word
 * for a broken function; what went wrong is in the log, which holds no secret.
 */
export async function answer(services: KeyApiServices, event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> {
  const { logger, metrics } = services;
  const route = `${event.httpMethod} ${event.resource}`;
  const about = { route, requestId: event.requestContext.requestId };
  try {
    const work = Object.hasOwn(ROUTES, route) ? ROUTES[route] : undefined;
    if (!work) throw new RefusedError('no-such-route', 'the gateway passed on a route that the function does not know');
    refuseRepeatedHeaders(event);
    const body = await work(services, event);
    metrics.addMetric(COUNTED[route] ?? 'Answered', MetricUnit.Count, 1);
    return answered(200, 'application/json', body);
  } catch (cause) {
    const problem = problemFor(cause);
    const { error, message } = errorFacts(cause);
    const { status, ...body } = problemOf(problem);
    const facts = { ...about, problem, status, error, reason: message };
    if (status >= 500) logger.error('request failed', facts);
    else logger.warn('request refused', facts);
    metrics.addMetric(status >= 500 ? 'RequestsFailed' : 'RequestsRefused', MetricUnit.Count, 1);
    return answered(status, PROBLEM_TYPE, { ...body, status, instance: `urn:uuid:${about.requestId}` }, headersOf(status));
  }
}

function problemFor(cause: unknown): ProblemName {
  if (cause instanceof RefusedError) return cause.problem;
  // A service that was asked did not answer as it should; anything else is a mistake of ours or of what is stored.
  return cause instanceof RotationError || !(cause instanceof Error) || !('$metadata' in cause) ? 'internal-error' : 'not-available';
}

function headersOf(status: number): Record<string, string> {
  if (status === 401) return { 'WWW-Authenticate': CHALLENGE };
  return status === 503 ? { 'Retry-After': String(RETRY_AFTER_SECONDS) } : {};
}
