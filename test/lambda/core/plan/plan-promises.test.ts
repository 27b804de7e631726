import { plan } from '../../../../lambda/core/plan/plan';
import type { Remembered, Told } from '../../../../lambda/core/plan/user-facts';
import { DAY_MS } from '../../../../lambda/shared/period';
import { accessKey, daysAgo, midnightIn, NEW, NOW, OLD, policy, remembered, userFacts } from '../../../helpers/facts';
import { SimulatedUser } from '../../../helpers/simulated-user';

const PROCEED = policy({ untold: 'proceed' });
/** People were told so many days ago of a step in so many days, both of which may be past. */
const told = (ago: number, inSoMany: number): Told => ({ at: daysAgo(ago), on: midnightIn(inSoMany) });
const tellsOf = (step: 'disable' | 'delete', promise: Told | undefined): Record<string, Remembered> => ({
  [OLD]: { told: promise ? { [step]: promise } : {} },
});

describe('a key with a successor', () => {
  const superseded = (days: number, promise: Told | undefined, rules = policy(), more: Parameters<typeof userFacts>[0] = {}) =>
    plan(
      userFacts({
        keys: [accessKey({ id: OLD, ageDays: 90 + days }), accessKey({ id: NEW, ageDays: days })],
        current: NEW,
        fetched: NOW,
        memory: tellsOf('disable', promise),
        ...more,
      }),
      rules,
      NOW,
    )[0];

  it('is announced anew, with a whole grace from now, when nobody was told', () => {
    expect(superseded(10, undefined)).toEqual({
      action: 'announce',
      keyId: OLD,
      step: 'disable',
      on: midnightIn(10),
      reason: `it was replaced by ${NEW} on 2026-11-11; nobody could be told so far, so its grace begins with this mail, and it is disabled on 2026-12-01`,
    });
  });

  it.each<[string, number, Told | undefined, string]>([
    ['nobody was told, long after its grace', 400, undefined, 'announce'],
    ['nobody was told, on the first day', 0, undefined, 'announce'],
    ['people were told before this grace began', 10, told(11, 0), 'announce'],
    ['people were told at the beginning of this grace', 10, told(10, 0), 'disable'],
    ['people were told within this grace, of today', 12, told(10, 0), 'disable'],
    ['people were told of a later day than the policy’s: the day before', 10, told(10, 1), 'warn'],
    ['people were told of a later day than the policy’s: that day', 15, told(10, 0), 'disable'],
    ['people were told of a much later day than the policy’s', 10, told(10, 5), 'wait'],
    ['people were told of an earlier day than the policy’s', 5, told(5, -1), 'wait'],
    ['people were told of an earlier day than the policy’s, and that one has come', 10, told(10, -5), 'disable'],
  ])('when %s', (_, days, promise, action) => {
    expect(superseded(days, promise)?.action).toBe(action);
  });

  it('is announced when people were told of another step only', () => {
    expect(superseded(10, undefined, policy(), { memory: tellsOf('delete', told(10, 0)) })?.action).toBe('announce');
  });

  it('is announced when people were told of another key only', () => {
    expect(superseded(10, undefined, policy(), { memory: { [NEW]: { told: { disable: told(10, 0) } } } })?.action).toBe('announce');
  });

  it.each([
    ['somebody re-enabled the key', { reenabled: daysAgo(5) }],
    ['its successor could not be fetched', { behind: daysAgo(5) }],
  ])('what people were told counts no more after %s', (_, state) => {
    const more = { tags: remembered(OLD, state) };
    expect(superseded(40, told(40, -30), policy(), more)?.action).toBe('announce');
    expect(superseded(40, told(5, 5), policy(), more)?.action).toBe('wait');
    expect(superseded(40, told(4, 0), policy(), more)?.action).toBe('wait');
  });

  it('counts its grace from the version in the secret, where that is the later one', () => {
    const since = new Date(daysAgo(10).getTime() + 600_000);
    expect(superseded(10, { at: daysAgo(10), on: midnightIn(0) }, policy(), { since })?.action).toBe('announce');
    expect(superseded(10, { at: since, on: midnightIn(0) }, policy(), { since })?.action).toBe('disable');
  });

  it('keeps the date that people were given when the settings come earlier since', () => {
    const earlier = policy({ disable: '92d', delete: '94d', warn: '1d' });
    expect(superseded(2, undefined, earlier)?.action).toBe('announce');
    expect(superseded(9, told(9, 1), earlier)).toMatchObject({ action: 'warn', step: 'disable', on: midnightIn(1) });
    expect(superseded(10, told(10, 0), earlier)?.action).toBe('disable');
  });

  it('waits for the settings’ date where that came later since', () => {
    const later = policy({ disable: '115d', delete: '125d' });
    expect(superseded(10, told(10, 0), later)?.action).toBe('wait');
    expect(superseded(24, told(24, -14), later)).toMatchObject({ action: 'warn', on: midnightIn(1) });
    expect(superseded(25, told(25, -15), later)?.action).toBe('disable');
  });

  it('is disabled by the policy’s date, untold, only where the settings say so', () => {
    expect(superseded(9, undefined, PROCEED)?.action).toBe('announce');
    expect(superseded(10, undefined, PROCEED)?.action).toBe('disable');
    expect(superseded(10, told(10, 3), PROCEED)?.action).toBe('wait');
    expect(superseded(10, undefined, policy())?.action).toBe('announce');
  });
});

