import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { readSettings } from '../../../lib/settings/read';
import type { AccountResult, ActionResult } from '../../../lambda/runs/schemas';
import type { SentMail } from '../../../sandbox/kernel/world';
import {
  actionsOf,
  DAY,
  NAMES,
  START,
  TEAM,
  testOrganization,
  type Account,
  type KeyStory,
  type TestOrganization,
} from '../../helpers/sandbox-organization';
import { forgetMemory } from '../../helpers/sandbox-memory';
import { dateOn, days, refuse, runOnDays, setVariable, statusesOf, timeline } from '../support';

const organization = testOrganization('enforcing', [TEAM], { direct: true });

const people = () => organization().sandbox.people(TEAM.id);
/** A day after START as mails show it. */
const shownOn = (day: number): string =>
  new Date(START.getTime() + day * DAY).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
const DUE: KeyStory[] = [{ ageDays: 90, usedDaysAgo: 0 }];
/** Two keys in use, of which the older one is announced. */
const TWO: KeyStory[] = [
  { ageDays: 200, usedDaysAgo: 0 },
  { ageDays: 50, usedDaysAgo: 0 },
];

type Results = ReadonlyMap<number, AccountResult>;

const setPolicy = (change: Readonly<Record<string, unknown>>): void => {
  setVariable(organization(), 'POLICY', (text) => JSON.stringify({ ...(JSON.parse(text) as object), ...change }));
};
const setSchedule = (schedule: string): void => {
  setVariable(organization(), 'SCHEDULE', () => schedule);
};

/** Runs a little after two o'clock, when the schedule fires; people do something before each run. */
async function runLate(on: readonly number[], before: (day: number) => void = () => undefined, account: Account = TEAM): Promise<Results> {
  const org = organization();
  const results = new Map<number, AccountResult>();
  for (const day of on) {
    org.goToDay(day, 61);
    before(day);
    results.set(day, await org.rotate(account));
  }
  return results;
}

const done = (results: Results, user: string): [number, ActionResult][] =>
  [...results].flatMap(([day, result]) =>
    actionsOf([result], user)
      .filter(({ outcome }) => outcome === 'done')
      .map((action) => [day, action] as [number, ActionResult]),
  );
/** The days on which an action was done for a user; of warnings, of this step. */
const daysOf = (results: Results, user: string, name: string, step?: string): number[] =>
  done(results, user).flatMap(([day, { action, step: of }]) => (action === name && (step === undefined || of === step) ? [day] : []));
const failures = (results: Results, error: string): number[] =>
  [...results].flatMap(([day, result]) => (result.failures.some((failure) => failure.error === error) ? [day] : []));
const mailsTo = (address: string): SentMail[] => organization().sandbox.mails.filter(({ to }) => to.includes(address));

