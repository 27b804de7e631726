import { plan } from '../../../../lambda/core/plan/plan';
import { planForced } from '../../../../lambda/core/plan/plan-forced';
import type { KeyState } from '../../../../lambda/core/plan/key-state';
import type { LastUse, Remembered, Renamed, UserFacts } from '../../../../lambda/core/plan/user-facts';
import { DAY_MS } from '../../../../lambda/shared/period';
import {
  accessKey,
  daysAgo,
  inMinutes,
  midnightIn,
  NEW,
  NOW,
  OLD,
  policy,
  remembered,
  TOLD_IN_TIME,
  used,
  userFacts,
} from '../../../helpers/facts';
import { SimulatedUser } from '../../../helpers/simulated-user';

const HOUR = 3_600_000;
const old = accessKey({ id: OLD, ageDays: 100 });
const successor = (more: Parameters<typeof accessKey>[0] = {}) => accessKey({ id: NEW, ageDays: 10, lastUsed: 'never', ...more });
const TOLD: Record<string, Remembered> = { [OLD]: TOLD_IN_TIME(), [NEW]: TOLD_IN_TIME() };
const decide = (user: UserFacts) => plan(user, policy(), NOW).map(({ action }) => action);
const waits = {
  action: 'wait',
  keyId: OLD,
  reason: `its successor ${NEW} cannot be fetched, so nothing is done about it`,
};

const known = (more: Partial<Remembered> = {}): Record<string, Remembered> => ({ ...TOLD, [NEW]: { told: {}, issued: true, ...more } });

const waitsFirst = { ...waits, reason: `its successor ${NEW} is seen to first, so nothing is done about it` };

/** A user whose key we issued ten days ago, and that is in no secret any more. */
const lost = (state: KeyState = {}, more: Parameters<typeof userFacts>[0] = {}): UserFacts =>
  userFacts({
    keys: [old, successor()],
    memory: known(state.lost && { lost: state.lost }),
    tags: { ...remembered(NEW, { issued: daysAgo(10), ...state }), ...remembered(OLD, { notice: daysAgo(50), noticeBeside: NEW }) },
    ...more,
  });
const lostFor = (hours: number): UserFacts => lost({ lost: new Date(NOW.getTime() - hours * HOUR) });

describe('a successor that is in no secret and was never used', () => {
  it('is noted, and is no reason to do anything about the other key', () => {
    expect(plan(lost(), policy(), NOW)).toEqual([
      {
        action: 'note-lost',
        keyId: NEW,
        reason:
          "we issued it, and now it is in no secret and was never used, so nobody has it; if the next day's run sees the same, it is removed and its user gets another one",
      },
      waits,
    ]);
  });

  it.each([
    [0, 'wait'],
    [1, 'wait'],
    [19.9, 'wait'],
    [20, 'remove-orphan'],
    [24, 'remove-orphan'],
    [72, 'remove-orphan'],
    [72.1, 'note-lost'],
    [200, 'note-lost'],
  ])('that was seen so %d hours ago: %s', (hours, action) => {
    expect(plan(lostFor(hours), policy(), NOW)[0]).toMatchObject({ action, keyId: NEW });
  });

  it('is removed alone: its user is decided about anew after that', () => {
    expect(plan(lostFor(24), policy(), NOW)).toEqual([
      {
        action: 'remove-orphan',
        keyId: NEW,
        reason: 'it has been in no secret since 2026-11-20, and nobody ever used it: its user gets another one',
      },
    ]);
  });

  it.each([
    ['a tag alone', known(), 'note-lost'],
    ['the memory of a run an hour ago', known({ lost: new Date(NOW.getTime() - HOUR) }), 'wait'],
    ['the memory of a run long ago', known({ lost: daysAgo(9) }), 'note-lost'],
  ])('that was seen so a day ago as %s says: not removed', (_, memory, action) => {
    expect(decide(lost({ lost: daysAgo(1) }, { memory }))[0]).toBe(action);
  });

  it('is removed by a forced rotation no sooner', () => {
    expect(planForced(lost(), policy(), NOW).map(({ action }) => action)).toEqual(['note-lost']);
    expect(planForced(lostFor(24), policy(), NOW).map(({ action }) => action)).toEqual(['remove-orphan']);
  });

  it('costs no other key a step, whatever people were told and however old it is', () => {
    for (const user of [lost(), lostFor(1), lostFor(24), lostFor(100)]) {
      expect(decide(user)).not.toContain('disable');
      expect(decide(user)).not.toContain('delete');
    }
    const inactive = { ...old, status: 'Inactive' as const };
    const waiting = lost(
      {},
      {
        keys: [inactive, successor()],
        tags: { ...remembered(NEW, { issued: daysAgo(10) }), ...remembered(OLD, { inactive: daysAgo(20) }) },
      },
    );
    expect(decide(waiting)).toEqual(['blocked', 'wait']);
  });
});

