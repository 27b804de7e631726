import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { explain, ONLY_TLS } from '../permissions/explanations';

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
}
