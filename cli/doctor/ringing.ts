import { paginateDescribeAlarms, type CloudWatchClient, type MetricAlarm } from '@aws-sdk/client-cloudwatch';
import { FAILED_EVENTS } from './failed-queue';
import { fine, problem, type Finding } from './finding';

const RINGING = 'ringing';
/** The checks whose problem makes an alarm ring, by the end of its name: a cause hides what only follows from it. */
const CAUSES: Readonly<Record<string, readonly string[]>> = {
  'failed-queue-not-empty': [FAILED_EVENTS],
  'run-did-not-happen': ['last run', 'schedule'],
  'report-did-not-happen': ['last run', 'schedule'],
  'accounts-failed': ['last run'],
  'accounts-silent': ['last run'],
  'rotator-failed': ['last run', FAILED_EVENTS],
};

/** The stack's alarms as they are now. */
export async function readAlarms(cloudwatch: CloudWatchClient, names: readonly string[]): Promise<MetricAlarm[]> {
  const alarms: MetricAlarm[] = [];
  for await (const page of paginateDescribeAlarms({ client: cloudwatch }, { AlarmNames: [...names] }))
    alarms.push(...(page.MetricAlarms ?? []));
  return alarms;
}

/** Which of the stack's alarms ring without another finding as the cause, which tell nobody, and which are gone. */
export function judgeAlarms(
  alarms: readonly MetricAlarm[],
  { names, restore, findings }: { names: readonly string[]; restore: string; findings: readonly Finding[] },
): Finding[] {
  const problems = findings.filter(({ status }) => status === 'problem').map(({ check }) => check);
  const isExplained = (name: string): boolean =>
    Object.entries(CAUSES).some(
      ([end, causes]) =>
        name.endsWith(`-${end}`) && causes.some((cause) => problems.some((check) => check === cause || check.startsWith(`${cause} `))),
    );
  const ringing = alarms.filter(({ StateValue }) => StateValue === 'ALARM');
  const there = new Set(alarms.map(({ AlarmName }) => AlarmName));
  const gone = names.filter((name) => !there.has(name));
  const found = [
    ...ringing.flatMap((alarm) => (isExplained(alarm.AlarmName ?? '') ? [] : [ring(alarm)])),
    ...alarms.flatMap(({ AlarmName = '', ActionsEnabled }) =>
      ActionsEnabled === false
        ? [
            problem(
              `alarm ${AlarmName}`,
              'tells nobody: its actions are switched off',
              `aws cloudwatch enable-alarm-actions --alarm-names ${AlarmName}`,
            ),
          ]
        : [],
    ),
    ...(gone.length > 0 ? [problem(RINGING, `cannot: ${gone.join(', ')} ${gone.length === 1 ? 'is' : 'are'} gone`, restore)] : []),
  ];
  if (found.length > 0) return found;
  return [
    fine(
      RINGING,
      ringing.length === 0
        ? `none of ${names.length} alarms`
        : `${ringing.length} of ${names.length} alarms, because of what is named above`,
    ),
  ];
}

/** What an alarm's description says: its meaning, and the paragraph of the runbook. */
function ring({ AlarmName = '', AlarmDescription = '', StateReason, StateUpdatedTimestamp: since }: MetricAlarm): Finding {
  const [meaning = '', page] = AlarmDescription.split(/\s*What to do: /);
  const when = since === undefined ? '' : `rings since ${since.toISOString().slice(0, 16).replace('T', ' ')} UTC: `;
  return problem(`alarm ${AlarmName}`, `${when}${meaning}`, page ?? 'docs/runbook.md', StateReason);
}
