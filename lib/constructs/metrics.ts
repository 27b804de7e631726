import type { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { METRICS_NAMESPACE } from '../../lambda/shared/names';

/** A metric that the function of this name in `lambda/` counts; none has an account dimension, which would cost money per account. */
export function countedBy(
  service: 'orchestrator' | 'rotator' | 'reporter',
  metricName: string,
  period: Duration,
  statistic = 'Sum',
): Metric {
  return new Metric({ namespace: METRICS_NAMESPACE, metricName, dimensionsMap: { service }, period, statistic });
}
