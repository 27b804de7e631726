import { z } from 'zod';
import { ServiceError } from '../../kernel/service-error';
import type { Alarm } from '../../kernel/world';
import type { Call } from '../service';
import { byPeriod, datapoints, type MetricName } from './metrics';

const numeric = z.coerce.number();
/** The properties of AWS::CloudWatch::Alarm that decide its state. */
const properties = z.looseObject({
  MetricName: z.string().optional(),
  Namespace: z.string().optional(),
  Dimensions: z.array(z.object({ Name: z.string(), Value: z.string() })).default([]),
  Statistic: z.string().optional(),
  Period: numeric.optional(),
  EvaluationPeriods: numeric,
  DatapointsToAlarm: numeric.optional(),
  Threshold: numeric.optional(),
  ComparisonOperator: z.string(),
  TreatMissingData: z.enum(['breaching', 'notBreaching', 'ignore', 'missing']).default('missing'),
  AlarmDescription: z.string().optional(),
  AlarmActions: z.array(z.string()).default([]),
  ActionsEnabled: z.union([z.boolean(), z.stringbool()]).default(true),
});
/** What an alarm watches and when it goes off. */
export type AlarmProperties = z.output<typeof properties>;

/** An alarm's properties as its template gives them. */
export const propertiesOf = ({ properties: given }: Alarm): AlarmProperties => properties.parse(given);

/** Whether an alarm is ringing, why, and since when as far as it is known. */
export interface AlarmState {
  value: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
  reason: string;
  since: Date;
}

const comparisons: Readonly<Record<string, (value: number, threshold: number) => boolean>> = {
  GreaterThanThreshold: (value, threshold) => value > threshold,
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};

/** The metric of an alarm; throws for one that computes with several. */
function metricOf({ MetricName: name, Namespace: namespace, Dimensions }: AlarmProperties): MetricName {
  if (name === undefined || namespace === undefined) {
    throw new ServiceError('NotImplemented', 'the sandbox does not emulate alarms on metric math', 501);
  }
  return { name, namespace, dimensions: new Map(Dimensions.map(({ Name, Value }) => [Name, Value])) };
}

/**
 * The state that people set, else what the last periods until now say:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
 */
export function stateOf(alarm: Alarm, call: Call): AlarmState {
  if (alarm.set) return alarm.set;
  const given = propertiesOf(alarm);
  const { EvaluationPeriods, DatapointsToAlarm = EvaluationPeriods, Threshold = 0, Period = 60, Statistic = 'Average' } = given;
  const compare = comparisons[given.ComparisonOperator];
  if (!compare) throw new ServiceError('NotImplemented', `the sandbox does not emulate ${given.ComparisonOperator} of alarms`, 501);
  const window = { periodSeconds: Period, count: EvaluationPeriods, end: call.now };
  const values = byPeriod(datapoints(metricOf(given), call), Statistic, window);
  const present = values.filter((value) => value !== undefined);
  if (present.length === 0 && (given.TreatMissingData === 'missing' || given.TreatMissingData === 'ignore')) {
    return { value: 'INSUFFICIENT_DATA', reason: 'Insufficient Data: no datapoints were received.', since: call.now };
  }
  const missing = given.TreatMissingData === 'breaching' ? values.length - present.length : 0;
  const breaching = present.filter((value) => compare(value, Threshold)).length + missing;
  const ringing = breaching >= DatapointsToAlarm;
  const seen = present.length === 0 ? 'no datapoints' : `datapoints [${present.join(', ')}]`;
  return {
    value: ringing ? 'ALARM' : 'OK',
    reason: `Threshold Crossed: ${breaching} of the last ${EvaluationPeriods} periods ${ringing ? 'were' : 'were not enough to be'} ${given.ComparisonOperator} ${Threshold}: ${seen}.`,
    since: call.now,
  };
}
