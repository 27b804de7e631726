import { daysBetween, difference, endOf, isOver, lengthOf, parsePeriod } from '../../../lambda/shared/period';

const at = (text: string): Date => new Date(text);
const days = (count: number) => ({ unit: 'days', days: count }) as const;
const exact = (milliseconds: number) => ({ unit: 'exact', milliseconds }) as const;

describe('parsePeriod', () => {
  it.each([
    ['90d', days(90)],
    ['0d', days(0)],
    ['36h', exact(36 * 3_600_000)],
    ['10m', exact(600_000)],
    ['99999d', days(99_999)],
  ])('reads %s', (text, period) => {
    expect(parsePeriod(text)).toEqual(period);
  });

  it.each(['', '90', 'd', '90 d', '90D', '1.5d', '-1d', '10s', '100000d', '90d ', 'x90d', '90dd', '1w'])('refuses "%s"', (text) => {
    expect(parsePeriod(text)).toBeUndefined();
  });
});

describe('a period in days', () => {
  it.each([
    ['the last millisecond of the day before', '2026-03-31T23:59:59.999Z', false],
    ['the first millisecond of the day', '2026-04-01T00:00:00.000Z', true],
    ['the last millisecond of the day', '2026-04-01T23:59:59.999Z', true],
  ])('is over by calendar day: %s', (_, now, over) => {
    expect(isOver(days(90), at('2026-01-01T18:30:00Z'), at(now))).toBe(over);
  });

  it('ends at midnight UTC, whatever the hour it began', () => {
    for (const from of ['2026-01-01T00:00:00Z', '2026-01-01T23:59:59.999Z']) {
      expect(endOf(days(90), at(from))).toEqual(at('2026-04-01T00:00:00Z'));
    }
  });

  it('is not over when it began in the future', () => {
    expect(isOver(days(0), at('2026-01-02T00:00:00Z'), at('2026-01-01T23:59:59Z'))).toBe(false);
  });
});

describe('an exact period', () => {
  it.each([
    ['a millisecond early', '2026-01-01T00:09:59.999Z', false],
    ['to the millisecond', '2026-01-01T00:10:00.000Z', true],
  ])('is over %s: %s', (_, now, over) => {
    expect(isOver(exact(600_000), at('2026-01-01T00:00:00Z'), at(now))).toBe(over);
  });

  it('ends that long after it began', () => {
    expect(endOf(exact(600_000), at('2026-01-01T00:00:00.001Z'))).toEqual(at('2026-01-01T00:10:00.001Z'));
  });
});

it.each([days(10), exact(600_000)])('ends at the first moment at which it is over: %j', (period) => {
  const from = at('2026-01-01T18:30:00.500Z');
  const end = endOf(period, from);
  expect(isOver(period, from, end)).toBe(true);
  expect(isOver(period, from, new Date(end.getTime() - 1))).toBe(false);
});

it.each([
  ['2026-01-01T00:00:00Z', '2026-01-01T23:59:59Z', 0],
  ['2026-01-01T23:59:59Z', '2026-01-02T00:00:00Z', 1],
  ['2026-02-28T12:00:00Z', '2026-03-01T01:00:00Z', 1],
  ['2028-02-28T12:00:00Z', '2028-03-01T01:00:00Z', 2],
  ['2026-01-02T00:00:00Z', '2026-01-01T23:59:59Z', -1],
])('counts calendar days from %s to %s: %d', (from, to, count) => {
  expect(daysBetween(at(from), at(to))).toBe(count);
});

describe('difference', () => {
  it('keeps calendar days when both are days', () => {
    expect(difference(days(100), days(90))).toEqual(days(10));
  });

  it.each([
    [exact(1_200_000), exact(600_000), 600_000],
    [days(1), exact(3_600_000), 23 * 3_600_000],
  ])('is exact otherwise: %j − %j', (longer, shorter, milliseconds) => {
    expect(difference(longer, shorter)).toEqual(exact(milliseconds));
  });
});

it('counts 24 hours per calendar day', () => {
  expect([lengthOf(days(2)), lengthOf(exact(5))]).toEqual([172_800_000, 5]);
});
