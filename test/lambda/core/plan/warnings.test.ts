import { plan } from '../../../../lambda/core/plan/plan';
import type { Policy } from '../../../../lambda/core/plan/policy';
import { mayNeedWork } from '../../../../lambda/core/plan/triage';
import { nextRun } from '../../../../lambda/shared/schedule';
import { DAY_MS } from '../../../../lambda/shared/period';
import { accessKey, daysAgo, inMinutes, midnightIn, NEW, NOW, OLD, policy, userFacts } from '../../../helpers/facts';

/** The ages, of those from which a key is rotated in so many days, at which it is warned of. */
function warnedAt(rules: Policy, lefts: readonly number[]): number[] {
  return lefts.filter((left) => plan(userFacts({ keys: [accessKey({ ageDays: 90 - left })] }), rules, NOW)[0]?.action === 'warn');
}
const LEFTS = Array.from({ length: 25 }, (_, left) => 24 - left);
const runsIn = (days: number, rules = policy()): Policy => ({ ...rules, nextRun: new Date(NOW.getTime() + days * DAY_MS) });

it.each([
  ['7d', [7, 1]],
  ['1d', [1]],
  ['15d,7d,1d', [15, 7, 1]],
  ['1d,7d,15d', [15, 7, 1]],
  ['20d,3d,2d', [20, 3, 2, 1]],
  ['0d', []],
  ['7d,0d', [7, 1]],
])('a daily run warns %s before a step on these days before it: %j', (warn, expected) => {
  expect(warnedAt(policy({ warn }), LEFTS)).toEqual(expected);
});

it.each([
  [1, [15, 7, 1]],
  [2, [16, 15, 8, 7, 2, 1]],
  [3, [17, 16, 15, 9, 8, 7, 3, 2, 1]],
  [0, [15, 7, 1]],
])('a run with %d days to the next one warns of what that would miss: %j', (days, expected) => {
  expect(warnedAt(runsIn(days, policy({ warn: '15d,7d,1d' })), LEFTS)).toEqual(expected);
});

it('a key is warned of at each time by the nearest earlier run of a schedule for weekdays', () => {
  const schedule = 'cron(0 2 ? * MON-FRI *)';
  // Each day of the week as the day on which a key is disabled.
  for (let step = 0; step < 7; step++) {
    const created = new Date(Date.parse('2026-09-01T00:00:00Z') + step * DAY_MS);
    const on = created.getTime() + 10 * DAY_MS;
    const warned: number[] = [];
    let at = nextRun(schedule, created);
    while (at && at.getTime() < on) {
      const user = userFacts({
        keys: [accessKey({ created: new Date(created.getTime() - 90 * DAY_MS) }), accessKey({ id: NEW, created })],
        current: NEW,
        now: at,
      });
      const next = nextRun(schedule, at)!;
      const [decision] = plan(user, { ...policy(), nextRun: next }, at);
      if (decision?.action === 'warn') warned.push((on - Math.floor(at.getTime() / DAY_MS) * DAY_MS) / DAY_MS);
      at = next;
    }
    expect(warned.length).toBeGreaterThanOrEqual(2);
    expect(warned[0]).toBeGreaterThanOrEqual(7);
    expect(warned[0]).toBeLessThanOrEqual(9);
    expect(warned.at(-1)).toBeLessThanOrEqual(3);
  }
});

it('people are warned of a disabling that comes on a Monday on the Friday before', () => {
  const friday = new Date('2026-11-20T02:00:00Z');
  const keys = [accessKey({ created: daysAgo(97, friday) }), accessKey({ id: NEW, created: daysAgo(7, friday) })];
  const rules = { ...policy({ warn: '1d' }), nextRun: new Date('2026-11-23T02:00:00Z') };
  expect(plan(userFacts({ keys, current: NEW, now: friday }), rules, friday)[0]).toMatchObject({
    action: 'warn',
    step: 'disable',
    on: new Date('2026-11-23T00:00:00Z'),
  });
});

it('every day is a warning under a policy in minutes once the longest time has begun, and none before', () => {
  const rules = inMinutes({ warn: '5m,2m' });
  const at = (minutes: number) =>
    plan(userFacts({ keys: [accessKey({ created: new Date(NOW.getTime() - minutes * 60_000) })] }), rules, NOW)[0]?.action;
  expect([14, 15, 16, 18, 19, 20].map(at)).toEqual(['wait', 'warn', 'warn', 'warn', 'warn', 'rotate']);
});

it('a warning names the day itself, however early it is given', () => {
  expect(plan(userFacts({ keys: [accessKey({ ageDays: 81 })] }), runsIn(3), NOW)).toMatchObject([
    { action: 'warn', keyId: OLD, step: 'rotate', on: midnightIn(9) },
  ]);
});

describe('who is looked at', () => {
  it.each([
    ['7d', 1, 83],
    ['7d', 3, 81],
    ['15d,7d', 1, 75],
    ['15d,7d', 3, 73],
    ['0d', 3, 88],
  ])('with warnings %s before and the next run in %d days, from the %dth day on', (warn, days, first) => {
    const rules = runsIn(days, policy({ warn }));
    const looks = (ageDays: number) => mayNeedWork([{ active: true, created: daysAgo(ageDays) }], rules, NOW);
    expect([looks(first - 1), looks(first)]).toEqual([false, true]);
  });
});