describe('F14: a step that nobody could be told about', () => {
  const refuseMail = (to?: string, code = 'MessageRejected') =>
    refuse(
      organization(),
      {
        operation: 'SendEmail',
        input: ({ Destination }) => to === undefined || (Destination as { ToAddresses: string[] }).ToAddresses.includes(to),
      },
      code,
      400,
    );

  it('case F14: waits while SES refuses every mail, is a failure of every run, and gets its whole time once a mail was accepted', async () => {
    const org = organization();
    const [old] = org.addUser(TEAM, 'alice', DUE).keys;
    const fault = refuseMail();
    const untold = await runOnDays(org, TEAM, days(0, 25));
    expect(timeline(untold, 'alice', old!.id)).toEqual(['rotate on day 0']);
    expect(statusesOf(org, TEAM, 'alice')).toEqual(['Active', 'Active']);
    expect(failures(untold, 'NobodyToldError')).toEqual(days(0, 25));
    expect(untold.get(25)!.failures.find(({ error }) => error === 'NobodyToldError')).toMatchObject({ user: 'alice', keyId: old!.id });
    org.sandbox.faults.remove(fault);
    const told = await runOnDays(org, TEAM, days(26, 46));
    expect(timeline(told, 'alice', old!.id)).toEqual(['disable on day 36', 'delete on day 46']);
    expect(failures(told, 'NobodyToldError')).toEqual([]);
  });

  it.each<[string, KeyStory[]]>([
    ['the disabling of one of two active keys', TWO],
    ['the deletion of a key that a person disabled', [{ ageDays: 200, status: 'Inactive' }]],
  ])('waits, too: %s', async (_, keys) => {
    const org = organization();
    const [old] = org.addUser(TEAM, 'alice', keys).keys;
    const fault = refuseMail();
    const untold = await runOnDays(org, TEAM, days(0, 12));
    expect(org.user(TEAM, 'alice').keys).toHaveLength(keys.length);
    expect(org.user(TEAM, 'alice').keys[0]!.status).toBe(keys[0]!.status ?? 'Active');
    expect(failures(untold, 'NobodyToldError')).toEqual(days(0, 12));
    org.sandbox.faults.remove(fault);
    const told = await runOnDays(org, TEAM, days(13, 23));
    expect(timeline(told, 'alice', old!.id).at(-1)).toMatch(/^(?:disable|delete) on day 23$/);
  });

  it('of the deletion of a key that was disabled by the rotation', async () => {
    const org = organization();
    const [old] = org.addUser(TEAM, 'alice', DUE).keys;
    await runOnDays(org, TEAM, days(0, 9));
    const fault = refuseMail();
    const untold = await runOnDays(org, TEAM, days(10, 24));
    expect(timeline(untold, 'alice', old!.id)).toEqual(['disable on day 10', 'note-inactive on day 11']);
    org.sandbox.faults.remove(fault);
    expect(timeline(await runOnDays(org, TEAM, days(25, 36)), 'alice', old!.id)).toEqual(['note-inactive on day 25', 'delete on day 35']);
  });

  it.each([
    ['the owner, and the account was', 'owner@acme.example'],
    ['the account, and the owner was', TEAM.email],
  ])('does not wait when only %s', async (_, refused) => {
    const org = organization();
    const [old] = org.addUser(TEAM, 'alice', DUE, { owner: 'owner@acme.example' }).keys;
    refuseMail(refused);
    const results = await runOnDays(org, TEAM, days(0, 10));
    expect(timeline(results, 'alice', old!.id)).toEqual(['rotate on day 0', 'disable on day 10']);
    expect(failures(results, 'NobodyToldError')).toEqual([]);
    expect(results.get(0)!.failures).toMatchObject([{ step: 'send mail', message: expect.stringContaining(refused) as string }]);
  });

  it.each([
    ['within the grace', 5],
    ['on the day on which the grace would be over', 10],
    ['after the grace would be over', 13],
  ])('counts its grace from the first mail that was accepted: %s', async (_, accepted) => {
    const org = organization();
    const [old] = org.addUser(TEAM, 'alice', DUE).keys;
    const fault = refuseMail();
    await runOnDays(org, TEAM, days(0, accepted - 1));
    org.sandbox.faults.remove(fault);
    const results = await runOnDays(org, TEAM, days(accepted, accepted + 10));
    expect(timeline(results, 'alice', old!.id)).toEqual([`disable on day ${accepted + 10}`]);
    expect(mailsTo(TEAM.email)[0]!.text).toContain(`will be disabled on ${shownOn(accepted + 10)}`);
  });

  it.each<[string, (org: TestOrganization) => void]>([
    ["the day's quota of mails is used up", () => refuseMail(undefined, 'LimitExceededException')],
    ['sending is paused', () => refuseMail(undefined, 'SendingPausedException')],
    [
      'the template is missing',
      (org) => {
        org.sandbox.kernel.account(org.central.id).templates.clear();
      },
    ],
    [
      'the rotator may not send any more',
      () => {
        refuse(organization(), { operation: 'SendEmail' }, 'AccessDeniedException', 403);
      },
    ],
  ])('waits when %s', async (_, spoil) => {
    const org = organization();
    const [old] = org.addUser(TEAM, 'alice', DUE).keys;
    spoil(org);
    const results = await runOnDays(org, TEAM, [0, 1, 10, 11, 12]);
    expect(timeline(results, 'alice', old!.id)).toEqual(['rotate on day 0']);
    expect(failures(results, 'NobodyToldError')).toEqual([0, 1, 10, 11, 12]);
  });

  it('waits when neither the account nor an owner has an address', async () => {
    const org = organization();
    const [old] = org.addUser(TEAM, 'alice', DUE, { owner: 'nobody' }).keys;
    const results = await runLate([0, 1, 10, 11, 12], undefined, { ...TEAM, email: 'not an address' });
    expect(timeline(results, 'alice', old!.id)).toEqual(['rotate on day 0']);
    expect(failures(results, 'NobodyToldError')).toEqual([0, 1, 10, 11, 12]);
  });

  it('goes on by the policy’s dates where the settings say untold=proceed, and is a failure all the same', async () => {
    const org = organization();
    setPolicy({ untold: 'proceed' });
    org.rules.expectPolicy({ proceedsUntold: true });
    const [old] = org.addUser(TEAM, 'alice', DUE).keys;
    refuseMail();
    const results = await runOnDays(org, TEAM, days(0, 20));
    expect(timeline(results, 'alice', old!.id)).toEqual(['rotate on day 0', 'disable on day 10', 'delete on day 20']);
    expect(failures(results, 'NobodyToldError')).toEqual(days(0, 19));
  });
});

