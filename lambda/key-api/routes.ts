import type { APIGatewayProxyEvent } from 'aws-lambda';
import { handOutEvent } from '../bus/hand-out-event';
import { putEvents, type Bus } from '../bus/put-events';
import { errorFacts } from '../shared/errors';
import type { ClientKeys } from './client-of-key';
import { grantedUser, type GrantedUser, type Grants } from './grants';
import { RefusedError } from './refused';
import { readKeyRequest, readTokenRequest } from './request';
import type { StoredKey } from './stored-keys';
import { issueToken, type SignBytes } from './token';
import { proveKey, sessionOf, type StsWith } from './use-key';
import { workingKey, type KeyFinder } from './working-key';

/** What the routes need. */
export interface RouteServices extends KeyFinder, Bus {
  grants: Grants;
  clientKeys: ClientKeys;
  issuer: string;
  /** Signs by the key of this name. */
  signing: { kid: string; sign: SignBytes };
  stsWith: StsWith;
  newId: () => string;
}

/** `POST /generate-token`: a token of the client whose API key the request has, for five minutes. */
export async function generateToken(services: RouteServices, event: APIGatewayProxyEvent): Promise<object> {
  const client = await clientOfKey(services, event);
  if (client === undefined) throw new RefusedError('forbidden', 'the API key belongs to no client');
  readTokenRequest(event);
  const { issuer, signing, newId, clock } = services;
  return { token: await issueToken(signing.sign, { issuer, client, kid: signing.kid, id: newId(), now: clock() }) };
}

/** `GET /active-key`: the key of a user that was granted to the client, which AWS accepts now. */
export async function handOutKey(services: RouteServices, event: APIGatewayProxyEvent): Promise<object> {
  const asking = callerOf(event);
  // The gateway and its authorizer have asked both already; a mistake in the API's definition opens nothing.
  if ((await clientOfKey(services, event)) !== asking.client) {
    throw new RefusedError('unauthorized', "the API key is not that of the token's client");
  }
  const user = grantedUser(services.grants, asking.client, readKeyRequest(event));
  const { key, until } = await workingKey(services, user, (candidate) => proveKey(services.stsWith, candidate, user));
  await announce(services, event, { ...asking, user, key, route: 'active-key', expiresAt: until });
  return {
    AccessKeyId: key.accessKeyId,
    SecretAccessKey: key.secretAccessKey,
    CreateDate: key.created.toISOString(),
    ExpiresAt: until.toISOString(),
  };
}

/** `GET /session`: temporary credentials of a user that was granted to the client, as SDKs read them from a container's endpoint. */
export async function handOutSession(services: RouteServices, event: APIGatewayProxyEvent): Promise<object> {
  const asking = callerOf(event);
  const user = grantedUser(services.grants, asking.client, readKeyRequest(event));
  const { key, made } = await workingKey(services, user, (candidate) => sessionOf(services.stsWith, candidate, user));
  await announce(services, event, { ...asking, user, key, route: 'session', expiresAt: made.Expiration });
  return { ...made, Expiration: made.Expiration.toISOString() };
}

interface Asking {
  client: string;
  tokenId: string;
}

/** Whose token the authorizer has verified. */
function callerOf({ requestContext: { authorizer } }: APIGatewayProxyEvent): Asking {
  const { client, tokenId } = (authorizer ?? {}) as Record<string, unknown>;
  if (typeof client !== 'string' || typeof tokenId !== 'string') throw new RefusedError('unauthorized', 'no authorizer was asked');
  return { client, tokenId };
}

async function clientOfKey({ clientKeys }: RouteServices, { requestContext }: APIGatewayProxyEvent): Promise<string | undefined> {
  const { apiId, stage, identity } = requestContext;
  const { apiKeyId } = identity;
  if (!apiKeyId) throw new RefusedError('api-key-needed', 'the gateway passed on a request without an API key');
  return clientKeys.clientOf(apiKeyId, { apiId, stage });
}

interface HandOut extends Asking {
  user: GrantedUser;
  key: StoredKey;
  route: 'active-key' | 'session';
  expiresAt: Date;
}

/** Before the answer: a key that nobody could tell of is not handed out. */
async function announce(services: RouteServices, { requestContext }: APIGatewayProxyEvent, handOut: HandOut): Promise<void> {
  const { user, key, expiresAt, ...asking } = handOut;
  const event = handOutEvent({
    id: requestContext.requestId,
    at: services.clock().toISOString(),
    ...user,
    keyId: key.accessKeyId,
    ...asking,
    expiresAt: expiresAt.toISOString(),
    sourceIp: requestContext.identity.sourceIp,
  });
  await putEvents(services, [event]).catch((cause: unknown) => {
    throw new RefusedError('not-available', `nothing was handed out, because it could not be told: ${errorFacts(cause).message}`, {
      cause,
    });
  });
}
