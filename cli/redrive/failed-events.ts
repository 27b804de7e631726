import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';
import * as z from 'zod';

/** What Lambda writes into an on-failure destination: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
const record = z.object({
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
  /** Why it failed, as far as the message says. */
  reason: string;
}

/** How long messages are hidden from others: until they are dispatched, or only until all are read. */
const HIDDEN_SECONDS = { redrive: 120, list: 10 } as const;
const PAGE = 10;

function eventOf(receipt: string, body: string): FailedEvent {
  try {
    const { requestContext, requestPayload, responsePayload } = record.parse(JSON.parse(body));
    const functionName = /:function:([^:]+)/.exec(requestContext.functionArn)?.[1] ?? '';
    const reason = responsePayload
      ? `${responsePayload.errorType ?? 'Error'}: ${responsePayload.errorMessage ?? ''}`
      : 'it waited too long';
    return { receipt, functionName, payload: requestPayload, reason };
  } catch {
    return { receipt, functionName: '', payload: undefined, reason: 'the message is not of Lambda' };
  }
}

/** A client that calls the configured endpoint (AWS_ENDPOINT_URL, a VPC's), not the one in the queue's URL. */
export const makeSqsClient = (
  settings: Pick<SQSClientConfig, 'region' | 'endpoint' | 'credentials' | 'systemClockOffset'> = {},
): SQSClient => new SQSClient({ ...settings, useQueueUrlAsEndpoint: false });

/** Every message that is visible now; to redrive them hides each for two minutes, after which what was not removed shows up again. */
export async function readFailedEvents(sqs: SQSClient, queue: string, purpose: 'redrive' | 'list'): Promise<FailedEvent[]> {
  const events: FailedEvent[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queue,
        MaxNumberOfMessages: PAGE,
        VisibilityTimeout: HIDDEN_SECONDS[purpose],
        WaitTimeSeconds: 1,
      }),
    );
    if (Messages.length === 0) return events;
    events.push(...Messages.map(({ ReceiptHandle = '', Body = '' }) => eventOf(ReceiptHandle, Body)));
  }
}

/** Takes events that were run again out of the queue. */
export async function removeEvents(sqs: SQSClient, queue: string, events: readonly FailedEvent[]): Promise<void> {
  for (const { receipt } of events) await sqs.send(new DeleteMessageCommand({ QueueUrl: queue, ReceiptHandle: receipt }));
}
