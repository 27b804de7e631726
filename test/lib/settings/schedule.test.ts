import { schedule } from '../../../lib/settings/schedule';

it.each([
  'rate(1 day)',
  'rate(12 hours)',
  'rate(5 minutes)',
  'cron(0 2 * * ? *)',
  'cron(0/15 8-17 ? * MON-FRI *)',
  'cron(15,45 23 1,15 JAN,JUL ? 2026-2030)',
  'cron(0 6 L * ? *)',
  'cron(0 6 31W * ? *)',
  'cron(0 6 ? * 6L *)',
  'cron(0 6 ? * 2#1 *)',
])('accepts %s', (expression) => {
  expect(schedule.safeParse(expression).success).toBe(true);
});

it.each([
  '',
  'daily',
  'at(2026-11-21T02:00:00)',
  'rate(0 days)',
  'rate(1 week)',
  'rate( 1 day)',
  'cron(0 2 * * ?)',
  'cron(0 2 * * ? * *)',
  'cron(0  2 * * ? *)',
  'cron(60 2 * * ? *)',
  'cron(0 24 * * ? *)',
  'cron(0 2 32 * ? *)',
  'cron(0 2 0 * ? *)',
  'cron(0 2 * 13 ? *)',
  'cron(0 2 ? * 8 *)',
  'cron(0 2 ? * ? *)',
  'cron(0 2 * * * *)',
  'cron(0 2 * * ? 1969)',
  'cron(0/0 2 * * ? *)',
  ' cron(0 2 * * ? *)',
])('refuses %j', (expression) => {
  expect(schedule.safeParse(expression).success).toBe(false);
});
