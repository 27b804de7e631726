import { withoutHandOut } from '../../../demo/never-rules/hand-outs';
import type { Invocation } from '../../../sandbox/lambda/invocation';
import { Sandbox } from '../../../sandbox/sandbox';

const ACCOUNT = '111122223333';
let sandbox: Sandbox;
let secrets: Record<string, string>;

beforeAll(async () => {
  sandbox = await Sandbox.start({
    now: new Date('2026-01-05T01:00:00Z'),
    managementAccount: { id: ACCOUNT, name: 'Acme', email: 'aws@acme.example' },
  });
  const people = sandbox.people(ACCOUNT);
  secrets = Object.fromEntries(
    ['alice', 'bob'].map((name) => {
      people.addUser({ name });
      return [name, people.addAccessKey(name, { created: sandbox.clock.now() }).secret];
    }),
  );
});
afterAll(() => sandbox.stop());

/** An answer of the key API that holds the key of a user. */
function invocation({
  functionName = 'iam-key-rotation-key-api',
  asked = 'alice',
  given = 'alice',
  beside = '',
  method = 'GET',
  resource = '/active-key',
}: Partial<Record<'functionName' | 'asked' | 'given' | 'beside' | 'method' | 'resource', string>>): Invocation {
  const [key] = sandbox.people(ACCOUNT).user(given).keys;
  const body = JSON.stringify({ AccessKeyId: key?.id, SecretAccessKey: key?.secret, beside });
  return {
    functionName,
    payload: JSON.stringify({ httpMethod: method, resource, queryStringParameters: { username: asked, account: ACCOUNT } }),
    response: JSON.stringify({ statusCode: 200, body }),
  } as Invocation;
}

it('leaves the secret of the user out that the key API was asked for', () => {
  const text = withoutHandOut(sandbox, invocation({}));
  expect(text).toContain('SecretAccessKey');
  expect(text).not.toContain(secrets['alice']);
});

it.each<[string, Parameters<typeof invocation>[0]]>([
  ['of somebody else than the user that was asked for', { given: 'bob' }],
  ['of a user who is not there', { asked: 'carol' }],
  ['in the answer of another function', { functionName: 'iam-key-rotation-rotator' }],
  ['in the answer of another route', { resource: '/session' }],
  ['in the answer to another method', { method: 'POST' }],
])('leaves a secret in it: %s', (_, more) => {
  expect(withoutHandOut(sandbox, invocation(more))).toContain(secrets[more.given ?? 'alice']);
});

it('leaves a second secret in it', () => {
  const text = withoutHandOut(sandbox, invocation({ beside: secrets['bob'] ?? '' }));
  expect(text).not.toContain(secrets['alice']);
  expect(text).toContain(secrets['bob']);
});

it.each(['', 'no JSON', '[]', 'null'])('leaves an answer that is %j as it is', (response) => {
  expect(withoutHandOut(sandbox, { ...invocation({}), response })).toBe(response);
});
