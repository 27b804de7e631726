import { keyTag } from '../../lambda/core/plan/key-state';
import type { AccessKey } from '../../sandbox/kernel/world';
import { actionsOf, DAY, NAMES, START, TEAM, testOrganization } from '../helpers/sandbox-organization';
import { callsTo, days, runOnDays, secretOf, statusesOf, storedKey, timeline } from './support';

const organization = testOrganization('enforcing', [TEAM], { direct: true });
const at = (day: number): string => new Date(START.getTime() + day * DAY).toISOString();
const tag = (user: string, tags: Record<string, string>): void => {
  organization().sandbox.people(TEAM.id).tagUser(user, tags);
};
/** What the rotation itself writes on a user whom it gave a key. */
const oursOf = (user: string): string[] => [
  `key-rotation:${organization().user(TEAM, user).keys.at(-1)?.id ?? ''}`,
  'key-rotation:stored-as',
];
const first = ([key]: AccessKey[]): AccessKey => key!;

/** What a tag may say that claims to be our memory of a key and is not. */
const CLAIMS: readonly [string, (created: Date) => string][] = [
  ['is empty', () => ''],
  ['is no state', () => 'hello'],
  ['holds other words', () => 'inactive = yes notice : no'],
  ['has a moment that is no moment', () => 'inactive=2020-13-45T99:99:99.000Z notice=yesterday beside=none'],
  ['has a day that does not exist', () => 'inactive=2025-02-30T00:00:00.000Z notice=2025-02-30T00:00:00.000Z beside=none'],
  ['has a number for a moment', () => 'inactive=0 notice=1577836800 beside=none'],
  ['is from the future', () => `inactive=${at(1)} notice=${at(1)} beside=none`],
  ['is from the far future', () => 'inactive=9999-12-31T00:00:00.000Z notice=9999-12-31T00:00:00.000Z beside=none'],
  [
    'is older than the key',
    (created) =>
      `inactive=${new Date(created.getTime() - DAY).toISOString()} notice=${new Date(created.getTime() - DAY).toISOString()} beside=none`,
  ],
  ['is from the beginning of time', () => 'inactive=1970-01-01T00:00:00.000Z notice=1970-01-01T00:00:00.000Z beside=none'],
  ['fills the tag', () => `inactive=${'9'.repeat(240)}`],
];

describe('a tag that claims to be our state of a key', () => {
  it('and is garbage permits nothing: an inactive key keeps its whole recovery time, an active one gets its notice and its whole grace', async () => {
    const org = organization();
    const wanted = CLAIMS.flatMap(([why, claim], index) => {
      const inactive = first(org.addUser(TEAM, `inactive-${index}`, [{ ageDays: 400, status: 'Inactive' }]).keys);
      tag(`inactive-${index}`, { [keyTag(inactive.id)]: claim(inactive.created) });
      const [older, other] = org.addUser(TEAM, `two-${index}`, [
        { ageDays: 200, usedDaysAgo: 0 },
        { ageDays: 30, usedDaysAgo: 0 },
      ]).keys;
      tag(`two-${index}`, { [keyTag(older!.id)]: claim(older!.created).replace('beside=none', `beside=${other!.id}`) });
      return [
        { why, user: `inactive-${index}`, key: inactive.id, steps: ['note-inactive on day 0', 'delete on day 10'] },
        { why, user: `two-${index}`, key: older!.id, steps: ['notify on day 0', 'disable on day 10'] },
      ];
    });
    const results = await runOnDays(org, TEAM, [0, 1, 9, 10]);
    for (const { why, user, key, steps } of wanted) expect([why, user, timeline(results, user, key)]).toEqual([why, user, steps]);
    for (const result of results.values()) expect(result.failures).toEqual([]);
  });

  it('but is a notice that was given beside a key that is gone starts a new grace', async () => {
    const org = organization();
    const key = first(
      org.addUser(TEAM, 'alice', [
        { ageDays: 200, usedDaysAgo: 0 },
        { ageDays: 30, usedDaysAgo: 0 },
      ]).keys,
    );
    tag('alice', { [keyTag(key.id)]: `notice=${at(-30)} beside=AKIAGONE000000000001` });
    const results = await runOnDays(org, TEAM, [0, 9, 10]);
    expect(timeline(results, 'alice', key.id)).toEqual(['notify on day 0', 'disable on day 10']);
  });

  it('but is about somebody else’s key says nothing about one’s own', async () => {
    const org = organization();
    const mine = first(org.addUser(TEAM, 'alice', [{ ageDays: 400, status: 'Inactive' }]).keys);
    const theirs = first(org.addUser(TEAM, 'bob', [{ ageDays: 400, status: 'Inactive' }]).keys);
    tag('alice', { [keyTag(theirs.id)]: `inactive=${at(-300)}` });
    const results = await runOnDays(org, TEAM, [0, 9, 10]);
    for (const [user, key] of [['alice', mine] as const, ['bob', theirs] as const])
      expect(timeline(results, user, key.id)).toEqual(['note-inactive on day 0', 'delete on day 10']);
    expect([...org.user(TEAM, 'alice').tags.keys()]).toEqual([]);
  });
});

