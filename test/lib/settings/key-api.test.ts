import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { keyApiAuthorizerEnvironment, keyApiEnvironment, rotatorEnvironment } from '../../../lambda/shared/environment';
import { grantedUsers } from '../../../lib/settings/key-api';
import { MAX_GRANTED_USERS, MAX_GRANTS_BYTES } from '../../../lib/settings/key-api-mistakes';
import { readSettings } from '../../../lib/settings/read';
import { keyApiAuthorizerVariables, keyApiVariables, rotatorVariables } from '../../../lib/settings/variables';
import { mistakesOf } from './mistakes';

const CENTRAL = { sender: 'rotation@example.org', secretStore: 'central' };
const NONE = { clients: {}, session: false, privateEndpoints: [], signingKey: 1, accessLogRole: false };
const CLIENTS = { billing: { '222233334444': ['web-deploy', 'batch'] }, shipping: { '111122223333': ['bob'], '222233334444': ['batch'] } };
const read = (keyApi?: unknown) => readSettings({ ...CENTRAL, ...(keyApi !== undefined && { keyApi }) }).keyApi;
const wrong = (keyApi: unknown, more: Record<string, unknown> = {}): string[] => mistakesOf({ ...CENTRAL, keyApi, ...more });
const users = (count: number, name = 'user'): string[] => Array.from({ length: count }, (_, index) => `${name}${index}`);

it.each<[string, unknown, unknown]>([
  ['not given', undefined, undefined],
  ['false', false, undefined],
  ['false on the command line', 'false', undefined],
  ['true', true, NONE],
  ['true on the command line', ' true ', NONE],
  ['an object', { clients: CLIENTS, session: true }, { ...NONE, clients: CLIENTS, session: true }],
  ['an object on the command line', JSON.stringify({ clients: CLIENTS }), { ...NONE, clients: CLIENTS }],
  [
    'everything',
    {
      privateEndpoints: ['vpce-0a1b2c3d4e5f67890'],
      webAcl: 'arn:aws-cn:wafv2:cn-north-1:111122223333:regional/webacl/keys/0a1b2c3d-1234-5678-9abc-def012345678',
      signingKey: 2,
      accessLogRole: true,
    },
    {
      ...NONE,
      privateEndpoints: ['vpce-0a1b2c3d4e5f67890'],
      webAcl: 'arn:aws-cn:wafv2:cn-north-1:111122223333:regional/webacl/keys/0a1b2c3d-1234-5678-9abc-def012345678',
      signingKey: 2,
      accessLogRole: true,
    },
  ],
])('reads %s, and reads what it gave the same again', (_, given, expected) => {
  expect(read(given)).toEqual(expected);
  expect(read(read(given))).toEqual(expected);
});

it.each<[string, unknown, string]>([
  [
    'a word',
    'maybe',
    'keyApi: must be true, false, or an object such as {"clients":{"billing":{"222233334444":["web-deploy"]}}}, got "maybe"',
  ],
  ['a list', [], 'keyApi: must be true, false, or an object'],
  ['an unknown part', { client: {} }, 'keyApi.client: unknown setting, the nearest known one is keyApi.clients'],
  ['clients in a list', { clients: ['billing'] }, 'keyApi.clients: must be an object of clients'],
  ['a client with another name', { clients: { 'Billing Dept': {} } }, 'keyApi.clients.Billing Dept: must be the name of a client: 2 to 32'],
  ['a client with a wildcard', { clients: { '*': {} } }, 'keyApi.clients.*: must be the name of a client'],
  [
    'users without an account',
    { clients: { billing: ['alice'] } },
    'keyApi.clients.billing: must be an object of accounts and their users',
  ],
  [
    'an account that is none',
    { clients: { billing: { prod: ['alice'] } } },
    'keyApi.clients.billing.prod: must be an account id: 12 digits',
  ],
  ['every account', { clients: { billing: { '*': ['alice'] } } }, 'keyApi.clients.billing.*: must be an account id'],
  [
    'one user without a list',
    { clients: { billing: { '222233334444': 'alice' } } },
    'keyApi.clients.billing.222233334444: must be a list of user names',
  ],
  ['no user', { clients: { billing: { '222233334444': [] } } }, 'keyApi.clients.billing.222233334444: must name at least one user'],
  [
    'every user',
    { clients: { billing: { '222233334444': ['*'] } } },
    'keyApi.clients.billing.222233334444.0: must be the name of one IAM user, without wildcards',
  ],
  [
    'a user pattern',
    { clients: { billing: { '222233334444': ['a?'] } } },
    'keyApi.clients.billing.222233334444.0: must be the name of one IAM user',
  ],
  [
    'a user with a comma',
    { clients: { billing: { '222233334444': ['a,b'] } } },
    'keyApi.clients.billing.222233334444.0: must be the name of one IAM user',
  ],
  ['a user twice', { clients: { billing: { '222233334444': ['a', 'a'] } } }, 'keyApi.clients.billing.222233334444: "a" is listed twice'],
  ['an endpoint of another kind', { privateEndpoints: ['vpc-1'] }, 'keyApi.privateEndpoints.0: must be the id of a VPC endpoint'],
  [
    'a web ACL of CloudFront',
    { webAcl: 'arn:aws:wafv2:us-east-1:111122223333:global/webacl/a/b' },
    'keyApi.webAcl: must be the ARN of a regional web ACL',
  ],
  ['generation 0', { signingKey: 0 }, 'keyApi.signingKey: must be a whole number from 1 to 1000, got 0'],
  ['a session of another length', { session: '900' }, 'keyApi.session: must be true or false, got "900"'],
])('refuses %s', (_, keyApi, expected) => {
  expect(wrong(keyApi)).toEqual([expect.stringContaining(expected)]);
});

