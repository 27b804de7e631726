import { readSettings } from '../../../lib/settings/read';
import { orchestratorVariables, rotatorVariables } from '../../../lib/settings/variables';
import { orchestratorEnvironment, rotatorEnvironment } from '../../../lambda/shared/environment';
import { mistakesOf } from './mistakes';

const sender = 'key-rotation@example.org';
const fast = { name: 'fast', groups: ['minutes'], rotate: '10m', disable: '12m', delete: '15m', schedule: 'rate(1 minute)' };
const monthly = { name: 'monthly', paths: ['/finance/'], rotate: '30d', disable: '35d', delete: '40d', schedule: 'cron(0 3 * * ? *)' };

it.each<[string, unknown[]]>([
  ['minutes, by a group', [fast]],
  ['two side by side', [fast, monthly]],
  ['days, with warnings', [{ ...monthly, warn: ['3d'] }]],
  ['hours, by path and group', [{ ...fast, paths: ['/hours/'], rotate: '6h', disable: '7h', delete: '8h', schedule: 'rate(30 minutes)' }]],
  ['a grace that is nearly the whole age', [{ ...fast, disable: '19m', delete: '20m' }]],
  ['some accounts', [{ ...fast, accounts: ['111111111111'] }]],
])('takes a policy of %s', (_, policies) => {
  expect(mistakesOf({ sender, policies })).toEqual([]);
  expect(mistakesOf({ sender, policies: JSON.stringify(policies) })).toEqual([]);
});

