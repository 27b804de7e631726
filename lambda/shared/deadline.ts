import type { MiddlewareStack } from '@smithy/types';
import { errorFacts, RotationError } from './errors';

/** The invocation ends soon, so that a call was not begun, or not tried again; the next run goes on. */
class OutOfTimeError extends RotationError {
  override readonly name = 'OutOfTimeError';
}

/** Until when calls may be begun, in whichever phase of an invocation it is; the attempts that the SDK repeats by itself count, too. */
export class Deadline {
  constructor(
    private readonly clock: () => Date,
    private at: Date,
  ) {}

  /** The next phase begins: calls may be begun until then. */
  moveTo(at: Date): void {
    this.at = at;
  }

  /** Lets no attempt of a client's calls begin after the deadline; an earlier deadline no longer counts. */
  watch<Input extends object, Output extends object>(client: { middlewareStack: MiddlewareStack<Input, Output> }): void {
    client.middlewareStack.add(
      (next) => async (args) => {
        if (this.isOver()) throw new OutOfTimeError('no time was left in this invocation, so AWS was not asked; the next run goes on');
        try {
          return await next(args);
        } catch (cause) {
          if (!this.isOver()) throw cause;
          // The SDK must not wait for another try that would not be begun.
          const { error, message } = errorFacts(cause);
          throw new OutOfTimeError(`no time was left to try again after ${error}: ${message}`, { cause });
        }
      },
      // Outside of what reads an answer, inside of what repeats a call.
      { step: 'deserialize', priority: 'high', name: 'deadline', override: true },
    );
  }

  private isOver(): boolean {
    return this.clock() >= this.at;
  }
}
