import { Sandbox } from '../../../sandbox/sandbox';
import { rawRequest, sendRaw, type RawAnswer } from '../../helpers/raw-http';
import { assembly, removeAssemblies } from '../cloudformation/assembly-directory';
import { apiTemplate, code } from './template';

const account = '111111111111';
let sandbox: Sandbox;
let base: string;
let key: string;
beforeAll(async () => {
  const managementAccount = { id: account, name: 'M', email: 'm@example.com' };
  sandbox = await Sandbox.start({ now: new Date('2026-01-05T10:00:00Z'), managementAccount, processes: false });
  const [stack] = await sandbox.deploy(assembly(apiTemplate(), code));
  base = `/_aws/execute-api/${stack!.outputs['Api']}/prod`;
  key = keyNamed('client');
});
afterAll(async () => {
  await sandbox.stop();
  removeAssemblies();
});
/** Each test begins with full throttles. */
beforeEach(() => {
  sandbox.clock.advance(60_000);
  sandbox.calls.length = 0;
});

const gateway = () => sandbox.kernel.account(account).apiGateways.get('eu-west-1')!;
const keyNamed = (name: string) => [...gateway().keys.values()].find((one) => one.name === name)!.value;
const ask = (method: string, path: string, headers: string[] = [], body = ''): Promise<RawAnswer> =>
  sendRaw(sandbox.url, rawRequest(`${method} ${base}${path}`, headers, body));
const eventOf = async (method: string, path: string, headers: string[] = [], body = '') => {
  const answer = await ask(method, path, headers, body);
  expect(answer.status).toBe(200);
  return JSON.parse(answer.body) as Record<string, unknown>;
};
const invoked = () => sandbox.calls.filter(({ service, operation }) => service === 'lambda' && operation === 'Invoke').length;
const withKey = () => [`x-api-key: ${key}`];

describe('what a function sees', () => {
  it('is the whole request, names of headers as they were sent', async () => {
    const event = await eventOf('GET', '/echo', ['X-One: a', 'x-TWO: b', 'Connection: keep-alive, X-One', 'Keep-Alive: 5']);
    expect(event).toMatchObject({
      resource: '/echo',
      path: '/echo',
      httpMethod: 'GET',
      queryStringParameters: null,
      multiValueQueryStringParameters: null,
      pathParameters: null,
      stageVariables: { colour: 'blue' },
      body: null,
      isBase64Encoded: false,
      requestContext: {
        accountId: account,
        stage: 'prod',
        path: '/prod/echo',
        resourcePath: '/echo',
        requestTime: '05/Jan/2026:10:01:00 +0000',
        identity: { sourceIp: '127.0.0.1', userAgent: null },
      },
    });
    expect(event['headers']).toMatchObject({
      'X-One': 'a',
      'x-TWO': 'b',
      Host: expect.stringMatching(/^\w{10}\.execute-api\.eu-west-1\.amazonaws\.com$/) as string,
    });
    expect(event['headers']).not.toHaveProperty('Keep-Alive');
    expect(event['requestContext']).not.toHaveProperty('authorizer');
  });

  it('has every value of what came more than once, and the last in the simple maps', async () => {
    const event = await eventOf('GET', '/echo?a=1&b=2&a=3', ['X-Twice: one', 'X-Twice: two', 'x-twice: three']);
    expect(event['multiValueQueryStringParameters']).toEqual({ a: ['1', '3'], b: ['2'] });
    expect(event['queryStringParameters']).toEqual({ a: '3', b: '2' });
    expect(event['multiValueHeaders']).toMatchObject({ 'X-Twice': ['one', 'two'], 'x-twice': ['three'] });
    expect(event['headers']).toMatchObject({ 'X-Twice': 'two', 'x-twice': 'three' });
  });

  it.each([
    ['?a=%41%2B+b', { a: 'A+ b' }],
    ['?a=1;b=2', { a: '1', b: '2' }],
    ['?a{x}=1', { ax: '1' }],
    ['?a=%zz', { a: '%zz' }],
    ['?a=%2500', { a: '%2500' }],
    ['?%75sername=x', { username: 'x' }],
    ['?a', { a: '' }],
    ['?a=b=c', { a: 'b=c' }],
  ])('has the query %s as %p', async (query, expected) => {
    expect((await eventOf('GET', `/echo${query}`))['queryStringParameters']).toEqual(expected);
  });

  it('has who sent it behind those who passed it on, and no forwarded host of the client’s', async () => {
    const { headers } = await eventOf('GET', '/echo', ['X-Forwarded-For: 8.8.8.8', 'X-Forwarded-Proto: http']);
    expect(headers).toMatchObject({ 'X-Forwarded-For': '8.8.8.8, 127.0.0.1', 'X-Forwarded-Proto': 'https', 'X-Forwarded-Port': '443' });
  });

  it('has the body as text, and the key that was found', async () => {
    const event = await eventOf('POST', '/echo', [...withKey(), 'Content-Type: text/plain'], 'grüße');
    expect(event['body']).toBe('grüße');
    const { id } = [...gateway().keys.values()].find(({ name }) => name === 'client')!;
    expect((event['requestContext'] as { identity: object }).identity).toMatchObject({ apiKey: key, apiKeyId: id });
  });
});

