import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { exportJWK } from 'jose';
import { CHALLENGE, problemOf, PROBLEM_TYPE, type ProblemName } from '../../lambda/shared/problems';
import { claimsOf, tokenWith } from '../helpers/key-api';
import { KeyApiOrganization } from '../helpers/key-api-organization';
import { sendRaw, type RawAnswer } from '../helpers/raw-http';
import { MANAGEMENT, OTHER, TEAM } from '../helpers/sandbox-organization';

let api: KeyApiOrganization;
/** Tokens of this moment. */
let tokens: { billing: string; shipping: string };
beforeAll(async () => {
  api = await KeyApiOrganization.start();
  // Cold starts are over, and public keys and plans are known.
  for (const client of ['billing', 'shipping'] as const) await activeKey('username=nobody', { client });
});
beforeEach(async () => {
  api.reset();
  tokens = { billing: await api.tokenOf('billing'), shipping: await api.tokenOf('shipping') };
  api.sandbox.calls.length = 0;
});
afterAll(() => api.org.sandbox.stop());

type Client = 'billing' | 'shipping';
const apiKey = (client: Client = 'billing') => `x-api-key: ${api.keyOf(client).value}`;
const bearer = (token = tokens.billing) => `Authorization: Bearer ${token}`;
/** A request for a key that has everything else. */
async function activeKey(
  query: string,
  { client = 'billing', headers = [] }: { client?: Client; headers?: string[] } = {},
): Promise<RawAnswer> {
  const token = await api.tokenOf(client);
  return api.ask(`GET /active-key?${query}`, [apiKey(client), bearer(token), ...headers]);
}

/** Calls that the API's own functions made, and the invocations themselves. */
const calls = () =>
  api.sandbox.calls
    .filter(({ principal, service }) => /key-api/.test(principal) || (service === 'lambda' && principal === 'apigateway.amazonaws.com'))
    .filter(({ service }) => service !== 'logs')
    .map(({ service, operation }) => `${service}:${operation}`);
const reads = () => calls().filter((call) => !/^(lambda:Invoke|apigateway:GetUsagePlans|kms:\w+)$/.test(call));
const secrets = () =>
  [TEAM, OTHER].flatMap(({ id }) =>
    [...api.sandbox.kernel.account(id).users.values()].flatMap(({ keys }) => keys.map(({ secret }) => secret)),
  );

/** Exactly this answer; nothing was read for it, and nothing of a secret is in it. */
function expectProblem(answer: RawAnswer, name: ProblemName, { isWord = true } = {}): void {
  const { status, ...problem } = problemOf(name);
  expect([answer.status, answer.headers['content-type'], answer.headers['cache-control']]).toEqual([status, PROBLEM_TYPE, 'no-store']);
  if (isWord) expect(JSON.parse(answer.body)).toEqual({ ...problem, status, instance: `urn:uuid:${answer.headers['x-amzn-requestid']}` });
  expect(answer.headers).not.toHaveProperty('set-cookie');
  expect(secrets().filter((secret) => answer.body.includes(secret))).toEqual([]);
  expect(reads()).toEqual([]);
}

