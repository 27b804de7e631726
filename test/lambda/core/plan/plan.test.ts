import { plan } from '../../../../lambda/core/plan/plan';
import { accessKey, daysAgo, inMinutes, intent, midnightIn, NEW, NOW, OLD, policy, remembered, userFacts } from '../../../helpers/facts';

const actions = (...args: Parameters<typeof plan>): string[] => plan(...args).map((decision) => decision.action);
const minutesOld = (minutes: number, seconds = 0) => accessKey({ created: new Date(NOW.getTime() - minutes * 60_000 - seconds * 1_000) });

describe('a user with one active key', () => {
  it.each([
    [0, 'wait'],
    [82, 'wait'],
    [83, 'warn'],
    [84, 'wait'],
    [88, 'wait'],
    [89, 'warn'],
    [90, 'rotate'],
    [91, 'rotate'],
    [400, 'rotate'],
    [4_000, 'rotate'],
  ])('at %d days: %s', (ageDays, action) => {
    expect(actions(userFacts({ keys: [accessKey({ ageDays })] }), policy(), NOW)).toEqual([action]);
  });

  it.each([
    ['created late, run early', '2026-08-23T23:59:59Z', '2026-11-21T00:00:01Z', 'rotate'],
    ['created early, run late', '2026-08-23T00:00:01Z', '2026-11-21T23:59:59Z', 'rotate'],
    ['a minute before day 90', '2026-08-23T00:00:01Z', '2026-11-20T23:59:00Z', 'warn'],
    ['a minute into day 90', '2026-08-23T23:59:59Z', '2026-11-21T00:01:00Z', 'rotate'],
  ])('is rotated on its 90th calendar day: %s', (_, created, now, action) => {
    const user = userFacts({ keys: [accessKey({ created: new Date(created) })], now: new Date(now) });
    expect(actions(user, policy(), new Date(now))).toEqual([action]);
  });

  it('is told the age, and the day on which the old key is disabled', () => {
    expect(plan(userFacts({ keys: [accessKey({ ageDays: 400 })] }), policy(), NOW)).toEqual([
      { action: 'rotate', keyId: OLD, reason: 'it is 400 days old', disableOn: midnightIn(10) },
    ]);
  });

  it('is warned with the day of the rotation', () => {
    expect(plan(userFacts({ keys: [accessKey({ ageDays: 83 })] }), policy(), NOW)).toEqual([
      { action: 'warn', keyId: OLD, step: 'rotate', on: midnightIn(7), reason: 'it is 83 days old and is rotated on 2026-11-28' },
    ]);
  });

  it.each([
    ['0d', [82, 83, 89], []],
    ['1d', [83, 88, 89], [89]],
    ['14d', [75, 76, 77, 83, 88, 89], [76, 89]],
  ])('warned %s before: on the day the warning period begins and on the last day only', (warn, ages, warned) => {
    const isWarned = (ageDays: number) => actions(userFacts({ keys: [accessKey({ ageDays })] }), policy({ warn }), NOW)[0] === 'warn';
    expect(ages.filter(isWarned)).toEqual(warned);
  });

  it('is left alone while the key was made after this run began', () => {
    expect(actions(userFacts({ keys: [accessKey({ ageDays: -1 })] }), policy(), NOW)).toEqual(['wait']);
  });

  it('is rotated whether or not its key was ever used', () => {
    for (const lastUsed of ['never', { at: daysAgo(1), service: 's3', region: 'eu-west-1' }] as const) {
      expect(actions(userFacts({ keys: [accessKey({ lastUsed })] }), policy(), NOW)).toEqual(['rotate']);
    }
  });
});

describe('a policy in minutes', () => {
  it.each([
    [17, 59, 'wait'],
    [18, 0, 'warn'],
    [19, 59, 'warn'],
    [20, 0, 'rotate'],
    [90_000, 0, 'rotate'],
  ])('is compared exactly: %d min %d s: %s', (minutes, seconds, action) => {
    expect(actions(userFacts({ keys: [minutesOld(minutes, seconds)] }), inMinutes(), NOW)).toEqual([action]);
  });

  it.each([
    [22, 'it is 22 minutes old'],
    [119, 'it is 119 minutes old'],
    [180, 'it is 3 hours old'],
  ])('tells the age in its own unit: %d minutes', (minutes, reason) => {
    expect(plan(userFacts({ keys: [minutesOld(minutes)] }), inMinutes(), NOW)).toMatchObject([{ action: 'rotate', reason }]);
  });

  it('begins a grace that ends at the exact instant', () => {
    const disableOn = new Date(NOW.getTime() + 600_000);
    expect(plan(userFacts({ keys: [minutesOld(20)] }), inMinutes(), NOW)).toMatchObject([{ disableOn }]);
  });
});

