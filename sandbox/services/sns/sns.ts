import type * as sdk from '@aws-sdk/client-sns';
import { parseArn } from '../../kernel/arn';
import { uuid } from '../../kernel/identifiers';
import { ServiceError } from '../../kernel/service-error';
import { subscribe } from '../../kernel/subscribe';
import { pageAfter } from '../paging';
import { handlersOf, type Call, type SdkShapes } from '../service';

/** https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html */
const size = 100;

/** SNS: who is subscribed to a topic, subscribing, and confirming it with the token of the mail. */
export const sns = handlersOf<SdkShapes<typeof sdk>>({
  ListSubscriptionsByTopic: {
    reads: true,
    checks: ({ TopicArn }) => [{ action: 'sns:ListSubscriptionsByTopic', resource: TopicArn }],
    handle({ TopicArn, NextToken }, call) {
      const { topic, account: Owner } = requireTopic(TopicArn, call);
      const { items, next } = pageAfter(topic.subscriptions ?? [], ({ arn: subscription }) => subscription, NextToken, size);
      return {
        Subscriptions: items.map(({ arn: subscription, protocol, endpoint, confirmed }) => ({
          SubscriptionArn: confirmed ? subscription : 'PendingConfirmation',
          Protocol: protocol,
          Endpoint: endpoint,
          TopicArn,
          Owner,
        })),
        NextToken: next,
      };
    },
  },
  Subscribe: {
    checks: ({ TopicArn }) => [{ action: 'sns:Subscribe', resource: TopicArn }],
    handle({ TopicArn, Protocol, Endpoint = '', ReturnSubscriptionArn }, call) {
      const where = requireTopic(TopicArn, call);
      const known = where.topic.subscriptions?.find(({ protocol, endpoint }) => protocol === Protocol && endpoint === Endpoint);
      const arn = known?.arn ?? `${TopicArn}:${uuid(`${TopicArn}/${Protocol}/${Endpoint}`)}`;
      if (!known) subscribe(call.world, { ...where, now: call.now }, { arn, protocol: Protocol, endpoint: Endpoint });
      const isConfirmed = known?.confirmed ?? !Protocol.startsWith('email');
      return { SubscriptionArn: isConfirmed || ReturnSubscriptionArn === true ? arn : 'pending confirmation' };
    },
  },
  ConfirmSubscription: {
    checks: ({ TopicArn }) => [{ action: 'sns:ConfirmSubscription', resource: TopicArn }],
    handle({ TopicArn, Token }, call) {
      const found = requireTopic(TopicArn, call).topic.subscriptions?.find(({ token }) => token !== undefined && token === Token);
      if (!found) throw new ServiceError('InvalidParameter', 'Invalid parameter: Token', 400);
      found.confirmed = true;
      return { SubscriptionArn: found.arn };
    },
  },
});

function requireTopic(TopicArn: string, { world }: Call) {
  const { account = '', region = '', resource = '' } = parseArn(TopicArn) ?? {};
  const topic = world.accounts.get(account)?.topics.get(`${region}/${resource}`);
  if (!topic) throw new ServiceError('NotFoundException', 'Topic does not exist', 404);
  return { topic, account, region };
}