it('a key of ours that was replaced in its turn is none, though its version has gone from the secret and nobody ever used it', () => {
  const replaced = userFacts({
    keys: [accessKey({ id: OLD, ageDays: 100, lastUsed: 'never' }), successor({ lastUsed: used(1) })],
    tags: { ...remembered(OLD, { issued: daysAgo(100), lost: daysAgo(1) }), ...remembered(NEW, { issued: daysAgo(10) }) },
    current: NEW,
    versions: [NEW],
    memory: { [OLD]: { ...TOLD_IN_TIME(), issued: true, lost: daysAgo(1) }, [NEW]: { told: {}, issued: true } },
  });
  expect(decide(replaced)).toEqual(['disable', 'wait']);
});

it.each([
  ['with nothing else', []],
  ['beside a third key', [accessKey({ id: 'AKIATHIRD00000000004', ageDays: 1 })]],
])('a key of ours whose own successor was switched off, and which is in no version, is left to a person: %s', (_, more) => {
  const off = { ...successor({ lastUsed: used(1) }), status: 'Inactive' as const };
  const replaced = userFacts({
    keys: [accessKey({ id: OLD, ageDays: 130, lastUsed: 'never' }), off, ...more],
    tags: {
      ...remembered(OLD, { issued: daysAgo(130), lost: daysAgo(1) }),
      ...remembered(NEW, { issued: daysAgo(10), inactive: daysAgo(20) }),
    },
    current: NEW,
    versions: [NEW],
    memory: { [OLD]: { told: {}, issued: true, lost: daysAgo(1) }, [NEW]: { told: {}, issued: true } },
  });
  expect(plan(replaced, policy({ untold: 'proceed' }), NOW)).toEqual([
    {
      action: 'blocked',
      keyId: OLD,
      reason: expect.stringMatching(/replaced it, is inactive: enable one that works|only active key/) as string,
    },
    { action: 'wait', keyId: NEW, reason: expect.stringContaining('cannot be fetched') as string },
    ...more.map(({ id }) => ({ action: 'wait', keyId: id, reason: expect.any(String) as string })),
  ]);
});

describe('a successor that is in no secret, beside a key of ours that', () => {
  const beside = (lastUsed: LastUse, more: Parameters<typeof userFacts>[0] = {}): UserFacts =>
    lost(
      {},
      {
        keys: [{ ...old, lastUsed }, successor()],
        tags: { ...remembered(NEW, { issued: daysAgo(10) }), ...remembered(OLD, { issued: old.created }) },
        memory: { ...known(), [OLD]: { ...TOLD_IN_TIME(), issued: true } },
        ...more,
      },
    );

  it.each([
    ['was never used either', beside('never')],
    ['our memory alone calls ours', beside('never', { tags: remembered(OLD, { issued: old.created }) })],
    [
      'is in a secret that the user cannot read',
      beside('never', { versions: [OLD], renamed: { from: 'before', readable: false, repairable: false } }),
    ],
  ])('%s, is left to a person: nobody may have either', (_, user) => {
    const decisions = plan(user, policy(), NOW);
    expect(decisions.map(({ action }) => action)).not.toContain('note-lost');
    expect(decisions.map(({ action }) => action)).not.toContain('remove-orphan');
    expect(decisions).toContainEqual(
      expect.objectContaining({
        action: 'blocked',
        reason: expect.stringMatching(/nobody may have any of them; a person must decide|nobody used it.*a person must decide/) as string,
      }),
    );
  });

  it.each([
    ['is used', beside(used(1))],
    ['can be fetched', beside('never', { versions: [OLD] })],
  ])('%s, is noted as ever', (_, user) => {
    expect(decide(user)).toEqual(['note-lost', 'wait']);
  });
});

