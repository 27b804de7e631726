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
  ['the one that starts runs', 'DISABLED', 'rotation', 'IamKeyRotation', 'npm run resume'],
  ['the one that starts runs, of a stack with another name', 'DISABLED', 'rotation', 'Keys', 'npm run resume -- --stack Keys'],
  ['the report’s, which resume leaves alone', 'DISABLED', 'report', 'IamKeyRotation', 'npx cdk deploy --revert-drift'],
  ['one that is gone', undefined, 'rotation', 'IamKeyRotation', 'npx cdk deploy --revert-drift'],
])('tells the way back for %s', (_, state, name, stack, next) => {
  const schedule = { name, state, expression: 'rate(1 day)' };
  expect(checkSchedule(schedule, { stack, orchestrator: 'rotation' })).toMatchObject({ status: 'problem', next });
});
