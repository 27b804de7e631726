/** An error that a service answers with; `name` is the code as the SDK's exceptions are called. */
export class ServiceError extends Error {
  override readonly name: string;

  constructor(
    code: string,
    message: string,
    /** HTTP status; by default what the service's model says, or 400. */
    readonly status?: number,
  ) {
    super(message);
    this.name = code;
  }
}
