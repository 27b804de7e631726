import type { MetricAlarm } from '@aws-sdk/client-cloudwatch';
import { fine, problem, type Finding } from '../../../cli/doctor/finding';
import { judgeAlarms } from '../../../cli/doctor/ringing';

const alarm = (end: string, more: Partial<MetricAlarm> = {}): MetricAlarm => ({
  AlarmName: `iam-key-rotation-${end}`,
  AlarmDescription: `Something happened. What to do: docs/runbook.md#${end}`,
  StateValue: 'ALARM',
  StateReason: 'Threshold Crossed',
  ActionsEnabled: true,
  ...more,
});
const judged = (alarms: MetricAlarm[], findings: Finding[] = []) =>
  judgeAlarms(alarms, { names: alarms.map(({ AlarmName = '' }) => AlarmName), restore: 'RESTORE', findings });

it('names what rings, since when, why, and the paragraph of the runbook', () => {
  expect(
    judged([alarm('users-left', { StateUpdatedTimestamp: new Date('2026-01-05T02:03:04Z') }), alarm('run-failed', { StateValue: 'OK' })]),
  ).toEqual([
    problem(
      'alarm iam-key-rotation-users-left',
      'rings since 2026-01-05 02:03 UTC: Something happened.',
      'docs/runbook.md#users-left',
      'Threshold Crossed',
    ),
  ]);
});

it.each([
  ['failed-queue-not-empty', 'failed events'],
  ['rotator-failed', 'failed events'],
  ['rotator-failed', 'last run'],
  ['accounts-failed', 'last run'],
  ['accounts-silent', 'last run'],
  ['run-did-not-happen', 'last run'],
  ['run-did-not-happen', 'schedule iam-key-rotation-orchestrator'],
  ['report-did-not-happen', 'schedule iam-key-rotation-reporter'],
])('hides %s behind the problem that is its cause: %s', (end, check) => {
  const cause = problem(check, 'is wrong', 'repair it');
  expect(judged([alarm(end)], [cause])).toEqual([fine('ringing', '1 of 1 alarms, because of what is named above')]);
  expect(judged([alarm(end)], [fine(check, 'is right')])).toMatchObject([{ status: 'problem', check: `alarm iam-key-rotation-${end}` }]);
});

it('says that none rings, which tell nobody and which are gone', () => {
  expect(judged([alarm('run-failed', { StateValue: 'OK' })])).toEqual([fine('ringing', 'none of 1 alarms')]);
  const mute = judged([alarm('run-failed', { StateValue: 'OK', ActionsEnabled: false })]);
  expect(mute[0]?.next).toBe('aws cloudwatch enable-alarm-actions --alarm-names iam-key-rotation-run-failed');
  expect(judgeAlarms([], { names: ['a', 'b'], restore: 'RESTORE', findings: [] })).toEqual([
    problem('ringing', 'cannot: a, b are gone', 'RESTORE'),
  ]);
});
