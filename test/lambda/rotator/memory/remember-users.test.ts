import { knownUnclear, usersAfterRun, type LearnedOfUsers } from '../../../../lambda/rotator/memory/remember-users';
import type { AccountMemory } from '../../../../lambda/rotator/memory/account-memory';
import type { UserWorked } from '../../../../lambda/core/rotate-user';
import { ACCOUNT, daysAgo, NOW, userFacts } from '../../../helpers/facts';
import { userResult } from '../../../helpers/results';
import { memoryOf, today } from './factories';

const before = daysAgo(9).toISOString();
const after = (users: AccountMemory['users'], run: Partial<LearnedOfUsers>, keys = memoryOf().keys) =>
  usersAfterRun(memoryOf(keys, users && { users }), keys, {
    worked: [],
    exemption: { group: 'G', paths: ['/machines/'] },
    now: NOW,
    ...run,
  });
const worked = (more: Partial<UserWorked> = {}, owner?: string): UserWorked => ({
  result: { ...userResult('alice'), ...(owner !== undefined && { owner }) },
  failures: [],
  ...more,
});

describe('owners', () => {
  it('are those of the last reading, with its date', () => {
    expect(
      after({ alice: { read: before, owner: 'old@acme.example' } }, { worked: [worked({ facts: userFacts() }, 'new@acme.example')] }),
    ).toEqual({
      alice: { read: today, owner: 'new@acme.example' },
    });
  });

  it('are forgotten when the tag is gone, and kept when the user could not be read', () => {
    const known = { alice: { read: before, owner: 'old@acme.example' } };
    expect(after(known, { worked: [worked({ facts: userFacts() })] })).toEqual({ alice: { read: today } });
    expect(after(known, { worked: [worked()] })).toEqual(known);
  });

  it('of users without keys are not kept', () => {
    expect(after({ alice: { read: before } }, {}, {})).toBeUndefined();
  });
});

describe('exemptions', () => {
  it('of members begin when a run first reads the group, and end when they have left it', () => {
    const members = new Set(['alice']);
    const known = after(undefined, { members });
    expect(known).toEqual({ alice: { exemption: { by: 'group', exempt: true, since: today } } });
    const since = { alice: { exemption: { by: 'group' as const, exempt: true, since: before } } };
    expect(after(since, { members })).toEqual(since);
    expect(after(since, {})).toEqual(since);
    expect(after(since, { members: new Set() })).toEqual({ alice: {} });
  });

  it('of members are kept though they have no key', () => {
    expect(after(undefined, { members: new Set(['bob']) }, {})).toEqual({
      bob: { exemption: { by: 'group', exempt: true, since: today } },
    });
  });

  it('say until when, and what is wrong with them', () => {
    const known = { alice: { exemption: { by: 'group' as const, exempt: true, since: before } } };
    const of = (exemption: UserWorked['exemption']) =>
      after(known, { members: new Set(['alice']), worked: [worked(exemption && { exemption })] });
    expect(of({ by: 'group', exempt: 'a member', until: '2027-01-31' })).toEqual({
      alice: { exemption: { by: 'group', exempt: true, until: '2027-01-31', since: before } },
    });
    expect(of({ by: 'group', until: '2026-01-31' })).toEqual({
      alice: { exemption: { by: 'group', exempt: false, until: '2026-01-31', since: before } },
    });
    expect(of({ by: 'group', exempt: 'a member', unclear: 'no date' })).toEqual({
      alice: { exemption: { by: 'group', exempt: true, unclear: 'no date', since: before } },
    });
  });

  it('by a tag begin anew when they were by the group before, and a tag that says nothing is none', () => {
    const known = { alice: { exemption: { by: 'group' as const, exempt: true, since: before } } };
    const exemption = { by: 'tag', unclear: 'not in the group' } as const;
    expect(after(known, { worked: [worked({ exemption })] })).toEqual({
      alice: { exemption: { ...exemption, exempt: false, since: today } },
    });
    expect(after(known, { worked: [worked({ exemption: { by: 'tag' } })] })).toEqual({ alice: {} });
  });

  it('by path are those of everybody whom a report shows below it', () => {
    const everybody = (path: string) => [{ name: 'alice', arn: `arn:aws:iam::${ACCOUNT}:user${path}alice` }];
    const known = after(undefined, { everybody: everybody('/machines/') });
    expect(known).toEqual({ alice: { exemption: { by: 'path', exempt: true, since: today } } });
    expect(after(known, { everybody: everybody('/machines/') })).toEqual(known);
    expect(after(known, { everybody: everybody('/') })).toEqual({ alice: {} });
    expect(after(known, { everybody: [] }, {})).toBeUndefined();
    const member = { alice: { exemption: { by: 'group' as const, exempt: true, since: before } } };
    expect(after(member, { everybody: everybody('/') })).toEqual(member);
  });
});

describe('that an exemption is unclear', () => {
  const unclear = { by: 'tag', unclear: 'not in the group' } as const;
  const marked = (more: object) => ({ alice: { exemption: { ...unclear, exempt: false, since: before, ...more } } });
  const isKnown = (users: AccountMemory['users'], exemption: UserWorked['exemption'] = unclear): boolean =>
    knownUnclear(memoryOf({}, users && { users }), [worked({ exemption })], NOW).has('alice');

  it('is remembered with the day of the mail that tells of it, until a later one does', () => {
    const told = after(undefined, { worked: [worked({ exemption: unclear })], unclearTold: new Set(['alice']) });
    expect(told?.['alice']?.exemption).toMatchObject({ since: today, told: today });
    expect(after(marked({ told: before }), { worked: [worked({ exemption: unclear })] })).toEqual(marked({ told: before }));
    expect(after(marked({ told: before }), { worked: [worked({ exemption: { ...unclear, unclear: 'no date' } })] })).toEqual(
      marked({ unclear: 'no date' }),
    );
  });

  it.each<[string, AccountMemory['users'], UserWorked['exemption'], boolean]>([
    ['yesterday', marked({ told: daysAgo(1).toISOString() }), unclear, true],
    ['six days ago', marked({ told: daysAgo(6).toISOString() }), unclear, true],
    ['a week ago', marked({ told: daysAgo(7).toISOString() }), unclear, false],
    ['never', marked({}), unclear, false],
    ['of another mistake', marked({ told: daysAgo(1).toISOString() }), { ...unclear, unclear: 'no date' }, false],
    ['of nobody', undefined, unclear, false],
  ])('is known to people who were told %s', (_, users, exemption, expected) => {
    expect(isKnown(users, exemption)).toBe(expected);
  });
});
