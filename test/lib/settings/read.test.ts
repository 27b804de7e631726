import { RegionInfo } from 'aws-cdk-lib/region-info';
import { readSettings } from '../../../lib/settings/read';
import { POLICY } from '../../helpers/variables';
import { mistakesOf } from './mistakes';

const sender = 'key-rotation@example.org';

describe('the sender alone', () => {
  it('is enough, and the deployment then changes nothing', () => {
    expect(readSettings({ rotation: { sender } })).toEqual({
      sender,
      dryRun: true,
      profile: 'standard',
      summaryMail: 'always',
      secretStore: 'member',
      replicaRegions: [],
      breakGlassPrincipals: [],
      ...POLICY,
      limits: {},
      includeAccounts: [],
      excludeAccounts: [],
      includeOrganizationalUnits: [],
      excludeOrganizationalUnits: [],
      exemptionGroup: 'IAMKeyRotationExemptionGroup',
      exemptionGroupExists: false,
      exemptPaths: [],
      exemptionMaxDays: 90,
      tracing: false,
      usageDetail: false,
      ownerEmailTag: 'OwnerEmail',
      deployment: 'management',
      accounts: [],
      subnetIds: [],
      securityGroupIds: [],
      tags: {},
      schedule: 'cron(0 2 * * ? *)',
      reportSchedule: 'cron(0 4 * * ? *)',
      prefix: 'iam-key-rotation',
      logRetentionDays: 365,
      resultRetentionDays: 400,
      evidenceKey: false,
    });
  });

  it('is required', () => {
    expect(mistakesOf({})).toEqual(['sender: missing, must be one bare e-mail address, such as key-rotation@example.com']);
  });
});

describe('the command line', () => {
  it('wins over the object in cdk.json, setting by setting', () => {
    const settings = readSettings({ rotation: { sender, dryRun: true, ownerEmailTag: 'Owner' }, dryRun: 'false' });
    expect(settings).toMatchObject({ sender, dryRun: false, ownerEmailTag: 'Owner' });
  });

  it.each<[string, unknown, unknown]>([
    ['dryRun', 'false', false],
    ['dryRun', 'true', true],
    ['resultRetentionDays', '90', 90],
    ['evidenceKey', 'true', true],
    ['evidenceKey', true, true],
    [
      'evidenceKey',
      'arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-1234-5678-9abc-def012345678',
      'arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-1234-5678-9abc-def012345678',
    ],
    ['logRetentionDays', '30', 30],
    ['limits', '{"rotate":5}', { rotate: 5 }],
    ['includeAccounts', '111111111111, 222222222222', ['111111111111', '222222222222']],
    ['includeAccounts', '', []],
    ['excludeOrganizationalUnits', 'ou-ab12-cdef3456', ['ou-ab12-cdef3456']],
    ['tags', '{"team":"security"}', { team: 'security' }],
    ['exemptionGroupExists', 'true', true],
    ['tracing', 'true', true],
    ['replicaRegions', 'us-gov-west-1, ap-southeast-2', ['us-gov-west-1', 'ap-southeast-2']],
    ['warn', '9d, 5d,1d', ['9d', '5d', '1d']],
    ['warn', '3d', ['3d']],
    ['warn', ['9d', '1d'], ['9d', '1d']],
    ['untold', 'proceed', 'proceed'],
    ['exemptPaths', '/service/, /robots/ci/', ['/service/', '/robots/ci/']],
    ['exemptTag', 'ExemptUntil', 'ExemptUntil'],
    ['exemptionMaxDays', '30', 30],
    ['memberKey', 'alias/key-rotation', 'alias/key-rotation'],
  ])('gives %s as %j', (key, given, value) => {
    expect(readSettings({ sender, [key]: given })).toMatchObject({ [key]: value });
  });
});

describe('a profile', () => {
  it.each([
    [{ profile: 'compliant' }, { rotate: '75d', disable: '85d', delete: '95d' }],
    [
      { profile: 'compliant', rotate: '60d' },
      { rotate: '60d', disable: '85d', delete: '95d' },
    ],
    [
      { rotation: { rotate: '70d' }, profile: 'compliant' },
      { rotate: '70d', disable: '85d', delete: '95d' },
    ],
    [{ profile: 'standard' }, { rotate: '90d', disable: '100d', delete: '110d' }],
  ])('gives the ages that are not given: %j', (context, ages) => {
    expect(readSettings({ sender, ...context })).toMatchObject(ages);
  });

  it('is checked together with the ages that are given', () => {
    expect(mistakesOf({ sender, profile: 'compliant', disable: '75d' })).toEqual([
      'disable: disable ("75d") must be longer than rotate ("75d")',
    ]);
  });
});

