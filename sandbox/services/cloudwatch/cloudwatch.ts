import type * as sdk from '@aws-sdk/client-cloudwatch';
import { ServiceError } from '../../kernel/service-error';
import type { Alarm } from '../../kernel/world';
import { pageAfter } from '../paging';
import { handlersOf, type Call, type SdkShapes } from '../service';
import { propertiesOf, stateOf } from './alarms';
import { byPeriod, datapoints } from './metrics';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html */
const mostAlarms = 100;

/** CloudWatch: alarms with their state, and metrics, for operators. */
export const cloudwatch = handlersOf<SdkShapes<typeof sdk>>({
  DescribeAlarms: {
    reads: true,
    checks: (_, { world, region, account }) => [
      { action: 'cloudwatch:DescribeAlarms', resource: `arn:${world.partition}:cloudwatch:${region}:${account.id}:alarm:*` },
    ],
    handle({ AlarmNames, AlarmNamePrefix = '', StateValue, MaxRecords = mostAlarms, NextToken }, call) {
      const alarms = alarmsOf(call).filter(({ name }) => (AlarmNames?.includes(name) ?? true) && name.startsWith(AlarmNamePrefix));
      const shown = alarms.map(({ name, alarm }) => detailsOf(name, alarm, call));
      const wanted = shown.filter((alarm) => StateValue === undefined || alarm.StateValue === StateValue);
      const { items, next } = pageAfter(wanted, ({ AlarmName }) => AlarmName, NextToken, MaxRecords);
      return { MetricAlarms: items, CompositeAlarms: [], NextToken: next };
    },
  },
  EnableAlarmActions: {
    checks: ({ AlarmNames }, { world, region, account }) =>
      AlarmNames.map((name) => ({
        action: 'cloudwatch:EnableAlarmActions',
        resource: `arn:${world.partition}:cloudwatch:${region}:${account.id}:alarm:${name}`,
      })),
    handle({ AlarmNames }, call) {
      for (const { name, alarm } of alarmsOf(call)) {
        if (AlarmNames.includes(name)) alarm.properties = { ...alarm.properties, ActionsEnabled: true };
      }
      return {};
    },
  },
  GetMetricData: {
    reads: true,
    checks: () => [{ action: 'cloudwatch:GetMetricData', resource: '*' }],
    handle({ MetricDataQueries, StartTime, EndTime, ScanBy }, call) {
      const results = MetricDataQueries.filter(({ ReturnData }) => ReturnData !== false).map(({ Id, Label, MetricStat }) => {
        if (!MetricStat)
          throw new ServiceError('NotImplemented', 'the sandbox does not emulate expressions of cloudwatch:GetMetricData', 501);
        const { Metric, Period = 60, Stat = 'Average' } = MetricStat;
        const dimensions = new Map((Metric?.Dimensions ?? []).map(({ Name = '', Value = '' }) => [Name, Value]));
        const points = datapoints({ namespace: Metric?.Namespace ?? '', name: Metric?.MetricName ?? '', dimensions }, call);
        const count = Math.ceil((EndTime.getTime() - StartTime.getTime()) / (Period * 1000));
        const values = byPeriod(points, Stat, { periodSeconds: Period, count, end: EndTime });
        const filled = values.flatMap((value, index) =>
          value === undefined ? [] : [{ value, at: new Date(EndTime.getTime() - (index + 1) * Period * 1000) }],
        );
        if (ScanBy === 'TimestampAscending') filled.reverse();
        return {
          Id,
          Label: Label ?? Metric?.MetricName,
          Timestamps: filled.map(({ at }) => at),
          Values: filled.map(({ value }) => value),
          StatusCode: 'Complete' as const,
        };
      });
      return { MetricDataResults: results };
    },
  },
});

const alarmsOf = ({ account, region }: Call): { name: string; alarm: Alarm }[] =>
  [...account.alarms].flatMap(([key, alarm]) => (key.startsWith(`${region}/`) ? { name: key.slice(region.length + 1), alarm } : []));

function detailsOf(name: string, alarm: Alarm, call: Call) {
  const given = propertiesOf(alarm);
  const { value, reason, since } = stateOf(alarm, call);
  return {
    AlarmName: name,
    AlarmArn: alarm.arn,
    AlarmDescription: given.AlarmDescription,
    ActionsEnabled: given.ActionsEnabled,
    AlarmActions: given.AlarmActions,
    StateValue: value,
    StateReason: reason,
    StateUpdatedTimestamp: since,
    MetricName: given.MetricName,
    Namespace: given.Namespace,
    Dimensions: given.Dimensions,
    Statistic: given.Statistic as sdk.Statistic | undefined,
    Period: given.Period,
    EvaluationPeriods: given.EvaluationPeriods,
    DatapointsToAlarm: given.DatapointsToAlarm,
    Threshold: given.Threshold,
    ComparisonOperator: given.ComparisonOperator as sdk.ComparisonOperator,
    TreatMissingData: given.TreatMissingData,
  };
}