describe('a request that is right', () => {
  it('gets the key that is active, and nothing that keeps it', async () => {
    const answer = await activeKey(`username=alice&account=${TEAM.id}`);
    const { id, secret, created } = api.activeKeyOf(TEAM, 'alice');
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({ 'content-type': 'application/json', 'cache-control': 'no-store' });
    expect(JSON.parse(answer.body)).toEqual({
      AccessKeyId: id,
      SecretAccessKey: secret,
      CreateDate: created.toISOString(),
      ExpiresAt: expect.any(String) as string,
    });
  });

  it.each<[string, () => Promise<RawAnswer>]>([
    [
      'names of headers in another case',
      () =>
        api.ask('GET /active-key?username=alice', [`X-API-KEY: ${api.keyOf('billing').value}`, `AUTHORIZATION: bearer ${tokens.billing}`]),
    ],
    ['a method that a header would change', () => activeKey('username=alice', { headers: ['X-HTTP-Method-Override: DELETE'] })],
    [
      'headers of another client',
      () => activeKey('username=alice', { headers: ['X-Client: shipping', 'X-Amzn-Client: shipping', 'X-User: bob'] }),
    ],
    ['an address of another', () => activeKey('username=alice', { headers: ['X-Forwarded-For: 10.0.0.1', 'Forwarded: for=10.0.0.1'] })],
    [
      'a host of another',
      () => activeKey('username=alice', { headers: ['X-Forwarded-Host: evil.example', 'X-Original-URL: /active-key?username=bob'] }),
    ],
    ['an encoded path', () => api.ask('GET /active%2Dkey?username=alice', [apiKey(), bearer()])],
    ['an encoded parameter', () => api.ask('GET /active-key?%75sername=%61lice', [apiKey(), bearer()])],
  ])('gets the same key with %s', async (_, ask) => {
    const answer = await ask();
    expect(answer.status).toBe(200);
    expect((JSON.parse(answer.body) as { AccessKeyId: string }).AccessKeyId).toBe(api.activeKeyOf(TEAM, 'alice').id);
  });
});