it("ignores the CDK's own context: feature flags, its options, cached look-ups", () => {
  const context = { '@aws-cdk/core:x': true, 'aws:cdk:bundling-stacks': ['**'], 'tree/x': 1, 'availability-zones:account=1': [] };
  expect(readSettings({ sender, ...context })).toEqual(readSettings({ sender }));
});

const EVERY_MINUTE = 'rate(1 minute)';

it.each([
  ['days', { rotate: '75d', disable: '85d', delete: '95d' }],
  ['minutes', { rotate: '40m', disable: '60m', delete: '80m', warn: ['5m'], schedule: 'rate(5 minutes)' }],
  ['hours and minutes', { rotate: '36h', disable: '48h', delete: '3600m', warn: ['30m'], schedule: 'rate(12 hours)' }],
  ['the shortest', { rotate: '10m', disable: '12m', delete: '14m', warn: ['1m'], schedule: EVERY_MINUTE }],
  ['the longest', { rotate: '3000d', disable: '3300d', delete: '3650d', warn: ['299d'], deleteSecretAfter: '2349d' }],
])('takes a policy in %s', (_, policy) => {
  expect(readSettings({ sender, ...policy })).toMatchObject(policy);
});

describe('an old key that would still take the second place of its user when its successor is due', () => {
  const place = "the old key would still take the user's second place when its successor is due";

  it.each([
    [
      { rotate: '30d', disable: '90d', delete: '100d' },
      'delete: delete ("100d") less rotate ("30d") must not be longer than rotate ("30d")',
    ],
    [
      { rotate: '40m', disable: '60m', delete: '81m', warn: '5m', schedule: EVERY_MINUTE },
      'delete: delete ("81m") less rotate ("40m") must not be longer than rotate ("40m")',
    ],
    [
      { whileInUse: 'hold', maxHold: '81d' },
      'maxHold: maxHold ("81d") and the time from disable ("100d") to delete ("110d") together must not be longer than rotate ("90d")',
    ],
  ])('is refused: %j', (settings, mistake) => {
    expect(mistakesOf({ sender, ...settings })).toEqual([`${mistake}: ${place}`]);
  });

  it.each([
    { rotate: '30d', disable: '45d', delete: '60d' },
    { whileInUse: 'hold', maxHold: '80d' },
    { whileInUse: 'disable', maxHold: '81d' },
  ])('is not seen where it is gone by then: %j', (settings) => {
    expect(mistakesOf({ sender, ...settings })).toEqual([]);
  });
});

describe('a schedule that is rarer than the shortest time between two steps', () => {
  const often = 'run at least that often';

  it.each<[Record<string, unknown>, string]>([
    [
      { schedule: 'rate(60 days)' },
      '"rate(60 days)" leaves 60 days without a run, longer than the time from rotate ("90d") to disable ("100d")',
    ],
    [
      { schedule: 'rate(11 days)' },
      '"rate(11 days)" leaves 11 days without a run, longer than the time from rotate ("90d") to disable ("100d")',
    ],
    [
      { schedule: 'cron(0 2 1 * ? *)' },
      '"cron(0 2 1 * ? *)" leaves 31 days without a run, longer than the time from rotate ("90d") to disable ("100d")',
    ],
    [
      { schedule: 'cron(0 2 * * ? 2025)' },
      '"cron(0 2 * * ? 2025)" stops for more than a year, longer than the time from rotate ("90d") to disable ("100d")',
    ],
    [
      { rotate: '40m', disable: '60m', delete: '80m', warn: '5m', schedule: 'rate(30 minutes)' },
      '"rate(30 minutes)" leaves 30 minutes without a run, longer than the time from rotate ("40m") to disable ("60m")',
    ],
    [
      { rotate: '36h', disable: '48h', delete: '3600m', warn: '30m' },
      '"cron(0 2 * * ? *)" leaves 1440 minutes without a run, longer than the time from rotate ("36h") to disable ("48h")',
    ],
    [
      { rotate: '40m', disable: '70m', delete: '80m', warn: '5m', schedule: 'rate(11 minutes)' },
      '"rate(11 minutes)" leaves 11 minutes without a run, longer than the time from disable ("70m") to delete ("80m")',
    ],
  ])('is refused: %j', (settings, mistake) => {
    expect(mistakesOf({ sender, ...settings })).toEqual([`schedule: ${mistake}; ${often}`]);
  });

  it.each(['rate(10 days)', 'cron(0 2 ? * MON-FRI *)', 'cron(0 2 ? * MON *)', 'rate(5 minutes)'])('%s is often enough', (schedule) => {
    expect(mistakesOf({ sender, schedule })).toEqual([]);
  });
});