describe('a tag that claims that a key is being issued', () => {
  it.each([
    ['is empty', ''],
    ['is no intent', 'hello world'],
    ['is from the future', `at=${at(1)} until=${at(1.01)} keys=`],
    ['blocks for years', `at=${at(-1)} until=2099-01-01T00:00:00.000Z keys=`],
    ['ends before it begins', `at=${at(-1)} until=${at(-2)} keys=`],
    ['has days that do not exist', 'at=2025-02-30T00:00:00.000Z until=2025-02-30T00:15:00.000Z keys='],
  ])('and %s is removed and blocks nobody', async (_, value) => {
    const org = organization();
    const key = first(org.addUser(TEAM, 'alice', [{ ageDays: 95, usedDaysAgo: 0 }]).keys);
    tag('alice', { 'key-rotation:issuing:deadbeef': value });
    const results = await runOnDays(org, TEAM, [0]);
    expect(timeline(results, 'alice', key.id)).toEqual(['rotate on day 0']);
    expect([...org.user(TEAM, 'alice').tags.keys()]).toEqual(oursOf('alice'));
  });

  it.each([
    ['an old key', -95, 0],
    ['a key made hours before', -0.4, 0],
    ['a key made hours after', -0.1, undefined],
  ])('never condemns %s that a person made', async (_, madeOn, usedDaysAgo) => {
    const org = organization();
    org.addUser(TEAM, 'alice', [
      { ageDays: 30, usedDaysAgo: 0 },
      { ageDays: -madeOn, ...(usedDaysAgo !== undefined && { usedDaysAgo }) },
    ]);
    tag('alice', { 'key-rotation:issuing:deadbeef': `at=${at(-0.25)} until=${at(-0.24)} keys=` });
    await runOnDays(org, TEAM, [0, 1]);
    expect(statusesOf(org, TEAM, 'alice')).toEqual(['Active', 'Active']);
    expect(callsTo(org, 'DeleteAccessKey')).toBe(0);
    expect(callsTo(org, 'UpdateAccessKey')).toBe(0);
  });
});

it('a tag of a key that is gone is removed, whatever the case of its letters', async () => {
  const org = organization();
  org.addUser(TEAM, 'alice', [{ ageDays: 95, usedDaysAgo: 0 }]);
  tag('alice', { 'Key-Rotation:AKIAGONE000000000001': 'x' });
  await runOnDays(org, TEAM, [0]);
  expect([...org.user(TEAM, 'alice').tags.keys()]).toEqual(oursOf('alice'));
});

describe('tags of the new kinds count as absent, or hold a step back, when they are not ours', () => {
  it.each<[string, (created: Date) => string]>([
    ['no moment', () => 'issued=yesterday lost=never'],
    ['a moment long after the key was made', () => `issued=${at(-1)} lost=${at(-1)}`],
    ['a moment before the key was made', (created) => `issued=${new Date(created.getTime() - DAY).toISOString()}`],
    ['the future', () => `issued=${at(1)} lost=${at(1)} behind=${at(1)}`],
    ['the very moment, and no secret', (created) => `issued=${created.toISOString()} store=central`],
    ['the very moment, and that nobody has it', (created) => `issued=${created.toISOString()} lost=${at(-1)}`],
  ])('a younger key in use called issued at %s supersedes nothing and is not removed', async (_, claim) => {
    const org = organization();
    const [older, younger] = org.addUser(TEAM, 'alice', [
      { ageDays: 80, usedDaysAgo: 0 },
      { ageDays: 30, usedDaysAgo: 0 },
    ]).keys;
    tag('alice', { [keyTag(younger!.id)]: claim(younger!.created) });
    const results = await runOnDays(org, TEAM, [0, 1, 2, 9]);
    for (const key of [older!, younger!]) expect(timeline(results, 'alice', key.id)).toEqual([]);
    expect(statusesOf(org, TEAM, 'alice')).toEqual(['Active', 'Active']);
    expect([callsTo(org, 'UpdateAccessKey'), callsTo(org, 'DeleteAccessKey')]).toEqual([0, 0]);
  });

  it.each(['bob', '../bob', 'x'.repeat(65), '', 'bob/2C', '@'])(
    'a former name %j opens nobody’s secret and keeps no key from its user',
    async (name) => {
      const org = organization();
      org.addUser(TEAM, 'bob', [{ ageDays: 95, usedDaysAgo: 0 }]);
      await runOnDays(org, TEAM, [0]);
      const policy = secretOf(org, TEAM, 'bob')!.policy;
      const [key] = org.addUser(TEAM, 'alice', [{ ageDays: 95, usedDaysAgo: 0 }]).keys;
      tag('alice', { 'key-rotation:stored-as': name });
      const results = await runOnDays(org, TEAM, [1, 2, 11]);
      expect(timeline(results, 'alice', key!.id)).toEqual(['rotate on day 1', 'disable on day 11']);
      expect(storedKey(org, TEAM, 'alice')).toMatchObject({ right: true });
      expect(secretOf(org, TEAM, 'bob')!.policy).toBe(policy);
    },
  );
});