describe('F15: warnings come before the step, whatever days the schedule leaves out', () => {
  /** Days on which a schedule runs, START being a Monday. */
  const weekday = (day: number): boolean => day % 7 < 5;
  const weekend = (day: number): boolean => !weekday(day);
  const everyThird = (day: number): boolean => [1, 4, 7, 10, 13, 16, 19, 22, 25, 28, 31].includes(Number(dateOn(day).slice(8)));

  it.each<[string, string, (day: number) => boolean, { age: number; rotate: number; warned: number[]; disable: number }]>([
    [
      'case F15: on weekdays, rotated on a Thursday',
      'cron(0 2 ? * MON-FRI *)',
      weekday,
      { age: 87, rotate: 3, warned: [4, 11], disable: 14 },
    ],
    ['on weekdays, rotated on a Friday', 'cron(0 2 ? * MON-FRI *)', weekday, { age: 86, rotate: 4, warned: [7, 11], disable: 14 }],
    ['at weekends', 'cron(0 2 ? * SAT,SUN *)', weekend, { age: 90, rotate: 5, warned: [6, 13], disable: 19 }],
    ['on every third day of a month', 'cron(0 2 */3 * ? *)', everyThird, { age: 88, rotate: 2, warned: [5, 11], disable: 14 }],
    ['every other day', 'rate(2 days)', (day) => day % 2 === 0, { age: 90, rotate: 0, warned: [2, 8], disable: 10 }],
  ])('%s', async (_, schedule, runs, expected) => {
    const org = organization();
    setSchedule(schedule);
    const [old] = org.addUser(TEAM, 'alice', [{ ageDays: expected.age, usedDaysAgo: 0 }]).keys;
    const results = await runLate(days(0, 30).filter(runs));
    expect(daysOf(results, 'alice', 'warn', 'disable')).toEqual(expected.warned);
    expect(timeline(results, 'alice', old!.id).slice(0, 2)).toEqual([
      `rotate on day ${expected.rotate}`,
      `disable on day ${expected.disable}`,
    ]);
    expect(daysOf(results, 'alice', 'warn', 'delete').length).toBeGreaterThanOrEqual(2);
  });

  it('of a rotation, at several times', async () => {
    const org = organization();
    setSchedule('cron(0 2 ? * MON-FRI *)');
    setPolicy({ disable: '110d', delete: '130d', warn: ['15d', '7d', '1d'] });
    org.addUser(TEAM, 'alice', [{ ageDays: 70, usedDaysAgo: 0 }]);
    const results = await runLate(days(0, 21).filter(weekday));
    expect(daysOf(results, 'alice', 'warn', 'rotate')).toEqual([4, 11, 18]);
    expect(daysOf(results, 'alice', 'rotate')).toEqual([21]);
  });

  it('of a key that is held, when its date falls on a day without a run', async () => {
    const org = organization();
    setSchedule('cron(0 2 ? * MON-FRI *)');
    setPolicy({ whileInUse: 'hold' });
    const [old] = org.addUser(TEAM, 'alice', [{ ageDays: 87, usedDaysAgo: 0 }]).keys;
    const results = await runLate(days(0, 40).filter(weekday), () => {
      people().useKey('alice', old!.id);
    });
    expect(daysOf(results, 'alice', 'hold')).toEqual([14]);
    expect(daysOf(results, 'alice', 'warn', 'disable').at(-1)).toBe(32);
    expect(daysOf(results, 'alice', 'disable')).toEqual([35]);
  });
});

