import { paginateListSubscriptionsByTopic, SubscribeCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Remedies } from './remedies';
import { fine, problem, type Finding, type Repair } from './finding';

/** Whether anybody hears of alarms and of mails that could not be delivered. */
export async function checkAlerts(sns: SNSClient, topic: string, remedies: Pick<Remedies, 'deploy' | 'alarmEmail'>): Promise<Finding> {
  const { deploy, alarmEmail } = remedies;
  const confirmed: string[] = [];
  const pending: string[] = [];
  for await (const page of paginateListSubscriptionsByTopic({ client: sns }, { TopicArn: topic })) {
    for (const { SubscriptionArn = '', Endpoint = '' } of page.Subscriptions ?? []) {
      if (SubscriptionArn.startsWith('arn:')) confirmed.push(Endpoint);
      else if (SubscriptionArn === 'PendingConfirmation') pending.push(Endpoint);
    }
  }
  if (confirmed.length > 0) return fine('alarms', `are told to ${confirmed.join(', ')}`);
  const subscription: Repair[] =
    alarmEmail === undefined || pending.includes(alarmEmail)
      ? []
      : [subscriptionOf(sns, { TopicArn: topic, Protocol: 'email', Endpoint: alarmEmail }, () => checkAlerts(sns, topic, remedies))];
  if (pending.length > 0) {
    const next = `open the mail of AWS Notifications to ${pending.join(', ')} and confirm the subscription`;
    return { ...problem('alarms', `${pending.join(', ')} has not confirmed the subscription`, next), repairs: subscription };
  }
  // CloudFormation makes no second subscription in place of one that it has made and nobody has confirmed.
  const next =
    alarmEmail === undefined
      ? deploy({ alarmEmail: 'security@your-company.example' })
      : `aws sns subscribe --topic-arn ${topic} --protocol email --notification-endpoint ${alarmEmail}`;
  return { ...problem('alarms', 'nobody is told: the topic has no subscription', next), repairs: subscription };
}

const subscriptionOf = (
  sns: SNSClient,
  input: { TopicArn: string; Protocol: 'email'; Endpoint: string },
  again: Repair['again'],
): Repair => ({
  action: 'sns:Subscribe',
  input,
  changes: `AWS Notifications sends a mail to ${input.Endpoint}; once somebody has confirmed it there, alarms are told to that address`,
  make: () => sns.send(new SubscribeCommand(input)),
  again,
});
