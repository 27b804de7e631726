import { plan } from '../../../../lambda/core/plan/plan';
import type { AccessKey } from '../../../../lambda/core/plan/user-facts';
import { DAY_MS } from '../../../../lambda/shared/period';
import { accessKey, daysAgo, midnightIn, NEW, NOW, OLD, policy, remembered, userFacts } from '../../../helpers/facts';
import { SimulatedUser } from '../../../helpers/simulated-user';

const THIRD = 'AKIATHIRD00000000003';
const inUse = (id: string, ageDays: number): AccessKey => accessKey({ id, ageDays });
const unused = (id: string, ageDays: number): AccessKey => accessKey({ id, ageDays, lastUsed: 'never' });
const unknown = (id: string, ageDays: number): AccessKey => ({ id, status: 'Active', created: daysAgo(ageDays) });
const actions = (keys: AccessKey[], tags: Record<string, string> = {}): Record<string, string> => {
  const ordered = keys.toSorted((a, b) => a.created.getTime() - b.created.getTime());
  return Object.fromEntries(
    plan(userFacts({ keys: ordered, tags }), policy(), NOW).map((decision) => ['keyId' in decision ? decision.keyId : '', decision.action]),
  );
};

describe('of two active keys, neither of which replaced the other', () => {
  it.each<[string, AccessKey[], Record<string, string>]>([
    ['neither is due', [inUse(OLD, 89), unused(NEW, 50)], { [OLD]: 'wait', [NEW]: 'wait' }],
    ['the older is due, and the younger was never used', [inUse(OLD, 90), unused(NEW, 50)], { [OLD]: 'blocked', [NEW]: 'notify' }],
    ['the younger is unused for just the grace', [inUse(OLD, 90), unused(NEW, 10)], { [OLD]: 'blocked', [NEW]: 'notify' }],
    ['the younger may yet be taken into use', [inUse(OLD, 90), unused(NEW, 9)], { [OLD]: 'notify', [NEW]: 'wait' }],
    ['the older was never used, and the younger is due', [unused(OLD, 300), inUse(NEW, 90)], { [OLD]: 'notify', [NEW]: 'blocked' }],
    ['the older was never used and is the only one due', [unused(OLD, 300), inUse(NEW, 50)], { [OLD]: 'notify', [NEW]: 'wait' }],
    ['both are in use', [inUse(OLD, 90), inUse(NEW, 50)], { [OLD]: 'notify', [NEW]: 'wait' }],
    ['neither was ever used', [unused(OLD, 90), unused(NEW, 50)], { [OLD]: 'notify', [NEW]: 'wait' }],
    ['the use of the older is not known', [unknown(OLD, 90), unused(NEW, 50)], { [OLD]: 'blocked', [NEW]: 'wait' }],
    ['the use of the younger is not known', [inUse(OLD, 90), unknown(NEW, 50)], { [OLD]: 'blocked', [NEW]: 'wait' }],
  ])('%s', (_, keys, expected) => {
    expect(actions(keys)).toEqual(expected);
  });

  it('the one that goes and the one that stays are told of each other', () => {
    expect(plan(userFacts({ keys: [inUse(OLD, 90), unused(NEW, 50)] }), policy(), NOW)).toEqual([
      { action: 'blocked', keyId: OLD, reason: `it is 90 days old, and is rotated once the key ${NEW} is gone` },
      {
        action: 'notify',
        keyId: NEW,
        disableOn: midnightIn(10),
        reason: `it was never used, and the user's key ${OLD} is due and needs its place; it is disabled on 2026-12-01`,
      },
    ]);
  });

  it('a look-up that is missing is said, and decides nothing', () => {
    expect(plan(userFacts({ keys: [unknown(OLD, 90), unused(NEW, 50)] }), policy(), NOW)[0]).toEqual({
      action: 'blocked',
      keyId: OLD,
      reason: "whether the user's keys are used is not known",
    });
  });

  it('the unused one goes after its notice and its whole grace', () => {
    const notice = (days: number) => remembered(NEW, { notice: daysAgo(days), noticeBeside: OLD });
    expect(actions([inUse(OLD, 100), unused(NEW, 60)], notice(9))[NEW]).toBe('warn');
    expect(actions([inUse(OLD, 100), unused(NEW, 60)], notice(10))).toEqual({ [OLD]: 'blocked', [NEW]: 'disable' });
  });

  it('one that is taken into use after its notice stays', () => {
    const notice = remembered(NEW, { notice: daysAgo(10), noticeBeside: OLD });
    expect(actions([inUse(OLD, 100), inUse(NEW, 60)], notice)).toEqual({ [OLD]: 'notify', [NEW]: 'wait' });
  });
});

