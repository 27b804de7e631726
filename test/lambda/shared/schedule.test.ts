import { longestPause, nextRun } from '../../../lambda/shared/schedule';

const DAY = 86_400_000;
const MINUTE = 60_000;
/** A Thursday. */
const THURSDAY = new Date('2026-01-01T02:00:00Z');

describe('the next run', () => {
  it.each([
    ['cron(0 2 * * ? *)', '2026-01-01T01:59:59Z', '2026-01-01T02:00:00.000Z'],
    ['cron(0 2 * * ? *)', '2026-01-01T02:00:00Z', '2026-01-02T02:00:00.000Z'],
    ['cron(0 2 ? * MON-FRI *)', '2026-01-02T02:00:00Z', '2026-01-05T02:00:00.000Z'],
    ['cron(0 2 ? * 2 *)', '2026-01-01T02:00:00Z', '2026-01-05T02:00:00.000Z'],
    ['cron(0 2 L * ? *)', '2026-02-01T02:00:00Z', '2026-02-28T02:00:00.000Z'],
    ['cron(0/15 * * * ? *)', '2026-01-01T02:00:00Z', '2026-01-01T02:15:00.000Z'],
    ['cron(0 2 29 2 ? *)', '2026-01-01T02:00:00Z', '2028-02-29T02:00:00.000Z'],
    ['cron(0 0 1,31 * ? *)', '2026-01-31T00:00:00Z', '2026-02-01T00:00:00.000Z'],
    ['cron(0 0 1,31 * ? *)', '2026-02-01T00:00:00Z', '2026-03-01T00:00:00.000Z'],
    ['cron(0 2 31W * ? *)', '2026-01-30T02:00:00Z', '2026-03-31T02:00:00.000Z'],
    ['cron(0 2 ? * 6#5 *)', '2026-01-30T02:00:00Z', '2026-05-29T02:00:00.000Z'],
    ['rate(1 day)', '2026-01-01T02:00:00Z', '2026-01-02T02:00:00.000Z'],
    ['rate(12 hours)', '2026-01-01T02:00:00Z', '2026-01-01T14:00:00.000Z'],
    ['rate(5 minutes)', '2026-01-01T02:00:00Z', '2026-01-01T02:05:00.000Z'],
  ])('of %s after %s is %s', (expression, after, run) => {
    expect(nextRun(expression, new Date(after))?.toISOString()).toBe(run);
  });

  it.each(['cron(0 2 * * ? 2025)', 'every day'])('of %s never comes', (expression) => {
    expect(nextRun(expression, THURSDAY)).toBeUndefined();
  });
});

describe('the longest pause', () => {
  it.each([
    ['rate(60 days)', 60 * DAY],
    ['rate(5 minutes)', 5 * MINUTE],
    ['cron(0 2 * * ? *)', DAY],
    ['cron(0 2 ? * MON-FRI *)', 3 * DAY],
    ['cron(0 2 ? * MON *)', 7 * DAY],
    ['cron(0 2 1 * ? *)', 31 * DAY],
    ['cron(0 2 1 1 ? *)', 366 * DAY],
    ['cron(0/10 * * * ? *)', 10 * MINUTE],
    ['cron(0,50 9-17 * * ? *)', DAY - 8 * 60 * MINUTE - 50 * MINUTE],
    ['cron(0 2 31 * ? *)', 61 * DAY],
    ['cron(0 2 29 2 ? *)', 1_461 * DAY],
  ])('of %s is %d ms', (expression, pause) => {
    expect(longestPause(expression, THURSDAY)).toBe(pause);
  });

  it.each(['cron(0 2 * * ? 2025)', 'cron(0 2 * * ? 2026)'])('of %s, which stops, has no end', (expression) => {
    expect(longestPause(expression, THURSDAY)).toBe(Infinity);
  });

  it('counts from now on: a schedule that begins late pauses until then', () => {
    expect(longestPause('cron(0 2 * * ? 2027-2099)', THURSDAY)).toBeGreaterThanOrEqual(364 * DAY);
  });
});
