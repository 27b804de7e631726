/** An error that a service answers with; `name` is the code as the SDK's exceptions are called. */
export class ServiceError extends Error {
  override readonly name: string;

  constructor(
    code: string,
    message: string,
    /** HTTP status; by default what the service's model says, or 400. */
    readonly status?: number,
  ) {
    // It is an answer: nobody asks where it was made, and a run gets thousands.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(message);
    Error.stackTraceLimit = stackTraceLimit;
    this.name = code;
  }
}