describe('F16: a date that people were given is kept', () => {
  const SHORTER = { disable: '92d', delete: '94d', warn: ['1d'] };

  it('case F16: when the settings come earlier the day after', async () => {
    const org = organization();
    const [old] = org.addUser(TEAM, 'alice', DUE).keys;
    const first = await runOnDays(org, TEAM, [0]);
    expect(mailsTo(TEAM.email)[0]!.text).toContain(`will be disabled on ${shownOn(10)}`);
    setPolicy(SHORTER);
    const results = new Map([...first, ...(await runOnDays(org, TEAM, days(1, 10)))]);
    expect(timeline(results, 'alice', old!.id)).toEqual(['rotate on day 0', 'disable on day 10']);
    expect(daysOf(results, 'alice', 'warn', 'disable')).toEqual([9]);
  });

  it.each<[string, KeyStory[], string]>([
    ['of one of two active keys', TWO, 'disable'],
    ['of a key that was found inactive', [{ ageDays: 200, status: 'Inactive' }], 'delete'],
  ])('when the settings come earlier: %s', async (_, keys, step) => {
    const org = organization();
    org.addUser(TEAM, 'alice', keys);
    await runOnDays(org, TEAM, [0]);
    setPolicy(SHORTER);
    expect(daysOf(await runOnDays(org, TEAM, days(1, 10)), 'alice', step)).toEqual([10]);
  });

  it('of the deletion, when the recovery time becomes shorter after the disabling', async () => {
    const org = organization();
    org.addUser(TEAM, 'alice', DUE);
    await runOnDays(org, TEAM, days(0, 10));
    setPolicy({ delete: '102d', warn: ['1d'] });
    expect(daysOf(await runOnDays(org, TEAM, days(11, 20)), 'alice', 'delete')).toEqual([20]);
  });

  it('after a key was enabled again', async () => {
    const org = organization();
    const [old] = org.addUser(TEAM, 'alice', DUE).keys;
    await runOnDays(org, TEAM, days(0, 12));
    people().enableKey('alice', old!.id);
    const [[, told] = []] = done(await runOnDays(org, TEAM, [13]), 'alice');
    expect(told).toMatchObject({ action: 'note-reenabled', on: expect.stringContaining(dateOn(23)) as string });
    setPolicy(SHORTER);
    expect(daysOf(await runOnDays(org, TEAM, days(14, 23)), 'alice', 'disable')).toEqual([23]);
  });

  it('when the policy changes from days to hours', async () => {
    const org = organization();
    org.addUser(TEAM, 'alice', DUE);
    await runOnDays(org, TEAM, [0]);
    setPolicy({ rotate: '2000h', disable: '2010h', delete: '2020h', warn: ['2h'], maxHold: '20h' });
    expect(daysOf(await runOnDays(org, TEAM, days(1, 10)), 'alice', 'disable')).toEqual([10]);
  });

  it('when the schedule runs by the hour', async () => {
    const org = organization();
    org.addUser(TEAM, 'alice', DUE);
    await runOnDays(org, TEAM, [0]);
    setSchedule('rate(1 hour)');
    setPolicy(SHORTER);
    for (let hour = 6; hour < 9 * 24 + 22; hour += 21) {
      org.goToDay(0, hour * 60);
      await org.rotate(TEAM);
      expect(statusesOf(org, TEAM, 'alice')).toEqual(['Active', 'Active']);
    }
    org.goToDay(10, -30);
    await org.rotate(TEAM);
    expect(statusesOf(org, TEAM, 'alice')).toEqual(['Inactive', 'Active']);
  });

  it('when the settings then say that nobody needs to be told', async () => {
    const org = organization();
    org.addUser(TEAM, 'alice', DUE);
    await runOnDays(org, TEAM, [0]);
    setPolicy({ ...SHORTER, untold: 'proceed' });
    expect(daysOf(await runOnDays(org, TEAM, days(1, 10)), 'alice', 'disable')).toEqual([10]);
  });

  it.each<[string, Record<string, unknown>]>([
    ['no key is held any more', { whileInUse: 'disable' }],
    ['keys are held for a shorter time', { maxHold: '12d' }],
  ])('of a key that is held while it is used, when %s', async (_, change) => {
    const org = organization();
    setPolicy({ whileInUse: 'hold' });
    const [old] = org.addUser(TEAM, 'alice', DUE).keys;
    const inUse = () => {
      people().useKey('alice', old!.id);
    };
    const held = await runLate(days(0, 10), inUse);
    expect(daysOf(held, 'alice', 'hold')).toEqual([10]);
    expect(mailsTo(TEAM.email).at(-1)!.text).toContain(`stays enabled while it is used, until ${shownOn(30)} at the latest`);
    setPolicy(change);
    expect(daysOf(await runLate(days(11, 30), inUse), 'alice', 'disable')).toEqual([30]);
  });

  it('and a later date by new settings is told before it comes', async () => {
    const org = organization();
    org.addUser(TEAM, 'alice', DUE);
    await runOnDays(org, TEAM, [0]);
    setPolicy({ disable: '115d', delete: '125d' });
    const results = await runOnDays(org, TEAM, days(1, 25));
    expect(daysOf(results, 'alice', 'warn', 'disable')).toEqual([18, 24]);
    expect(daysOf(results, 'alice', 'disable')).toEqual([25]);
  });
});