describe('of three and more active keys', () => {
  it.each<[string, AccessKey[], Record<string, string>]>([
    ['none is due', [inUse(OLD, 89), inUse(NEW, 50), unused(THIRD, 20)], { [OLD]: 'wait', [NEW]: 'wait', [THIRD]: 'wait' }],
    ['the unused one goes', [inUse(OLD, 90), inUse(NEW, 50), unused(THIRD, 20)], { [OLD]: 'blocked', [NEW]: 'wait', [THIRD]: 'notify' }],
    [
      'the oldest unused one goes',
      [inUse(OLD, 90), unused(NEW, 50), unused(THIRD, 20)],
      { [OLD]: 'blocked', [NEW]: 'notify', [THIRD]: 'wait' },
    ],
    ['the oldest goes', [inUse(OLD, 300), inUse(NEW, 95), inUse(THIRD, 20)], { [OLD]: 'notify', [NEW]: 'blocked', [THIRD]: 'wait' }],
    [
      'nobody knows of one',
      [inUse(OLD, 300), unknown(NEW, 95), unused(THIRD, 20)],
      { [OLD]: 'blocked', [NEW]: 'blocked', [THIRD]: 'wait' },
    ],
  ])('%s', (_, keys, expected) => {
    expect(actions(keys)).toEqual(expected);
  });

  it('names all the others in the notice', () => {
    const keys = [inUse(OLD, 300), inUse(NEW, 95), inUse(THIRD, 20)];
    expect(plan(userFacts({ keys }), policy(), NOW)[0]?.reason).toContain(
      `the user's second active key ${NEW} and ${THIRD} leaves no room`,
    );
  });

  it('the one that we issued replaces those that are older, and they alone are disabled', () => {
    const keys = [inUse(OLD, 300), inUse(NEW, 95), inUse(THIRD, 10)];
    expect(plan(userFacts({ keys, current: THIRD }), policy(), NOW).map(({ action }) => action)).toEqual(['disable', 'disable', 'wait']);
    expect(plan(userFacts({ keys, current: NEW }), policy(), NOW).map(({ action }) => action)).toEqual(['disable', 'blocked', 'wait']);
  });

  it('an inactive one takes a place until it is gone', () => {
    const keys = [accessKey({ id: OLD, ageDays: 400, status: 'Inactive' }), inUse(NEW, 95), inUse(THIRD, 20)];
    expect(actions(keys)[NEW]).toBe('blocked');
  });

  it.each([3, 4, 5, 6, 7, 8])('%d keys become one, one after the other, and no run leaves the user without an active key', (count) => {
    const start = Date.parse('2026-01-01T00:00:00Z');
    const keys = Array.from({ length: count }, (_, index) =>
      accessKey({ id: `AKIAMANY00000000000${index}`, created: new Date(start - (300 - index) * DAY_MS) }),
    );
    const user = new SimulatedUser(keys, policy());
    let rotated = false;
    for (let day = 0; day < 400 && !rotated; day++) {
      user.run(new Date(start + day * DAY_MS));
      expect(user.keys.filter(({ status }) => status === 'Active').length).toBeGreaterThan(0);
      const today = user.taken.filter(({ at, action }) => at.getTime() === start + day * DAY_MS && action === 'disable');
      expect(today.length).toBeLessThan(2);
      rotated = user.taken.some(({ action }) => action === 'rotate');
    }
    expect(rotated).toBe(true);
    expect(user.taken.filter(({ action }) => action === 'delete')).toHaveLength(count - 1);
  });
});