it('tags of others with names like ours stay as they are', async () => {
  const org = organization();
  const key = first(org.addUser(TEAM, 'alice', [{ ageDays: 95, usedDaysAgo: 0 }]).keys);
  const theirs = {
    'key-rotation': 'x',
    'key-rotation:': 'x',
    'key-rotation:note': 'x',
    [key.id]: 'x',
  };
  tag('alice', theirs);
  await runOnDays(org, TEAM, [0, 10, 20]);
  const { tags } = org.user(TEAM, 'alice');
  for (const ours of oursOf('alice')) expect(tags.delete(ours)).toBe(true);
  expect(Object.fromEntries(tags)).toEqual(theirs);
});

it.each([
  [50, 3],
  [49, 2],
  [48, 1],
])(
  'a user with %i of 50 tags gets no key, by name and before anything has changed; once %i are removed, the rotation goes on',
  async (present, missing) => {
    const org = organization();
    org.addUser(TEAM, 'alice', [{ ageDays: 95, usedDaysAgo: 0 }]);
    org.addUser(TEAM, 'other', [{ ageDays: 95, usedDaysAgo: 0 }]);
    tag('alice', Object.fromEntries(days(1, present).map((index) => [`tag-${index}`, 'x'])));
    const result = await org.rotate(TEAM);
    expect(result.failures).toMatchObject([
      {
        user: 'alice',
        step: 'rotate',
        error: 'TagsFullError',
        message: `alice has ${present} tags of the 50 that IAM allows, and a new key needs 3 more: remove ${missing}; no key was created`,
      },
    ]);
    const ofAlice = org.mutations().filter(({ input }) => JSON.stringify(input).includes('alice'));
    expect(ofAlice).toEqual([]);
    expect(statusesOf(org, TEAM, 'other')).toEqual(['Active', 'Active']);
    // One for the announcement, and two that stay: whose key it is, and what the secret is called by.
    org.sandbox.people(TEAM.id).untagUser('alice', ...days(1, missing).map((index) => `tag-${index}`));
    org.goToDay(1);
    expect(await org.rotate(TEAM)).toMatchObject({ failures: [] });
    expect(storedKey(org, TEAM, 'alice')).toMatchObject({ right: true });
  },
);

describe('key-rotation:exempt-until', () => {
  it('that is no date ends no exemption', async () => {
    const org = organization();
    const texts = ['', 'never', 'x', '2020', '2020-1-1', '01.01.2020', '2020-01-01T00:00:00Z', '1577836800', '2020-02-30', '2020-13-01'];
    for (const [index, until] of [...texts, ' 2020-01-01', '+02020-01-01', '2020-01-01 '].entries()) {
      org.addUser(TEAM, `exempt-${index}`, [{ ageDays: 400 }], { exempt: true });
      tag(`exempt-${index}`, { 'key-rotation:exempt-until': until });
    }
    const result = await org.rotate(TEAM);
    expect(result.users).toHaveLength(13);
    for (const { actions } of result.users) expect(actions).toMatchObject([{ action: 'skip' }, { action: 'unclear-exemption' }]);
    await expect(org.rotate(TEAM, { ForceRotate: 'exempt-8' })).rejects.toMatchObject({ name: 'ForceRotateRefusedError' });
    expect(org.mutations()).toEqual([]);
  });

  it('that is over ends it on the day after, by schedule and by force; on somebody who is no member it means nothing', async () => {
    const org = organization();
    org.addUser(TEAM, 'lapsed', [{ ageDays: 400 }], { exempt: true });
    org.addUser(TEAM, 'today', [{ ageDays: 400 }], { exempt: true });
    org.addUser(TEAM, 'nobody', [{ ageDays: 400 }]);
    tag('lapsed', { 'key-rotation:exempt-until': at(-1).slice(0, 10) });
    tag('today', { 'key-rotation:exempt-until': at(0).slice(0, 10) });
    tag('nobody', { 'key-rotation:exempt-until': '2099-01-01' });
    const result = await org.rotate(TEAM);
    expect(result.users.map(({ user, actions }) => `${user} ${actions.map(({ action }) => action).join()}`).sort()).toEqual([
      'lapsed rotate',
      'nobody unclear-exemption,rotate',
      'today skip',
    ]);
    org.goToDay(1);
    expect(actionsOf([await org.rotate(TEAM)], 'today')).toMatchObject([{ action: 'rotate' }]);
  });

  it('is needed by nobody: a member without it is exempt for good', async () => {
    const org = organization();
    org.addUser(TEAM, 'exempt', [{ ageDays: 400 }], { exempt: true });
    for (const result of (await runOnDays(org, TEAM, [0, 400])).values())
      expect(actionsOf([result], 'exempt')).toMatchObject([{ action: 'skip' }]);
    expect(org.user(TEAM, 'exempt').groups).toEqual(new Set([NAMES.exemptionGroup]));
  });
});
