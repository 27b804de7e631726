import { plan } from '../../../../lambda/core/plan/plan';
import { accessKey, daysAgo, inDays, inMinutes, midnightIn, NEW, NOW, OLD, policy, remembered, userFacts } from '../../../helpers/facts';

const inactive = (ageDays: number, id = OLD) => accessKey({ id, ageDays, status: 'Inactive' });
const active = (ageDays: number) => accessKey({ id: NEW, ageDays });
const seen = (days: number, id = OLD) => remembered(id, { inactive: daysAgo(days) });
const decided = (facts: Parameters<typeof userFacts>[0], rules = policy()) =>
  Object.fromEntries(
    plan(userFacts(facts), rules, NOW).map((decision) => ['keyId' in decision ? decision.keyId : decision.action, decision]),
  );

describe('an inactive key that we superseded', () => {
  const facts = (days: number, ageDays = 100 + days) => ({
    keys: [inactive(ageDays), active(ageDays - 90)],
    current: NEW,
    tags: seen(days),
  });

  it.each([
    [0, 'wait'],
    [2, 'wait'],
    [3, 'warn'],
    [4, 'wait'],
    [9, 'warn'],
    [10, 'delete'],
    [11, 'delete'],
  ])('%d days after it was disabled: %s', (days, action) => {
    expect(decided(facts(days))[OLD]?.action).toBe(action);
  });

  it('is deleted after its recovery time, however young a forced rotation found it', () => {
    const keys = [inactive(25), active(20)];
    expect(decided({ keys, current: NEW, tags: seen(9) })[OLD]?.action).toBe('warn');
    expect(decided({ keys, current: NEW, tags: seen(10) })[OLD]).toEqual({
      action: 'delete',
      keyId: OLD,
      reason: 'it has been inactive since 2026-11-11',
    });
  });

  it('is not deleted the same run it is found inactive, even at 400 days', () => {
    expect(decided({ keys: [inactive(400), active(300)], current: NEW })[OLD]).toMatchObject({
      action: 'note-inactive',
      deleteOn: midnightIn(10),
    });
  });

  it('is deleted whether or not its successor is still active', () => {
    const keys = [inactive(120), inactive(30, NEW)];
    expect(decided({ keys, current: NEW, tags: { ...seen(10), ...seen(0, NEW) } })).toMatchObject({
      [OLD]: { action: 'delete' },
      [NEW]: { action: 'wait' },
    });
  });
});

describe('an inactive key that people disabled themselves', () => {
  it.each([0, 5, 89, 110, 400])('starts its recovery when first seen, at %d days of age', (ageDays) => {
    expect(decided({ keys: [inactive(ageDays)] })[OLD]).toMatchObject({
      action: 'note-inactive',
      deleteOn: midnightIn(Math.max(10, 110 - ageDays)),
    });
  });

  it.each([
    [109, 50, 'warn'],
    [110, 50, 'delete'],
    [111, 50, 'delete'],
    [103, 50, 'warn'],
    [102, 50, 'wait'],
    [400, 9, 'warn'],
    [400, 10, 'delete'],
    [109, 9, 'warn'],
    [110, 9, 'warn'],
    [110, 10, 'delete'],
  ])('at %d days of age, seen inactive for %d days: %s', (ageDays, days, action) => {
    expect(decided({ keys: [inactive(ageDays)], tags: seen(days) })[OLD]?.action).toBe(action);
  });

  it.each([
    [40, 'delete'],
    [41, 'note-inactive'],
    [300, 'note-inactive'],
  ])('gets its recovery time anew when nobody looked for a month after its date: seen %d days ago: %s', (days, action) => {
    expect(decided({ keys: [inactive(500)], tags: seen(days) })[OLD]).toMatchObject({
      action,
      ...(action === 'note-inactive' && { deleteOn: midnightIn(10), reason: expect.stringContaining('nobody looked at it') as string }),
    });
  });

  it.each([
    [50, 65, 'delete'],
    [50, 110, 'delete'],
    [50, 111, 'note-inactive'],
    [3, 40, 'delete'],
    [3, 41, 'note-inactive'],
  ])('is not taken for unseen because runs are rare: %d days to the next one, seen %d days ago: %s', (pause, days, action) => {
    const rules = { ...policy(), nextRun: inDays(pause) };
    expect(decided({ keys: [inactive(500)], tags: seen(days) }, rules)[OLD]?.action).toBe(action);
  });

  it('waits for the age too when the secret was overwritten since', () => {
    expect(decided({ keys: [inactive(60), active(50)], versions: [NEW], tags: seen(20) })[OLD]?.action).toBe('wait');
  });

  it('waits for the age too when the key in the secret is older than it', () => {
    const keys = [accessKey({ id: NEW, ageDays: 80 }), inactive(60)];
    expect(decided({ keys, current: NEW, tags: seen(20) })[OLD]?.action).toBe('wait');
  });

  it('starts anew when the memory is of the future or older than the key', () => {
    for (const tags of [remembered(OLD, { inactive: inDays(1) }), seen(401)]) {
      expect(decided({ keys: [inactive(400)], tags })[OLD]?.action).toBe('note-inactive');
    }
  });

  it.each([
    [30 * 60 - 1, 600, 'warn'],
    [30 * 60, 599, 'warn'],
    [40 * 60, 600, 'delete'],
  ])('is compared exactly under a policy in minutes: %d s old, inactive for %d s', (age, since, action) => {
    const created = new Date(NOW.getTime() - age * 1_000);
    const tags = remembered(OLD, { inactive: new Date(NOW.getTime() - since * 1_000) });
    const rules = inMinutes({ warn: '11m' });
    expect(decided({ keys: [accessKey({ status: 'Inactive', created })], tags }, rules)[OLD]?.action).toBe(action);
  });
});

describe('an active key beside an inactive one', () => {
  it.each([
    [83, 'wait'],
    [89, 'wait'],
    [90, 'blocked'],
    [400, 'blocked'],
  ])('at %d days: %s', (ageDays, action) => {
    const facts = { keys: [inactive(401), active(ageDays)], tags: seen(5) };
    expect(decided(facts)[NEW]?.action).toBe(action);
  });

  it('is told which key takes the second place', () => {
    expect(decided({ keys: [inactive(50), active(90)], tags: seen(5) })[NEW]).toMatchObject({
      action: 'blocked',
      reason: `it is 90 days old, but IAM allows two keys per user and the inactive key ${OLD} takes the second place until it is deleted`,
    });
  });

  it('is not rotated in the run that deletes the inactive one', () => {
    expect(decided({ keys: [inactive(401), active(400)], tags: seen(10) })).toMatchObject({
      [OLD]: { action: 'delete' },
      [NEW]: { action: 'blocked' },
    });
  });

  it('does not have the inactive one deleted early to make room', () => {
    expect(decided({ keys: [inactive(401), active(400)], tags: seen(9) })[OLD]?.action).toBe('warn');
  });

  it('is never disabled, whatever was remembered about it', () => {
    const tags = { ...seen(5), ...remembered(NEW, { notice: daysAgo(50), noticeBeside: OLD }) };
    expect(decided({ keys: [inactive(401), active(400)], tags })[NEW]?.action).toBe('blocked');
  });
});
