import type { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';

/** Where the functions put their metrics; none has an account dimension, which would cost money per account. */
const NAMESPACE = 'IamKeyRotation';

/** A metric that the function of this name in `lambda/` counts. */
export function countedBy(
  service: 'orchestrator' | 'rotator' | 'reporter',
  metricName: string,
  period: Duration,
  statistic = 'Sum',
): Metric {
  return new Metric({ namespace: NAMESPACE, metricName, dimensionsMap: { service }, period, statistic });
}
