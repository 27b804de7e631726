/** The base of every error this project throws on purpose; `name` is what results and alarms show. */
export class RotationError extends Error {
  override readonly name: string = 'RotationError';
}

/** The deployment's settings or variables are wrong; nothing was changed. */
export class ConfigurationError extends RotationError {
  override readonly name = 'ConfigurationError';
}

/** An event has the wrong shape; nothing was changed. */
export class InvalidEventError extends RotationError {
  override readonly name: string = 'InvalidEventError';
}

/** An event asks for accounts that there are not, or that are not rotated; nothing was changed. */
export class AccountNotRotatedError extends InvalidEventError {
  override readonly name = 'AccountNotRotatedError';
}

/** The account as a whole could not be done; nothing in it was changed. */
export class AccountFailedError extends RotationError {
  override readonly name = 'AccountFailedError';
}

/** A forced rotation was refused; nothing was changed. The message says what the operator can do. */
export class ForceRotateRefusedError extends RotationError {
  override readonly name = 'ForceRotateRefusedError';
}

/** The secret that should take a new key cannot be used; no key was created. */
export class SecretUnusableError extends RotationError {
  override readonly name = 'SecretUnusableError';
}

/** The user has no room for the tags that issuing a key needs; nothing was changed. */
export class TagsFullError extends RotationError {
  override readonly name = 'TagsFullError';
}

/** The policy by which users read the central store is another one than the member template makes; found by a check. */
export class ReaderPolicyChangedError extends RotationError {
  override readonly name = 'ReaderPolicyChangedError';
}

/** A new key could not be stored; it was removed again, or the next run keeps it if it is in its secret and removes it if not. */
export class KeyNotStoredError extends RotationError {
  override readonly name = 'KeyNotStoredError';
}

/** A new key could not be proven to work; it is not stored, and is removed again. */
export class KeyNotProvenError extends RotationError {
  override readonly name = 'KeyNotProvenError';
}

/** A user is in two policies, so that nobody can tell which one holds; nothing was changed. */
export class TwoPoliciesError extends RotationError {
  override readonly name = 'TwoPoliciesError';
}

/** Some accounts could not be dispatched; the others were. */
export class DispatchFailedError extends RotationError {
  override readonly name = 'DispatchFailedError';
}

/** Whether IAM answered that something does not exist; its error's name differs between versions of the SDK. */
export const isNoSuchEntity = (error: unknown): boolean => errorFacts(error).error.startsWith('NoSuchEntity');

/** AWS's code of what went wrong, behind the errors of ours that explain it; our own error's name when AWS said nothing. */
export function codeOf(error: unknown): string {
  return error instanceof RotationError && error.cause !== undefined ? codeOf(error.cause) : errorFacts(error).error;
}

/** The error's name and message as results and logs carry them; an AWS error's name is its code. */
export function errorFacts(error: unknown): { error: string; message: string } {
  return error instanceof Error ? { error: error.name, message: error.message } : { error: 'Error', message: String(error) };
}
