import { plan } from '../../../../lambda/core/plan/plan';
import { planForced } from '../../../../lambda/core/plan/plan-forced';
import { sidePolicyOf, type Policy, type PolicyAges } from '../../../../lambda/core/plan/policy';
import { parsePeriod, type Period } from '../../../../lambda/shared/period';
import { accessKey, daysAgo, inDays, midnightIn, NEW, NOW, OLD, policy, remembered, used, userFacts } from '../../../helpers/facts';

const period = (text: string): Period => parsePeriod(text) ?? { unit: 'days', days: Number.NaN };
const OWN: PolicyAges = {
  rotate: period('90d'),
  disable: period('100d'),
  delete: period('110d'),
  warn: [period('7d')],
  untold: 'wait',
  maxHold: period('30d'),
  unusedKeys: 'retire',
  whileInUse: 'hold',
  deleteSecretAfter: period('30d'),
};
const side = (rotate: string, disable: string, remove: string): Policy =>
  sidePolicyOf({ rotate: period(rotate), disable: period(disable), delete: period(remove), warn: [] }, OWN);
const FAST = side('10m', '12m', '15m');

const minutesAgo = (minutes: number): Date => new Date(NOW.getTime() - minutes * 60_000);
const inMinutes = (minutes: number): Date => minutesAgo(-minutes);
const key = (id: string, minutes: number, more: Parameters<typeof accessKey>[0] = {}) =>
  accessKey({ id, created: minutesAgo(minutes), ...more });
/** In the policy since an hour, people told of nothing. */
const facts = (given: Parameters<typeof userFacts>[0], entered: Date | null = minutesAgo(60)) => ({
  ...userFacts({ memory: {}, ...given }),
  ...(entered && { entered }),
});
const of = (given: Parameters<typeof userFacts>[0], entered?: Date) => plan(facts(given, entered), FAST, NOW);
const replaced = (old: number, successor: number, more: Parameters<typeof userFacts>[0] = {}) =>
  ({ keys: [key(OLD, old), key(NEW, successor)], current: NEW, ...more }) as const;

describe('a key of a policy of minutes', () => {
  it.each<[string, Parameters<typeof userFacts>[0], string]>([
    ['waits until it is due', { keys: [key(OLD, 9)] }, 'wait'],
    ['gets a successor on its minute', { keys: [key(OLD, 10)] }, 'rotate'],
    ['gets a successor though it was never used', { keys: [key(OLD, 10, { lastUsed: 'never' })] }, 'rotate'],
    ['keeps working through its grace', replaced(11, 1), 'wait'],
    ['is disabled when the grace is over, though nobody was told', replaced(12, 2), 'disable'],
    ['is disabled though it is still used', { ...replaced(12, 2), keys: [key(OLD, 12, { lastUsed: used(0) }), key(NEW, 2)] }, 'disable'],
    ['waits while the grace has not lasted since its successor was stored', replaced(12, 2, { since: minutesAgo(1) }), 'wait'],
  ])('%s', (_, given, action) => {
    expect(of(given)[0]?.action).toBe(action);
  });

  it.each<[string, number, string]>([
    ['is kept through its recovery time', 2, 'wait'],
    ['is deleted when that is over', 3, 'delete'],
  ])('once disabled, %s', (_, minutes, action) => {
    const keys = [key(OLD, 15, { status: 'Inactive' }), key(NEW, 5)];
    expect(of({ keys, current: NEW, tags: remembered(OLD, { inactive: minutesAgo(minutes) }) })[0]?.action).toBe(action);
  });

  it('names the minutes of its steps, and that nothing tells of each', () => {
    expect(of({ keys: [key(OLD, 10)] })).toEqual([
      { action: 'rotate', keyId: OLD, disableOn: inMinutes(2), reason: 'it is 10 minutes old', quiet: true },
    ]);
    expect(of(replaced(12, 2))[0]).toMatchObject({ action: 'disable', successor: NEW, deleteOn: inMinutes(3), quiet: true });
  });

  it('is not disabled while its successor is in no secret', () => {
    expect(of({ keys: [key(OLD, 30), key(NEW, 20)], issued: [NEW] }).map(({ action }) => action)).not.toContain('disable');
  });
});

