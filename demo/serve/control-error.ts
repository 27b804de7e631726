/** A request to the sandbox's own controls that cannot be met; the message is for the person who made it. */
export class ControlError extends Error {
  override readonly name = 'ControlError';

  constructor(
    message: string,
    /** HTTP status of the refusal. */
    readonly status: 400 | 404 | 405 | 409 = 400,
  ) {
    super(message);
  }
}
