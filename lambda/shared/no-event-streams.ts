import { RotationError } from './errors';

/** An operation streams events, and the bundle has no code for it. */
class EventStreamError extends RotationError {
  override readonly name = 'EventStreamError';
}

function refuse(): never {
  throw new EventStreamError('an operation streams events, which no function of this project asks for: lambda/shared/no-event-streams.ts');
}

/**
 * Bundles take this file in place of `@smithy/core/event-streams`. No operation in use streams events; and what packages load by `import()`
 * keeps all that it shares with others apart, which every cold start would pay for. Whoever asks for it is refused.
 */
export { refuse as EventStreamSerde, refuse as eventStreamSerdeProvider };

/** What a client that has such an operation is configured with: nothing. */
export const resolveEventStreamSerdeConfig = <T>(configuration: T): T => configuration;
