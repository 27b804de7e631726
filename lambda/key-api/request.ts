import type { APIGatewayProxyEvent, APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import { RefusedError } from './refused';

/** Characters of a body that are read at all: none of the routes takes one that says anything. */
const MAX_BODY_BYTES = 1_024;
const USER_NAME = /^[\w+=,.@-]{1,64}$/;
const ACCOUNT_ID = /^\d{12}$/;
const PARAMETERS: readonly string[] = ['username', 'account'];
/** Whoever reads the first of two and whoever reads the second must not be two. */
const SINGLE: readonly string[] = ['authorization', 'x-api-key', 'content-type'];

type AnyEvent = Pick<APIGatewayProxyEvent | APIGatewayRequestAuthorizerEvent, 'headers' | 'multiValueHeaders'>;

/** Which user a request asks for. */
export interface Asked {
  username: string;
  account?: string;
}

/** Every value of a header, whatever the case of its name. */
export function headerValues({ headers, multiValueHeaders }: AnyEvent, name: string): string[] {
  const all: Record<string, string[] | undefined> = multiValueHeaders ?? {};
  const several = Object.entries(all).flatMap(([key, values]) => (key.toLowerCase() === name ? (values ?? []) : []));
  if (several.length > 0) return several;
  const single: Record<string, string | undefined> = headers ?? {};
  return Object.entries(single).flatMap(([key, value]) => (key.toLowerCase() === name && value !== undefined ? [value] : []));
}

/** Refuses a request that says twice who asks or what it holds. */
export function refuseRepeatedHeaders(event: AnyEvent): void {
  const repeated = SINGLE.filter((name) => headerValues(event, name).length > 1);
  if (repeated.length > 0) throw new RefusedError('repeated-header', `the request has several headers ${repeated.join(', ')}`);
}

/** Refuses whatever a token request holds beside its API key: it takes no query, and no body but an empty object. */
export function readTokenRequest(event: APIGatewayProxyEvent): void {
  if (Object.keys(queryOf(event)).length > 0) throw new RefusedError('unknown-parameter', 'a token request has a query');
  const body = bodyOf(event);
  if (body === '') return;
  if (Buffer.byteLength(body) > MAX_BODY_BYTES) throw new RefusedError('too-large', `a body has more than ${MAX_BODY_BYTES} bytes`);
  const [type = ''] = headerValues(event, 'content-type');
  if (!/^application\/json\s*(;|$)/i.test(type)) throw new RefusedError('unsupported-media-type', 'a body is no application/json');
  if (body.trim() !== '{}') throw new RefusedError('unexpected-body', 'a token request has a body that says something');
}

/** Whom the request asks for; refuses what is not there once, or is no name at all. */
export function readKeyRequest(event: APIGatewayProxyEvent): Asked {
  if (bodyOf(event) !== '') throw new RefusedError('unexpected-body', 'a request for a key has a body');
  const query = queryOf(event);
  const names = Object.keys(query);
  if (names.some((name) => !PARAMETERS.includes(name))) throw new RefusedError('unknown-parameter', 'a query has unknown parameters');
  if (names.some((name) => query[name]?.length !== 1)) throw new RefusedError('repeated-parameter', 'a query has repeated parameters');
  const [username] = query['username'] ?? [];
  const [account] = query['account'] ?? [];
  if (username === undefined || !USER_NAME.test(username)) throw new RefusedError('bad-username', 'a query has no user name of IAM');
  if (account !== undefined && !ACCOUNT_ID.test(account)) throw new RefusedError('bad-account', 'a query has no account id');
  return { username, ...(account !== undefined && { account }) };
}

function bodyOf({ body, isBase64Encoded }: APIGatewayProxyEvent): string {
  if (body === null) return '';
  return isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body;
}

function queryOf({ multiValueQueryStringParameters, queryStringParameters }: APIGatewayProxyEvent): Record<string, string[]> {
  const several = Object.entries(multiValueQueryStringParameters ?? {}).map(([name, values]) => [name, values ?? []] as const);
  if (several.length > 0) return Object.fromEntries(several);
  return Object.fromEntries(Object.entries(queryStringParameters ?? {}).map(([name, value]) => [name, value === undefined ? [] : [value]]));
}