describe('a key without a successor', () => {
  const noticed = (days: number | undefined, promise: Told | undefined, rules = policy()) =>
    plan(
      userFacts({
        keys: [accessKey({ id: OLD, ageDays: 400 }), accessKey({ id: NEW, ageDays: 50 })],
        tags: days === undefined ? {} : remembered(OLD, { notice: daysAgo(days), noticeBeside: NEW }),
        memory: tellsOf('disable', promise),
      }),
      rules,
      NOW,
    )[0];

  it.each<[string, number | undefined, Told | undefined, string]>([
    ['nobody was told, whatever its tag says', 300, undefined, 'notify'],
    ['people were told, whatever is not in its tag', undefined, told(300, -290), 'notify'],
    ['people were told before the notice of its tag', 20, told(21, -11), 'notify'],
    ['people were told with the notice', 10, told(10, 0), 'disable'],
    ['people were told with the notice, of a later day', 10, told(10, 1), 'warn'],
    ['people were told with the notice, of an earlier day', 5, told(5, -1), 'wait'],
  ])('when %s', (_, days, promise, action) => {
    expect(noticed(days, promise)?.action).toBe(action);
  });

  it('is given its notice again, of a whole grace from now', () => {
    expect(noticed(300, undefined)).toMatchObject({ action: 'notify', disableOn: midnightIn(10) });
  });

  it('is warned of, untold, and disabled by the date of its notice, only where the settings say so', () => {
    expect(noticed(undefined, undefined, PROCEED)?.action).toBe('notify');
    expect(noticed(1, undefined, PROCEED)).toMatchObject({ action: 'warn', step: 'disable', on: midnightIn(9) });
    expect(noticed(10, undefined, PROCEED)?.action).toBe('disable');
    expect(noticed(10, told(10, 3), PROCEED)?.action).not.toBe('disable');
  });
});

describe('an inactive key', () => {
  const inactive = (days: number, promise: Told | undefined, rules = policy()) =>
    plan(
      userFacts({
        keys: [accessKey({ id: OLD, ageDays: 300, status: 'Inactive' })],
        tags: remembered(OLD, { inactive: daysAgo(days) }),
        memory: tellsOf('delete', promise),
      }),
      rules,
      NOW,
    )[0];

  it.each<[string, number, Told | undefined, string]>([
    ['nobody was told', 10, undefined, 'note-inactive'],
    ['nobody was told, within its recovery time', 3, undefined, 'note-inactive'],
    ['people were told before it was seen inactive', 10, told(11, 0), 'note-inactive'],
    ['people were told since', 10, told(10, 0), 'delete'],
    ['people were told of a later day', 10, told(10, 1), 'warn'],
    ['people were told of an earlier day', 9, told(9, -1), 'warn'],
  ])('when %s', (_, days, promise, action) => {
    expect(inactive(days, promise)?.action).toBe(action);
  });

  it('is announced anew with a whole recovery time', () => {
    expect(inactive(10, undefined)).toEqual({
      action: 'note-inactive',
      keyId: OLD,
      deleteOn: midnightIn(10),
      reason:
        'it has been inactive since 2026-11-11, but nobody could be told so far, so its recovery time begins with this mail; it is deleted on 2026-12-01',
    });
  });

  it('is deleted by the policy’s date, untold, only where the settings say so', () => {
    expect(inactive(3, undefined, PROCEED)).toMatchObject({ action: 'warn', step: 'delete', on: midnightIn(7) });
    expect(inactive(10, undefined, PROCEED)?.action).toBe('delete');
    expect(inactive(10, told(10, 3), PROCEED)?.action).toBe('wait');
  });

  it('keeps the date that people were given when the settings come earlier since', () => {
    expect(inactive(2, told(2, 8), policy({ delete: '102d', warn: '1d' }))?.action).toBe('wait');
  });

  it.each([
    [30, 'delete'],
    [31, 'note-inactive'],
  ])('that nobody looked at for %d days after its day may have been in use since: %s', (days, action) => {
    expect(inactive(10 + days, told(10 + days, -days))?.action).toBe(action);
  });

  it('that has expired says so', () => {
    const user = userFacts({ keys: [accessKey({ id: OLD, ageDays: 300, status: 'Inactive', expired: true })] });
    expect(plan(user, policy(), NOW)).toMatchObject([{ action: 'note-inactive', reason: 'it has expired; it is deleted on 2026-12-01' }]);
  });

  it('that has expired takes the place of a successor by that name', () => {
    const keys = [accessKey({ id: OLD, ageDays: 300, status: 'Inactive', expired: true }), accessKey({ id: NEW, ageDays: 95 })];
    expect(plan(userFacts({ keys }), policy(), NOW)[1]).toMatchObject({
      action: 'blocked',
      keyId: NEW,
      reason: expect.stringContaining(`the expired key ${OLD} takes the second place`) as string,
    });
  });
});

