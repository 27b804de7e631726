import { paginateListSubscriptionsByTopic, type SNSClient } from '@aws-sdk/client-sns';
import { fine, problem, type Finding } from './finding';

/** Whether anybody hears of alarms and of mails that could not be delivered. */
export async function checkAlerts(sns: SNSClient, topic: string): Promise<Finding> {
  const confirmed: string[] = [];
  const pending: string[] = [];
  for await (const page of paginateListSubscriptionsByTopic({ client: sns }, { TopicArn: topic })) {
    for (const { SubscriptionArn = '', Endpoint = '' } of page.Subscriptions ?? []) {
      if (SubscriptionArn.startsWith('arn:')) confirmed.push(Endpoint);
      else if (SubscriptionArn === 'PendingConfirmation') pending.push(Endpoint);
    }
  }
  if (confirmed.length > 0) return fine('alarms', `are told to ${confirmed.join(', ')}`);
  if (pending.length > 0) {
    const next = `open the mail of AWS Notifications to ${pending.join(', ')} and confirm the subscription`;
    return problem('alarms', `${pending.join(', ')} has not confirmed the subscription`, next);
  }
  const next = 'npx cdk deploy -c alarmEmail=security@your-company.example, beside the settings you deployed with';
  return problem('alarms', 'nobody is told: the topic has no subscription', next);
}
