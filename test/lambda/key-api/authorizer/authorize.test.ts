import { createHmac, type KeyObject } from 'node:crypto';
import { APIGatewayClient, GetUsagePlansCommand } from '@aws-sdk/client-api-gateway';
import { GetPublicKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { mockClient } from 'aws-sdk-client-mock';
import { base64url } from 'jose';
import { authorize } from '../../../../lambda/key-api/authorizer/authorize';
import { awsError, namesOf } from '../../../helpers/aws';
import { NOW } from '../../../helpers/facts';
import {
  API_KEYS,
  authorizerEvent,
  authorizerServices,
  claimsOf,
  ISSUER,
  KID,
  kmsPublicKey,
  pair,
  plansOf,
  tokenWith,
} from '../../../helpers/key-api';
import { logDuring } from '../../../helpers/lambda-context';

const kms = mockClient(KMSClient);
const gateway = mockClient(APIGatewayClient);
const ours = pair();
const theirs = pair();
const seconds = Math.floor(NOW.getTime() / 1_000);
const encoded = (part: object): string => base64url.encode(JSON.stringify(part));

beforeEach(() => {
  kms.reset();
  gateway.reset();
  kms.on(GetPublicKeyCommand).resolves({ PublicKey: kmsPublicKey(ours.publicKey) });
  gateway.on(GetUsagePlansCommand, { keyId: API_KEYS.billing }).resolves(plansOf('billing'));
  gateway.on(GetUsagePlansCommand, { keyId: API_KEYS.shipping }).resolves(plansOf('shipping'));
});

const good = (changes = {}, header = {}, key: KeyObject = ours.privateKey): Promise<string> =>
  tokenWith(key, claimsOf('billing', changes), header);

describe('lets through', () => {
  it('a token of the client of the API key, for this one request', async () => {
    const event = authorizerEvent(`Bearer ${await good({ jti: '11111111-2222-4333-8444-555555555555' })}`);
    expect(await authorize(authorizerServices(), event)).toEqual({
      principalId: 'billing',
      policyDocument: { Version: '2012-10-17', Statement: [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: event.methodArn }] },
      context: { client: 'billing', tokenId: '11111111-2222-4333-8444-555555555555' },
    });
  });

  it.each<[string, object, object]>([
    ['in its last second', { iat: seconds - 299, nbf: seconds - 304, exp: seconds + 1 }, {}],
    ['made by a clock that is a little ahead', { iat: seconds + 4, nbf: seconds - 1, exp: seconds + 304 }, {}],
    ['with the long form of its type', {}, { typ: 'application/at+jwt' }],
  ])('a token %s', async (_, claims, header) => {
    expect(await authorize(authorizerServices(), authorizerEvent(`Bearer ${await good(claims, header)}`))).toBeDefined();
  });

  it('the scheme in any letter case, and a session without a scheme, as SDKs send what is in their file', async () => {
    const token = await good();
    const session = { resource: '/session', apiKeyId: null };
    expect(await authorize(authorizerServices(), authorizerEvent(`bearer ${token}`))).toBeDefined();
    expect(await authorize(authorizerServices(), authorizerEvent(token, session))).toBeDefined();
    expect(await authorize(authorizerServices(), authorizerEvent(`Bearer ${token}\n`, session))).toBeDefined();
    expect(namesOf(gateway)).toEqual(['GetUsagePlans']);
  });

  it('a request without API key to the gateway, which refuses it with its own answer', async () => {
    expect(await authorize(authorizerServices(), authorizerEvent(`Bearer ${await good()}`, { apiKeyId: null }))).toBeDefined();
  });

  it('tokens of the key before, and fetches each public key once', async () => {
    const before = 'eeeeeeee-1234-5678-9abc-def012345678';
    const services = authorizerServices();
    const asked = jest.fn(services.find);
    const find = (kid: string) => (kid === before ? asked(KID) : asked(kid));
    for (const kid of [KID, before, KID]) {
      expect(await authorize({ ...services, find }, authorizerEvent(`Bearer ${await good({}, { kid })}`))).toBeDefined();
    }
    expect(namesOf(kms)).toEqual(['GetPublicKey']);
  });
});

