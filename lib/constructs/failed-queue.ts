import { Duration, Validations } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { explain, ONLY_TLS } from '../permissions/explanations';

/** The queue that keeps every event a function failed on for good, 14 days long: the longest that SQS offers. */
export class FailedQueue extends Queue {
  constructor(scope: Construct, id: string, props: { name: string }) {
    super(scope, id, {
      queueName: props.name,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    explain(this, { purpose: 'Events that failed for good', statements: { '': ONLY_TLS } });
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'This queue is the dead-letter queue; people read it, no consumer can fail on it.',
    });
  }
}