describe('settings that cannot work are refused at synth, all of them in one go', () => {
  const refusal = (settings: Readonly<Record<string, unknown>>): string[] => {
    try {
      readSettings({ sender: 'key-rotation@example.com', ...settings });
    } catch (error) {
      return (error as Error).message
        .split('\n')
        .slice(1)
        .map((line) => line.trim());
    }
    return [];
  };

  it.each<[string, Record<string, string>, string[]]>([
    [
      'case F17: an old key that is kept longer than a key is used',
      { rotate: '30d', disable: '90d', delete: '100d' },
      [
        'delete: delete ("100d") less rotate ("30d") must not be longer than rotate ("30d"): the old key would still take the user\'s second place when its successor is due',
      ],
    ],
    [
      'a profile of which one age is changed',
      { profile: 'compliant', rotate: '40d' },
      [
        'delete: delete ("95d") less rotate ("40d") must not be longer than rotate ("40d"): the old key would still take the user\'s second place when its successor is due',
      ],
    ],
    [
      'a key that is held until its successor is due',
      { whileInUse: 'hold', maxHold: '85d' },
      [
        'maxHold: maxHold ("85d") and the time from disable ("100d") to delete ("110d") together must not be longer than rotate ("90d"): the old key would still take the user\'s second place when its successor is due',
      ],
    ],
    [
      'the same by the hour',
      { rotate: '3h', disable: '5h', delete: '7h', warn: '10m', maxHold: '10m', schedule: 'rate(10 minutes)' },
      [
        'delete: delete ("7h") less rotate ("3h") must not be longer than rotate ("3h"): the old key would still take the user\'s second place when its successor is due',
      ],
    ],
    [
      'case F18: a schedule that is rarer than the steps are apart',
      { schedule: 'rate(60 days)' },
      [
        'schedule: "rate(60 days)" leaves 60 days without a run, longer than the time from rotate ("90d") to disable ("100d"); run at least that often',
      ],
    ],
    [
      'a schedule of one day a month',
      { schedule: 'cron(0 2 1 * ? *)' },
      [
        'schedule: "cron(0 2 1 * ? *)" leaves 31 days without a run, longer than the time from rotate ("90d") to disable ("100d"); run at least that often',
      ],
    ],
    [
      'a schedule that pauses in summer',
      { schedule: 'cron(0 2 ? 1-7,9-12 * *)' },
      [
        'schedule: "cron(0 2 ? 1-7,9-12 * *)" leaves 32 days without a run, longer than the time from rotate ("90d") to disable ("100d"); run at least that often',
      ],
    ],
    [
      'a schedule that is over',
      { schedule: 'cron(0 2 * * ? 2020)' },
      [
        'schedule: "cron(0 2 * * ? 2020)" stops for more than a year, longer than the time from rotate ("90d") to disable ("100d"); run at least that often',
      ],
    ],
    [
      'weekdays, for graces of two days',
      { rotate: '90d', disable: '92d', delete: '100d', warn: '1d', schedule: 'cron(0 2 ? * MON-FRI *)' },
      [
        'schedule: "cron(0 2 ? * MON-FRI *)" leaves 3 days without a run, longer than the time from rotate ("90d") to disable ("92d"); run at least that often',
      ],
    ],
    [
      'a daily run, for graces of hours',
      { rotate: '50h', disable: '60h', delete: '70h', warn: '1h', maxHold: '1h' },
      [
        'schedule: "cron(0 2 * * ? *)" leaves 1440 minutes without a run, longer than the time from rotate ("50h") to disable ("60h"); run at least that often',
      ],
    ],
    [
      'a region that does not exist',
      { replicaRegions: 'eu-central-1,eu-middle-1' },
      ['replicaRegions: "eu-middle-1" is no region of AWS, the nearest one is eu-north-1'],
    ],
  ])('%s', (_, settings, expected) => {
    expect(refusal(settings)).toEqual(expected);
  });

  it('every wrong setting and every wrong combination', () => {
    const keys = refusal({
      rotate: '100d',
      disable: '90d',
      delete: '100d',
      maxHold: 'long',
      warn: '200d,2h',
      schedule: 'cron(0 2 1 */6 ? *)',
      replicaRegions: 'mars-north-1',
      deployment: 'single',
      secretStore: 'central',
      includeAccounts: '111122223333',
      logRetentionDays: '4',
      unknown: 'x',
    }).map((line) => line.slice(0, line.indexOf(':')));
    expect(keys.toSorted()).toEqual(
      [
        'disable',
        'includeAccounts',
        'logRetentionDays',
        'maxHold',
        'replicaRegions',
        'rotate',
        'schedule',
        'secretStore',
        'unknown',
        'warn',
      ].toSorted(),
    );
  });

  it('a rare schedule that is often enough for long graces works: an inactive key is noted once, and deleted', async () => {
    const org = organization();
    setSchedule('rate(50 days)');
    setPolicy({ rotate: '200d', disable: '260d', delete: '311d' });
    expect(refusal({ rotate: '200d', disable: '260d', delete: '311d', schedule: 'rate(50 days)' })).toEqual([]);
    org.addUser(TEAM, 'alice', [{ ageDays: 400, status: 'Inactive' }]);
    const results = await runLate([0, 50, 100, 150]);
    expect(daysOf(results, 'alice', 'note-inactive')).toEqual([0]);
    expect(daysOf(results, 'alice', 'delete')).toEqual([100]);
  });
});

