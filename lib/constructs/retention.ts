import { RetentionDays } from 'aws-cdk-lib/aws-logs';

/** How the CDK calls a retention of so many days; settings let none through that it does not have. */
export function retentionOf(days: number): RetentionDays {
  const found = Object.values(RetentionDays).find((known): known is RetentionDays => Number(known) === days);
  if (found === undefined) throw new RangeError(`CloudWatch Logs cannot keep anything for ${days} days`);
  return found;
}
