import type * as sdk from '@aws-sdk/client-sns';
import { parseArn } from '../../kernel/arn';
import { ServiceError } from '../../kernel/service-error';
import { pageAfter } from '../paging';
import { handlersOf, type SdkShapes } from '../service';

/** https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html */
const size = 100;

/** SNS: who is subscribed to a topic. */
export const sns = handlersOf<SdkShapes<typeof sdk>>({
  ListSubscriptionsByTopic: {
    reads: true,
    checks: ({ TopicArn }) => [{ action: 'sns:ListSubscriptionsByTopic', resource: TopicArn }],
    handle({ TopicArn, NextToken }, { world }) {
      const arn = parseArn(TopicArn);
      const topic = arn && world.accounts.get(arn.account)?.topics.get(`${arn.region}/${arn.resource}`);
      if (!topic) throw new ServiceError('NotFoundException', 'Topic does not exist', 404);
      const { items, next } = pageAfter(topic.subscriptions ?? [], ({ arn: subscription }) => subscription, NextToken, size);
      return {
        Subscriptions: items.map(({ arn: subscription, protocol, endpoint, confirmed }) => ({
          SubscriptionArn: confirmed ? subscription : 'PendingConfirmation',
          Protocol: protocol,
          Endpoint: endpoint,
          TopicArn,
          Owner: arn.account,
        })),
        NextToken: next,
      };
    },
  },
});
