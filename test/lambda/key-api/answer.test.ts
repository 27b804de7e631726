import { APIGatewayClient, GetUsagePlansCommand } from '@aws-sdk/client-api-gateway';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { jwtVerify } from 'jose';
import { answer } from '../../../lambda/key-api/answer';
import { PROBLEMS, type ProblemName } from '../../../lambda/shared/problems';
import { awsError, callsOf, namesOf, SECRET } from '../../helpers/aws';
import { wrongWith } from '../../helpers/bus-events';
import { ACCOUNT, NEW, NOW, OLD } from '../../helpers/facts';
import {
  API_KEYS,
  apiServices,
  ISSUER,
  KID,
  kmsSignature,
  pair,
  plansOf,
  proxyEvent,
  SIGNING_KEY,
  tokenRequest,
} from '../../helpers/key-api';
import { logDuring } from '../../helpers/lambda-context';

const gateway = mockClient(APIGatewayClient);
const kms = mockClient(KMSClient);
const secrets = mockClient(SecretsManagerClient);
const sts = mockClient(STSClient);
const events = mockClient(EventBridgeClient);
const ours = pair();
const CREATED = '2026-11-01T00:00:00.000Z';
const name = (user: string, account = ACCOUNT): string => `Account_${account}_User_${user}_AccessKey`;
const valueOf = (UserName: string, AccessKeyId: string, CreateDate = CREATED): string =>
  JSON.stringify({ UserName, AccessKeyId, SecretAccessKey: SECRET, Status: 'Active', CreateDate });
const unknownKey = () => awsError('InvalidClientTokenId', 403);

beforeEach(() => {
  for (const mock of [gateway, kms, secrets, sts, events]) mock.reset();
  gateway.on(GetUsagePlansCommand, { keyId: API_KEYS.billing }).resolves(plansOf('billing'));
  gateway.on(GetUsagePlansCommand, { keyId: API_KEYS.shipping }).resolves(plansOf('shipping'));
  kms.on(SignCommand).callsFake(({ Message }: { Message: Uint8Array }) => ({ Signature: kmsSignature(ours.privateKey, Message) }));
  secrets.on(GetSecretValueCommand).rejects(awsError('ResourceNotFoundException', 400));
  secrets
    .on(GetSecretValueCommand, { SecretId: name('alice'), VersionStage: 'AWSCURRENT' })
    .resolves({ SecretString: valueOf('alice', NEW) });
  secrets
    .on(GetSecretValueCommand, { SecretId: name('alice'), VersionStage: 'AWSPREVIOUS' })
    .resolves({ SecretString: valueOf('alice', OLD) });
  sts.on(GetCallerIdentityCommand).resolves({ Account: ACCOUNT, Arn: `arn:aws:iam::${ACCOUNT}:user/team/alice`, UserId: 'AIDA' });
  events.on(PutEventsCommand).resolves({ FailedEntryCount: 0, Entries: [{ EventId: 'e' }] });
});

interface Answered {
  status: number;
  headers: Record<string, unknown>;
  body: Record<string, string>;
  log: string;
  counted: string[];
}

async function ask(event: APIGatewayProxyEvent, services = apiServices()): Promise<Answered> {
  const counted = jest.spyOn(services.metrics, 'addMetric').mockReturnThis();
  let given = { statusCode: 0, headers: {}, body: '{}' } as Awaited<ReturnType<typeof answer>>;
  const log = await logDuring(async () => {
    given = await answer(services, event);
  });
  const body = JSON.parse(given.body) as Record<string, string>;
  return { status: given.statusCode, headers: given.headers ?? {}, body, log, counted: counted.mock.calls.map(([metric]) => metric) };
}

