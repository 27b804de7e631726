import { GetMetricDataCommand, type CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { errorFacts } from '../../lambda/shared/errors';
import { fine, problem, type Finding } from './finding';

/** The check's name, by which other findings are explained. */
export const FAILED_EVENTS = 'failed events';
/** SQS writes the metric once a minute, a few minutes late; the operator's clock may be wrong by as much. */
const AROUND_MS = 15 * 60_000;

/** Whether events wait that failed for good, and when the first of them will be lost; nothing is received, so that nothing is hidden. */
export async function checkFailedQueue(
  { sqs, cloudwatch }: { sqs: SQSClient; cloudwatch: CloudWatchClient },
  queue: string,
  { now, redrive, restore }: { now: Date; redrive: string; restore: string },
): Promise<Finding> {
  const attributes = await attributesOf(sqs, queue);
  if (!attributes) return problem(FAILED_EVENTS, 'the queue that keeps them is gone', restore);
  const waiting = Number(attributes['ApproximateNumberOfMessages']) + Number(attributes['ApproximateNumberOfMessagesNotVisible']);
  if (waiting === 0) return fine(FAILED_EVENTS, 'none waits');
  const age = await ageOfOldest(cloudwatch, queue, now);
  const keptMs = Number(attributes['MessageRetentionPeriod']) * 1000;
  const lost = age === undefined ? '' : `; the oldest is lost on ${new Date(now.getTime() - age + keptMs).toISOString().slice(0, 10)}`;
  return problem(FAILED_EVENTS, `${waiting} failed for good and wait${waiting === 1 ? 's' : ''}${lost}`, `${redrive} --list`);
}

async function attributesOf(sqs: SQSClient, queue: string): Promise<Record<string, string> | undefined> {
  try {
    const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible', 'MessageRetentionPeriod'] as const;
    return (await sqs.send(new GetQueueAttributesCommand({ QueueUrl: queue, AttributeNames: [...names] }))).Attributes;
  } catch (error) {
    if (/QueueDoesNotExist|NonExistentQueue/.test(errorFacts(error).error)) return undefined;
    throw error;
  }
}

/** In milliseconds; undefined while CloudWatch does not say: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html */
async function ageOfOldest(cloudwatch: CloudWatchClient, queue: string, now: Date): Promise<number | undefined> {
  const name = queue.slice(queue.lastIndexOf('/') + 1);
  const Metric = { Namespace: 'AWS/SQS', MetricName: 'ApproximateAgeOfOldestMessage', Dimensions: [{ Name: 'QueueName', Value: name }] };
  const { MetricDataResults } = await cloudwatch.send(
    new GetMetricDataCommand({
      StartTime: new Date(now.getTime() - AROUND_MS),
      EndTime: new Date(now.getTime() + AROUND_MS),
      MetricDataQueries: [{ Id: 'age', MetricStat: { Metric, Period: 60, Stat: 'Maximum' } }],
    }),
  );
  const seconds = MetricDataResults?.[0]?.Values?.[0];
  return seconds === undefined ? undefined : seconds * 1000;
}
