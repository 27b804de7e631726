import { z } from 'zod';
import type { Queue, StackResource } from '../../kernel/world';
import { checkPolicy } from '../policy-checks';
import { accountOf, arn, generatedName, provider, refuseTaken, type Provider, type Target } from '../provider';
import { accepted, flag, integer, policyDocument, tags } from '../shapes';

const keyOf = (region: string, name: string): string => `${region}/${name}`;
const nameOf = (url: string): string => url.slice(url.lastIndexOf('/') + 1);

/** AWS::SQS::Queue, standard queues only. */
export const queue: Provider = provider(
  z.strictObject({
    QueueName: z
      .string()
      .regex(/^[\w-]{1,80}$/, 'must be 1 to 80 letters, digits, dashes or underscores')
      .exactOptional(),
    MessageRetentionPeriod: integer.pipe(z.number().min(60).max(1_209_600)).exactOptional(),
    VisibilityTimeout: integer.pipe(z.number().min(0).max(43_200)).exactOptional(),
    SqsManagedSseEnabled: flag.exactOptional(),
    KmsMasterKeyId: accepted,
    RedrivePolicy: accepted,
    Tags: tags.exactOptional(),
  }),
  {
    apply(target, properties, before) {
      const { queues } = accountOf(target);
      const name = properties.QueueName ?? generatedName(target, 80);
      const url = `https://sqs.${target.region}.amazonaws.com/${target.account}/${name}`;
      const key = keyOf(target.region, name);
      refuseTaken(queues.has(key), before, url, `queue ${name}`);
      const existing = queues.get(key);
      const { MessageRetentionPeriod: retentionSeconds } = properties;
      const place = { name, region: target.region, arn: arn(target, 'sqs', name), url };
      const made: Queue = { messages: [], ...existing, ...place, ...(retentionSeconds !== undefined && { retentionSeconds }) };
      queues.set(key, made);
      return { ref: url, attributes: { Arn: made.arn, QueueName: name, QueueUrl: url } };
    },
    remove(target, before) {
      accountOf(target).queues.delete(keyOf(target.region, nameOf(before.ref)));
    },
  },
);

const queueUrls = z.array(z.string()).min(1);

/** AWS::SQS::QueuePolicy. */
export const queuePolicy: Provider = provider(z.strictObject({ Queues: queueUrls, PolicyDocument: policyDocument }), {
  async apply(target, properties, before) {
    await checkPolicy(properties.PolicyDocument, 'resource');
    if (before) detach(target, before);
    for (const url of properties.Queues) {
      const found = accountOf(target).queues.get(keyOf(target.region, nameOf(url)));
      if (!found) throw new Error(`the queue ${url} does not exist`);
      found.policy = properties.PolicyDocument;
    }
    return { ref: generatedName(target, 80), attributes: { Id: generatedName(target, 80) } };
  },
  remove: detach,
});

function detach(target: Target, { properties }: StackResource): void {
  for (const url of queueUrls.parse(properties['Queues'])) {
    const found = accountOf(target).queues.get(keyOf(target.region, nameOf(url)));
    if (found) delete found.policy;
  }
}