it.each<[string, unknown, Record<string, unknown>, string]>([
  ['no list', {}, {}, 'policies: must be a list of policies: docs/policies.md, got {}'],
  ['an empty list', [], {}, 'policies: must be a list of policies, at least one: docs/policies.md, got []'],
  [
    'a name that is none',
    [{ ...fast, name: 'Fast' }],
    {},
    'policies.0.name: must be 1 to 20 lower-case letters, digits and single dashes, and begin with a letter, got "Fast"',
  ],
  ['a name twice', [fast, { ...monthly, name: 'fast' }], {}, 'policies: the name "fast" is there twice'],
  [
    'users by tag',
    [{ ...fast, tag: 'keys=minutes' }],
    {},
    'policies.0.tag: users follow a policy by groups or paths, never by a tag: who may tag a colleague could then have their key switched off in minutes',
  ],
  [
    'a setting that it does not have',
    [{ ...fast, untold: 'wait' }],
    {},
    'policies.0.untold: unknown setting, the nearest known one is policies.0.name',
  ],
  [
    'nobody who follows it',
    [{ ...fast, groups: [] }],
    {},
    'policies.fast.groups: missing, and paths is empty, too: nobody would follow the policy',
  ],
  [
    'keys of less than ten minutes',
    [{ ...fast, rotate: '9m' }],
    {},
    'policies.0.rotate: must be a number with d, h or m, from 10m to 3650d, got "9m"',
  ],
  ['steps out of order', [{ ...fast, disable: '10m' }], {}, 'policies.fast.disable: disable ("10m") must be longer than rotate ("10m")'],
  [
    'ages in two units',
    [{ ...fast, delete: '1d' }],
    {},
    'policies.fast.delete: delete ("1d") and rotate ("10m") must both be in days, or both in hours or minutes',
  ],
  [
    'no room for a successor',
    [{ ...fast, delete: '21m' }],
    {},
    `policies.fast.delete: delete ("21m") less rotate ("10m") must not be longer than rotate ("10m"): the old key would still take the user's second place when its successor is due`,
  ],
  [
    'runs that are too rare',
    [{ ...fast, schedule: 'rate(3 minutes)' }],
    {},
    'policies.fast.schedule: "rate(3 minutes)" leaves 3 minutes without a run, longer than the time from rotate ("10m") to disable ("12m"); run at least that often',
  ],
  [
    'runs that pause at night',
    [{ ...fast, schedule: 'cron(* 6-22 * * ? *)' }],
    {},
    'policies.fast.schedule: "cron(* 6-22 * * ? *)" leaves 421 minutes without a run, longer than the time from rotate ("10m") to disable ("12m"); run at least that often',
  ],
  [
    'warnings by the minute',
    [{ ...fast, warn: '1m' }],
    {},
    'policies.fast.warn: only for policies in days, got "1m": nobody reads a mail minutes before a step',
  ],
  [
    'a warning as long as a grace',
    [{ ...monthly, warn: '5d' }],
    {},
    'policies.monthly.warn: warn ("5d") must be shorter than the time from rotate ("30d") to disable ("35d")',
  ],
  [
    'a hold without room',
    [monthly],
    { whileInUse: 'hold' },
    `policies.monthly.maxHold: maxHold ("30d") and the time from disable ("35d") to delete ("40d") together must not be longer than rotate ("30d"): the old key would still take the user's second place when its successor is due`,
  ],
  [
    'the exemption group',
    [{ ...fast, groups: ['iamkeyrotationexemptiongroup'] }],
    {},
    'policies.fast.groups: "iamkeyrotationexemptiongroup" is the exemptionGroup, whose members are never touched',
  ],
  [
    'an exempt path',
    [{ ...monthly, paths: ['/finance/old/'] }],
    { exemptPaths: '/finance/' },
    'policies.monthly.paths: "/finance/old/" is below exemptPaths, whose users are never touched',
  ],
  [
    'a group of two policies',
    [fast, { ...monthly, groups: ['Minutes'] }],
    {},
    'policies.monthly.groups: "Minutes" is also in the policy fast; a user follows one policy',
  ],
  [
    'paths one below the other',
    [{ ...fast, paths: ['/finance/bots/'] }, monthly],
    {},
    'policies.monthly.paths: "/finance/" overlaps "/finance/bots/" of the policy fast; a user follows one policy',
  ],
  [
    'a path twice',
    [{ ...fast, paths: ['/bots/', '/bots/'] }],
    {},
    'policies.fast.paths: "/bots/" overlaps "/bots/" of this policy; a user follows one policy',
  ],
  [
    'six policies',
    Array.from({ length: 6 }, (_, at) => ({ ...fast, name: `p${at}`, groups: [`g${at}`] })),
    {},
    'policies: at most 5, got 6',
  ],
  [
    'eleven groups',
    [{ ...fast, groups: Array.from({ length: 11 }, (_, at) => `g${at}`) }],
    {},
    'policies: at most 10 groups and paths together, got 11: each run reads them all',
  ],
  [
    'more accounts than one run starts',
    [{ ...fast, accounts: Array.from({ length: 51 }, (_, at) => String(111_111_111_111 + at)) }],
    {},
    'policies.fast.accounts: at most 50, got 51; make several policies, or name none',
  ],
  [
    'an account twice',
    [{ ...fast, accounts: ['111111111111', '111111111111'] }],
    {},
    'policies.fast.accounts: "111111111111" is listed twice',
  ],
  [
    'an account that is left out',
    [{ ...fast, accounts: ['111111111111'] }],
    { excludeAccounts: '111111111111' },
    'policies.fast.accounts: "111111111111" is also in excludeAccounts',
  ],
  [
    'an account that is not listed',
    [{ ...fast, accounts: ['111111111111'] }],
    { deployment: 'list', accounts: '222222222222' },
    'policies.fast.accounts: "111111111111" is not among the accounts of deployment=list',
  ],
  [
    'accounts of a deployment for one',
    [{ ...fast, accounts: ['111111111111'] }],
    { deployment: 'single' },
    'policies.fast.accounts: not with deployment=single, which has one account',
  ],
  [
    'more than Lambda takes',
    Array.from({ length: 5 }, (_, at) => ({ ...fast, name: `p${at}`, groups: [`g${at}`.repeat(60), `h${at}`.repeat(60)] })),
    {},
    'policies: at most 1400 bytes of variables, got 1923; name fewer accounts, groups or paths',
  ],
  [
    'schedules that end',
    [{ ...fast, schedule: 'cron(* * * * ? 2026)' }],
    {},
    'policies.fast.schedule: "cron(* * * * ? 2026)" stops for more than a year; a policy needs runs as long as it has users',
  ],
  [
    'two secrets in many regions',
    [fast],
    {
      secretStore: 'central',
      replicaRegions: 'eu-west-1,eu-west-2,eu-west-3,eu-central-1,eu-central-2,eu-north-1,eu-south-1,us-east-1,us-east-2,us-west-1',
    },
    'policies.fast.rotate: "10m" takes two secrets for each user, and with secretStore=central at most 9 replicaRegions then, got 10',
  ],
])('refuses %s, naming policy, key, value and limit', (_, policies, more, mistake) => {
  expect(mistakesOf({ sender, policies, ...more })).toContain(mistake);
});

it('tells the functions of each policy what they need, and nothing where there is none', () => {
  const deployed = { resultsBucket: 'results', account: '111111111111' };
  const given = readSettings({ sender, policies: [{ ...fast, accounts: ['111111111111'] }, monthly] });
  const rotator = rotatorEnvironment(rotatorVariables(given, deployed)).POLICIES;
  expect(rotator).toMatchObject([
    {
      name: 'fast',
      groups: ['minutes'],
      inTurn: true,
      rotate: { unit: 'exact', milliseconds: 600_000 },
      warn: [],
      accounts: ['111111111111'],
    },
    { name: 'monthly', paths: ['/finance/'], inTurn: false, rotate: { unit: 'days', days: 30 } },
  ]);
  expect(orchestratorEnvironment(orchestratorVariables(given, deployed)).POLICIES).toEqual([
    { name: 'fast', pauseMs: 60_000, accounts: ['111111111111'] },
    { name: 'monthly', pauseMs: 86_400_000 },
  ]);
  const none = readSettings({ sender });
  expect(JSON.stringify([rotatorVariables(none, deployed), orchestratorVariables(none, deployed)])).not.toContain('POLICIES');
});
