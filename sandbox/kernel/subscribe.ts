import { uuid } from './identifiers';
import type { AccountState, World } from './world';

/** A topic in its account and region, at a moment. */
interface Where {
  topic: NonNullable<ReturnType<AccountState['topics']['get']>>;
  account: string;
  region: string;
  now: Date;
}

/** Subscribes to a topic; an address gets a mail with the token by which its reader confirms, everything else is told at once. */
export function subscribe(
  world: World,
  { topic, account, region, now }: Where,
  { arn, protocol, endpoint }: { arn: string; protocol: string; endpoint: string },
): void {
  const confirmed = !protocol.startsWith('email');
  const token = uuid(`token/${arn}`).replaceAll('-', '');
  (topic.subscriptions ??= []).push({ arn, protocol, endpoint, confirmed, ...(!confirmed && { token }) });
  if (confirmed) return;
  world.mails.push({
    at: now,
    account,
    region,
    from: 'AWS Notifications <no-reply@sns.amazonaws.com>',
    to: [endpoint],
    replyTo: [],
    subject: 'AWS Notification - Subscription Confirmation',
    text: `You have chosen to subscribe to the topic:\n${topic.arn}\n\nTo confirm:\naws sns confirm-subscription --topic-arn ${topic.arn} --token ${token}\n`,
  });
}