describe('F19: an owner is told whatever the letter case of their tag', () => {
  it.each([
    ['case F19: owneremail', { owneremail: 'owner@acme.example' }],
    ['OWNEREMAIL', { OWNEREMAIL: 'owner@acme.example' }],
    ['spaces around the address', { OwnerEmail: '  owner@acme.example ' }],
    ['an address in other letters', { ownerEmail: 'Owner@ACME.example' }],
    ['several owners with spaces between them', { owneremail: 'other@acme.example owner@acme.example' }],
    ['several owners with colons between them', { OwnerEMail: 'other@acme.example:owner@acme.example' }],
    ['an owner beside words that are no address', { OwnerEmail: 'owner: owner@acme.example / team' }],
  ])('%s', async (_, tags) => {
    const org = organization();
    org.addUser(TEAM, 'alice', DUE);
    people().tagUser('alice', tags);
    await runOnDays(org, TEAM, [0]);
    const told = org.sandbox.mails.filter(({ to }) => to.some((address) => address.toLowerCase() === 'owner@acme.example'));
    expect(told).toHaveLength(1);
    expect(told[0]!.text).toContain(`will be disabled on ${shownOn(10)}`);
  });

  it('where the setting names the tag in other letters', async () => {
    const org = organization();
    setVariable(org, 'OWNER_EMAIL_TAG', () => 'team:contact');
    org.addUser(TEAM, 'alice', DUE);
    people().tagUser('alice', { 'Team:Contact': 'owner@acme.example' });
    await runOnDays(org, TEAM, [0]);
    expect(mailsTo('owner@acme.example')).toHaveLength(1);
  });

  it('of several owners each is told, whomever SES refuses, and who could not be told is named', async () => {
    const org = organization();
    org.addUser(TEAM, 'alice', DUE, { owner: 'gone@acme.example owner@acme.example no-address' });
    refuse(
      org,
      { operation: 'SendEmail', input: ({ Destination }) => JSON.stringify(Destination).includes('gone@') },
      'MessageRejected',
      400,
    );
    const results = await runOnDays(org, TEAM, days(0, 10));
    expect(mailsTo('owner@acme.example')).not.toEqual([]);
    const [first] = results.values();
    expect(first!.failures.map(({ message }) => message)).toEqual([
      expect.stringContaining('"no-address", which is not an e-mail address'),
      expect.stringContaining('mail to gone@acme.example'),
    ]);
    expect(daysOf(results, 'alice', 'disable')).toEqual([10]);
  });
});

