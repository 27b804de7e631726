import { longestPause } from '../../../cli/doctor/schedules';
import { DAY } from '../../../lambda/shared/period';

it.each([
  ['rate(90 minutes)', DAY / 16],
  ['rate(1 hour)', DAY / 24],
  ['rate(3 days)', 3 * DAY],
  ['cron(0 2 * * ? *)', DAY],
  ['cron(0 2 ? * * *)', DAY],
  ['cron(0/15 * * * ? *)', DAY],
  ['cron(0 2 ? * MON-FRI *)', 7 * DAY],
  ['cron(0 2 1 * ? *)', 31 * DAY],
  ['cron(0 2 1 1 ? *)', 366 * DAY],
])('%s: the pause is never longer than that', (expression, pause) => {
  expect(longestPause(expression)).toBe(pause);
});