describe('POST /generate-token', () => {
  it('gives a token of the API key’s client, for five minutes, as RFC 9068 has it', async () => {
    const { status, headers, body, counted, log } = await ask(tokenRequest());
    expect([status, headers]).toEqual([200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' }]);
    expect(Object.keys(body)).toEqual(['token']);
    const { payload, protectedHeader } = await jwtVerify(body['token'] ?? '', ours.publicKey, { currentDate: NOW });
    expect(protectedHeader).toEqual({ alg: 'ES256', kid: KID, typ: 'at+jwt' });
    const now = NOW.getTime() / 1_000;
    expect(payload).toEqual({
      iss: ISSUER,
      aud: ISSUER,
      sub: 'billing',
      client_id: 'billing',
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown,
      iat: now,
      nbf: now - 5,
      exp: now + 300,
    });
    expect(callsOf(kms)[0]?.input).toMatchObject({ KeyId: SIGNING_KEY, MessageType: 'RAW', SigningAlgorithm: 'ECDSA_SHA_256' });
    expect(counted).toEqual(['TokensIssued']);
    expect(log).not.toContain(body['token']);
  });

  it('no two tokens have one id', async () => {
    const services = apiServices();
    const ids: (string | undefined)[] = [];
    for (let asked = 0; asked < 2; asked += 1) {
      const { body } = await ask(tokenRequest(), services);
      ids.push((await jwtVerify(body['token'] ?? '', ours.publicKey, { currentDate: NOW })).payload.jti);
    }
    expect(new Set(ids).size).toBe(2);
    expect(namesOf(gateway)).toEqual(['GetUsagePlans']);
  });

  it.each<[string, Parameters<typeof tokenRequest>[0], ProblemName | 'token']>([
    ['an empty object', { body: '{}', headers: { 'Content-Type': ['application/json; charset=utf-8'] } }, 'token'],
    ['an empty object in base64', { body: 'e30=', isBase64Encoded: true, headers: { 'content-type': ['application/json'] } }, 'token'],
    [
      'an object that says something',
      { body: '{"client":"shipping"}', headers: { 'Content-Type': ['application/json'] } },
      'unexpected-body',
    ],
    ['no JSON', { body: '{', headers: { 'Content-Type': ['application/json'] } }, 'unexpected-body'],
    ['a form', { body: 'a=b', headers: { 'Content-Type': ['application/x-www-form-urlencoded'] } }, 'unsupported-media-type'],
    ['something untyped', { body: '{}' }, 'unsupported-media-type'],
    ['a type that begins alike', { body: '{}', headers: { 'Content-Type': ['application/json-patch'] } }, 'unsupported-media-type'],
    ['two types', { body: '{}', headers: { 'Content-Type': ['application/json', 'text/plain'] } }, 'repeated-header'],
    ['more than a kilobyte', { body: ' '.repeat(1_025), headers: { 'Content-Type': ['application/json'] } }, 'too-large'],
    ['a query', { query: { client: ['shipping'] } }, 'unknown-parameter'],
    ['two API keys', { headers: { 'x-api-key': ['a'], 'X-Api-Key': ['b'] } }, 'repeated-header'],
    ['two API keys in one spelling', { headers: { 'x-api-key': ['a', 'b'] } }, 'repeated-header'],
    ['no API key', { apiKeyId: null }, 'api-key-needed'],
    ['an API key of no client', { apiKeyId: 'key-of-nobody' }, 'forbidden'],
  ])('with %s', async (_, asking, expected) => {
    gateway.on(GetUsagePlansCommand, { keyId: 'key-of-nobody' }).resolves({ items: [] });
    const { status, body } = await ask(tokenRequest(asking));
    if (expected === 'token') expect([status, Object.keys(body)]).toEqual([200, ['token']]);
    else expectProblem({ status, body }, expected);
    if (expected !== 'token') expect(namesOf(kms)).toEqual([]);
  });

  it('knows a client by its usage plan of this API alone, and by one plan alone', async () => {
    for (const items of [
      plansOf('billing').items.map((plan) => ({ ...plan, apiStages: [{ apiId: 'another', stage: 'v1' }] })),
      plansOf('billing').items.map((plan) => ({ ...plan, apiStages: [{ apiId: 'abc123', stage: 'v2' }] })),
      plansOf('billing').items.map((plan) => ({ ...plan, name: `x${plan.name}` })),
      plansOf('billing', 'shipping').items,
    ]) {
      gateway.on(GetUsagePlansCommand, { keyId: API_KEYS.billing }).resolves({ items });
      expectProblem(await ask(tokenRequest()), 'forbidden');
    }
  });
});

function expectProblem({ status, body }: Pick<Answered, 'status' | 'body'>, problem: ProblemName): void {
  const { status: expected, title, detail } = PROBLEMS[problem];
  expect([status, body]).toEqual([
    expected,
    {
      type: `urn:iam-key-rotation:problem:${problem}`,
      title,
      detail,
      status: expected,
      instance: 'urn:uuid:11111111-2222-4333-8444-555555555555',
    },
  ]);
}

describe('GET /active-key', () => {
  it('gives the key that AWS accepts now, and until when the rotation lets it be', async () => {
    const { status, headers, body, counted, log } = await ask(proxyEvent());
    expect([status, headers]).toEqual([200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' }]);
    // Rotated at this very moment, it would be disabled ten calendar days later.
    expect(body).toEqual({ AccessKeyId: NEW, SecretAccessKey: SECRET, CreateDate: CREATED, ExpiresAt: '2026-12-01T00:00:00.000Z' });
    expect(counted).toEqual(['KeysHandedOut']);
    expect(log).not.toContain(SECRET);
    const [proof] = sts.calls();
    expect(await (proof?.thisValue as STSClient).config.credentials()).toMatchObject({ accessKeyId: NEW, secretAccessKey: SECRET });
  });

  it('is an event before it is an answer: who, whose, which, until when, and no secret', async () => {
    await ask(proxyEvent());
    const [entry] = (callsOf(events)[0]?.input['Entries'] ?? []) as { Source: string; DetailType: string; Detail: string }[];
    expect(entry?.DetailType).toBe('access key handed out');
    expect(JSON.parse(entry?.Detail ?? '')).toEqual({
      version: 1,
      id: '11111111-2222-4333-8444-555555555555',
      at: NOW.toISOString(),
      account: ACCOUNT,
      user: 'alice',
      keyId: NEW,
      client: 'billing',
      tokenId: 'token-1',
      route: 'active-key',
      expiresAt: '2026-12-01T00:00:00.000Z',
      sourceIp: '198.51.100.7',
    });
    expect(wrongWith({ source: entry?.Source ?? '', detailType: entry?.DetailType ?? '', detail: entry?.Detail ?? '' })).toBeUndefined();
    expect(entry?.Detail).not.toContain(SECRET);
  });

  it('hands nothing out that could not be told', async () => {
    events.on(PutEventsCommand).rejects(awsError('ThrottlingException', 400));
    const answered = await ask(proxyEvent());
    expectProblem(answered, 'not-available');
    expect(answered.headers).toMatchObject({ 'Retry-After': '5' });
    events.on(PutEventsCommand).resolves({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'InternalFailure' }] });
    expectProblem(await ask(proxyEvent()), 'not-available');
    expect(JSON.stringify(answered)).not.toContain(SECRET);
  });

  it('gives the key before while AWS does not know the current one yet, for as long as its grace lasts', async () => {
    const made = '2026-11-21T02:59:50.000Z';
    secrets
      .on(GetSecretValueCommand, { SecretId: name('alice'), VersionStage: 'AWSCURRENT' })
      .resolves({ SecretString: valueOf('alice', NEW, made) });
    sts
      .on(GetCallerIdentityCommand)
      .rejectsOnce(unknownKey())
      .resolves({ Account: ACCOUNT, Arn: `arn:aws:iam::${ACCOUNT}:user/alice` });
    const { body } = await ask(proxyEvent());
    expect(body).toMatchObject({ AccessKeyId: OLD, ExpiresAt: '2026-12-01T00:00:00.000Z' });
  });

  it.each<[string, () => void, ProblemName]>([
    ['the one before is not accepted either', () => undefined, 'no-working-key'],
    [
      'there is none before',
      () => secrets.on(GetSecretValueCommand, { VersionStage: 'AWSPREVIOUS' }).rejects(awsError('ResourceNotFoundException', 400)),
      'no-working-key',
    ],
    [
      'the grace of the one before is over',
      () => {
        const text = valueOf('alice', NEW, '2026-11-10T23:00:00.000Z');
        secrets.on(GetSecretValueCommand, { VersionStage: 'AWSCURRENT' }).resolves({ SecretString: text });
        sts
          .on(GetCallerIdentityCommand)
          .rejectsOnce(unknownKey())
          .resolves({ Account: ACCOUNT, Arn: `arn:aws:iam::${ACCOUNT}:user/alice` });
      },
      'no-working-key',
    ],
  ])('gives no key that AWS does not accept: %s', async (_, arrange, problem) => {
    sts.on(GetCallerIdentityCommand).rejects(unknownKey());
    arrange();
    const answered = await ask(proxyEvent());
    expectProblem(answered, problem);
    expect(answered.counted).toEqual(['RequestsFailed']);
    expect(namesOf(events)).toEqual([]);
  });

  it.each([
    ['another account', { Account: '999999999999', Arn: 'arn:aws:iam::999999999999:user/alice' }],
    ['another user', { Account: ACCOUNT, Arn: `arn:aws:iam::${ACCOUNT}:user/bob` }],
    ['another user with the name as path', { Account: ACCOUNT, Arn: `arn:aws:iam::${ACCOUNT}:user/alice/bob` }],
    ['nobody', {}],
  ])('gives no key of %s, whatever is in the secret', async (_, whose) => {
    sts.on(GetCallerIdentityCommand).resolves(whose);
    expectProblem(await ask(proxyEvent()), 'internal-error');
    expect(namesOf(events)).toEqual([]);
  });

  it('gives nothing of a secret that names another user', async () => {
    secrets.on(GetSecretValueCommand).resolves({ SecretString: valueOf('bob', NEW) });
    expectProblem(await ask(proxyEvent()), 'internal-error');
    expect(namesOf(sts)).toEqual([]);
  });

  it.each<[string, () => void, ProblemName]>([
    ['no secret', () => secrets.on(GetSecretValueCommand).rejects(awsError('ResourceNotFoundException', 400)), 'no-key-stored'],
    [
      'a secret that is being deleted',
      () => secrets.on(GetSecretValueCommand).rejects(awsError('InvalidRequestException', 400)),
      'no-key-stored',
    ],
    [
      'the note of the write check',
      () => secrets.on(GetSecretValueCommand).resolves({ SecretString: '{"Note":"write check"}' }),
      'no-key-stored',
    ],
    ['no JSON', () => secrets.on(GetSecretValueCommand).resolves({ SecretString: SECRET }), 'no-key-stored'],
    ['a secret that refuses', () => secrets.on(GetSecretValueCommand).rejects(awsError('AccessDeniedException', 400)), 'not-available'],
    ['no answer of STS', () => sts.on(GetCallerIdentityCommand).rejects(awsError('Throttling', 400)), 'not-available'],
    ['a mistake of ours', () => sts.on(GetCallerIdentityCommand).rejects(new TypeError('x is not a function')), 'internal-error'],
  ])('with %s', async (_, arrange, problem) => {
    arrange();
    const answered = await ask(proxyEvent());
    expectProblem(answered, problem);
    expect(JSON.stringify(answered)).not.toContain(SECRET);
    expect(namesOf(events)).toEqual([]);
  });

  describe('of a user whom the client was not granted', () => {
    it.each<[string, Record<string, string[]>]>([
      ['who does not exist', { username: ['nobody'] }],
      ['whom another client was granted', { username: ['bob'] }],
      ['whom another client was granted, with the account', { username: ['bob'], account: ['333344445555'] }],
      ['of a granted name in another account', { username: ['alice'], account: ['333344445555'] }],
      ['of a granted name in an account that is none', { username: ['alice'], account: ['000000000000'] }],
      ['of a granted name in another letter case', { username: ['Alice'] }],
      ['whose name is one of JavaScript’s', { username: ['constructor'] }],
      ['whose name is that of the prototype', { username: ['__proto__'] }],
    ])('%s: the same answer, and nobody is asked', async (_, query) => {
      const { status, body, headers } = await ask(proxyEvent({ query }));
      expectProblem({ status, body }, 'no-such-user');
      expect(headers).toEqual({ 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store' });
      expect(namesOf(secrets, sts, events)).toEqual([]);
    });

    it.each(['constructor', '__proto__', 'former'])('as the client %s', async (client) => {
      gateway.on(GetUsagePlansCommand, { keyId: 'x' }).resolves(plansOf(client));
      const services = apiServices({ clientKeys: { clientOf: () => Promise.resolve(client) } as never });
      expectProblem(await ask(proxyEvent({ authorizer: { client, tokenId: 't' }, apiKeyId: 'x' }), services), 'no-such-user');
    });
  });

  it('asks for the account of a name that was granted twice, and takes it', async () => {
    expectProblem(await ask(proxyEvent({ query: { username: ['web'] } })), 'ambiguous-username');
    sts.on(GetCallerIdentityCommand).resolves({ Account: '333344445555', Arn: 'arn:aws:iam::333344445555:user/web' });
    secrets.on(GetSecretValueCommand, { SecretId: name('web', '333344445555') }).resolves({ SecretString: valueOf('web', NEW) });
    expect((await ask(proxyEvent({ query: { username: ['web'], account: ['333344445555'] } }))).body).toMatchObject({ AccessKeyId: NEW });
  });

  it.each<[string, Parameters<typeof proxyEvent>[0], ProblemName]>([
    ['no user', { query: {} }, 'bad-username'],
    ['an empty user', { query: { username: [''] } }, 'bad-username'],
    ['a wildcard', { query: { username: ['*'] } }, 'bad-username'],
    ['a path in the user', { query: { username: ['../alice'] } }, 'bad-username'],
    ['a user that is encoded twice', { query: { username: ['%61lice'] } }, 'bad-username'],
    ['a line end after the user', { query: { username: ['alice\n'] } }, 'bad-username'],
    ['a zero byte in the user', { query: { username: ['alice\0'] } }, 'bad-username'],
    ['a letter that looks alike', { query: { username: ['аlice'] } }, 'bad-username'],
    ['a user that is too long', { query: { username: ['a'.repeat(65)] } }, 'bad-username'],
    ['two users', { query: { username: ['alice', 'bob'] } }, 'repeated-parameter'],
    ['the same user twice', { query: { username: ['alice', 'alice'] } }, 'repeated-parameter'],
    ['two accounts', { query: { username: ['alice'], account: [ACCOUNT, ACCOUNT] } }, 'repeated-parameter'],
    ['an account that is none', { query: { username: ['alice'], account: ['1'] } }, 'bad-account'],
    ['an empty account', { query: { username: ['alice'], account: [''] } }, 'bad-account'],
    ['something else in the query', { query: { username: ['alice'], client: ['shipping'] } }, 'unknown-parameter'],
    ['a user in another letter case', { query: { Username: ['alice'] } }, 'unknown-parameter'],
    ['a list in PHP’s spelling', { query: { 'username[]': ['alice'] } }, 'unknown-parameter'],
    ['a body', { body: '{"username":"bob"}' }, 'unexpected-body'],
    ['two tokens', { headers: { Authorization: ['Bearer a'], authorization: ['Bearer b'] } }, 'repeated-header'],
    ['two API keys', { headers: { 'x-api-key': ['a', 'b'] } }, 'repeated-header'],
    ['no authorizer before it', { authorizer: null }, 'unauthorized'],
    ['an authorizer that names no client', { authorizer: { principalId: 'billing' } }, 'unauthorized'],
    ['no API key', { apiKeyId: null }, 'api-key-needed'],
    ["another client's API key", { apiKeyId: API_KEYS.shipping }, 'unauthorized'],
    ['a route that is none', { resource: '/keys' }, 'no-such-route'],
    ['a method that is none', { method: 'POST' }, 'no-such-route'],
    ['a route that is one of JavaScript’s', { resource: 'constructor', method: '' }, 'no-such-route'],
  ])('with %s', async (_, asking, problem) => {
    const { status, body, headers, log, counted } = await ask(proxyEvent(asking));
    expectProblem({ status, body }, problem);
    expect(counted).toEqual(['RequestsRefused']);
    expect(log).toContain('request refused');
    expect(headers['WWW-Authenticate']).toBe(status === 401 ? 'Bearer realm="iam-key-rotation"' : undefined);
    expect(namesOf(secrets, sts, events)).toEqual([]);
  });
});

describe('GET /session', () => {
  const session = (more = {}): APIGatewayProxyEvent => proxyEvent({ resource: '/session', apiKeyId: null, ...more });
  const Expiration = new Date('2026-11-21T03:15:00Z');

  beforeEach(() => {
    const Credentials = { AccessKeyId: 'ASIASESSION', SecretAccessKey: `session ${SECRET}`, SessionToken: 'session-token', Expiration };
    sts.on(GetSessionTokenCommand).resolves({ Credentials });
  });

  it('gives temporary credentials for 15 minutes as SDKs read them, by a token alone, and never the key itself', async () => {
    const { status, body, counted, log } = await ask(session());
    expect(status).toBe(200);
    expect(body).toEqual({
      AccessKeyId: 'ASIASESSION',
      SecretAccessKey: `session ${SECRET}`,
      Token: 'session-token',
      Expiration: Expiration.toISOString(),
    });
    expect(callsOf(sts).find((call) => call.name === 'GetSessionToken')?.input).toEqual({ DurationSeconds: 900 });
    expect(counted).toEqual(['SessionsHandedOut']);
    expect(log).not.toMatch(new RegExp(`${SECRET}|session-token`));
    expect(callsOf(events)[0]?.input['Entries']).toEqual([
      expect.objectContaining({ Detail: expect.stringContaining(`"keyId":"${NEW}"`) as unknown }),
    ]);
    expect(JSON.stringify(callsOf(events).map(({ input }) => input))).not.toMatch(new RegExp(`${SECRET}|session-token`));
  });

  it('is made by the key before while AWS does not know the current one', async () => {
    const Credentials = { AccessKeyId: 'ASIABEFORE', SecretAccessKey: 's', SessionToken: 't', Expiration };
    sts.on(GetSessionTokenCommand).rejectsOnce(unknownKey()).resolves({ Credentials });
    secrets.on(GetSecretValueCommand, { VersionStage: 'AWSCURRENT' }).resolves({ SecretString: valueOf('alice', NEW, NOW.toISOString()) });
    expect((await ask(session())).body).toMatchObject({ AccessKeyId: 'ASIABEFORE' });
  });

  it.each<[string, () => void, object, ProblemName]>([
    ['a user who was not granted', () => undefined, { query: { username: ['bob'] } }, 'no-such-user'],
    ['no authorizer before it', () => undefined, { authorizer: null }, 'unauthorized'],
    ['a policy that allows no session', () => sts.on(GetSessionTokenCommand).rejects(awsError('AccessDenied', 403)), {}, 'forbidden'],
    ['no credentials in the answer', () => sts.on(GetSessionTokenCommand).resolves({}), {}, 'internal-error'],
  ])('with %s', async (_, arrange, more, problem) => {
    arrange();
    expectProblem(await ask(session(more)), problem);
    expect(namesOf(events)).toEqual([]);
  });
});