it.each<[string, unknown, Record<string, unknown>, string]>([
  [
    'secrets in member accounts',
    true,
    { secretStore: 'member' },
    'keyApi: needs secretStore=central, got secretStore="member": what a member',
  ],
  [
    'accounts that are not rotated',
    { clients: CLIENTS },
    { excludeAccounts: ['111122223333'] },
    'keyApi.clients: "111122223333" is in excludeAccounts',
  ],
  [
    'accounts that are not listed',
    { clients: CLIENTS },
    { deployment: 'list', accounts: ['222233334444'] },
    'keyApi.clients: "111122223333" is not in accounts',
  ],
  [
    'more users than a policy can name',
    { clients: { aa: { '222233334444': users(MAX_GRANTED_USERS) }, bb: { '222233334444': ['more'] } } },
    {},
    `keyApi.clients: at most ${MAX_GRANTED_USERS} users together, got ${MAX_GRANTED_USERS + 1}`,
  ],
  [
    'more users than a policy can name, where each may have two secrets',
    { clients: { aa: { '222233334444': users(26) } } },
    { policies: [{ name: 'fast', groups: ['Fast'], rotate: '10m', disable: '12m', delete: '15m', schedule: 'rate(1 minute)' }] },
    'keyApi.clients: at most 25 users together, of whom each may have two secrets, got 26',
  ],
  [
    'more bytes than variables can hold',
    { clients: { aa: { '222233334444': users(40, 'a'.repeat(60)) } } },
    {},
    `keyApi.clients: at most ${MAX_GRANTS_BYTES} bytes of variables, got 27`,
  ],
  [
    'more clients than there may be',
    { clients: Object.fromEntries(users(51, 'client').map((name) => [name, {}])) },
    {},
    'keyApi.clients: at most 50 clients, got 51',
  ],
])('refuses %s, in one sentence with key, value and limit', (_, keyApi, more, expected) => {
  expect(wrong(keyApi, more)).toEqual([expect.stringContaining(expected)]);
});

it('names every granted user once, whoever was granted them', () => {
  expect(grantedUsers(readSettings({ ...CENTRAL, keyApi: { clients: CLIENTS } }).keyApi!)).toEqual({
    '111122223333': ['bob'],
    '222233334444': ['batch', 'web-deploy'],
  });
});

describe('the functions read back what the settings say', () => {
  const settings = readSettings({
    ...CENTRAL,
    keyApi: { clients: CLIENTS },
    rotate: '10m',
    disable: '12m',
    delete: '15m',
    warn: '1m',
    schedule: 'rate(1 minute)',
    maxHold: '10m',
  });
  const deployed = { issuer: 'https://x.example/v1', signingKeys: ['arn:new', 'arn:old'] };

  it('the key API', () => {
    expect(keyApiEnvironment(keyApiVariables(settings, settings.keyApi!, deployed))).toEqual({
      ISSUER: 'https://x.example/v1',
      SIGNING_KEYS: ['arn:new', 'arn:old'],
      PLAN_PREFIX: 'iam-key-rotation-key-api-client-',
      CLIENTS,
      GRACES: [{ rotate: { unit: 'exact', milliseconds: 600_000 }, disable: { unit: 'exact', milliseconds: 720_000 } }],
    });
  });

  it('the authorizer, which learns of no user', () => {
    const variables = keyApiAuthorizerVariables(settings, settings.keyApi!, deployed);
    expect(keyApiAuthorizerEnvironment(variables).CLIENTS).toEqual(['billing', 'shipping']);
    expect(JSON.stringify(variables)).not.toContain('web-deploy');
  });

  it('the rotator, with and without the key API', () => {
    const rotator = (keyApiReader?: string) =>
      rotatorEnvironment(rotatorVariables(settings, { resultsBucket: 'results', keyApiReader })).KEY_API;
    expect(rotator('arn:reader')).toEqual({ reader: 'arn:reader', users: grantedUsers(settings.keyApi!) });
    expect(rotator()).toBeUndefined();
  });
});

it('fits the variables of a function with as much as may be granted', () => {
  // https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
  const clients = { billing: { '222233334444': users(25, 'a'.repeat(60)) } };
  const most = readSettings({ ...CENTRAL, keyApi: { clients } });
  const [key, role] = [
    `arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/mrk-${'0'.repeat(32)}`,
    `arn:aws-us-gov:iam::111122223333:role/${'r'.repeat(64)}`,
  ];
  const centralStore = { key, readerPolicy: 'p'.repeat(100) };
  const functions = [
    rotatorVariables(most, { resultsBucket: 'b'.repeat(63), centralStore, keyApiReader: role }),
    keyApiVariables(most, most.keyApi!, { issuer: `https://${'x'.repeat(60)}`, signingKeys: [key, key] }),
  ];
  for (const variables of functions) expect(Buffer.byteLength(JSON.stringify(variables))).toBeLessThan(4_096);
});

it('documents each part of the setting', () => {
  const page = readFileSync(join(__dirname, '..', '..', '..', 'docs', 'key-api.md'), 'utf8');
  for (const part of Object.keys({ ...NONE, webAcl: '' })) expect(page).toContain(`\`${part}\``);
});
