import type { Settings } from '../../../lib/settings/fields';
import { MAX_ACCOUNTS, repeated, shapeMistakes } from '../../../lib/settings/shape';

const accounts = (many: number, name?: string) =>
  Array.from({ length: many }, (_, n) => ({ id: String(100_000_000_000 + n), ...(name !== undefined && { name }) }));

it.each<[string, Partial<Settings>]>([
  ['a management account', { deployment: 'management', accounts: [] }],
  ['a list of as many accounts as a policy can hold', { deployment: 'list', accounts: accounts(MAX_ACCOUNTS) }],
  ['a delegated administrator that names its management account', { deployment: 'delegated', managementAccount: 'rotate' }],
  ['a VPC', { subnetIds: ['subnet-1'], securityGroupIds: ['sg-1'] }],
  ['nothing at all', {}],
])('finds nothing wrong with %s', (_, settings) => {
  expect(shapeMistakes(settings)).toEqual([]);
});

it.each<[string, Partial<Settings>, string]>([
  [
    'accounts without a list',
    { deployment: 'single', accounts: accounts(1) },
    'accounts: only with deployment=list, got deployment="single"',
  ],
  ['a list without accounts', { deployment: 'list', accounts: [] }, 'accounts: missing, deployment=list rotates exactly the accounts'],
  [
    'one account too many',
    { deployment: 'list', accounts: accounts(MAX_ACCOUNTS + 1) },
    `accounts: at most ${MAX_ACCOUNTS}, got ${MAX_ACCOUNTS + 1}`,
  ],
  ['an account twice', { deployment: 'list', accounts: [...accounts(1), ...accounts(1)] }, 'accounts: "100000000000" is listed twice'],
  [
    'names that no variable can hold',
    { deployment: 'list', accounts: accounts(40, 'n'.repeat(60)) },
    'accounts: at most 3200 bytes of variables, got ',
  ],
  [
    'units without an organization',
    { deployment: 'list', accounts: accounts(1), includeOrganizationalUnits: ['ou-1'] },
    'includeOrganizationalUnits: not with deployment=list, which asks no organization',
  ],
  [
    'a management account that is not asked for',
    { deployment: 'management', managementAccount: 'rotate' },
    'managementAccount: only with deployment=delegated, got deployment="management"',
  ],
  ['a central store of one account', { deployment: 'single', secretStore: 'central' }, 'secretStore: not central with deployment=single'],
  [
    'subnets without security groups',
    { subnetIds: ['subnet-1'], securityGroupIds: [] },
    'securityGroupIds: missing, functions in a VPC need',
  ],
  ['security groups without subnets', { subnetIds: [], securityGroupIds: ['sg-1'] }, 'subnetIds: missing, functions in a VPC need'],
  ['six security groups', { subnetIds: ['s'], securityGroupIds: ['1', '2', '3', '4', '5', '6'] }, 'securityGroupIds: at most 5, got 6'],
  ['a subnet twice', { subnetIds: ['s', 's'], securityGroupIds: ['1'] }, 'subnetIds: "s" is listed twice'],
])('names the setting, the value and the limit: %s', (_, settings, message) => {
  const mistakes = shapeMistakes(settings);
  expect(mistakes).toHaveLength(1);
  expect(mistakes[0]).toContain(message);
});

it('names each value that is there more than once, once', () => {
  expect(repeated(['a', 'b', 'a', 'a', 'c', 'b'])).toEqual(['a', 'b']);
  expect(repeated([])).toEqual([]);
});