describe('a key that its user brought into the policy', () => {
  const entered = minutesAgo(1);

  it('is replaced at once, and keeps the deployment’s grace, of which people are told', () => {
    expect(of({ keys: [accessKey({ ageDays: 400 })] }, entered)).toEqual([
      { action: 'rotate', keyId: OLD, disableOn: midnightIn(10), reason: expect.any(String) as string },
    ]);
  });

  it.each<[string, number, 'announce' | 'wait' | 'disable', Date | undefined]>([
    ['nobody was told', 20, 'announce', undefined],
    ['the date that people were told has not come', 5, 'wait', midnightIn(5)],
    ['the date that people were told has come', 10, 'disable', midnightIn(0)],
  ])('waits for the mail and its date: %s', (_, days, action, on) => {
    const keys = [accessKey({ ageDays: 400 }), accessKey({ id: NEW, ageDays: days, lastUsed: used(1) })];
    const memory = { [OLD]: { told: on ? { disable: { on, at: daysAgo(days) } } : {} } };
    expect(
      of(
        { keys: [{ ...(keys[0] ?? accessKey()), lastUsed: used(30) }, keys[1] ?? accessKey()], current: NEW, memory, fetched: NOW },
        daysAgo(days),
      )[0]?.action,
    ).toBe(action);
  });

  it('whoever moves here in the middle of a grace keeps the date that they were told', () => {
    const keys = [accessKey({ ageDays: 92, lastUsed: used(30) }), accessKey({ id: NEW, ageDays: 2 })];
    const memory = { [OLD]: { told: { disable: { on: midnightIn(8), at: daysAgo(2) } } } };
    const decisions = of({ keys, current: NEW, memory }, minutesAgo(30));
    expect(decisions.map(({ action }) => action)).toEqual(['wait', 'blocked']);
    expect(decisions[0]?.reason).toContain('is disabled on 2026-11-29');
  });

  it('a date that was told for a key of the policy itself is kept, too', () => {
    const memory = { [OLD]: { told: { disable: { on: inMinutes(30), at: minutesAgo(1) } } } };
    expect(of({ ...replaced(12, 2), memory })[0]?.action).toBe('wait');
  });

  it('a key just made when its user came is the policy’s own', () => {
    expect(of({ keys: [key(OLD, 10)] }, minutesAgo(3))[0]).toMatchObject({ action: 'rotate', quiet: true });
  });

  it('in the first run, before anything is remembered, counts as brought in', () => {
    expect(plan(facts({ keys: [key(OLD, 10)] }, null), FAST, NOW)[0]).toEqual(
      expect.objectContaining({ action: 'rotate', disableOn: midnightIn(10) }),
    );
  });
});

describe('what people did themselves is never decided in minutes', () => {
  it.each<[string, Parameters<typeof userFacts>[0], object]>([
    [
      'a key that a person disabled',
      { keys: [key(OLD, 30, { status: 'Inactive' }), key(NEW, 5)] },
      { action: 'note-inactive', deleteOn: inDays(110, minutesAgo(30)).toISOString().slice(0, 10) },
    ],
    [
      'a key that a person enabled again',
      { ...replaced(12, 2), tags: remembered(OLD, { inactive: minutesAgo(5) }) },
      { action: 'note-reenabled', disableOn: midnightIn(10).toISOString().slice(0, 10) },
    ],
    [
      'the older of two keys that a person made',
      { keys: [key(OLD, 40), key(NEW, 30, { lastUsed: used(0) })] },
      { action: 'notify', disableOn: midnightIn(10).toISOString().slice(0, 10) },
    ],
  ])('%s keeps the deployment’s time', (_, given, expected) => {
    const [first] = of(given);
    const days = Object.fromEntries(
      Object.entries({ ...first }).map(([name, value]) => [
        name,
        (value as unknown) instanceof Date ? (value as Date).toISOString().slice(0, 10) : value,
      ]),
    );
    expect(days).toMatchObject(expected);
    expect(days).not.toHaveProperty('quiet');
  });
});

describe('a forced rotation', () => {
  it('begins the grace of the user’s policy', () => {
    expect(planForced(facts({ keys: [key(OLD, 5)] }), FAST, NOW)[0]).toMatchObject({ action: 'rotate', disableOn: inMinutes(2) });
  });

  it('gives a key that was brought in the deployment’s grace', () => {
    expect(planForced(facts({ keys: [accessKey({ ageDays: 40 })] }), FAST, NOW)[0]).toMatchObject({ disableOn: midnightIn(10) });
  });

  it('says when the grace of a key that was replaced already ends', () => {
    expect(planForced(facts(replaced(11, 1)), FAST, NOW)[0]?.reason).toContain('nothing to do');
  });
});

it('a policy of days has the deployment’s options, its mails among them, and keeps secrets', () => {
  const monthly = side('30d', '35d', '40d');
  expect(monthly).toMatchObject({ untold: 'wait', whileInUse: 'hold', unusedKeys: 'retire', disableGrace: { unit: 'days', days: 5 } });
  expect(monthly.announced).toBeUndefined();
  expect(monthly.deleteSecretAfter).toBeUndefined();
  const keys = [accessKey({ ageDays: 36, lastUsed: used(20) }), accessKey({ id: NEW, ageDays: 6 })];
  expect(plan(userFacts({ keys, current: NEW, memory: {} }), monthly, NOW)[0]?.action).toBe('announce');
});

it('the deployment’s own policy knows nothing of minutes', () => {
  expect(plan(facts(replaced(12, 2)), policy(), NOW)[0]?.action).toBe('announce');
});