it('a successor by which a version is called that AWS made on another day is left to a person, and costs no other key a step', () => {
  const user = (more: Parameters<typeof userFacts>[0] = {}): UserFacts => {
    const tags = { ...remembered(NEW, { issued: daysAgo(10) }), ...remembered(OLD, { inactive: daysAgo(30) }) };
    const keys = [{ ...old, status: 'Inactive' as const, created: daysAgo(130) }, successor()];
    return lost({}, { keys, tags, rewritten: { [NEW]: daysAgo(2) }, ...more });
  };
  expect(plan(user(), policy(), NOW)).toMatchObject([
    { action: 'blocked', keyId: NEW, reason: expect.stringMatching(/made on 2026-11-19 by somebody else.*a person must decide/) as string },
    waits,
  ]);
  for (const other of [
    user({ current: NEW, issued: [], since: daysAgo(10), rewritten: {} }),
    user({ versions: [NEW], rewritten: {} }),
    user({ keys: [{ ...old, status: 'Inactive' }, successor({ lastUsed: used(1) })] }),
    user({ memory: TOLD }),
  ])
    expect(decide(other)).not.toContain('blocked');
});

describe('a person decides about a successor that is in no secret when', () => {
  it.each<[string, UserFacts, RegExp]>([
    [
      'its secret is being deleted',
      lost({}, { deleted: true }),
      /its secret is being deleted: restore it \(aws secretsmanager restore-secret\)/,
    ],
    [
      'the secret of an earlier deployment is being deleted',
      lost({}, { formerDeleted: true }),
      /its secret is being deleted: restore it \(aws secretsmanager restore-secret\)/,
    ],
    [
      'it was to be stored where this deployment does not look',
      lost({ central: true }),
      /it was to be stored in the central store, which this deployment does not ask/,
    ],
    [
      'it was to be stored there, and our tags, which said so, were taken off',
      lost({}, { memory: known({ central: true }) }),
      /it was to be stored in the central store, which this deployment does not ask/,
    ],
    [
      'it was stored under a name of the user that no tag of theirs tells any more',
      lost({}, { memory: known({ storedAs: 'before' }) }),
      /it was stored in the secret of before, as the user was called then, and this run was not led there; a person must decide/,
    ],
    [
      'it was stored under their present name, and a tag led to a former one',
      lost({}, { memory: known({ storedAs: 'alice' }), renamed: { from: 'before', repairable: true, readable: true }, versions: [OLD] }),
      /it was stored in the secret of alice, as the user was called then/,
    ],
    [
      'nobody said whether it was used',
      lost({}, { keys: [old, { id: NEW, status: 'Active', created: daysAgo(10) }] }),
      /whether it was used is not known/,
    ],
    [
      'somebody fetched it',
      lost({}, { memory: known({ fetched: daysAgo(5) }) }),
      /somebody fetched it on 2026-11-16 and has not used it: ask its user, and delete it if nobody has it/,
    ],
    [
      'it is the only active key',
      lost({}, { keys: [{ ...old, status: 'Inactive' }, successor()] }),
      /it is the user's only active key: enable the older one, or issue a key by hand/,
    ],
  ])('%s', (_, user, reason) => {
    const noticed = {
      ...user,
      state: { ...user.state, keys: new Map(user.state.keys).set(NEW, { ...user.state.keys.get(NEW), lost: daysAgo(1) }) },
    };
    for (const one of [user, noticed]) {
      expect(plan(one, policy(), NOW)).toMatchObject([
        { action: 'blocked', keyId: NEW, reason: expect.stringMatching(reason) as string },
        waits,
      ]);
    }
  });

  it('and nobody does about one that was replaced in its turn, as we remember, though a tag does not say so', () => {
    const keys = [successor({ id: OLD, ageDays: 100 }), successor()];
    const ours = { ...TOLD_IN_TIME(), issued: true as const };
    const facts = { keys, issued: [OLD], versions: [NEW], memory: { ...TOLD, [OLD]: ours } };
    expect(decide(userFacts(facts))).toContain('note-lost');
    expect(decide(userFacts({ ...facts, memory: { [OLD]: ours, [NEW]: ours } }))).not.toContain('note-lost');
  });

  it('and not when the secret was read that it was stored in', () => {
    expect(decide(lost({}, { memory: known({ storedAs: 'alice' }) }))).toEqual(['note-lost', 'wait']);
    const user = lost({}, { memory: known({ storedAs: 'before' }) });
    expect(decide({ ...user, state: { ...user.state, storedAs: 'before' } })).toEqual(['note-lost', 'wait']);
  });

  it('and not when the central store was asked', () => {
    const user = lost({ central: true });
    expect(decide({ ...user, stored: { ...user.stored, central: true } })).toEqual(['note-lost', 'wait']);
  });
});

