import { createHash } from 'node:crypto';
import type { Check } from '../../kernel/contracts';
import { uuid } from '../../kernel/identifiers';
import { ServiceError } from '../../kernel/service-error';
import type { Queue } from '../../kernel/world';
import { handlersOf, type Call } from '../service';
import type { SqsShapes } from './model';

const visibilitySeconds = 30;
/** Unless the queue says otherwise: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html */
const retentionSeconds = 345_600;
const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

/** SQS: what an operator needs to look into a queue. */
export const sqs = handlersOf<SqsShapes>({
  GetQueueUrl: {
    reads: true,
    checks: ({ QueueName, QueueOwnerAWSAccountId }, call) => [
      { action: 'sqs:GetQueueUrl', resource: arnOf(QueueOwnerAWSAccountId ?? call.account.id, QueueName, call) },
    ],
    handle: ({ QueueName, QueueOwnerAWSAccountId }, call) => ({
      QueueUrl: queueAt(QueueOwnerAWSAccountId ?? call.account.id, QueueName, call).url,
    }),
  },
  GetQueueAttributes: {
    reads: true,
    checks: ({ QueueUrl }, call) => queueChecks('sqs:GetQueueAttributes', QueueUrl, call),
    handle({ QueueUrl, AttributeNames = [] }, call) {
      const queue = queueOf(QueueUrl, call);
      const visible = queue.messages.filter((message) => isVisible(message, call.now)).length;
      const all = {
        QueueArn: queue.arn,
        ApproximateNumberOfMessages: String(visible),
        ApproximateNumberOfMessagesNotVisible: String(queue.messages.length - visible),
        MessageRetentionPeriod: String(queue.retentionSeconds ?? retentionSeconds),
        ...(queue.policy && { Policy: JSON.stringify(queue.policy) }),
      };
      const asked = Object.entries(all).filter(([name]) => AttributeNames.includes('All') || AttributeNames.includes(name));
      return { Attributes: Object.fromEntries(asked) };
    },
  },
  SendMessage: {
    checks: ({ QueueUrl }, call) => queueChecks('sqs:SendMessage', QueueUrl, call),
    handle({ QueueUrl, MessageBody }, call) {
      const id = uuid(`message-${call.platform.next()}`);
      queueOf(QueueUrl, call).messages.push({ at: call.now, body: MessageBody, id });
      return { MessageId: id, MD5OfMessageBody: md5(MessageBody) };
    },
  },
  ReceiveMessage: {
    checks: ({ QueueUrl }, call) => queueChecks('sqs:ReceiveMessage', QueueUrl, call),
    handle({ QueueUrl, MaxNumberOfMessages = 1, VisibilityTimeout = visibilitySeconds }, call) {
      const visible = queueOf(QueueUrl, call).messages.filter((message) => isVisible(message, call.now));
      const received = visible.slice(0, MaxNumberOfMessages).map((message) => {
        message.id ??= uuid(`message-${call.platform.next()}`);
        message.visibleAt = new Date(call.now.getTime() + VisibilityTimeout * 1000);
        return { MessageId: message.id, ReceiptHandle: message.id, MD5OfBody: md5(message.body), Body: message.body };
      });
      return received.length > 0 ? { Messages: received } : {};
    },
  },
  ChangeMessageVisibility: {
    checks: ({ QueueUrl }, call) => queueChecks('sqs:ChangeMessageVisibility', QueueUrl, call),
    handle({ QueueUrl, ReceiptHandle, VisibilityTimeout }, call) {
      const message = queueOf(QueueUrl, call).messages.find(({ id }) => id === ReceiptHandle) ?? refuseReceipt(ReceiptHandle);
      message.visibleAt = new Date(call.now.getTime() + VisibilityTimeout * 1000);
      return {};
    },
  },
  DeleteMessage: {
    checks: ({ QueueUrl }, call) => queueChecks('sqs:DeleteMessage', QueueUrl, call),
    handle({ QueueUrl, ReceiptHandle }, call) {
      const { messages } = queueOf(QueueUrl, call);
      const at = messages.findIndex((message) => message.id === ReceiptHandle);
      if (at < 0) refuseReceipt(ReceiptHandle);
      messages.splice(at, 1);
      return {};
    },
  },
});

function refuseReceipt(handle: string): never {
  throw new ServiceError('ReceiptHandleIsInvalid', `The input receipt handle "${handle}" is not a valid receipt handle.`);
}

const isVisible = ({ visibleAt }: Queue['messages'][number], now: Date): boolean => visibleAt === undefined || visibleAt <= now;
const arnOf = (account: string, name: string, { region, world }: Call): string => `arn:${world.partition}:sqs:${region}:${account}:${name}`;
/** A queue's URL ends in its account and name. */
const partsOf = (url: string): [account: string, name: string] => {
  const [name = '', account = ''] = url.split('/').reverse();
  return [account, name];
};
const queueChecks = (action: string, url: string, call: Call): Check[] => [{ action, resource: arnOf(...partsOf(url), call) }];
const queueOf = (url: string, call: Call): Queue => queueAt(...partsOf(url), call);

function queueAt(account: string, name: string, { world, region }: Call): Queue {
  const queue = world.accounts.get(account)?.queues.get(`${region}/${name}`);
  if (!queue) throw new ServiceError('QueueDoesNotExist', 'The specified queue does not exist.');
  return queue;
}