describe('routes', () => {
  it.each([
    ['GET', '/users/ana', '/users/{name}', { name: 'ana' }],
    ['GET', '/users/a%2Cb', '/users/{name}', { name: 'a,b' }],
    ['PUT', '/files/a/b', '/files/{path+}', { path: 'a/b' }],
    ['GET', '/echo/', '/echo', null],
    ['GET', '/%65cho', '/echo', null],
  ])('%s %s goes to %s', async (verb, path, resourcePath, parameters) => {
    const event = await eventOf(verb, path);
    expect([event['resource'], event['pathParameters'], event['path']]).toEqual([resourcePath, parameters, path]);
  });

  it.each(['/nothing', '/ECHO', '//echo', '/./echo', '/users/../echo', '/users', '/users/ana/more', '/echo%2F', ''])(
    'has none for %p: 403, as AWS does',
    async (path) => {
      const answer = await ask('GET', path);
      expect([answer.status, answer.body]).toEqual([403, '{"message":"Missing Authentication Token"}']);
      expect(answer.headers).toMatchObject({ 'x-amzn-errortype': 'MissingAuthenticationTokenException', 'cache-control': 'no-store' });
      expect(invoked()).toBe(0);
    },
  );

  it.each(['PUT', 'DELETE', 'OPTIONS', 'HEAD'])('has none for the method %s', async (verb) => {
    expect((await ask(verb, '/echo')).status).toBe(403);
  });

  it('does not tell an unknown API from an unknown stage', async () => {
    for (const path of ['/_aws/execute-api/abcdefghij/prod/echo', base.replace('/prod', '/test/echo')]) {
      const answer = await sendRaw(sandbox.url, rawRequest(`GET ${path}`));
      expect([answer.status, answer.body, answer.headers['x-amzn-errortype']]).toEqual([
        403,
        '{"message":"Forbidden"}',
        'ForbiddenException',
      ]);
    }
  });
});

describe('an API key', () => {
  it.each([
    ['is missing', () => []],
    ['is unknown', () => ['x-api-key: nothing']],
    ['is empty', () => ['x-api-key:']],
    ['is disabled', () => [`x-api-key: ${keyNamed('disabled')}`]],
    ['is in no usage plan of the stage', () => [`x-api-key: ${keyNamed('unplanned')}`]],
    ['is right, but another comes after it', () => [...withKey(), 'X-API-KEY: nothing']],
  ])('that %s is refused, as the API has customised it', async (_, headers) => {
    const answer = await ask('POST', '/echo', [...headers(), 'X-Ask: it']);
    expect(answer.status).toBe(401);
    expect(answer.headers).toMatchObject({ 'content-type': 'application/problem+json', 'x-path': '/prod/echo', 'x-asked': 'it' });
    expect(JSON.parse(answer.body)).toEqual({ title: 'Forbidden', instance: answer.headers['x-amzn-requestid'] });
    expect(invoked()).toBe(0);
  });

  it('is not looked at where the method needs none', async () => {
    expect((await ask('GET', '/echo', ['x-api-key: nothing'])).status).toBe(200);
  });
});

