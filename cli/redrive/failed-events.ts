import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SQSClient,
  type SQSClientConfig,
} from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { limited } from '../../lambda/shared/limited';

/** What Lambda writes into an on-failure destination: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
const record = z.object({
  timestamp: z.iso.datetime().optional(),
  requestContext: z.object({ functionArn: z.string() }),
  requestPayload: z.unknown(),
  responsePayload: z.object({ errorType: z.string(), errorMessage: z.string() }).partial().optional(),
});

/** One message of the queue of failed events. */
export interface FailedEvent {
  receipt: string;
  /** The function that failed; empty when the message is not Lambda's. */
  functionName: string;
  payload: unknown;
  /** Why it failed, as far as the message says: the error's name and message. */
  reason: string;
  /** When it failed for good, as far as the message says; in ISO notation. */
  at?: string;
}

/** How long messages are hidden from others, unless they are given back before. */
const HIDDEN_SECONDS = 120;
const PAGE = 10;
const AT_ONCE = 10;

function eventOf(receipt: string, body: string): FailedEvent {
  try {
    const { timestamp, requestContext, requestPayload, responsePayload } = record.parse(JSON.parse(body));
    const functionName = /:function:([^:]+)/.exec(requestContext.functionArn)?.[1] ?? '';
    const reason = responsePayload
      ? `${responsePayload.errorType ?? 'Error'}: ${responsePayload.errorMessage ?? ''}`
      : 'it waited too long';
    return { receipt, functionName, payload: requestPayload, reason, ...(timestamp !== undefined && { at: timestamp }) };
  } catch {
    return { receipt, functionName: '', payload: undefined, reason: 'the message is not of Lambda' };
  }
}

/** A client that calls the configured endpoint (AWS_ENDPOINT_URL, a VPC's), not the one in the queue's URL. */
export const makeSqsClient = (
  settings: Pick<SQSClientConfig, 'region' | 'endpoint' | 'credentials' | 'systemClockOffset'> = {},
): SQSClient => new SQSClient({ ...settings, useQueueUrlAsEndpoint: false });

/** Every message that is visible now; each is hidden for two minutes, or until it is given back. */
export async function readFailedEvents(sqs: SQSClient, queue: string): Promise<FailedEvent[]> {
  const events = new Map<string, FailedEvent>();
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queue,
        MaxNumberOfMessages: PAGE,
        VisibilityTimeout: HIDDEN_SECONDS,
        WaitTimeSeconds: 1,
      }),
    );
    const before = events.size;
    for (const { MessageId = '', ReceiptHandle = '', Body = '' } of Messages) events.set(MessageId, eventOf(ReceiptHandle, Body));
    // What was read first shows up again when reading takes longer than it is hidden.
    if (events.size === before) return [...events.values()];
  }
}

/** Takes events out of the queue: those that were run again, that are refused for good, or that nobody wants. */
export async function removeEvents(sqs: SQSClient, queue: string, events: readonly FailedEvent[]): Promise<void> {
  await limited(AT_ONCE, events, ({ receipt }) => sqs.send(new DeleteMessageCommand({ QueueUrl: queue, ReceiptHandle: receipt })));
}

/** Lets events be seen again that were read and stay in the queue. */
export async function giveBack(sqs: SQSClient, queue: string, events: readonly FailedEvent[]): Promise<void> {
  await limited(AT_ONCE, events, ({ receipt }) =>
    sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: queue, ReceiptHandle: receipt, VisibilityTimeout: 0 })),
  );
}

/** Whether an event's function, failure or content contains the text; an event without content is none of a function. */
export const concerns = ({ functionName, payload = null, reason }: FailedEvent, text: string): boolean =>
  `${functionName} ${reason} ${JSON.stringify(payload)}`.includes(text);
