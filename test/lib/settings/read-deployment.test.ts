import { readSettings } from '../../../lib/settings/read';
import { mistakesOf } from './mistakes';

const sender = 'key-rotation@example.org';

describe('accounts', () => {
  const deployment = 'list';
  it.each([
    ['111111111111, 222222222222', [{ id: '111111111111' }, { id: '222222222222' }]],
    ['[{"id":"111111111111","name":"Shop"},"222222222222"]', [{ id: '111111111111', name: 'Shop' }, { id: '222222222222' }]],
    [['111111111111'], [{ id: '111111111111' }]],
    [[{ id: '111111111111', email: 'shop@example.org' }], [{ id: '111111111111', email: 'shop@example.org' }]],
  ])('are ids or objects: %j', (accounts, read) => {
    expect(readSettings({ sender, deployment, accounts })).toMatchObject({ accounts: read });
  });
});

describe('break-glass roles', () => {
  it.each([
    ['BreakGlass,sso/*/Admin_?', ['BreakGlass', 'sso/*/Admin_?']],
    [['arn:aws:iam::111111111111:role/BreakGlass*'], ['arn:aws:iam::111111111111:role/BreakGlass*']],
  ])('are names or ARNs of roles, with wildcards: %j', (breakGlassPrincipals, read) => {
    expect(readSettings({ sender, breakGlassPrincipals })).toMatchObject({ breakGlassPrincipals: read });
  });

  it.each([
    '*',
    'Br*',
    '???Glass',
    'arn:aws:iam::111111111111:role/*',
    'arn:aws:iam::*:role/BreakGlass',
    'arn:aws:iam::111111111111:user/alice',
  ])('are no wildcards alone, no other accounts by wildcard, no users: %s', (breakGlassPrincipals) => {
    expect(mistakesOf({ sender, breakGlassPrincipals })).toMatchObject([expect.stringContaining("must be a role's ARN or its name")]);
  });

  it('fit into a policy and a variable', () => {
    const breakGlassPrincipals = Array.from({ length: 9 }, (_, index) => `BreakGlass${index}${'x'.repeat(100)}`);
    expect(mistakesOf({ sender, breakGlassPrincipals })).toMatchObject([expect.stringContaining('at most 1,000 characters together')]);
  });
});

const SUBNET = 'subnet-0a1b2c3d4e5f67890';
const GROUP = 'sg-0a1b2c3d4e5f67890';
const ids = (count: number) => Array.from({ length: count }, (_, index) => String(111_111_111_111 + index));
const tagRule =
  'must be an object such as {"team":"security"} with at most 49 tags, keys of 1 to 128 characters not beginning with aws: or key-rotation: and not the same in another letter case, and values of at most 256';