describe('limits', () => {
  const statuses = async (times: number, one: () => Promise<RawAnswer>) => {
    const answers = [];
    for (let n = 0; n < times; n += 1) answers.push(await one());
    return answers.map(({ status, body }) => [status, ...(status === 429 ? [body] : [])].join(' '));
  };

  it('of a usage plan throttle each key, and fill again with time', async () => {
    const post = () => ask('POST', '/echo', withKey());
    expect(await statuses(5, post)).toEqual(['200', '200', '200', '200', '429 {"message":"Too Many Requests"}']);
    sandbox.clock.advance(1000);
    expect((await post()).status).toBe(200);
    expect(invoked()).toBe(5);
  });

  it('of a method of the stage are one for all', async () => {
    expect(await statuses(4, () => ask('GET', '/users/ana'))).toEqual(['200', '200', '200', '429 {"message":"Too Many Requests"}']);
    expect((await ask('GET', '/echo')).status).toBe(200);
  });

  it('of a day end with the day', async () => {
    sandbox.clock.set(new Date('2026-02-01T22:00:00Z'));
    const post = async () => {
      sandbox.clock.advance(10_000);
      return ask('POST', '/echo', withKey());
    };
    const answers = await statuses(21, post);
    expect(new Set(answers.slice(0, 20))).toEqual(new Set(['200']));
    expect(answers[20]).toBe('429 {"message":"Limit Exceeded"}');
    sandbox.clock.set(new Date('2026-02-02T00:00:01Z'));
    expect((await post()).status).toBe(200);
  });

  it('of 10 MB for a body', async () => {
    const answer = await ask('POST', '/named', [], 'x'.repeat(10 * 1024 * 1024 + 1));
    expect([answer.status, answer.body]).toEqual([413, '{"message":"Request Entity Too Large"}']);
  });
});

describe('an authorizer', () => {
  const secret = (token: string | undefined, path = '/secret?username=ana') =>
    ask('GET', path, [...withKey(), ...(token === undefined ? [] : [`Authorization: ${token}`])]);

  it('tells the function what it found out, as text', async () => {
    const answer = await secret('good');
    const { authorizer } = (JSON.parse(answer.body) as { requestContext: { authorizer: Record<string, string> } }).requestContext;
    expect(authorizer).toMatchObject({ principalId: 'ana', level: '3', good: 'true' });
    expect(JSON.parse(authorizer['event']!)).toMatchObject({
      type: 'REQUEST',
      methodArn: expect.stringMatching(/^arn:aws:execute-api:eu-west-1:111111111111:\w{10}\/prod\/GET\/secret$/) as string,
      queryStringParameters: { username: 'ana' },
      pathParameters: {},
      requestContext: { identity: { apiKey: key } },
    });
    expect(authorizer['event']).not.toContain('apiKeyId');
  });

  it.each([
    [undefined, 401, '{"message":"Unauthorized"}', 0],
    ['', 401, '{"message":"Unauthorized"}', 0],
    ['unauthorized', 401, '{"message":"Unauthorized"}', 1],
    ['deny', 403, '{"Message":"User is not authorized to access this resource with an explicit deny"}', 1],
    ['elsewhere', 403, '{"Message":"User is not authorized to access this resource"}', 1],
    ['throw', 500, '{"message":null}', 1],
    ['odd', 500, '{"message":null}', 1],
  ])('that gets %p ends the request with %d', async (token, status, body, calls) => {
    const answer = await secret(token);
    expect([answer.status, answer.body, invoked()]).toEqual([status, body, calls]);
  });

  it('is asked each time, while its answers are not kept', async () => {
    await secret('good');
    await secret('good');
    expect(invoked()).toBe(4);
  });

  it('is asked before the key is looked at', async () => {
    const noKey = (headers: string[]) => ask('GET', '/secret?username=ana', headers);
    expect((await noKey([])).status).toBe(401);
    expect((await noKey([])).body).toBe('{"message":"Unauthorized"}');
    expect((await noKey(['Authorization: good'])).headers['content-type']).toBe('application/problem+json');
    expect(invoked()).toBe(1);
  });
});