const period = 'must be a number with d, h or m, from 10m to 3650d';
const account = 'must be an account id: 12 digits in quotes';
const unit = 'must be the id of an organizational unit, such as ou-ab12-cdef3456';
const list = 'must be a list; on the command line, separate its members by commas';
const bare = 'must be one bare e-mail address, such as key-rotation@example.com';
const schedule =
  'must be rate(<number> minutes|hours|days) or cron(<minute> <hour> <day of month> <month> <day of week> <year>) with ? for exactly one of the two days';

it.each<[Record<string, unknown>, string]>([
  [{ sender: 'nobody' }, `sender: ${bare}, got "nobody"`],
  [{ sender: 'Rotation <a@example.org>' }, `sender: ${bare}, got "Rotation <a@example.org>"`],
  [{ sender: 'a@example.org,b@example.org' }, `sender: ${bare}, got "a@example.org,b@example.org"`],
  [
    { senderName: 'A "quoted" name' },
    `senderName: must be 1 to 64 plain letters, digits, spaces or .,&'()_- and begin with a letter or digit, got "A \\"quoted\\" name"`,
  ],
  [{ replyTo: '' }, `replyTo: ${bare}, got ""`],
  [{ adminEmail: 7 }, 'adminEmail: must be e-mail addresses, one or several, such as ops@example.com,security@example.com, got 7'],
  [{ adminEmail: 'a@example.org, nobody' }, `adminEmail.1: ${bare}, got "nobody"`],
  [
    { contact: 'two\nlines' },
    'contact: must be 1 to 200 characters in one line, such as "#cloud-security or security@example.com", got "two\\nlines"',
  ],
  [{ alarmEmail: 'x@' }, `alarmEmail: ${bare}, got "x@"`],
  [{ dryRun: 'no' }, 'dryRun: must be true or false, got "no"'],
  [{ dryRun: 0 }, 'dryRun: must be true or false, got 0'],
  [{ dryRun: null }, 'dryRun: must be true or false, got null'],
  [{ rotate: 90 }, `rotate: ${period}, got 90`],
  [{ rotate: '90' }, `rotate: ${period}, got "90"`],
  [{ rotate: '9m', disable: '20m', delete: '30m', warn: '1m', schedule: EVERY_MINUTE }, `rotate: ${period}, got "9m"`],
  [{ delete: '3651d' }, `delete: ${period}, got "3651d"`],
  [{ warn: '0d' }, 'warn.0: must be a number with d, h or m, from 1m to 3650d, got "0d"'],
  [{ warn: ['5d', 'soon'] }, 'warn.1: must be a number with d, h or m, from 1m to 3650d, got "soon"'],
  [{ warn: '12h' }, 'warn: warn ("12h") and rotate ("90d") must both be in days, or both in hours or minutes'],
  [{ warn: '7d,10d', delete: '111d' }, 'warn: warn ("10d") must be shorter than the time from rotate ("90d") to disable ("100d")'],
  [{ untold: 'never' }, 'untold: must be wait or proceed, got "never"'],
  [
    { exemptPaths: 'service' },
    'exemptPaths.0: must be the path of IAM users, beginning and ending with a slash, such as /service/, got "service"',
  ],
  [{ exemptTag: 'aws:exempt' }, 'exemptTag: must be an IAM tag key: 1 to 128 characters, not beginning with aws:, got "aws:exempt"'],
  [{ exemptionMaxDays: 0 }, 'exemptionMaxDays: must be a whole number from 1 to 3650, got 0'],
  [
    { memberKey: 'alias/aws/secretsmanager' },
    'memberKey: must be the alias of a customer managed key, such as alias/key-rotation, that every account has in its region, got "alias/aws/secretsmanager"',
  ],
  [
    { memberKey: 'alias/keys', secretStore: 'central' },
    'memberKey: not with secretStore=central, which has a key of its own for all secrets',
  ],
  [{ replicaRegions: 'eu-west-9' }, 'replicaRegions: "eu-west-9" is no region of AWS, the nearest one is eu-west-1'],
  [{ maxHold: 'forever' }, `maxHold: ${period}, got "forever"`],
  [{ delete: '2640h' }, 'delete: delete ("2640h") and rotate ("90d") must both be in days, or both in hours or minutes'],
  [{ disable: '240h' }, 'disable: disable ("240h") and rotate ("90d") must both be in days, or both in hours or minutes'],
  [{ disable: '90d' }, 'disable: disable ("90d") must be longer than rotate ("90d")'],
  [{ delete: '99d' }, 'delete: delete ("99d") must be longer than disable ("100d")'],
  [{ warn: '90d' }, 'rotate: rotate ("90d") must be longer than warn ("90d")'],
  [{ disable: '97d' }, 'warn: warn ("7d") must be shorter than the time from rotate ("90d") to disable ("97d")'],
  [{ delete: '107d' }, 'warn: warn ("7d") must be shorter than the time from disable ("100d") to delete ("107d")'],
  [{ deleteSecretAfter: '6d' }, 'deleteSecretAfter: must be a number with d, h or m, from 7d to 3650d, got "6d"'],
  [
    { deleteSecretAfter: '240h' },
    'deleteSecretAfter: "240h" and rotate ("90d") must both be in days: keys of hours or minutes need their secret all the time',
  ],
  [
    { deleteSecretAfter: '70d' },
    'deleteSecretAfter: "70d" must be shorter than 70d: rotate ("90d") less the time from there to delete ("110d"), or the next key comes first',
  ],
  [{ unusedKeys: 'delete' }, 'unusedKeys: must be rotate or retire, got "delete"'],
  [{ whileInUse: true }, 'whileInUse: must be disable or hold, got true'],
  [{ replicaRegions: 'Frankfurt' }, 'replicaRegions.0: must be the code of a region, such as eu-central-1, got "Frankfurt"'],
  [{ replicaRegions: ['eu-central-1a'] }, 'replicaRegions.0: must be the code of a region, such as eu-central-1, got "eu-central-1a"'],
  [{ replicaRegions: true }, `replicaRegions: ${list}, got true`],
  [{ replicaRegions: 'eu-central-1,us-east-1,eu-central-1' }, 'replicaRegions: "eu-central-1" is listed twice'],
  [{ replicaRegions: RegionInfo.regions.slice(0, 21).map(({ name }) => name) }, 'replicaRegions: at most 20, got 21'],
  [{ limits: 5 }, 'limits: must be an object such as {"rotate":10,"disable":10,"delete":5}, got 5'],
  [{ limits: '{rotate:5}' }, 'limits: must be an object such as {"rotate":10,"disable":10,"delete":5}, got "{rotate:5}"'],
  [{ limits: { rotate: 0 } }, 'limits.rotate: must be a whole number from 1 to 100000, got 0'],
  [{ limits: { disabled: 3 } }, 'limits.disabled: unknown setting, the nearest known one is limits.disable'],
  [{ includeAccounts: '12345678901' }, `includeAccounts.0: ${account}, got "12345678901"`],
  [{ includeAccounts: '111111111111;222222222222' }, `includeAccounts.0: ${account}, got "111111111111;222222222222"`],
  [{ excludeAccounts: [111111111111] }, `excludeAccounts.0: ${account}, got 111111111111`],
  [{ excludeAccounts: { a: 1 } }, `excludeAccounts: ${list}, got {"a":1}`],
  [{ includeOrganizationalUnits: ['ou-ab12-cdef3456', 'r-ab12'] }, `includeOrganizationalUnits.1: ${unit}, got "r-ab12"`],
  [{ excludeOrganizationalUnits: 'ou-AB12-CDEF3456' }, `excludeOrganizationalUnits.0: ${unit}, got "ou-AB12-CDEF3456"`],
  [{ includeAccounts: '111111111111', excludeAccounts: '111111111111' }, 'excludeAccounts: "111111111111" is also in includeAccounts'],
  [{ exemptionGroup: 'a/b' }, 'exemptionGroup: must be an IAM group name: 1 to 128 letters, digits or +=,.@_-, got "a/b"'],
  [{ ownerEmailTag: 'aws:owner' }, 'ownerEmailTag: must be an IAM tag key: 1 to 128 characters, not beginning with aws:, got "aws:owner"'],
  [{ schedule: '0 2 * * *' }, `schedule: ${schedule}, got "0 2 * * *"`],
  [{ reportSchedule: 'cron(0 4 * * * *)' }, `reportSchedule: ${schedule}, got "cron(0 4 * * * *)"`],
  [{ prefix: 'Rotation' }, 'prefix: must be 3 to 40 lower-case letters, digits and single dashes, and begin with a letter, got "Rotation"'],
  [
    { evidenceKey: 'alias/evidence' },
    'evidenceKey: must be true, false, or the ARN of a KMS key of the type ECC_NIST_P256 for signing, got "alias/evidence"',
  ],
  [{ resultRetentionDays: 29 }, 'resultRetentionDays: must be a whole number from 30 to 3650, got 29'],
  [{ resultRetentionDays: '30.5' }, 'resultRetentionDays: must be a whole number from 30 to 3650, got "30.5"'],
  [{ dryrun: 'false' }, 'dryrun: unknown setting, the nearest known one is dryRun'],
  [{ rotation: { excludedAccounts: [] } }, 'excludedAccounts: unknown setting, the nearest known one is excludeAccounts'],
  [{ rotation: ['dryRun'] }, 'rotation: must be an object of settings, got ["dryRun"]'],
])('refuses %j', (context, mistake) => {
  expect(mistakesOf({ sender, ...context })).toEqual([mistake]);
});

