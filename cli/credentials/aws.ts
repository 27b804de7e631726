import type { StaticKey } from './shared-text';
import type { SecretPlace, UserIdentity } from './state';

/** One of a user's keys as IAM lists it. */
export interface ListedKey {
  id: string;
  status: string;
  /** ISO 8601. */
  created: string;
}

/** A key with its secret, as IAM gives it once. */
export interface MadeKey extends StaticKey {
  /** ISO 8601. */
  created: string;
}

/** What is asked of AWS with a user's own key. Each call has a deadline and throws AWS's own errors. */
export interface Aws {
  /** sts:GetCallerIdentity. */
  identify(key: StaticKey, region: string): Promise<UserIdentity>;
  /** secretsmanager:GetSecretValue, the current version. */
  readSecret(key: StaticKey, place: SecretPlace): Promise<string>;
  /** iam:ListAccessKeys of the caller. */
  listKeys(key: StaticKey, region: string): Promise<ListedKey[]>;
  /** iam:GetAccessKeyLastUsed; undefined when it was never used. */
  lastUsed(key: StaticKey, region: string, id: string): Promise<string | undefined>;
  /** iam:CreateAccessKey of the caller; never repeated by itself. */
  createKey(key: StaticKey, region: string): Promise<MadeKey>;
  /** iam:UpdateAccessKey to Inactive. */
  deactivate(key: StaticKey, region: string, id: string): Promise<void>;
  /** iam:DeleteAccessKey. */
  deleteKey(key: StaticKey, region: string, id: string): Promise<void>;
}

/** What stands between us and an answer. */
export type Trouble = 'refused' | 'nothing there' | 'unreachable';

/** AWS does not know the key, or its secret is wrong: it was disabled or deleted, or is too new. */
const REFUSED =
  /^(InvalidClientTokenId|UnrecognizedClientException|InvalidAccessKeyId|AuthFailure|SignatureDoesNotMatch|InvalidSignatureException)$/;
/** Without a secret a user may not read one, either: before the first rotation both are usual. A secret that is being deleted is none. */
const NOTHING_THERE = /^(ResourceNotFoundException|AccessDenied|AccessDeniedException|InvalidRequestException)$/;

/** What an error of AWS means for a key. */
export function troubleOf(error: unknown): Trouble {
  const name = error instanceof Error ? error.name : '';
  if (REFUSED.test(name)) return 'refused';
  return NOTHING_THERE.test(name) ? 'nothing there' : 'unreachable';
}

/** An error of AWS in a few words. */
export const inWords = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message.split('\n')[0] ?? ''}` : String(error);
