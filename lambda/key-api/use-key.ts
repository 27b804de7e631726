import { GetCallerIdentityCommand, GetSessionTokenCommand, type STSClient } from '@aws-sdk/client-sts';
import { errorFacts, RotationError } from '../shared/errors';
import type { GrantedUser } from './grants';
import { RefusedError } from './refused';
import type { StoredKey } from './stored-keys';

/** The least there is: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html */
const SESSION_SECONDS = 900;
/** What AWS says of a key that it does not know, not yet, or not any more. */
const NOT_ACCEPTED: readonly string[] = ['InvalidClientTokenId', 'SignatureDoesNotMatch', 'UnrecognizedClientException'];

/** STS with a user's own key. */
export type StsWith = (key: StoredKey) => STSClient;

/** Temporary credentials of a user. */
export interface Session {
  AccessKeyId: string;
  SecretAccessKey: string;
  Token: string;
  Expiration: Date;
}

async function accepted<Answer>(calling: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await calling;
  } catch (cause) {
    const { error, message } = errorFacts(cause);
    if (NOT_ACCEPTED.includes(error)) return undefined;
    if (error.startsWith('AccessDenied')) throw new RefusedError('forbidden', `AWS refused a session: ${message}`, { cause });
    throw cause;
  }
}

/** Proves a key by asking AWS whose it is: true for this user; undefined when AWS does not accept it. Throws when it is another user's. */
export async function proveKey(stsWith: StsWith, key: StoredKey, { account, user }: GrantedUser): Promise<true | undefined> {
  const whose = await accepted(stsWith(key).send(new GetCallerIdentityCommand({})));
  if (!whose) return undefined;
  if (whose.Account === account && whose.Arn?.slice(whose.Arn.lastIndexOf('/') + 1) === user) return true;
  throw new RotationError(`the key ${key.accessKeyId}, stored for ${user} in ${account}, is of ${whose.Arn ?? 'nobody'}`);
}

/** Temporary credentials made by a key of this user, for the shortest time there is; undefined when AWS does not accept the key. */
export async function sessionOf(stsWith: StsWith, key: StoredKey, user: GrantedUser): Promise<Session | undefined> {
  const [proven, answer] = await Promise.all([
    proveKey(stsWith, key, user),
    accepted(stsWith(key).send(new GetSessionTokenCommand({ DurationSeconds: SESSION_SECONDS }))),
  ]);
  if (!proven || !answer) return undefined;
  const { AccessKeyId, SecretAccessKey, SessionToken: Token, Expiration } = answer.Credentials ?? {};
  if (!AccessKeyId || !SecretAccessKey || !Token || !Expiration)
    throw new RotationError('STS answered GetSessionToken without credentials');
  return { AccessKeyId, SecretAccessKey, Token, Expiration };
}
