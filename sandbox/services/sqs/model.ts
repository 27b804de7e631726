import type { StaticErrorSchema, StaticListSchema, StaticMapSchema, StaticOperationSchema, StaticStructureSchema } from '@smithy/types';

/**
 * The part of SQS's model (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/) that the sandbox serves; the client is
 * not among the project's packages.
 */
const namespace = 'com.amazonaws.sqs';
const structure = (name: string, members: Record<string, StaticStructureSchema[5][number]>, required: number): StaticStructureSchema => [
  3,
  namespace,
  name,
  0,
  Object.keys(members),
  Object.values(members),
  required,
];
const operation = (name: string, input: StaticStructureSchema, output: StaticStructureSchema): StaticOperationSchema => [
  9,
  namespace,
  name,
  0,
  () => input,
  () => output,
];
const text = 0;
const integer = 1;
const attributes: StaticMapSchema = [2, namespace, 'QueueAttributeMap', 0, text, text];
const names: StaticListSchema = [1, namespace, 'AttributeNameList', 0, text];
const message = structure(
  'Message',
  { MessageId: text, ReceiptHandle: text, MD5OfBody: text, Body: text, Attributes: () => attributes },
  0,
);
const messages: StaticListSchema = [1, namespace, 'MessageList', 0, () => message];
const nothing = structure('Nothing', {}, 0);

/** A queue's URL by its name. */
export const GetQueueUrl = operation(
  'GetQueueUrl',
  structure('GetQueueUrlRequest', { QueueName: text, QueueOwnerAWSAccountId: text }, 1),
  structure('GetQueueUrlResult', { QueueUrl: text }, 0),
);
/** How many messages wait, and the queue's policy. */
export const GetQueueAttributes = operation(
  'GetQueueAttributes',
  structure('GetQueueAttributesRequest', { QueueUrl: text, AttributeNames: () => names }, 1),
  structure('GetQueueAttributesResult', { Attributes: () => attributes }, 0),
);
/** Puts a message into a queue. */
export const SendMessage = operation(
  'SendMessage',
  structure('SendMessageRequest', { QueueUrl: text, MessageBody: text }, 2),
  structure('SendMessageResult', { MessageId: text, MD5OfMessageBody: text }, 0),
);
/** Takes messages and hides them from other receivers for a while. */
export const ReceiveMessage = operation(
  'ReceiveMessage',
  structure(
    'ReceiveMessageRequest',
    { QueueUrl: text, MaxNumberOfMessages: integer, VisibilityTimeout: integer, WaitTimeSeconds: integer },
    1,
  ),
  structure('ReceiveMessageResult', { Messages: () => messages }, 0),
);
/** Removes a received message. */
export const DeleteMessage = operation(
  'DeleteMessage',
  structure('DeleteMessageRequest', { QueueUrl: text, ReceiptHandle: text }, 2),
  nothing,
);
/** Hides a received message for another time; 0 gives it back at once. */
export const ChangeMessageVisibility = operation(
  'ChangeMessageVisibility',
  structure('ChangeMessageVisibilityRequest', { QueueUrl: text, ReceiptHandle: text, VisibilityTimeout: integer }, 3),
  nothing,
);
const error = (name: string): StaticErrorSchema => [-3, namespace, name, { error: 'client', httpError: 400 }, ['message'], [text]];
/** No queue has that URL or name. */
export const QueueDoesNotExist = error('QueueDoesNotExist');
/** No message has that receipt handle. */
export const ReceiptHandleIsInvalid = error('ReceiptHandleIsInvalid');

/** Inputs and outputs, as the schemas above say. */
export interface SqsShapes {
  GetQueueUrl: { input: { QueueName: string; QueueOwnerAWSAccountId?: string }; output: { QueueUrl: string } };
  GetQueueAttributes: { input: { QueueUrl: string; AttributeNames?: string[] }; output: { Attributes: Record<string, string> } };
  SendMessage: { input: { QueueUrl: string; MessageBody: string }; output: { MessageId: string; MD5OfMessageBody: string } };
  ReceiveMessage: {
    input: { QueueUrl: string; MaxNumberOfMessages?: number; VisibilityTimeout?: number };
    output: { Messages?: { MessageId: string; ReceiptHandle: string; MD5OfBody: string; Body: string }[] };
  };
  ChangeMessageVisibility: { input: { QueueUrl: string; ReceiptHandle: string; VisibilityTimeout: number }; output: object };
  DeleteMessage: { input: { QueueUrl: string; ReceiptHandle: string }; output: object };
}