describe('F20: a mark of exemption that does not do what it seems to is named in result and mail', () => {
  const unclear = (results: Results, user: string): string[] =>
    done(results, user).flatMap(([, { action, reason }]) => (action === 'unclear-exemption' ? [reason] : []));

  it.each([
    ['case F20: a date in the future', 'key-rotation:exempt-until', '2027-01-31'],
    ['a date that is past', 'key-rotation:exempt-until', '2025-01-31'],
    ['no date', 'key-rotation:exempt-until', 'for ever'],
    ['nothing', 'key-rotation:exempt-until', ''],
    ['in other letters', 'Key-Rotation:Exempt-Until', '2027-01-31'],
  ])('on a user who is not in the group: %s', async (_, tag, value) => {
    const org = organization();
    org.addUser(TEAM, 'alice', DUE);
    people().tagUser('alice', { [tag]: value });
    const results = await runOnDays(org, TEAM, [0]);
    expect(daysOf(results, 'alice', 'rotate')).toEqual([0]);
    expect(unclear(results, 'alice')).toEqual([expect.stringContaining(`is not in ${NAMES.exemptionGroup}, so they are not exempt`)]);
    expect(mailsTo(TEAM.email)[0]!.text).toContain('so they are not exempt');
  });

  it('also when they are rotated by force', async () => {
    const org = organization();
    org.addUser(TEAM, 'alice', DUE);
    people().tagUser('alice', { 'key-rotation:exempt-until': '2027-01-31' });
    org.goToDay(0);
    const result = await org.rotate(TEAM, { ForceRotate: 'alice' });
    expect(unclear(new Map([[0, result]]), 'alice')).toHaveLength(1);
  });

  it.each([
    ['case F20: day first', '31.01.2027'],
    ['day first, with slashes', '31/01/2027'],
    ['without leading zeros', '2027-1-31'],
    ['a day that there is not', '2027-02-30'],
    ['with a time', '2027-01-31T00:00:00Z'],
    ['with a space', '2027-01-31 '],
    ['a year alone', '2027'],
    ['a date that is past, day first', '31.01.2025'],
    ['a word', 'never'],
    ['nothing', ''],
  ])('on a member of the group who has no date in it: %s', async (_, value) => {
    const org = organization();
    org.addUser(TEAM, 'alice', DUE, { exempt: true });
    people().tagUser('alice', { 'key-rotation:exempt-until': value });
    const results = await runOnDays(org, TEAM, [0]);
    expect(org.mutations()).toEqual([]);
    expect(unclear(results, 'alice')).toEqual([expect.stringContaining('so the exemption has no end')]);
    expect(mailsTo(TEAM.email)[0]!.text).toContain('so the exemption has no end');
  });

  it.each([
    ['more days ahead than allowed', '2027-01-31', 'which is more than 90 days ahead, so the user is not exempt'],
    ['no date', '31.01.2026', 'which is no date such as 2027-01-31, so the user is not exempt'],
    ['nothing', '', 'which is no date such as 2027-01-31, so the user is not exempt'],
  ])('in a tag that exempts: %s', async (_, value, expected) => {
    const org = organization();
    setVariable(org, 'EXEMPT_TAG', () => JSON.stringify({ key: 'ExemptUntil', maxDays: 90 }));
    org.addUser(TEAM, 'alice', DUE);
    people().tagUser('alice', { exemptuntil: value });
    const results = await runOnDays(org, TEAM, [0]);
    expect(daysOf(results, 'alice', 'rotate')).toEqual([0]);
    expect(unclear(results, 'alice')).toEqual([expect.stringContaining(expected)]);
  });
});

describe('F21: only use of late holds a key', () => {
  const fetch = async (org: TestOrganization, user: string): Promise<void> => {
    const [{ id, secret } = { id: '', secret: '' }] = org.user(TEAM, user).keys;
    const client = new SecretsManagerClient({
      ...org.sandbox.client(TEAM.id, { accessKeyId: id, secretAccessKey: secret }),
      maxAttempts: 1,
    });
    await client.send(new GetSecretValueCommand({ SecretId: `Account_${TEAM.id}_User_${user}_AccessKey` }));
  };

  it.each<[string, number[], number[]]>([
    ['case F21: fetched with the old key on the first day, and used no more', [0], []],
    ['fetched twice', [0, 4], []],
    ['fetched on the day before', [9], []],
    ['used by a program on the first day, and then no more', [1], [0]],
    ['used by a program two days after', [0], [2]],
  ])('not the hand-over, nor use long ago: %s', async (_, fetched, used) => {
    const org = organization();
    setPolicy({ whileInUse: 'hold' });
    const [old] = org.addUser(TEAM, 'alice', DUE).keys;
    const results = new Map<number, AccountResult>();
    for (const day of days(0, 10)) {
      for (const [at, result] of await runOnDays(org, TEAM, [day])) results.set(at, result);
      org.goToDay(day, 120);
      if (fetched.includes(day)) await fetch(org, 'alice');
      org.goToDay(day, 180);
      if (used.includes(day)) people().useKey('alice', old!.id);
    }
    expect(timeline(results, 'alice', old!.id)).toEqual(['rotate on day 0', 'disable on day 10']);
  });

  it.each<[string, number[], string]>([
    ['by a program', [0, 3, 6, 9], 's3'],
    ['by a program that reads secrets, on another day than the hand-over', [0, 3, 6, 9], 'secretsmanager'],
    ['a few days ago', [5], 's3'],
  ])('and real use does: %s', async (_, used, service) => {
    const org = organization();
    setPolicy({ whileInUse: 'hold' });
    const [old] = org.addUser(TEAM, 'alice', DUE).keys;
    const results = new Map<number, AccountResult>();
    for (const day of days(0, 10)) {
      for (const [at, result] of await runOnDays(org, TEAM, [day])) results.set(at, result);
      org.goToDay(day, 120);
      if (day === 0) await fetch(org, 'alice');
      if (used.includes(day)) people().useKey('alice', old!.id, org.sandbox.clock.now(), service);
    }
    expect(daysOf(results, 'alice', 'hold')).toEqual([10]);
    expect(statusesOf(org, TEAM, 'alice')).toEqual(['Active', 'Active']);
  });
});

