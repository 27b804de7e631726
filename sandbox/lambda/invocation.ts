import type { LambdaFunction } from '../kernel/world';
import type { InvocationError } from './messages';

/** One invocation from its acceptance to its end, retries included. */
export interface Invocation {
  requestId: string;
  functionName: string;
  functionArn: string;
  type: 'RequestResponse' | 'Event';
  /** JSON. */
  payload: string;
  /** Sandbox time. */
  acceptedAt: Date;
  attempts: number;
  state: 'waiting' | 'running' | 'succeeded' | 'failed' | 'discarded';
  /** JSON, of the last attempt. */
  response?: string;
  error?: InvocationError;
  /** Real time of all attempts. */
  durationMs: number;
  /** Why the failure did not reach its destination. */
  destinationFailure?: string;
}

/** The message of an on-failure destination: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
export function failureRecord(
  fn: LambdaFunction,
  { requestId, payload, attempts, response }: Invocation,
  condition: 'RetriesExhausted' | 'EventAgeExceeded',
  at: Date,
): string {
  return JSON.stringify({
    version: '1.0',
    timestamp: at.toISOString(),
    requestContext: { requestId, functionArn: `${fn.arn}:$LATEST`, condition, approximateInvokeCount: attempts },
    requestPayload: JSON.parse(payload) as unknown,
    ...(response === undefined
      ? {}
      : {
          responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
          responsePayload: JSON.parse(response) as unknown,
        }),
  });
}