it.each<[Record<string, unknown>, string]>([
  [
    { deployment: 'single', secretStore: 'central' },
    'secretStore: not central with deployment=single, whose one account holds all secrets already',
  ],
  [{ profile: 'strict' }, 'profile: must be standard or compliant, got "strict"'],
  [{ deployment: 'member' }, 'deployment: must be management or delegated or single or list, got "member"'],
  [{ deployment: 'list' }, 'accounts: missing, deployment=list rotates exactly the accounts that are listed'],
  [{ accounts: '111111111111' }, 'accounts: only with deployment=list, got deployment="management"'],
  [{ deployment: 'list', accounts: '1234' }, 'accounts.0.id: must be an account id: 12 digits in quotes, got "1234"'],
  [
    { deployment: 'list', accounts: [111111111111] },
    'accounts.0: must be an account id, or an object such as {"id":"111122223333","name":"Shop"}, got 111111111111',
  ],
  [
    { deployment: 'list', accounts: { id: '1' } },
    'accounts: must be a list; on the command line, separate ids by commas or write JSON, got {"id":"1"}',
  ],
  [{ deployment: 'list', accounts: [{ name: 'Shop' }] }, 'accounts.0.id: missing, must be an account id: 12 digits in quotes'],
  [
    { deployment: 'list', accounts: [{ id: '111111111111', mail: 'x@example.org' }] },
    'accounts.0.mail: unknown setting, the nearest known one is accounts.0.email',
  ],
  [
    { deployment: 'list', accounts: [{ id: '111111111111', email: 'x' }] },
    'accounts.0.email: must be one bare e-mail address, such as key-rotation@example.com, got "x"',
  ],
  [{ deployment: 'list', accounts: [{ id: '111111111111', name: '' }] }, 'accounts.0.name: must be 1 to 128 characters, got ""'],
  [{ deployment: 'list', accounts: '111111111111,111111111111' }, 'accounts: "111111111111" is listed twice'],
  [{ deployment: 'list', accounts: ids(51) }, 'accounts: at most 50, got 51; deployment=management or delegated reaches any number'],
  [
    { deployment: 'list', accounts: ids(40).map((id) => ({ id, name: 'x'.repeat(100) })) },
    'accounts: at most 3200 bytes of variables, got 5603; leave out names or e-mail addresses',
  ],
  [{ deployment: 'single', includeAccounts: '111111111111' }, 'includeAccounts: not with deployment=single, which asks no organization'],
  [
    { deployment: 'list', accounts: '111111111111', excludeOrganizationalUnits: 'ou-ab12-cdef3456' },
    'excludeOrganizationalUnits: not with deployment=list, which asks no organization',
  ],
  [{ managementAccount: 'rotate' }, 'managementAccount: only with deployment=delegated, got deployment="management"'],
  [{ deployment: 'delegated', managementAccount: true }, 'managementAccount: must be skip or rotate, got true'],
  [{ subnetIds: SUBNET }, 'securityGroupIds: missing, functions in a VPC need subnetIds and securityGroupIds, and subnetIds is given'],
  [
    { securityGroupIds: GROUP },
    'subnetIds: missing, functions in a VPC need subnetIds and securityGroupIds, and securityGroupIds is given',
  ],
  [
    { subnetIds: 'vpc-0a1b2c3d', securityGroupIds: GROUP },
    'subnetIds.0: must be a subnet id, such as subnet-0a1b2c3d4e5f67890, got "vpc-0a1b2c3d"',
  ],
  [
    { subnetIds: SUBNET, securityGroupIds: 'default' },
    'securityGroupIds.0: must be a security group id, such as sg-0a1b2c3d4e5f67890, got "default"',
  ],
  [{ subnetIds: [SUBNET, SUBNET], securityGroupIds: GROUP }, `subnetIds: "${SUBNET}" is listed twice`],
  [{ subnetIds: ids(17).map((id) => `subnet-0000${id}`), securityGroupIds: GROUP }, 'subnetIds: at most 16, got 17'],
  [{ subnetIds: SUBNET, securityGroupIds: ids(6).map((id) => `sg-0000${id}`) }, 'securityGroupIds: at most 5, got 6'],
  [
    { permissionsBoundary: 'arn:aws:iam::111111111111:policy/Boundary' },
    'permissionsBoundary: must be the name of a managed policy, with its path but without an ARN, such as boundaries/Developer, got "arn:aws:iam::111111111111:policy/Boundary"',
  ],
  [{ tags: 'team=security' }, `tags: ${tagRule}, got "team=security"`],
  [{ tags: { 'aws:team': 'security' } }, `tags: ${tagRule}, got {"aws:team":"security"}`],
  [{ tags: { team: 5 } }, `tags.team: ${tagRule}, got 5`],
  [{ tags: { team: '<b>' } }, `tags: ${tagRule}, got {"team":"<b>"}`],
  [{ exemptionGroupExists: 'yes' }, 'exemptionGroupExists: must be true or false, got "yes"'],
  [{ account: '111111111111' }, 'account: unknown setting, the nearest known one is accounts'],
])('refuses what does not fit the deployment: %#', (context, mistake) => {
  expect(mistakesOf({ sender, ...context })).toEqual([mistake]);
});