describe('a token', () => {
  const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const now = () => api.sandbox.clock.now();
  const claims = (changes: object = {}) => claimsOf('billing', { iss: api.issuer, aud: api.issuer, ...changes }, now());
  const header = (changes: object = {}) => ({ kid: api.signingKey.kid, ...changes });
  const signed = (changes: object = {}, head: object = {}) => tokenWith(api.signingKey.privateKey, claims(changes), header(head));
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const unsigned = (alg: string) => `${part({ alg, typ: 'at+jwt', kid: api.signingKey.kid })}.${part(claims())}.`;
  const publicKey = () => createPublicKey(api.signingKey.privateKey);
  const asPem = () => Buffer.from(publicKey().export({ type: 'spki', format: 'pem' }));
  const asDer = () => publicKey().export({ type: 'spki', format: 'der' });
  const at = (seconds: number) => Math.floor(now().getTime() / 1000) + seconds;
  const parts = () => tokens.billing.split('.');
  /** With any header, by the API's own key. */
  const signedAs = (head: object) => {
    const input = `${part(head)}.${part(claims())}`;
    const key = { key: api.signingKey.privateKey, dsaEncoding: 'ieee-p1363' } as const;
    return `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`;
  };

  it('made as the API makes it is good, so what follows is refused for what it says', async () => {
    expect((await api.ask('GET /active-key?username=alice', [apiKey(), bearer(await signed())])).status).toBe(200);
  });

  it.each<[string, () => string | Promise<string>]>([
    ['of nothing', () => ''],
    ['that is one word', () => 'x'],
    ['that is the API key', () => api.keyOf('billing').value],
    ['signed by another key', () => tokenWith(own.privateKey, claims(), header())],
    ['that brings its key', async () => tokenWith(own.privateKey, claims(), header({ jwk: await exportJWK(own.publicKey) }))],
    ['that says where its key is', () => tokenWith(own.privateKey, claims(), header({ jku: 'https://evil.example/keys' }))],
    ['of the algorithm none', () => unsigned('none')],
    ['of the algorithm None', () => unsigned('None')],
    ['of the algorithm nOnE', () => unsigned('nOnE')],
    ['of HS256 by the public key as PEM', () => tokenWith(asPem(), claims(), header({ alg: 'HS256' }))],
    ['of HS256 by the public key as DER', () => tokenWith(asDer(), claims(), header({ alg: 'HS256' }))],
    ['of RS256', () => tokenWith(rsa.privateKey, claims(), header({ alg: 'RS256' }))],
    ['of an unknown key', () => signed({}, { kid: '11111111-2222-4333-8444-555555555555' })],
    ['of no key', () => signed({}, { kid: undefined })],
    ['of a file', () => signed({}, { kid: '../../../../dev/null' })],
    ['of another type', () => signed({}, { typ: 'JWT' })],
    [
      'with an extension that must be understood',
      () => signedAs({ alg: 'ES256', typ: 'at+jwt', kid: api.signingKey.kid, crit: ['x'], x: 1 }),
    ],
    ['that has expired', () => signed({ iat: at(-600), nbf: at(-605), exp: at(-300) })],
    ['that has just expired', () => signed({ iat: at(-300), nbf: at(-305), exp: at(0) })],
    ['that is not good yet', () => signed({ iat: at(60), nbf: at(55), exp: at(360) })],
    ['that never ends', () => signed({ exp: undefined })],
    ['that is good for an hour', () => signed({ exp: at(3600) })],
    ['for somebody else', () => signed({ aud: 'https://other.example' })],
    ['by somebody else', () => signed({ iss: 'https://other.example' })],
    ['of a client that is none', () => signed({ sub: 'nobody', client_id: 'nobody' })],
    ['of two clients', () => signed({ sub: 'shipping' })],
    ['without an id', () => signed({ jti: undefined })],
    ['without its signature', () => `${parts()[0]!}.${parts()[1]!}.`],
    ['in two parts', () => `${parts()[0]!}.${parts()[1]!}`],
    ['with another one’s signature', () => `${parts()[0]!}.${part(claims({ sub: 'shipping', client_id: 'shipping' }))}.${parts()[2]!}`],
    ['with another header', () => `${part({ alg: 'none', typ: 'at+jwt', kid: api.signingKey.kid })}.${parts()[1]!}.${parts()[2]!}`],
    ['of 3,000 characters', () => signed({ padding: 'x'.repeat(2_000) })],
    ['twice', () => `${tokens.billing}, Bearer ${tokens.billing}`],
  ])('%s is a 401', async (_, make) => {
    const answer = await api.ask('GET /active-key?username=alice', [apiKey(), `Authorization: Bearer ${await make()}`]);
    expectProblem(answer, 'unauthorized');
    expect(answer.headers['www-authenticate']).toBe(CHALLENGE);
  });

  it.each<[string, () => string[]]>([
    ['is not there', () => []],
    ['is an empty header', () => ['Authorization:']],
    ['has no scheme', () => [`Authorization: ${tokens.billing}`]],
    ['has another scheme', () => [`Authorization: Basic ${tokens.billing}`]],
    ['has a header of its own', () => [`X-Authorization: Bearer ${tokens.billing}`]],
    ['has the gateway’s other name', () => [`x-amzn-Remapped-Authorization: Bearer ${tokens.billing}`]],
    ['is a cookie', () => [`Cookie: Authorization=Bearer ${tokens.billing}`]],
    ['is there twice', () => [bearer(), bearer()]],
    ['is there twice in two spellings', () => [`authorization: Bearer ${tokens.billing}`, `AUTHORIZATION: Bearer ${tokens.billing}`]],
    ['is there, and another client’s', () => [bearer(), bearer(tokens.shipping)]],
  ])('that %s is a 401', async (_, headers) => {
    const answer = await api.ask('GET /active-key?username=alice', [apiKey(), ...headers()]);
    expectProblem(answer, 'unauthorized');
    expect(answer.headers['www-authenticate']).toBe(CHALLENGE);
  });

  it('in the query is a 401, like a request without', async () => {
    expectProblem(await api.ask(`GET /active-key?username=alice&access_token=${tokens.billing}`, [apiKey()]), 'unauthorized');
  });

  it('is replayed for five minutes by its own client, and no longer', async () => {
    const again = () => api.ask('GET /active-key?username=alice', [apiKey(), bearer()]);
    expect((await again()).status).toBe(200);
    expect((await again()).status).toBe(200);
    api.sandbox.clock.advance(300_000);
    api.sandbox.calls.length = 0;
    expectProblem(await again(), 'unauthorized');
  });

  it.each<[Client, Client]>([
    ['billing', 'shipping'],
    ['shipping', 'billing'],
  ])('of %s is of no use with the API key of %s', async (token, key) => {
    for (const user of ['alice', 'bob']) {
      const answer = await api.ask(`GET /active-key?username=${user}`, [apiKey(key), bearer(tokens[token])]);
      expectProblem(answer, 'unauthorized');
    }
  });
});

