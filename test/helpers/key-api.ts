import { generateKeyPairSync, randomUUID, sign, type KeyObject } from 'node:crypto';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { KMSClient } from '@aws-sdk/client-kms';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { STSClient } from '@aws-sdk/client-sts';
import type { APIGatewayProxyEvent, APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import { SignJWT, type JWTHeaderParameters, type JWTPayload } from 'jose';
import type { KeyApiServices } from '../../lambda/key-api/answer';
import type { AuthorizerServices } from '../../lambda/key-api/authorizer/authorize';
import { ClientKeys } from '../../lambda/key-api/client-of-key';
import type { Grants } from '../../lambda/key-api/grants';
import { publicKeys } from '../../lambda/key-api/public-keys';
import { signWith } from '../../lambda/key-api/signing';
import { parsePeriod } from '../../lambda/shared/period';
import type { ProblemName } from '../../lambda/shared/problems';
import { ACCOUNT, NOW } from './facts';

export const ISSUER = 'https://abc123.execute-api.eu-west-1.amazonaws.com/v1';
const PLAN_PREFIX = 'iam-key-rotation-key-api-client-';
const STAGE = { apiId: 'abc123', stage: 'v1' };
export const KID = '0a1b2c3d-1234-5678-9abc-def012345678';
export const SIGNING_KEY = `arn:aws:kms:eu-west-1:111122223333:key/${KID}`;
/** The ids of the clients' API keys. */
export const API_KEYS = { billing: 'key-of-billing', shipping: 'key-of-shipping' } as const;
const GRANTS: Grants = { billing: { [ACCOUNT]: ['alice', 'web'], '333344445555': ['web'] }, shipping: { '333344445555': ['bob'] } };

/** A key pair as KMS has it for tokens. */
export const pair = (): { privateKey: KeyObject; publicKey: KeyObject } => generateKeyPairSync('ec', { namedCurve: 'P-256' });
/** What KMS gives for Sign: DER. */
export const kmsSignature = (privateKey: KeyObject, message: Uint8Array): Uint8Array => new Uint8Array(sign('sha256', message, privateKey));
/** What KMS gives for GetPublicKey: DER. */
export const kmsPublicKey = (publicKey: KeyObject): Uint8Array => new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }));

const seconds = (at: Date): number => Math.floor(at.getTime() / 1_000);

/** What a good token of the client says, changed by what is given; undefined leaves a claim out. */
export function claimsOf(client: string, changes: JWTPayload = {}, now = NOW): JWTPayload {
  const iat = seconds(now);
  const said: JWTPayload = {
    iss: ISSUER,
    aud: ISSUER,
    sub: client,
    client_id: client,
    jti: randomUUID(),
    iat,
    nbf: iat - 5,
    exp: iat + 300,
    ...changes,
  };
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
}

/** A token with any header and claims, signed by any key. */
export const tokenWith = (key: KeyObject | Uint8Array, claims: JWTPayload, header: Partial<JWTHeaderParameters> = {}): Promise<string> =>
  new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: KID, typ: 'at+jwt', ...header }).sign(key);

interface Asking {
  method?: string;
  resource?: string;
  headers?: Record<string, string[]>;
  query?: Record<string, string[]>;
  body?: string | null;
  isBase64Encoded?: boolean;
  apiKeyId?: string | null;
  authorizer?: Record<string, unknown> | null;
}

const last = (values: Record<string, string[]>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, all]) => [name, all.at(-1) ?? '']));

const contextOf = ({ resource = '/active-key', method = 'GET', apiKeyId, authorizer }: Asking) => ({
  ...STAGE,
  accountId: '111122223333',
  requestId: '11111111-2222-4333-8444-555555555555',
  resourcePath: resource,
  httpMethod: method,
  identity: { sourceIp: '198.51.100.7', apiKeyId: apiKeyId === undefined ? API_KEYS.billing : apiKeyId },
  authorizer: authorizer === undefined ? { client: 'billing', tokenId: 'token-1' } : authorizer,
});

/** What API Gateway hands to the function. */
export function proxyEvent(asking: Asking = {}): APIGatewayProxyEvent {
  const { method = 'GET', resource = '/active-key', headers = {}, query = { username: ['alice'] }, body = null } = asking;
  return {
    httpMethod: method,
    resource,
    path: resource,
    headers: last(headers),
    multiValueHeaders: headers,
    queryStringParameters: last(query),
    multiValueQueryStringParameters: query,
    pathParameters: null,
    stageVariables: null,
    body,
    isBase64Encoded: asking.isBase64Encoded ?? false,
    requestContext: contextOf(asking),
  } as unknown as APIGatewayProxyEvent;
}

/** A request for a token. */
export const tokenRequest = (asking: Asking = {}): APIGatewayProxyEvent =>
  proxyEvent({ method: 'POST', resource: '/generate-token', query: {}, authorizer: null, ...asking });

/** What API Gateway asks the authorizer. */
export function authorizerEvent(authorization: string | string[] | undefined, asking: Asking = {}): APIGatewayRequestAuthorizerEvent {
  const values = authorization === undefined ? [] : [authorization].flat();
  const headers = { ...(values.length > 0 && { Authorization: values }), ...asking.headers };
  const resource = asking.resource ?? '/active-key';
  return {
    ...proxyEvent({ ...asking, headers, authorizer: null }),
    type: 'REQUEST',
    methodArn: `arn:aws:execute-api:eu-west-1:111122223333:abc123/v1/GET${resource}`,
  } as unknown as APIGatewayRequestAuthorizerEvent;
}

const region = { region: 'eu-west-1' };
const clientKeys = (): ClientKeys =>
  new ClientKeys({ gateway: new APIGatewayClient(region), planPrefix: PLAN_PREFIX, clients: Object.keys(GRANTS), clock: () => NOW });

/** What the function is given; clients of AWS are to be mocked. */
export function apiServices(changes: Partial<KeyApiServices> = {}): KeyApiServices {
  const [rotate, disable] = [parsePeriod('90d')!, parsePeriod('100d')!];
  return {
    grants: GRANTS,
    graces: [{ rotate, disable }],
    issuer: ISSUER,
    clientKeys: clientKeys(),
    signing: { kid: KID, sign: signWith(new KMSClient(region), SIGNING_KEY) },
    secrets: new SecretsManagerClient(region),
    events: new EventBridgeClient(region),
    stsWith: (credentials) => new STSClient({ ...region, credentials }),
    logger: new Logger({ serviceName: 'key-api' }),
    metrics: new Metrics({ namespace: 'Test', serviceName: 'key-api' }),
    clock: () => NOW,
    newId: randomUUID,
    sleep: () => Promise.resolve(),
    ...changes,
  };
}

/** What the authorizer is given. */
export const authorizerServices = (changes: Partial<AuthorizerServices> = {}): AuthorizerServices => ({
  issuer: ISSUER,
  clients: Object.keys(GRANTS),
  clientKeys: clientKeys(),
  find: publicKeys(new KMSClient(region), [SIGNING_KEY]),
  clock: () => NOW,
  logger: new Logger({ serviceName: 'key-api-authorizer' }),
  metrics: new Metrics({ namespace: 'Test', serviceName: 'key-api' }),
  ...changes,
});

/** What API Gateway answers for a client's usage plan. */
export const plansOf = (...clients: string[]) => ({
  items: clients.map((client) => ({ id: `plan-${client}`, name: `${PLAN_PREFIX}${client}`, apiStages: [STAGE] })),
});

/** What a refused request throws. */
export function refusal(problem: ProblemName): Error {
  const refused: unknown = expect.objectContaining({ problem });
  return refused as Error;
}
