import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Template } from 'aws-cdk-lib/assertions';
import { centralTemplate, resourcesOf } from '../synth';

const root = join(__dirname, '..', '..', '..');
const runbook = readFileSync(join(root, 'docs', 'runbook.md'), 'utf8');
const paragraphs = [...runbook.matchAll(/^### (.+)$/gm)].map(([, heading]) => heading);
const template = centralTemplate();

interface AlarmProperties {
  AlarmName: string;
  AlarmDescription: string;
  AlarmActions: unknown[];
  TreatMissingData: string;
  Period: number;
  EvaluationPeriods: number;
  Threshold: number;
  ComparisonOperator: string;
}
const alarmsOf = (of: Template): AlarmProperties[] =>
  Object.values(resourcesOf(of, 'AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties as unknown as AlarmProperties);
const nameOf = ({ AlarmName }: AlarmProperties): string => AlarmName.replace('iam-key-rotation-', '');
const FAST = { name: 'fast', groups: ['minutes'], rotate: '10m', disable: '12m', delete: '15m', schedule: 'rate(1 minute)' };
const alarms = alarmsOf(template);
/** Those of settings that are off by default, too. */
const all = [...alarms, ...alarmsOf(centralTemplate({ secretStore: 'central', keyApi: true, policies: [FAST] }))].filter(
  ({ AlarmName }, at, every) => every.findIndex((other) => other.AlarmName === AlarmName) === at,
);
/** One alarm for each policy has one paragraph for all of them. */
const paragraphOf = (alarm: AlarmProperties): string => nameOf(alarm).replace(/^(policy-not-running)-.+$/, '$1');

it.each(all)('$AlarmName tells the topic, and names its paragraph of the runbook', (alarm) => {
  expect(alarm.AlarmActions).toEqual([{ Ref: expect.stringMatching(/^Alerts/) as unknown }]);
  expect(alarm.AlarmDescription).toMatch(/^[A-Z].+\. What to do: docs\/runbook\.md#[a-z-]+$/);
  expect(alarm.AlarmDescription.endsWith(`#${paragraphOf(alarm)}`)).toBe(true);
  expect(paragraphs).toContain(paragraphOf(alarm));
});

it('has no paragraph without an alarm but for what SES reports itself', () => {
  const named = all.map(paragraphOf);
  expect(paragraphs.filter((heading) => !named.includes(heading ?? ''))).toEqual(['mail-not-delivered']);
});

it.each(all)('$AlarmName looks back no further than CloudWatch does', ({ Period, EvaluationPeriods }) => {
  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
  expect(Period * EvaluationPeriods).toBeLessThanOrEqual(Period >= 3_600 ? 604_800 : 86_400);
});

it('goes off when a daily run or its report stays away for more than a day, and is quiet about other missing data', () => {
  for (const alarm of alarms) {
    const absence = nameOf(alarm).endsWith('-did-not-happen');
    expect([alarm.AlarmName, alarm.TreatMissingData]).toEqual([alarm.AlarmName, absence ? 'breaching' : 'notBreaching']);
    if (absence)
      expect(alarm).toMatchObject({ Threshold: 1, ComparisonOperator: 'LessThanThreshold', Period: 3600, EvaluationPeriods: 26 });
  }
});

it.each([
  ['rate(7 days)', 'cron(0 4 * * ? *)', ['report-did-not-happen']],
  ['cron(0 2 ? * MON-FRI *)', 'rate(12 hours)', ['report-did-not-happen']],
  ['rate(24 hours)', 'rate(2 days)', ['run-did-not-happen']],
])('with the schedules %s and %s notices the absence of %j', (schedule, reportSchedule, noticed) => {
  const absent = alarmsOf(centralTemplate({ schedule, reportSchedule })).map(nameOf);
  expect(absent.filter((name) => name.endsWith('-did-not-happen'))).toEqual(noticed);
});

it('costs what the runbook says: $0.10 per alarm and month', () => {
  expect(runbook).toContain(`${alarms.length} alarms ($${(alarms.length * 0.1).toFixed(2)} a month)`);
});
