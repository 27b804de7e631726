import { RegionInfo } from 'aws-cdk-lib/region-info';
import { inconsistencies } from '../../../lib/settings/consistency';
import type { Settings } from '../../../lib/settings/fields';

const REGIONS = RegionInfo.regions.map(({ name }) => name);
const ages = { warn: ['7d'], rotate: '90d', disable: '100d', delete: '110d' };
const found = (settings: Partial<Settings>): string[] => inconsistencies({ ...ages, ...settings });

it.each<[string, Partial<Settings>]>([
  ['the defaults', {}],
  ['ages that are just long enough', { warn: ['1d'], rotate: '4d', disable: '6d', delete: '8d' }],
  ['ages in minutes and hours', { warn: ['2m'], rotate: '2h', disable: '3h', delete: '4h' }],
  ['a secret that goes just before the next key', { deleteSecretAfter: '69d' }],
  ['twenty replica regions', { replicaRegions: REGIONS.slice(0, 20) }],
])('finds nothing wrong with %s', (_, settings) => {
  expect(found(settings)).toEqual([]);
});

it.each<[string, Partial<Settings>, string[]]>([
  [
    'ages in different units',
    { disable: '2400h' },
    ['disable: disable ("2400h") and rotate ("90d") must both be in days, or both in hours or minutes'],
  ],
  ['steps out of order', { disable: '90d' }, ['disable: disable ("90d") must be longer than rotate ("90d")']],
  [
    'a warning as long as a grace',
    { warn: ['10d'] },
    [
      'warn: warn ("10d") must be shorter than the time from rotate ("90d") to disable ("100d")',
      'warn: warn ("10d") must be shorter than the time from disable ("100d") to delete ("110d")',
    ],
  ],
  [
    'a secret that goes when the next key is there',
    { deleteSecretAfter: '70d' },
    [
      'deleteSecretAfter: "70d" must be shorter than 70d: rotate ("90d") less the time from there to delete ("110d"), or the next key comes first',
    ],
  ],
  [
    'secrets by the hour',
    { deleteSecretAfter: '36h' },
    ['deleteSecretAfter: "36h" and rotate ("90d") must both be in days: keys of hours or minutes need their secret all the time'],
  ],
  ['a region twice', { replicaRegions: ['eu-west-1', 'eu-west-1'] }, ['replicaRegions: "eu-west-1" is listed twice']],
  ['21 replica regions', { replicaRegions: REGIONS.slice(0, 21) }, ['replicaRegions: at most 20, got 21']],
  [
    'an account that is in and out',
    { includeAccounts: ['1', '2'], excludeAccounts: ['2'] },
    ['excludeAccounts: "2" is also in includeAccounts'],
  ],
  [
    'a unit that is in and out',
    { includeOrganizationalUnits: ['ou-1'], excludeOrganizationalUnits: ['ou-1'] },
    ['excludeOrganizationalUnits: "ou-1" is also in includeOrganizationalUnits'],
  ],
])('names the settings and their values: %s', (_, settings, expected) => {
  expect(found(settings)).toEqual(expected);
});

describe('finds every mistake in one go', () => {
  const keysOf = (settings: Partial<Settings>): string[] => found(settings).map((mistake) => mistake.slice(0, mistake.indexOf(':')));

  it('and says nothing of ages that are wrong by themselves', () => {
    const region = { replicaRegions: ['eu-west-1', 'eu-west-1'] };
    expect(keysOf({ rotate: 'soon', ...region, deployment: 'single', secretStore: 'central' })).toEqual(['secretStore', 'replicaRegions']);
  });

  it.each<[string, Partial<Settings>, string[]]>([
    ['an order that is wrong before one that is right', { disable: '80d', schedule: 'rate(90 days)' }, ['disable', 'schedule']],
    ['one age that is wrong by itself', { rotate: '105d', delete: 'soon', warn: ['200d'] }, ['disable', 'rotate']],
    ['the first and the last, where the one between is wrong by itself', { rotate: '115d', disable: 'soon' }, ['delete']],
    ['the first alone', { rotate: '120d' }, ['disable']],
    ['all steps in the wrong order', { rotate: '120d', disable: '110d', delete: '100d' }, ['disable', 'delete']],
    ['no room, and no run', { rotate: '30d', schedule: 'rate(11 days)' }, ['delete', 'schedule']],
    ['no room, in the wrong order', { rotate: '30d', disable: '120d' }, ['delete', 'delete']],
    ['one age in another unit, and no run between the others', { rotate: '2160h', schedule: 'rate(11 days)' }, ['disable', 'schedule']],
  ])('%s', (_, settings, keys) => {
    expect(keysOf(settings)).toEqual(keys);
  });
});
