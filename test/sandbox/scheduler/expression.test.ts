import { parseExpression } from '../../../sandbox/scheduler/expression';

const created = new Date('2026-01-01T06:30:00Z');
const next = (expression: string, after: string): string | undefined =>
  parseExpression(expression).next(new Date(after), created)?.toISOString();

describe('parseExpression', () => {
  // Expected dates are those of EventBridge's documentation of each wildcard, worked out by calendar.
  it.each([
    ['cron(0 2 * * ? *)', '2026-01-01T02:00:00Z', '2026-01-02T02:00:00.000Z'],
    ['cron(0 2 * * ? *)', '2026-01-01T01:59:59Z', '2026-01-01T02:00:00.000Z'],
    ['cron(15 10 ? * MON-FRI *)', '2026-01-02T10:15:00Z', '2026-01-05T10:15:00.000Z'],
    ['cron(0 9 ? * 2#1 *)', '2026-01-06T00:00:00Z', '2026-02-02T09:00:00.000Z'],
    ['cron(0 9 ? * 6L *)', '2026-01-01T00:00:00Z', '2026-01-30T09:00:00.000Z'],
    ['cron(0 9 ? * 1 *)', '2026-01-01T00:00:00Z', '2026-01-04T09:00:00.000Z'],
    ['cron(0 8 L * ? *)', '2026-02-01T00:00:00Z', '2026-02-28T08:00:00.000Z'],
    ['cron(0 8 15W * ? *)', '2026-02-01T00:00:00Z', '2026-02-16T08:00:00.000Z'],
    ['cron(0/20 * * * ? *)', '2026-01-01T00:20:00Z', '2026-01-01T00:40:00.000Z'],
    ['cron(5/20 * * * ? *)', '2026-01-01T00:45:00Z', '2026-01-01T01:05:00.000Z'],
    ['cron(0 12 1 JAN,JUL ? *)', '2026-01-01T12:00:00Z', '2026-07-01T12:00:00.000Z'],
    ['cron(0 0 1 1 ? 2028)', '2026-01-01T00:00:00Z', '2028-01-01T00:00:00.000Z'],
    ['rate(1 day)', '2026-01-03T00:00:00Z', '2026-01-03T06:30:00.000Z'],
    ['rate(12 hours)', '2026-01-01T06:30:00Z', '2026-01-01T18:30:00.000Z'],
    ['rate(5 minutes)', '2026-01-01T06:34:59Z', '2026-01-01T06:35:00.000Z'],
  ])('%s fires next after %s at %s', (expression, after, expected) => {
    expect(next(expression, after)).toBe(expected);
  });

  it('answers about any moment as if it were asked for the first time', () => {
    const daily = parseExpression('cron(0 2 * * ? *)');
    const asked = ['2026-01-05T02:00:00Z', '2026-01-05T09:00:00Z', '2026-01-06T01:59:59Z', '2026-01-06T02:00:00Z', '2026-01-01T00:00:00Z'];
    expect(asked.map((after) => daily.next(new Date(after), created)?.toISOString())).toEqual([
      '2026-01-06T02:00:00.000Z',
      '2026-01-06T02:00:00.000Z',
      '2026-01-06T02:00:00.000Z',
      '2026-01-07T02:00:00.000Z',
      '2026-01-01T02:00:00.000Z',
    ]);
  });

  it('never fires again after the last year', () => {
    expect(next('cron(0 0 1 1 ? 2025)', '2026-01-01T00:00:00Z')).toBeUndefined();
  });

  it.each([
    ['cron(0 2 * * *)', /takes 6 fields, got 5/],
    ['cron(0 2 * * * *)', /exactly one of day of month and day of week must be "\?"/],
    ['cron(0 2 ? * ? *)', /exactly one of day of month and day of week must be "\?"/],
    ['cron(60 2 * * ? *)', /"60" is not understood as minutes/],
    ['cron(0 2 * 13 ? *)', /"13" is not understood as month/],
    ['cron(0 2 ? * 0 *)', /"0" is not understood as day of week/],
    ['cron(0 2 ? * L *)', /"L" is not understood as day of week/],
    ['cron(0 2 * * ? 1969)', /"1969" is not understood as year/],
    ['rate(1 days)', /a value of 1 needs a singular unit/],
    ['rate(2 day)', /a value above 1 needs a plural unit/],
    ['rate(0 days)', /must be 1 or more/],
    ['rate(2 weeks)', /only cron\(…\) and rate\(…\)/],
    ['at(2026-01-01T00:00:00)', /only cron\(…\) and rate\(…\)/],
  ])('refuses %s', (expression, message) => {
    expect(() => parseExpression(expression)).toThrow(message);
  });
});
