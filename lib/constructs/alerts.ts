import { Duration, Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { explain, ONLY_TLS } from './explanations';

/** How alerts reach people. */
export interface AlertsProps {
  topicName: string;
  /** Subscribed to the topic when given; AWS asks this address to confirm. */
  email?: string | undefined;
}

/** One topic for alarms and undelivered mails; anybody may subscribe to it later. */
export class Alerts extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, props: AlertsProps) {
    super(scope, id);
    this.topic = new Topic(this, 'Topic', { topicName: props.topicName, enforceSSL: true });
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsOfThisAccount',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    explain(this.topic, {
      purpose: 'Alarms, and mails that could not be delivered',
      statements: {
        AllowPublishThroughSSLOnly: ONLY_TLS,
        AlarmsOfThisAccount: { why: 'Lets the alarms of this account, and of no other, tell people.' },
        2: { why: 'Lets SES report mails of our configuration set that bounced, were refused or could not be rendered.' },
      },
    });
    if (props.email !== undefined) this.topic.addSubscription(new EmailSubscription(props.email));
  }

  /** Raises an alarm as soon as the queue holds an event that failed for good. */
  watchQueue(queue: IQueue): void {
    this.alarm('FailedQueueNotEmpty', queue.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum', period: PERIOD }), {
      description: 'An event failed for good: read the message in the queue, repair its cause, and run the account again.',
    });
  }

  /** Raises an alarm as soon as the function fails. */
  watchFunction(id: string, { fn, work }: { fn: IFunction; work: string }): void {
    this.alarm(id, fn.metricErrors({ statistic: 'Sum', period: PERIOD }), {
      description: `${work} failed: the log of the function says why.`,
    });
  }

  private alarm(id: string, metric: IMetric, { description }: { description: string }): void {
    const alarm = new Alarm(this, id, {
      metric,
      threshold: 0,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: description,
    });
    alarm.addAlarmAction(new SnsAction(this.topic));
  }
}

const PERIOD = Duration.minutes(5);