describe('an API key', () => {
  it.each<[string, () => string[]]>([
    ['is not there', () => []],
    ['is empty', () => ['x-api-key:']],
    ['is wrong', () => ['x-api-key: abcdefghijklmnopqrstuvwxyz']],
    ['is in another case', () => [`x-api-key: ${api.keyOf('billing').value.toUpperCase()}x`]],
    ['is cut off', () => [`x-api-key: ${api.keyOf('billing').value.slice(0, -1)}`]],
    ['is the id of one', () => [`x-api-key: ${api.keyOf('billing').id}`]],
    ['has another name', () => [`api-key: ${api.keyOf('billing').value}`]],
    ['is there before a wrong one', () => [apiKey(), 'x-api-key: wrong']],
    ['is a list', () => [`x-api-key: ${api.keyOf('billing').value}, ${api.keyOf('shipping').value}`]],
  ])('that %s is a 403, with a token or without one', async (_, headers) => {
    expectProblem(await api.ask('POST /generate-token', headers()), 'api-key-needed');
    expectProblem(await api.ask('GET /active-key?username=alice', [bearer(), ...headers()]), 'api-key-needed');
  });

  it('in the query is none', async () => {
    expectProblem(await api.ask(`POST /generate-token?x-api-key=${api.keyOf('billing').value}`), 'api-key-needed');
  });

  it('that was switched off is a 403 at once, whatever tokens there are', async () => {
    api.keyOf('billing').enabled = false;
    expectProblem(await api.ask('POST /generate-token', [apiKey()]), 'api-key-needed');
    expectProblem(await api.ask('GET /active-key?username=alice', [apiKey(), bearer()]), 'api-key-needed');
  });

  it('of no client is a 403, in no usage plan and in a foreign one', async () => {
    const gateway = api.sandbox.kernel.account(MANAGEMENT.id).apiGateways.get('eu-west-1')!;
    const [plan] = [...gateway.plans.values()];
    const foreign = { ...api.keyOf('billing'), id: 'foreignkey', value: 'a-key-of-nobody-in-this-api' };
    gateway.keys.set(foreign.id, foreign);
    const ask = () => api.ask('POST /generate-token', [`x-api-key: ${foreign.value}`]);
    expectProblem(await ask(), 'api-key-needed');
    gateway.plans.set('foreign', {
      ...plan!,
      id: 'foreign',
      name: 'somebody else’s',
      keys: new Set([foreign.id]),
      used: new Map(),
      allowances: new Map(),
    });
    expectProblem(await ask(), 'forbidden');
  });

  it.each<[string, () => string[]]>([
    ['is there twice', () => [apiKey(), apiKey()]],
    ['comes after a wrong one', () => ['x-api-key: wrong', apiKey()]],
    ['comes after another client’s', () => [apiKey('shipping'), apiKey()]],
    ['is there in two spellings', () => [apiKey('shipping'), `X-Api-Key: ${api.keyOf('billing').value}`]],
  ])('that %s is a 400', async (_, headers) => {
    expectProblem(await api.ask('POST /generate-token', headers()), 'repeated-header');
    expectProblem(await api.ask('GET /active-key?username=alice', [...headers(), bearer()]), 'repeated-header');
  });
});

