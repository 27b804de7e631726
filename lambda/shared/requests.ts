import { AsyncLocalStorage } from 'node:async_hooks';
import type { HandlerExecutionContext, MiddlewareStack } from '@smithy/types';

/** One call that was to change something, as CloudTrail knows it. */
export interface AwsRequest {
  /** CloudTrail's `eventName`. */
  call: string;
  /** CloudTrail's `requestID`; absent when there was no answer. */
  id?: string;
  /** When it was begun, ISO 8601. */
  at: string;
  /** What AWS refused it with, or why there was no answer. */
  error?: string;
}

/** What only looks, by the names that AWS gives such operations. */
const READS = /^(?:Get|List|Describe|Generate|BatchGet)/;

const recorded = new AsyncLocalStorage<AwsRequest[]>();

/** How much work is being done for `recording`. */
let running = 0;

/**
 * Does the work, and notes every call of it that was to change something and that a recorder watches. Before Node.js 24 a context costs
 * every promise of the process, so there is none in between.
 */
export async function recording<T>(requests: AwsRequest[], work: () => Promise<T>): Promise<T> {
  running += 1;
  try {
    return await recorded.run(requests, work);
  } finally {
    running -= 1;
    if (running === 0) recorded.disable();
  }
}

/** Notes the calls of the clients that it watches, each attempt, for whoever is `recording`. */
export class RequestRecorder {
  constructor(private readonly clock: () => Date) {}

  watch<Input extends object, Output extends object>(client: { middlewareStack: MiddlewareStack<Input, Output> }): void {
    client.middlewareStack.add(
      (next, context) => async (args) => {
        const requests = recorded.getStore();
        const call = callOf(context);
        if (!requests || READS.test(call)) return next(args);
        const at = this.clock().toISOString();
        try {
          const answer = await next(args);
          requests.push({ call, ...idOf(answer.output), at });
          return answer;
        } catch (error) {
          requests.push({ call, ...idOf(error), at, error: error instanceof Error ? error.name : String(error) });
          throw error;
        }
      },
      // Outside of what reads an answer, inside of what repeats a call.
      { step: 'deserialize', priority: 'high', name: 'requests', override: true },
    );
  }
}

const callOf = ({ commandName = '' }: HandlerExecutionContext): string => commandName.replace(/Command$/, '');

function idOf(answer: unknown): Pick<AwsRequest, 'id'> {
  const { requestId } = (answer as { $metadata?: { requestId?: string } } | undefined)?.$metadata ?? {};
  return requestId === undefined ? {} : { id: requestId };
}
