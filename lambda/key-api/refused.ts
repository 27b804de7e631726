import { RotationError } from '../shared/errors';
import type { ProblemName } from '../shared/problems';

/** A request gets a problem instead of what it asks for; `message` is for the log and is never sent. */
export class RefusedError extends RotationError {
  override readonly name = 'RefusedError';

  constructor(
    readonly problem: ProblemName,
    message: string,
    options: ErrorOptions = {},
  ) {
    super(message, options);
  }
}