describe('a request that is not complete', () => {
  it.each(['/secret', '/secret?username=', '/secret?Username=ana'])('is refused without the parameter: %s', async (path) => {
    const answer = await ask('GET', path, [...withKey(), 'Authorization: good']);
    expect([answer.status, answer.body]).toEqual([400, '{"message":"Missing required request parameters: [username]"}']);
  });

  it.each([
    ['application/json', '{"name":"a"}', 200],
    ['application/json; charset=utf-8', '{"name":1}', 400],
    ['application/json', '{"name":"a","more":1}', 400],
    ['application/json', 'x', 400],
    ['text/plain', 'x', 200],
  ])('is refused by its model: %s %s', async (type, body, status) => {
    expect((await ask('POST', '/named', [`Content-Type: ${type}`], body)).status).toBe(status);
  });
});

describe('an answer of a function', () => {
  it.each(['throw', 'text', 'object', 'number', 'extra'])('that is none (%s) is a 502 that says nothing', async (how) => {
    const answer = await ask('GET', `/echo?answer=${how}`);
    expect([answer.status, answer.body]).toEqual([502, '{"message":"Internal server error"}']);
  });

  it('has all its headers; what is the gateway’s own gets another name', async () => {
    const { status, headers, body } = await ask('GET', '/echo?answer=headers');
    expect([status, body]).toEqual([401, '']);
    expect(headers).toMatchObject({ 'x-amzn-remapped-www-authenticate': 'Bearer', 'x-both': 'two, three', 'content-type': 'text/plain' });
    expect(headers).not.toHaveProperty('www-authenticate');
  });

  it('is JSON unless it says otherwise', async () => {
    expect((await ask('GET', '/echo')).headers['content-type']).toBe('application/json');
  });

  it('that takes longer than 29 seconds is a 504', async () => {
    const began = sandbox.clock.now().getTime();
    const answer = await ask('GET', '/slow');
    expect([answer.status, answer.body]).toEqual([504, '{"message":"Endpoint request timed out"}']);
    expect(sandbox.clock.now().getTime() - began).toBe(29_010);
  });

  it('is not waited for where the function’s policy does not name this method of this API', async () => {
    const answer = await ask('GET', '/stranger');
    expect([answer.status, answer.body]).toEqual([500, '{"message":"Internal server error"}']);
    expect(sandbox.invocations.filter(({ functionName }) => functionName === 'stranger')).toEqual([]);
  });
});

it('logs each request in the stage’s format, and no value of a key', async () => {
  await ask('GET', '/secret?username=ana', [...withKey(), 'Authorization: good']);
  await ask('GET', '/secret?username=ana');
  const { id } = [...gateway().keys.values()].find(({ name }) => name === 'client')!;
  const lines = sandbox.logs('demo').map(({ line, logGroup }) => [logGroup, line]);
  expect(lines.slice(-2)).toEqual([
    ['/api', `{"status":200,"path":"/prod/secret","key":"${id}","who":"ana"}`],
    ['/api', '{"status":401,"path":"/prod/secret","key":"-","who":"-"}'],
  ]);
  expect(lines.flat().join()).not.toContain(key);
});