describe('a successor is not lost when', () => {
  it.each<[string, UserFacts]>([
    ['the tag alone says that we issued it', lost({}, { memory: TOLD })],
    ['the tag alone says so, and that it was lost a day ago', lost({ lost: daysAgo(1) }, { memory: TOLD })],
    ['it was used: somebody has it', lost({}, { keys: [old, successor({ lastUsed: used(3) })] })],
    ['some version of the secret holds it', lost({}, { versions: [NEW] })],
    ['it is inactive', lost({}, { keys: [old, successor({ status: 'Inactive' })] })],
    ['it is the only key', userFacts({ keys: [successor()], tags: remembered(NEW, { issued: daysAgo(10) }) })],
    ['our tag does not say that we issued it', userFacts({ keys: [old, successor()] })],
    ['our tag names another moment than its own', userFacts({ keys: [old, successor()], tags: remembered(NEW, { issued: daysAgo(9) }) })],
  ])('%s', (_, user) => {
    expect(decide(user)).not.toContain('note-lost');
    expect(decide(user)).not.toContain('remove-orphan');
  });
});

describe('tags that somebody took off', () => {
  const stripped = (more: Parameters<typeof userFacts>[0] = {}): UserFacts =>
    userFacts({ keys: [old, successor()], current: NEW, issued: [], memory: { ...TOLD, [NEW]: { told: {}, issued: true } }, ...more });

  it('are written again where memory and the secret’s own date say that we issued the key, and nothing else is done', () => {
    expect(plan(stripped(), policy(), NOW)).toEqual([
      { action: 'note-issued', keyId: NEW, reason: 'somebody took our tags off the user; this key was issued on 2026-11-11' },
      waitsFirst,
    ]);
    expect(planForced(stripped(), policy(), NOW).map(({ action }) => action)).toEqual(['note-issued']);
  });

  it.each<[string, UserFacts]>([
    ['memory does not know', stripped({ memory: TOLD })],
    ['the secret does not hold the key, and its user does', stripped({ current: OLD, keys: [old, successor({ lastUsed: used(1) })] })],
    ['the version is of another moment', stripped({ since: daysAgo(5) })],
    ['the tags are there', stripped({ issued: [NEW] })],
    ['there is no other key', stripped({ keys: [successor()] })],
    ['the key is inactive', stripped({ keys: [old, successor({ status: 'Inactive' })] })],
  ])('are left as they are when %s', (_, user) => {
    expect(decide(user)).not.toContain('note-issued');
  });
});

it('of a key that only the memory calls ours are not written: a tag of ours would agree with it, and condemn a person’s key', () => {
  const user = userFacts({ keys: [old, successor()], issued: [], memory: { ...TOLD, [NEW]: { told: {}, issued: true } } });
  expect(plan(user, policy(), NOW)).toEqual([
    {
      action: 'blocked',
      keyId: NEW,
      reason: expect.stringMatching(/the rotator remembers that it issued this key.* a person must decide/) as string,
    },
    { action: 'wait', keyId: OLD, reason: `its successor ${NEW} cannot be fetched, so nothing is done about it` },
  ]);
});