describe('a request for a token', () => {
  it.each<[string, string, string[], string, ProblemName]>([
    ['that names a client', '/generate-token', ['Content-Type: application/json'], '{"client":"shipping"}', 'unexpected-body'],
    ['with a list', '/generate-token', ['Content-Type: application/json'], '[]', 'unexpected-body'],
    ['with JSON that is none', '/generate-token', ['Content-Type: application/json'], '{', 'unexpected-body'],
    ['in text', '/generate-token', ['Content-Type: text/plain'], '{}', 'unsupported-media-type'],
    ['as a form', '/generate-token', ['Content-Type: application/x-www-form-urlencoded'], 'client=shipping', 'unsupported-media-type'],
    ['without a type', '/generate-token', [], '{}', 'unsupported-media-type'],
    ['of almost that type', '/generate-token', ['Content-Type: application/jsonx'], '{}', 'unsupported-media-type'],
    ['of two types', '/generate-token', ['Content-Type: application/json', 'Content-Type: text/plain'], '{}', 'repeated-header'],
    ['with 2 KB', '/generate-token', ['Content-Type: application/json'], `{"a":"${'x'.repeat(2_000)}"}`, 'too-large'],
    ['with 10 MB and one byte', '/generate-token', ['Content-Type: application/json'], 'x'.repeat(10 * 1024 * 1024 + 1), 'too-large'],
    ['with a query', '/generate-token?client=shipping', [], '', 'unknown-parameter'],
  ])('%s is refused', async (_, path, headers, body, problem) => {
    expectProblem(await api.ask(`POST ${path}`, [apiKey(), ...headers], body), problem);
  });

  it.each(['', '{}', ' {}\n'])('with the body %p gets one', async (body) => {
    const answer = await api.ask('POST /generate-token', [apiKey(), 'Content-Type: application/json'], body);
    expect([answer.status, answer.headers['cache-control']]).toEqual([200, 'no-store']);
    expect(Object.keys(JSON.parse(answer.body) as object)).toEqual(['token']);
  });
});

