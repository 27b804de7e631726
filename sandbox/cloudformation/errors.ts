/** A deployment was refused; the message names the stack, the logical id and the reason. Nothing was changed. */
export class DeploymentError extends Error {
  override readonly name = 'DeploymentError';
}

/** The message of anything thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