describe('with a daily run', () => {
  const START = Date.parse('2026-01-01T00:00:00Z');
  const live = (user: SimulatedUser, from: number, to: number): void => {
    for (let day = from; day <= to; day++) user.run(new Date(START + day * DAY_MS + 3 * 3_600_000));
  };
  const steps = (user: SimulatedUser, ...actions: string[]): string[] =>
    user.taken
      .filter(({ action }) => actions.includes(action))
      .map(({ action, at }) => `${action} on day ${Math.floor((at.getTime() - START) / DAY_MS)}`);
  const made = (id = OLD, day = 0) => accessKey({ id, created: new Date(START + day * DAY_MS) });

  it('nothing goes off while no mail is accepted, and everything takes its whole time from the first that is', () => {
    const user = new SimulatedUser([made()], policy());
    user.reachable = false;
    live(user, 90, 199);
    expect(user.keys.map(({ status }) => status)).toEqual(['Active', 'Active']);
    user.reachable = true;
    live(user, 200, 230);
    expect(steps(user, 'rotate', 'disable', 'delete')).toEqual([
      'rotate on day 90',
      'disable on day 210',
      'delete on day 220',
      'rotate on day 221',
    ]);
  });

  it('a mail that is refused once costs a day and no more', () => {
    const user = new SimulatedUser([made()], policy());
    user.reachable = false;
    live(user, 90, 90);
    user.reachable = true;
    live(user, 91, 115);
    expect(steps(user, 'rotate', 'announce', 'disable', 'delete')).toEqual([
      'rotate on day 90',
      'announce on day 91',
      'disable on day 101',
      'delete on day 111',
    ]);
  });

  it.each([
    ['with a successor', [made()], ['rotate on day 90', 'disable on day 100', 'delete on day 110']],
    ['without one', [made(), made(NEW, 50)], ['notify on day 90', 'disable on day 100', 'delete on day 110']],
  ])('keys go on in their time where the settings go on untold: %s', (_, keys, expected) => {
    const user = new SimulatedUser(keys, PROCEED);
    user.reachable = false;
    live(user, 90, 110);
    const own = user.taken.filter(({ keyId }) => keyId === OLD);
    expect(
      own
        .filter(({ action }) => action !== 'announce')
        .map(({ action, at }) => `${action} on day ${Math.floor((at.getTime() - START) / DAY_MS)}`),
    ).toEqual(expected);
  });

  it('a date that people were given outlives shorter settings', () => {
    const user = new SimulatedUser([made()], policy());
    live(user, 90, 90);
    user.policy = policy({ disable: '92d', delete: '94d', warn: '1d' });
    live(user, 91, 110);
    expect(steps(user, 'disable')).toEqual(['disable on day 100']);
  });

  it('longer settings win over a date that people were given', () => {
    const user = new SimulatedUser([made()], policy());
    live(user, 90, 95);
    user.policy = policy({ disable: '120d', delete: '130d' });
    live(user, 96, 140);
    expect(steps(user, 'disable', 'delete')).toEqual(['disable on day 120', 'delete on day 130']);
  });
});

describe('a grace that begins anew after people were told a later day', () => {
  // They were told under longer periods, and before this grace.
  const later = { [OLD]: { told: { disable: told(15, 30), delete: told(15, 40) } } };
  const first = (facts: Parameters<typeof userFacts>[0]) => plan(userFacts({ memory: later, ...facts }), policy(), NOW)[0];
  const [old, other] = [accessKey({ id: OLD, ageDays: 100 }), accessKey({ id: NEW, ageDays: 10 })];

  it.each<[string, Parameters<typeof userFacts>[0], object]>([
    ['is announced for that day', { keys: [old, other], current: NEW }, { action: 'announce', on: midnightIn(30) }],
    ['gets its notice for that day', { keys: [old, other] }, { action: 'notify', disableOn: midnightIn(30) }],
    ['gets its successor, and is disabled on that day', { keys: [old] }, { action: 'rotate', disableOn: midnightIn(30) }],
    [
      'is deleted on that day when it is inactive',
      { keys: [accessKey({ id: OLD, ageDays: 100, status: 'Inactive' })] },
      { action: 'note-inactive', deleteOn: midnightIn(40) },
    ],
  ])('%s', (_, facts, decision) => {
    expect(first(facts)).toMatchObject({ keyId: OLD, ...decision });
  });

  it('that is over: the key is disabled, and deleted no earlier than on the day that people were told of', () => {
    const memory = { [OLD]: { told: { disable: told(10, 0), delete: told(15, 40) } } };
    expect(first({ keys: [old, other], current: NEW, memory })).toMatchObject({ action: 'disable', deleteOn: midnightIn(40) });
  });
});