describe('refuses with 401', () => {
  const forged: readonly (readonly [string, () => Promise<string> | string])[] = [
    ['signed by another key', () => good({}, {}, theirs.privateKey)],
    [
      'signed by another key that it brings along',
      () => good({}, { jwk: theirs.publicKey.export({ format: 'jwk' }) as object }, theirs.privateKey),
    ],
    ['that is good, and names where another key is', () => good({}, { jku: 'https://example.com/keys' })],
    ['that is good, and brings a key along', () => good({}, { jwk: theirs.publicKey.export({ format: 'jwk' }) as object })],
    ['that names where its key is', () => good({}, { jku: 'https://example.com/keys' }, theirs.privateKey)],
    ['that names where its certificate is', () => good({}, { x5u: 'https://example.com/keys' }, theirs.privateKey)],
    [
      'without a signature, by algorithm none',
      () => `${encoded({ alg: 'none', typ: 'at+jwt', kid: KID })}.${encoded(claimsOf('billing'))}.`,
    ],
    [
      'with algorithm none and a signature',
      async () => {
        const [, , signature = ''] = (await good()).split('.');
        return `${encoded({ alg: 'none', typ: 'at+jwt', kid: KID })}.${encoded(claimsOf('billing'))}.${signature}`;
      },
    ],
    ['whose HMAC is made by the public key as PEM', () => hmac(ours.publicKey.export({ type: 'spki', format: 'pem' }))],
    ['whose HMAC is made by the public key as DER', () => hmac(ours.publicKey.export({ type: 'spki', format: 'der' }))],
    ['by another algorithm of ours', async () => (await good()).replace(/^[^.]+/, encoded({ alg: 'ES384', typ: 'at+jwt', kid: KID }))],
    ['of another type', () => good({}, { typ: 'JWT' })],
    ['without a type', () => good({}, { typ: undefined })],
    ['without a key’s name', () => good({}, { kid: undefined })],
    ['of a key that is not there', () => good({}, { kid: 'another' })],
    ['of a key’s name with a path', () => good({}, { kid: `../${KID}` })],
    ['with something critical that nobody knows', () => good({}, { crit: ['b64'], b64: true })],
    ['that expired', () => good({ iat: seconds - 300, nbf: seconds - 305, exp: seconds })],
    ['that expired long ago', () => good({ iat: seconds - 9_000, nbf: seconds - 9_005, exp: seconds - 8_700 })],
    ['that is not good yet', () => good({ iat: seconds + 60, nbf: seconds + 55, exp: seconds + 360 })],
    ['that is good for longer than five minutes', () => good({ exp: seconds + 301 })],
    ['without an end', () => good({ exp: undefined })],
    ['without a beginning', () => good({ nbf: undefined })],
    ['without its age', () => good({ iat: undefined })],
    ['without an id', () => good({ jti: undefined })],
    ['without a client', () => good({ sub: undefined })],
    ['of two clients', () => good({ client_id: 'shipping' })],
    ['for somebody else', () => good({ aud: 'https://example.com' })],
    ['for several, us among them, but issued by another one', () => good({ aud: [ISSUER, 'x'], iss: 'https://example.com' })],
    ['without an audience', () => good({ aud: undefined })],
    ['of another issuer', () => good({ iss: `${ISSUER}/` })],
    ['of a client that is no longer one', () => tokenWith(ours.privateKey, claimsOf('former'))],
    ['of another client', () => tokenWith(ours.privateKey, claimsOf('shipping'))],
    [
      'with another claim than the one that was signed',
      async () => {
        const [header = '', , signature = ''] = (await tokenWith(ours.privateKey, claimsOf('shipping'))).split('.');
        return `${header}.${encoded(claimsOf('billing'))}.${signature}`;
      },
    ],
    ['whose signature was cut', async () => (await good()).slice(0, -2)],
    ['with five parts, as if it were encrypted', async () => `${await good()}.a.b`],
    ['with two parts', async () => (await good()).split('.').slice(0, 2).join('.')],
    ['that is longer than any token', async () => `${await good()}${'a'.repeat(3_000)}`],
    ['that is no token at all', () => 'undefined'],
    ['that is an API key', () => 'Zx81kVqTq2VnXcUO3R2pJ4sYx7mHq9aBd5fGhJkL'],
  ];
  const hmac = (secret: string | Buffer): string => {
    const input = `${encoded({ alg: 'HS256', typ: 'at+jwt', kid: KID })}.${encoded(claimsOf('billing'))}`;
    return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
  };

  it.each(forged)('a token %s', async (_, token) => {
    const event = authorizerEvent(`Bearer ${await token()}`);
    const services = authorizerServices();
    const counted = jest.spyOn(services.metrics, 'addMetric').mockReturnThis();
    let decision: unknown;
    const log = await logDuring(async () => {
      decision = await authorize(services, event);
    });
    expect(decision).toBeUndefined();
    expect(counted.mock.calls.map(([name]) => name)).toEqual(['TokensRefused']);
    expect(log).toContain('token refused');
    expect(log).not.toContain(await token());
  });

  it.each<[string, (token: string) => string | string[] | undefined, object]>([
    ['no token', () => undefined, {}],
    ['an empty header', () => '', {}],
    ['a scheme alone', () => 'Bearer', {}],
    ['another scheme', (token) => `Basic ${token}`, {}],
    ['a scheme twice', (token) => `Bearer Bearer ${token}`, {}],
    ['a token without a scheme, where an API key is needed', (token) => token, {}],
    ['two tokens in one header', (token) => `Bearer ${token}, Bearer ${token}`, {}],
    ['two headers', (token) => [`Bearer ${token}`, `Bearer ${token}`], {}],
    ['two headers in different letter cases', (token) => `Bearer ${token}`, { headers: { authorization: ['Bearer x'] } }],
    ['something after the token', (token) => `Bearer ${token} x`, {}],
    ['a tab before the token', (token) => `Bearer\t${token}`, {}],
    ['a token without a scheme, followed by another', (token) => `${token} ${token}`, { resource: '/session', apiKeyId: null }],
    ['an API key of another client', (token) => `Bearer ${token}`, { apiKeyId: API_KEYS.shipping }],
    ['an API key of no client', (token) => `Bearer ${token}`, { apiKeyId: 'key-of-nobody' }],
  ])('%s', async (_, header, asking) => {
    gateway.on(GetUsagePlansCommand, { keyId: 'key-of-nobody' }).resolves({ items: [] });
    await logDuring(async () => {
      expect(await authorize(authorizerServices(), authorizerEvent(header(await good()), asking))).toBeUndefined();
    });
  });
});

it('refuses a session to a client that is no longer one: there no API key says so', async () => {
  const event = authorizerEvent(await tokenWith(ours.privateKey, claimsOf('former')), { resource: '/session', apiKeyId: null });
  await logDuring(async () => {
    expect(await authorize(authorizerServices(), event)).toBeUndefined();
  });
});

it('judges no token when KMS or API Gateway does not answer, which is no 401', async () => {
  const event = authorizerEvent(`Bearer ${await good()}`);
  gateway.on(GetUsagePlansCommand).rejects(awsError('TooManyRequestsException', 429));
  await expect(authorize(authorizerServices(), event)).rejects.toThrow('did not say whose an API key is');
  kms.on(GetPublicKeyCommand).rejects(awsError('ThrottlingException', 400));
  await expect(authorize(authorizerServices(), event)).rejects.toThrow('ThrottlingException');
  kms.on(GetPublicKeyCommand).resolves({});
  await expect(authorize(authorizerServices(), event)).rejects.toThrow('without a key');
});