describe('F22: a key is rotated on its day, whatever date the credential report gives for it', () => {
  /** Calls of one run, Lambda's own writing of logs apart. */
  const callsOf = async (day: number): Promise<[AccountResult, string[]]> => {
    const org = organization();
    org.goToDay(day);
    const before = org.sandbox.calls.length;
    const result = await org.rotate(TEAM);
    const calls = org.sandbox.calls.slice(before).filter(({ invocation, service }) => invocation !== undefined && service !== 'logs');
    return [result, calls.map(({ service, operation }) => `${service}:${operation}`)];
  };
  const others = (org: TestOrganization, count: number): void => {
    for (let number = 0; number < count; number += 1) org.addUser(TEAM, `user-${number}`, [{ ageDays: 20, usedDaysAgo: 1 }]);
  };

  it.each([3, 150])('case F22: with its warnings, for at most five calls on a quiet day of %i users', async (users) => {
    const org = organization();
    others(org, users);
    const [key] = org.addUser(TEAM, 'alice', [{ ageDays: 75, usedDaysAgo: 0 }]).keys;
    people().reportKeyChanged('alice', key!.id, new Date(START.getTime() - 6 * DAY));
    const results = new Map<number, AccountResult>();
    for (const day of days(0, 15)) {
      const [result, calls] = await callsOf(day);
      results.set(day, result);
      // Two days on which nothing is due, and nobody is listed.
      if (![2, 4].includes(day)) continue;
      expect(result).toMatchObject({ coverage: 'report', users: [], usersSeen: users + 1 });
      expect(calls.toSorted()).toEqual(
        ['iam:GenerateCredentialReport', 'iam:GetCredentialReport', 's3:GetObject', 's3:PutObject', 'sts:AssumeRole'].toSorted(),
      );
    }
    expect(daysOf(results, 'alice', 'warn', 'rotate')).toEqual([8, 14]);
    expect(daysOf(results, 'alice', 'rotate')).toEqual([15]);
  });

  it.each<[string, (key: string) => string]>([
    [
      'switched off and on again by a person within a day',
      (key) => {
        people().reportKeyChanged('alice', key, organization().sandbox.clock.now());
        return 'alice';
      },
    ],
    [
      'whose user was renamed, too',
      (key) => {
        people().reportKeyChanged('alice', key, organization().sandbox.clock.now());
        people().renameUser('alice', 'alicia');
        return 'alicia';
      },
    ],
  ])('a key that changed after it was listed: %s', async (_, change) => {
    const org = organization();
    const [key] = org.addUser(TEAM, 'alice', [{ ageDays: 80, usedDaysAgo: 0 }]).keys;
    await runOnDays(org, TEAM, days(0, 8));
    org.goToDay(8, 300);
    const name = change(key!.id);
    const results = await runOnDays(org, TEAM, [9, 10]);
    expect(daysOf(results, name, 'warn', 'rotate')).toEqual([9]);
    expect(daysOf(results, name, 'rotate')).toEqual([10]);
  });

  it('a key of a user whom runs of one day a week see, however long that lasts', async () => {
    const org = organization();
    setSchedule('cron(0 2 ? * MON *)');
    const [key] = org.addUser(TEAM, 'alice', [{ ageDays: 10, usedDaysAgo: 0 }]).keys;
    people().reportKeyChanged('alice', key!.id, new Date(START.getTime() - DAY));
    const results = await runLate(
      days(0, 84).filter((day) => day % 7 === 0),
      (day) => {
        if (day % 21 === 0) people().reportKeyChanged('alice', key!.id, organization().sandbox.clock.now());
      },
    );
    expect(daysOf(results, 'alice', 'warn', 'rotate').length).toBeGreaterThanOrEqual(1);
    expect(daysOf(results, 'alice', 'rotate')).toEqual([84]);
  });

  it('where nothing is remembered any more, everybody is listed', async () => {
    const org = organization();
    const [key] = org.addUser(TEAM, 'alice', [{ ageDays: 85, usedDaysAgo: 0 }]).keys;
    people().reportKeyChanged('alice', key!.id, new Date(START.getTime() - DAY));
    await runOnDays(org, TEAM, days(0, 4));
    forgetMemory(org, TEAM);
    const results = await runOnDays(org, TEAM, [5]);
    expect(results.get(5)!.coverage).toBe('sweep');
    expect(daysOf(results, 'alice', 'rotate')).toEqual([5]);
  });
});
