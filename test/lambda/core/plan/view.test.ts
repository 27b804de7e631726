import { age, date, graceFromNow, latest, promised } from '../../../../lambda/core/plan/view';
import { accessKey, daysAgo, inDays, inMinutes, midnightIn, NOW, OLD, policy, userFacts } from '../../../helpers/facts';

const key = accessKey({ ageDays: 95 });

it('names a moment by its day (UTC)', () => {
  expect(date(new Date('2026-11-21T23:59:59.999Z'))).toBe('2026-11-21');
});

it.each([
  [daysAgo(2), daysAgo(1), daysAgo(1)],
  [daysAgo(1), daysAgo(2), daysAgo(1)],
  [daysAgo(1), undefined, daysAgo(1)],
])('the later of %s and %s', (first, second, expected) => {
  expect(latest(first, second)).toEqual(expected);
});

it('the grace that begins now ends at midnight of its last day', () => {
  expect(graceFromNow({ user: userFacts(), policy: policy(), now: NOW }, key)).toEqual(midnightIn(10));
});

it.each([
  [5, 10],
  [12, 12],
])('but not before a day that people were given, in %d days', (told, days) => {
  const memory = { [OLD]: { told: { disable: { on: midnightIn(told), at: daysAgo(20) } } } };
  expect(graceFromNow({ user: userFacts({ memory }), policy: policy(), now: NOW }, key)).toEqual(midnightIn(days));
});

describe('a key’s age', () => {
  const aged = (minutes: number) =>
    age({ user: userFacts(), policy: inMinutes(), now: NOW }, accessKey({ created: new Date(NOW.getTime() - minutes * 60_000) }));

  it('is told in days where the policy is', () => {
    expect(age({ user: userFacts(), policy: policy(), now: NOW }, key)).toBe('95 days');
  });

  it.each([
    [119, '119 minutes'],
    [120, '2 hours'],
    [200, '3 hours'],
  ])('of %d minutes is %s for a policy in minutes', (minutes, expected) => {
    expect(aged(minutes)).toBe(expected);
  });
});

describe('the date of a step', () => {
  const grace = daysAgo(10);
  const byPolicy = daysAgo(1);
  const when = (told: { on: Date; at: Date } | undefined, untold: 'wait' | 'proceed' = 'wait', due = byPolicy) =>
    promised(
      { user: userFacts({ memory: { [OLD]: { told: told ? { disable: told } : {} } } }), policy: policy({ untold }), now: NOW },
      key,
      'disable',
      grace,
      due,
    );

  it('is the later one of what people were told and of the policy', () => {
    expect(when({ on: inDays(5), at: grace })).toEqual(inDays(5));
    expect(when({ on: daysAgo(3), at: grace })).toEqual(byPolicy);
  });

  it.each([
    ['nobody was told', undefined],
    ['people were told of an earlier grace only', { on: inDays(5), at: daysAgo(10.01) }],
  ])('is open while %s', (_, told) => {
    expect(when(told)).toBeUndefined();
  });

  it('is the policy’s, once it is over, where steps go on untold', () => {
    expect(when(undefined, 'proceed')).toEqual(byPolicy);
    expect(when(undefined, 'proceed', inDays(1))).toBeUndefined();
  });

  it('of another step is not taken for it', () => {
    const user = userFacts({ memory: { [OLD]: { told: { delete: { on: daysAgo(3), at: grace } } } } });
    expect(promised({ user, policy: policy(), now: NOW }, key, 'disable', grace, byPolicy)).toBeUndefined();
  });
});