it('names the values that CloudWatch accepts for log retention', () => {
  expect(mistakesOf({ sender, logRetentionDays: '31' })).toEqual([expect.stringMatching(/must be one of 1, 3, .*, 3653, got 31$/)]);
  expect(mistakesOf({ sender, logRetentionDays: 9999 })).toHaveLength(1);
});

it('lists every mistake at once, also those between settings', () => {
  const mistakes = mistakesOf({ rotation: { sendr: 'x', rotate: '100d' }, dryRun: 'maybe', prefix: '' });
  expect(mistakes.map((mistake) => mistake.split(':')[0])).toEqual(['sender', 'dryRun', 'prefix', 'sendr', 'disable']);
});

it.each<[string, Record<string, unknown>, string[]]>([
  [
    'an age that is no age and two that are in the wrong order',
    { rotate: 'soon', disable: '120d', delete: '110d' },
    [`rotate: ${period}, got "soon"`, 'delete: delete ("110d") must be longer than disable ("120d")'],
  ],
  [
    'the age in between that is none, and the others in the wrong order',
    { rotate: '90d', disable: 'soon', delete: '80d' },
    [`disable: ${period}, got "soon"`, 'delete: delete ("80d") must be longer than rotate ("90d")'],
  ],
  [
    'a wrong order and a warning that is too long elsewhere',
    { disable: '90d', delete: '100d', warn: '15d' },
    [
      'disable: disable ("90d") must be longer than rotate ("90d")',
      'warn: warn ("15d") must be shorter than the time from disable ("90d") to delete ("100d")',
    ],
  ],
  [
    'different units and a wrong order of the others',
    { rotate: '2160h', disable: '110d', delete: '100d' },
    [
      'disable: disable ("110d") and rotate ("2160h") must both be in days, or both in hours or minutes',
      'delete: delete ("100d") must be longer than disable ("110d")',
    ],
  ],
  [
    'a wrong warning and one that is too long',
    { warn: 'soon,10d' },
    [
      'warn.0: must be a number with d, h or m, from 1m to 3650d, got "soon"',
      'warn: warn ("10d") must be shorter than the time from rotate ("90d") to disable ("100d")',
      'warn: warn ("10d") must be shorter than the time from disable ("100d") to delete ("110d")',
    ],
  ],
  [
    'a wrong member of a list and one that is in another list, too',
    { includeAccounts: '12,111111111111', excludeAccounts: ['111111111111'] },
    [`includeAccounts.0: ${account}, got "12"`, 'excludeAccounts: "111111111111" is also in includeAccounts'],
  ],
  [
    'a wrong account and one that is listed twice',
    { deployment: 'list', accounts: [{ id: '1' }, '222222222222', '222222222222'], managementAccount: 'rotate' },
    [
      `accounts.0.id: ${account}, got "1"`,
      'accounts: "222222222222" is listed twice',
      'managementAccount: only with deployment=delegated, got deployment="list"',
    ],
  ],
])('lists in one go %s', (_, settings, mistakes) => {
  expect(mistakesOf({ sender, ...settings })).toEqual(mistakes);
});

it('shows the beginning of a long value only', () => {
  const [mistake = ''] = mistakesOf({ sender: 'x'.repeat(5_000) });
  expect(mistake.length).toBeLessThan(200);
});
