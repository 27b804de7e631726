import type { Logger } from '@aws-lambda-powertools/logger';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';
import { errorFacts } from './errors';

/** What a function tells operators by. */
export interface Observers {
  logger: Logger;
  /** Absent where nothing is counted. */
  metrics?: Metrics;
}

/**
 * What Lambda calls for every event. Each log line names the invocation, metrics are published whatever happens, and a failure is logged
 * once and thrown, so that Lambda repeats an asynchronous event and the queue of failed events keeps it.
 */
export function lambdaHandler<Event, Answer>(
  name: string,
  { logger, metrics }: Observers,
  onEvent: (event: Event, context: Context) => Promise<Answer>,
): (event: Event, context: Context) => Promise<Answer> {
  return async (event, context) => {
    logger.addContext(context);
    try {
      return await onEvent(event, context);
    } catch (cause) {
      const { error, message } = errorFacts(cause);
      // `message` is the logger's own key: a second one is dropped.
      logger.error(`${name} failed`, { error, reason: message });
      throw cause;
    } finally {
      if (metrics?.hasStoredMetrics()) metrics.publishStoredMetrics();
    }
  };
}
