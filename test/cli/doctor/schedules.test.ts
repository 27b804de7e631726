import { checkSchedule, longestPause } from '../../../cli/doctor/schedules';
import { DAY_MS } from '../../../lambda/shared/period';

it.each([
  ['rate(90 minutes)', DAY_MS / 16],
  ['rate(1 hour)', DAY_MS / 24],
  ['rate(3 days)', 3 * DAY_MS],
  ['cron(0 2 * * ? *)', DAY_MS],
  ['cron(0 2 ? * * *)', DAY_MS],
  ['cron(0/15 * * * ? *)', DAY_MS],
  ['cron(0 2 ? * MON-FRI *)', 7 * DAY_MS],
  ['cron(0 2 1 * ? *)', 31 * DAY_MS],
  ['cron(0 2 1 1 ? *)', 366 * DAY_MS],
])('%s: the pause is never longer than that', (expression, pause) => {
  expect(longestPause(expression)).toBe(pause);
});

it.each([
  ['the one that starts runs', 'DISABLED', 'rotation', 'RESUME'],
  ['the report’s, which resume leaves alone', 'DISABLED', 'report', 'RESTORE'],
  ['one that is gone', undefined, 'rotation', 'RESTORE'],
])('tells the way back for %s', (_, state, name, next) => {
  const schedule = { name, state, expression: 'rate(1 day)' };
  expect(checkSchedule(schedule, { orchestrator: 'rotation' }, { resume: 'RESUME', restore: 'RESTORE' })).toMatchObject({
    status: 'problem',
    next,
  });
});
