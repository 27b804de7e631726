import { z } from 'zod';
import { subscribe } from '../../kernel/subscribe';
import { checkPolicy } from '../policy-checks';
import { accountOf, arn, generatedName, provider, refuseTaken, type Provider, type Target } from '../provider';
import { accepted, flag, integer, policyDocument, tags, text } from '../shapes';

const keyOf = ({ region }: Target, name: string): string => `${region}/${name}`;

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const retentionDays = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

/** AWS::Logs::LogGroup. */
export const logGroup: Provider = provider(
  z.strictObject({
    LogGroupName: z
      .string()
      .regex(/^[\w./#-]{1,512}$/, 'must be 1 to 512 letters, digits or ._/#-')
      .exactOptional(),
    RetentionInDays: integer.refine((days) => retentionDays.includes(days), `must be one of ${retentionDays.join(', ')}`).exactOptional(),
    LogGroupClass: accepted,
    KmsKeyId: accepted,
    DataProtectionPolicy: accepted,
    Tags: tags.exactOptional(),
  }),
  {
    apply(target, properties, before) {
      const { logGroups } = accountOf(target);
      const name = properties.LogGroupName ?? generatedName(target, 512);
      refuseTaken(logGroups.has(keyOf(target, name)), before, name, `log group ${name}`);
      const groupArn = arn(target, 'logs', `log-group:${name}:*`);
      logGroups.set(keyOf(target, name), {
        name,
        arn: groupArn,
        ...(properties.RetentionInDays === undefined ? {} : { retentionDays: properties.RetentionInDays }),
      });
      return { ref: name, attributes: { Arn: groupArn } };
    },
    remove(target, before) {
      accountOf(target).logGroups.delete(keyOf(target, before.ref));
    },
  },
);

/** AWS::SNS::Topic. */
export const topic: Provider = provider(
  z.strictObject({
    TopicName: z
      .string()
      .regex(/^[\w-]{1,256}$/, 'must be 1 to 256 letters, digits, dashes or underscores')
      .exactOptional(),
    DisplayName: accepted,
    KmsMasterKeyId: accepted,
    Tags: tags.exactOptional(),
  }),
  {
    apply(target, properties, before) {
      const { topics } = accountOf(target);
      const name = properties.TopicName ?? generatedName(target, 256);
      const topicArn = arn(target, 'sns', name);
      refuseTaken(topics.has(keyOf(target, name)), before, topicArn, `topic ${name}`);
      topics.set(keyOf(target, name), { published: [], ...topics.get(keyOf(target, name)), arn: topicArn });
      return { ref: topicArn, attributes: { TopicArn: topicArn, TopicName: name } };
    },
    remove(target, before) {
      accountOf(target).topics.delete(keyOf(target, before.ref.slice(before.ref.lastIndexOf(':') + 1)));
    },
  },
);

/** AWS::SNS::TopicPolicy; checked and kept with the stack, since nothing in the sandbox publishes to topics. */
export const topicPolicy: Provider = provider(z.strictObject({ Topics: z.array(z.string()).min(1), PolicyDocument: policyDocument }), {
  async apply(target, { PolicyDocument }) {
    await checkPolicy(PolicyDocument, 'resource');
    return { ref: generatedName(target, 256), attributes: { Id: generatedName(target, 256) } };
  },
  remove: () => undefined,
});

/** AWS::SNS::Subscription; people have yet to confirm one by e-mail. */
export const subscription: Provider = provider(
  z.strictObject({
    TopicArn: z.string(),
    Protocol: z.string(),
    Endpoint: text.exactOptional(),
    FilterPolicy: accepted,
    RawMessageDelivery: flag.exactOptional(),
  }),
  {
    apply(target, { TopicArn, Protocol, Endpoint = '' }, before) {
      const topic = topicOf(target, TopicArn);
      if (!topic) throw new Error(`the topic ${TopicArn} does not exist`);
      const subscriptionArn = `${TopicArn}:${generatedName(target, 36)}`;
      topic.subscriptions = (topic.subscriptions ?? []).filter(({ arn: other }) => other !== before?.ref);
      const { kernel, account, region } = target;
      const now = kernel.clock.now();
      subscribe(kernel.world, { topic, account, region, now }, { arn: subscriptionArn, protocol: Protocol, endpoint: Endpoint });
      return { ref: subscriptionArn, attributes: { Arn: subscriptionArn } };
    },
    remove(target, before) {
      const topic = topicOf(target, String(before.properties['TopicArn']));
      if (topic) topic.subscriptions = (topic.subscriptions ?? []).filter(({ arn: other }) => other !== before.ref);
    },
  },
);

const topicOf = (target: Target, topicArn: string) => accountOf(target).topics.get(keyOf(target, topicArn.split(':').pop() ?? ''));

/** AWS::CloudWatch::Alarm; kept as given, never evaluated. */
export const alarm: Provider = provider(
  z.looseObject({ AlarmName: text.exactOptional(), ComparisonOperator: z.string(), EvaluationPeriods: integer }),
  {
    apply(target, properties, before) {
      const { alarms } = accountOf(target);
      const name = properties.AlarmName ?? generatedName(target, 255);
      refuseTaken(alarms.has(keyOf(target, name)), before, name, `alarm ${name}`);
      const alarmArn = arn(target, 'cloudwatch', `alarm:${name}`);
      alarms.set(keyOf(target, name), { arn: alarmArn, properties });
      return { ref: name, attributes: { Arn: alarmArn } };
    },
    remove(target, before) {
      accountOf(target).alarms.delete(keyOf(target, before.ref));
    },
  },
);

/** AWS::CloudWatch::Dashboard; its body must be JSON. */
export const dashboard: Provider = provider(
  z.strictObject({ DashboardName: text.exactOptional(), DashboardBody: z.string(), Tags: tags.exactOptional() }),
  {
    apply(target, properties) {
      const name = properties.DashboardName ?? generatedName(target, 255);
      JSON.parse(properties.DashboardBody);
      accountOf(target).dashboards.set(name, { body: properties.DashboardBody });
      return { ref: name, attributes: {} };
    },
    remove(target, before) {
      accountOf(target).dashboards.delete(before.ref);
    },
  },
);