describe('a user who was renamed', () => {
  const renamed = (state: Partial<Renamed>, more: Parameters<typeof userFacts>[0] = {}): UserFacts =>
    userFacts({
      keys: [old, successor()],
      current: NEW,
      renamed: { from: 'before', readable: false, repairable: true, ...state },
      ...more,
    });

  it('is let into the secret of the former name, and the older key’s step waits', () => {
    expect(plan(renamed({}), policy(), NOW)).toEqual([
      {
        action: 'follow-rename',
        keyId: OLD,
        successor: NEW,
        from: 'before',
        disableOn: midnightIn(10),
        reason: `the user was called before when ${NEW}, which replaces it, was stored, and may read that secret under the new name from now on`,
      },
    ]);
    expect(planForced(renamed({}), policy(), NOW).map(({ action }) => action)).toEqual(['follow-rename']);
  });

  it('is told no date of a key that is off already', () => {
    const [decision] = plan(renamed({}, { keys: [{ ...old, status: 'Inactive' }, successor()] }), policy(), NOW);
    expect(decision).toMatchObject({ action: 'follow-rename', keyId: OLD });
    expect(decision).not.toHaveProperty('disableOn');
  });

  it('goes on as everybody once the secret can be read', () => {
    expect(decide(renamed({ readable: true }))).toEqual(['disable', 'wait']);
  });

  it('has lost a successor that the central store cannot show under the new name', () => {
    expect(plan(renamed({ repairable: false }), policy(), NOW)).toMatchObject([
      {
        action: 'note-lost',
        keyId: NEW,
        reason: expect.stringContaining('in a secret that the user cannot read under their new name') as string,
      },
      waits,
    ]);
  });

  it('has lost nothing that is in their own account since before the central store, where a person must look', () => {
    const user = renamed({ repairable: false });
    const decisions = plan({ ...user, stored: { ...user.stored, own: new Set([NEW]) } }, policy(), NOW);
    expect(decisions).toMatchObject([
      { action: 'blocked', keyId: NEW, reason: expect.stringContaining('in the secret of before') as string },
      { action: 'wait', keyId: OLD },
    ]);
  });

  it('has fetched a successor that they use, wherever it is', () => {
    expect(decide(renamed({ repairable: false }, { keys: [old, successor({ lastUsed: used(2) })] }))).toEqual(['disable', 'wait']);
  });

  it('is not followed to a secret whose current key is not theirs to have', () => {
    expect(decide(renamed({}, { issued: [] }))).not.toContain('follow-rename');
    expect(decide(renamed({}, { versions: [NEW], current: OLD, issued: [NEW] }))).not.toContain('follow-rename');
  });
});

describe('a successor that does not reach a replica', () => {
  it('still makes its predecessor wait', () => {
    const user = userFacts({ keys: [old, successor()], current: NEW, behind: ['us-east-1 (Failed)'] });
    expect(decide(user)).toEqual(['wait-for-replica', 'wait']);
  });
});

describe('with a daily run', () => {
  const START = Date.parse('2026-01-01T00:00:00Z');
  const live = (user: SimulatedUser, from: number, to: number): void => {
    for (let day = from; day <= to; day++) user.run(new Date(START + day * DAY_MS + 3 * HOUR));
  };

  it('a secret that is deleted two days after the rotation costs the key in use nothing: another one is issued, with a whole grace', () => {
    const user = new SimulatedUser([accessKey({ id: OLD, created: new Date(START) })], policy());
    live(user, 90, 91);
    user.loseSecret();
    live(user, 92, 120);
    expect(user.taken.map(({ action, keyId, at }) => `${action} ${keyId} on day ${Math.floor((at.getTime() - START) / DAY_MS)}`)).toEqual([
      `rotate ${OLD} on day 90`,
      'note-lost AKIASUCCESSOR0000001 on day 92',
      'remove-orphan AKIASUCCESSOR0000001 on day 93',
      `rotate ${OLD} on day 93`,
      `disable ${OLD} on day 103`,
      `delete ${OLD} on day 113`,
    ]);
  });

  it('policies in minutes wait for the next day, too', () => {
    const user = new SimulatedUser([accessKey({ id: OLD, created: new Date(START) })], inMinutes());
    const minute = (at: number) => {
      user.run(new Date(START + at * 60_000));
    };
    minute(20);
    user.loseSecret();
    for (let at = 21; at < 21 + 20 * 60; at += 10) minute(at);
    expect(user.keys.map(({ status }) => status)).toEqual(['Active', 'Active']);
    expect(user.taken.map(({ action }) => action)).toEqual(['rotate', 'note-lost']);
  });
});
