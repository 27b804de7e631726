import fc from 'fast-check';
import { plan } from '../../../../lambda/core/plan/plan';
import { looksSettled, mayNeedWork } from '../../../../lambda/core/plan/triage';
import { accessKey, daysAgo, inMinutes, NOW, policy, userFacts } from '../../../helpers/facts';

const key = (ageDays: number, active = true) => ({ active, created: daysAgo(ageDays) });

describe('mayNeedWork', () => {
  it.each([
    ['a fresh key', [key(0)], false],
    ['a day before the warning', [key(82)], false],
    ['the day of the warning', [key(83)], true],
    ['a due key', [key(90)], true],
    ['two keys, however young', [key(0), key(1)], true],
    ['an inactive key, however young', [key(0, false)], true],
    ['a key of unknown age', [{ active: true, created: undefined }], true],
    ['no key', [], false],
  ])('%s: %s', (_, keys, expected) => {
    expect(mayNeedWork(keys, policy(), NOW)).toBe(expected);
  });

  it.each([
    [17.9, false],
    [18, true],
  ])('counts exactly for a policy in minutes: %d', (minutes, expected) => {
    const created = new Date(NOW.getTime() - minutes * 60_000);
    expect(mayNeedWork([{ active: true, created }], inMinutes(), NOW)).toBe(expected);
  });

  it('without warnings, spares everybody until the key is due', () => {
    expect(mayNeedWork([key(89)], policy({ warn: '0d' }), NOW)).toBe(false);
    expect(mayNeedWork([key(90)], policy({ warn: '0d' }), NOW)).toBe(true);
  });

  it('never spares a user for whom there is something to do', () => {
    const rules = [policy(), policy({ warn: '0d' }), policy({ warn: '36h' }), policy({ unusedKeys: 'retire' }), inMinutes()];
    const ageInMinutes = fc.oneof(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 80 * 1_440, max: 112 * 1_440 }));
    fc.assert(
      fc.property(
        fc.constantFrom(...rules),
        ageInMinutes,
        fc.boolean(),
        fc.integer({ min: 0, max: 86_399 }),
        (rule, age, active, second) => {
          const now = new Date(Date.parse('2026-11-21T00:00:00Z') + second * 1_000);
          const created = new Date(now.getTime() - age * 60_000);
          const decisions = plan(userFacts({ keys: [accessKey({ created, status: active ? 'Active' : 'Inactive' })], now }), rule, now);
          const spared = !mayNeedWork([{ active, created }], rule, now);
          return !spared || decisions.every((decision) => decision.action === 'wait');
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe('looksSettled', () => {
  it.each([
    ['a key and its successor on the day it was issued', [key(90), key(0)], true],
    ['a key and its successor on the last day of the grace', [key(99), key(9)], true],
    ['a key and its successor on the day it is disabled', [key(100), key(10)], false],
    ['a disabled key and its successor', [key(100, false), key(5)], false],
    ['a due key alone', [key(90)], false],
    ['a young key alone', [key(1)], false],
    [
      'two keys of unknown age',
      [
        { active: true, created: undefined },
        { active: true, created: undefined },
      ],
      false,
    ],
  ])('%s: %s', (_, keys, expected) => {
    expect(looksSettled(keys, policy(), NOW)).toBe(expected);
  });
});