describe('a user without keys', () => {
  it('needs nothing', () => {
    expect(plan(userFacts({ keys: [] }), policy(), NOW)).toEqual([]);
  });

  it('has the tags of keys that are gone removed', () => {
    const tags = { ...remembered(OLD, { inactive: daysAgo(3) }), ...remembered(NEW, { notice: daysAgo(3), noticeBeside: OLD }) };
    expect(plan(userFacts({ keys: [], tags }), policy(), NOW)).toEqual([
      { action: 'forget', tagKeys: Object.keys(tags), reason: 'the keys these tags tell about are gone' },
    ]);
  });
});

describe('a user whose key another invocation is issuing', () => {
  it('is skipped whole, with the moment until which', () => {
    expect(plan(userFacts({ tags: intent(14, [OLD]) }), policy(), NOW)).toEqual([
      { action: 'skip', because: 'busy', reason: 'another invocation is issuing a key until 2026-11-21T03:01:00.000Z' },
    ]);
  });

  it('is worked on again from the very moment that no such invocation can be running', () => {
    expect(actions(userFacts({ tags: intent(15, [OLD]) }), policy(), NOW)).toEqual(['rotate', 'note-unfinished']);
  });

  it('is skipped when that invocation still ran when the keys were listed: it may have made one since', () => {
    const listedAt = new Date(NOW.getTime() - 1);
    expect(actions({ ...userFacts({ tags: intent(15, [OLD]) }), listedAt }, policy(), NOW)).toEqual(['skip']);
  });

  it('is skipped while any one of several invocations may be running', () => {
    const tags = { ...intent(30, [OLD], 'aaaa1111'), ...intent(1, [OLD], 'bbbb2222') };
    expect(actions(userFacts({ tags }), policy(), NOW)).toEqual(['skip']);
  });
});

describe('a key that IAM lists as active just after it was disabled', () => {
  const disabled = (minutesAgo: number) =>
    userFacts({
      keys: [accessKey(), accessKey({ id: NEW, ageDays: 10 })],
      current: NEW,
      tags: remembered(OLD, { inactive: new Date(NOW.getTime() - minutesAgo * 60_000) }),
    });

  it.each([
    [1, 'wait'],
    [2, 'wait'],
    [3, 'note-reenabled'],
    [1_440, 'note-reenabled'],
  ])('%d minutes later: %s, since a list may be older than the tag', (minutes, action) => {
    expect(actions(disabled(minutes), policy(), NOW)[0]).toBe(action);
  });
});

describe('tags that say nothing any more', () => {
  it('are forgotten beside the step of the day', () => {
    const tags = { ...remembered(NEW, { inactive: daysAgo(3) }), team: 'payments' };
    expect(plan(userFacts({ tags }), policy(), NOW)).toMatchObject([
      { action: 'forget', tagKeys: [`key-rotation:${NEW}`] },
      { action: 'rotate' },
    ]);
  });

  it('are forgotten when they are intents that cannot be read', () => {
    expect(plan(userFacts({ tags: { 'key-rotation:issuing:x': 'nonsense' } }), policy(), NOW)).toMatchObject([
      { action: 'forget', tagKeys: ['key-rotation:issuing:x'] },
      { action: 'rotate' },
    ]);
  });

  it('are not tags of keys that are there, of the exemption, or of anybody else', () => {
    const tags = {
      ...remembered(OLD, { reenabled: daysAgo(3) }),
      'key-rotation:exempt-until': '2027-01-01',
      'key-rotation:managed': 'true',
      [`other:${NEW}`]: 'x',
    };
    expect(actions(userFacts({ tags }), policy(), NOW)).toEqual(['rotate']);
  });
});
