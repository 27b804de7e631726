import { paginateListSubscriptionsByTopic, type SNSClient } from '@aws-sdk/client-sns';
import type { Remedies } from './remedies';
import { fine, problem, type Finding } from './finding';

/** Whether anybody hears of alarms and of mails that could not be delivered. */
export async function checkAlerts(sns: SNSClient, topic: string, { deploy }: Pick<Remedies, 'deploy'>): Promise<Finding> {
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
  const next = deploy({ alarmEmail: 'security@your-company.example' });
  return problem('alarms', 'nobody is told: the topic has no subscription', next);
}