describe('a user', () => {
  const withAll = (query: string) => api.ask(`GET /active-key${query}`, [apiKey(), bearer()]);

  it.each<[string, ProblemName]>([
    ['', 'bad-username'],
    ['?username=', 'bad-username'],
    ['?username', 'bad-username'],
    ['?Username=alice', 'unknown-parameter'],
    ['?username[]=alice', 'unknown-parameter'],
    ['?user=alice', 'unknown-parameter'],
    ['?username=alice&format=csv', 'unknown-parameter'],
    ['?username=alice&username=bob', 'repeated-parameter'],
    ['?username=alice;username=bob', 'repeated-parameter'],
    ['?username=alice&%75sername=bob', 'repeated-parameter'],
    ['?username=*', 'bad-username'],
    ['?username=alice%00', 'bad-username'],
    ['?username=alice%0d%0aX-Evil:1', 'bad-username'],
    ['?username=..%2F..%2Fbob', 'bad-username'],
    ['?username=alice%20', 'bad-username'],
    ['?username=+alice', 'bad-username'],
    ['?username=%2561lice', 'bad-username'],
    ['?username=%zzalice', 'bad-username'],
    ['?username=%D0%B0lice', 'bad-username'],
    ["?username=a'or'1'='1", 'bad-username'],
    ['?username=$%7Baws:username%7D', 'bad-username'],
    [`?username=${'a'.repeat(65)}`, 'bad-username'],
    [`?username=${encodeURIComponent(`arn:aws:iam::${TEAM.id}:user/alice`)}`, 'bad-username'],
    [`?username=alice&account=`, 'bad-account'],
    [`?username=alice&account=2222`, 'bad-account'],
    [`?username=alice&account=*`, 'bad-account'],
    [`?username=alice&account=${TEAM.id}&account=${OTHER.id}`, 'repeated-parameter'],
    ['?username=web', 'ambiguous-username'],
  ])('asked for by %s is refused', async (query, problem) => {
    expectProblem(await withAll(query), problem);
  });

  it('asked for with a body is refused', async () => {
    expectProblem(
      await api.ask('GET /active-key?username=alice', [apiKey(), bearer(), 'Content-Type: application/json'], '{"username":"bob"}'),
      'unexpected-body',
    );
  });

  it.each<[string, string]>([
    ['who does not exist', 'nobody'],
    ['who was not granted', 'carol'],
    ['who was granted to another client', 'bob'],
    ['whose name is in another case', 'Alice'],
    ['who is a secret', `Account_${OTHER.id}_User_bob_AccessKey`],
    ['who is a part of every object', '__proto__'],
    ['who is a function of every object', 'hasOwnProperty'],
    ['of another account', `alice&account=${OTHER.id}`],
    ['of the management account', `alice&account=${MANAGEMENT.id}`],
    ['of an account that does not exist', 'alice&account=999999999999'],
    ['of another client, in their account', `bob&account=${OTHER.id}`],
  ])('%s is the same 404, after the same work', async (_, query) => {
    const unknown = await withAll('?username=somebody-else');
    const [asked] = [calls()];
    api.sandbox.calls.length = 0;
    const answer = await withAll(`?username=${query}`);
    expectProblem(answer, 'no-such-user');
    expect(calls()).toEqual(asked);
    const without = ({ status, headers, body }: RawAnswer) => ({
      status,
      headers: Object.entries(headers).filter(([name]) => !/^(x-amz|date$)/.test(name)),
      body: body.replace(/urn:uuid:[\w-]+/, ''),
    });
    expect(without(answer)).toEqual(without(unknown));
  });

  it('of two accounts is found by the account', async () => {
    for (const account of [TEAM, OTHER]) {
      const answer = await withAll(`?username=web&account=${account.id}`);
      expect((JSON.parse(answer.body) as { AccessKeyId: string }).AccessKeyId).toBe(api.activeKeyOf(account, 'web').id);
    }
  });
});

describe('a route', () => {
  it.each([
    ...['GET /generate-token', 'PUT /generate-token', 'POST /active-key', 'DELETE /active-key', 'PATCH /active-key', 'OPTIONS /active-key'],
    ...[
      'POST /session',
      'GET /',
      'GET ',
      'GET /v1/active-key',
      'GET /ACTIVE-KEY',
      'GET //active-key',
      'GET /./active-key',
      'GET /x/../active-key',
    ],
    ...['GET /active-key/alice', 'GET /active-key%2F', 'GET /active-key%00', 'GET /active-key;x=1', 'GET /session/../active-key'],
    ...['GET /.git/config', 'GET /ping', 'GET /%2e%2e/active-key', 'TRACE /active-key'],
  ])('%s is none: 404', async (line) => {
    expectProblem(await api.ask(line, [apiKey(), bearer()]), 'no-such-route');
    expect(calls()).toEqual([]);
  });

  it('HEAD /active-key is none, and has no body', async () => {
    const answer = await api.ask('HEAD /active-key?username=alice', [apiKey(), bearer()]);
    expectProblem(answer, 'no-such-route', { isWord: false });
    expect(answer.body).toBe('');
  });

  it('GET /session wants the token alone, and grants as any', async () => {
    const session = (query: string, ...headers: string[]) => api.ask(`GET /session?${query}`, headers);
    expectProblem(await session('username=alice', apiKey()), 'unauthorized');
    expectProblem(await session('username=bob', `Authorization: ${tokens.billing}`), 'no-such-user');
    expectProblem(await session('username=alice', `Authorization: ${tokens.shipping}`), 'no-such-user');
    const { status, body } = await session('username=alice', `Authorization: ${tokens.billing}`);
    expect([status, Object.keys(JSON.parse(body) as object).sort()]).toEqual([
      200,
      ['AccessKeyId', 'Expiration', 'SecretAccessKey', 'Token'],
    ]);
  });
});

describe('bytes that are no request', () => {
  const path = () => `${new URL(api.url).pathname}/active-key?username=alice`;
  const head = () => [`Host: x`, apiKey(), bearer(), 'Connection: close'].join('\r\n');

  it.each<[string, () => string]>([
    [
      'a length and chunks',
      () => `GET ${path()} HTTP/1.1\r\n${head()}\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    ['two lengths', () => `GET ${path()} HTTP/1.1\r\n${head()}\r\nContent-Length: 0\r\nContent-Length: 5\r\n\r\nhello`],
    ['a blank before a colon', () => `GET ${path()} HTTP/1.1\r\n${head()}\r\nx-client : shipping\r\n\r\n`],
    ['a header without a name', () => `GET ${path()} HTTP/1.1\r\n${head()}\r\n: shipping\r\n\r\n`],
    ['a NUL in a header', () => `GET ${path()} HTTP/1.1\r\n${head()}\r\nx-client: a\0b\r\n\r\n`],
    ['a method that is none', () => `FETCH ${path()} HTTP/1.1\r\n${head()}\r\n\r\n`],
    ['a blank in the path', () => `GET ${path()} x HTTP/1.1\r\n${head()}\r\n\r\n`],
  ])('with %s get a 400, and reach nothing', async (_, bytes) => {
    expect((await sendRaw(api.sandbox.url, bytes())).status).toBe(400);
    expect(calls()).toEqual([]);
  });

  it('of too many headers get a 431', async () => {
    const answer = await sendRaw(api.sandbox.url, `GET ${path()} HTTP/1.1\r\n${head()}\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`);
    expect(answer.status).toBe(431);
    expect(calls()).toEqual([]);
  });
});

describe('too many requests', () => {
  it('of one client are a 429, and another client goes on', async () => {
    const answers: RawAnswer[] = [];
    for (let n = 0; n < 25; n += 1) answers.push(await api.ask('GET /active-key?username=nobody', [apiKey(), bearer()]));
    const throttled = answers.filter(({ status }) => status === 429);
    expect(throttled.length).toBeGreaterThan(0);
    api.sandbox.calls.length = 0;
    for (const answer of throttled) expectProblem(answer, 'too-many-requests');
    expect((await api.ask('GET /active-key?username=bob', [apiKey('shipping'), bearer(tokens.shipping)])).status).toBe(200);
  });

  it('of a day are a 429 until the next one', async () => {
    const gateway = api.sandbox.kernel.account(MANAGEMENT.id).apiGateways.get('eu-west-1')!;
    const plan = [...gateway.plans.values()].find(({ keys }) => keys.has(api.keyOf('billing').id))!;
    plan.used.get(api.keyOf('billing').id)!.requests = plan.quota!.limit;
    expectProblem(await api.ask('POST /generate-token', [apiKey()]), 'too-many-requests');
    api.sandbox.clock.advance(86_400_000);
    expect((await api.ask('POST /generate-token', [apiKey()])).status).toBe(200);
  });
});

it('tells of what was handed out and of nothing else, and its log has neither token nor key', async () => {
  await api.ask('GET /active-key?username=alice', [apiKey(), bearer()]);
  await api.ask('GET /active-key?username=bob', [apiKey(), bearer()]);
  const told = api.sandbox.world.events.filter(({ detailType }) => detailType === 'access key handed out');
  expect(told.map(({ detail }) => JSON.parse(detail) as object)).toEqual([
    expect.objectContaining({ user: 'alice', client: 'billing', sourceIp: '127.0.0.1' }),
  ]);
  const written = [...api.sandbox.logs().map(({ line }) => line), ...told.map(({ detail }) => detail)].join('\n');
  for (const secret of [...secrets(), ...Object.values(tokens), api.keyOf('billing').value, api.keyOf('shipping').value])
    expect(written).not.toContain(secret);
});
