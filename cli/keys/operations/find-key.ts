import { GetAccessKeyLastUsedCommand } from '@aws-sdk/client-iam';
import type { AccessKey } from '../../../lambda/core/plan/user-facts';
import { errorFacts, isNoSuchEntity, RotationError } from '../../../lambda/shared/errors';
import type { Session } from '../session';
import { keysOf } from './list-keys';

/** A key with its user, and all keys of that user, oldest first. */
export interface FoundKey {
  user: string;
  key: AccessKey;
  keys: readonly AccessKey[];
}

/** Finds the user who has a key by the key's id alone; an id that no user of the account has is a RotationError that names both. */
export async function findKey(session: Session, keyId: string): Promise<FoundKey> {
  const user = await ownerOf(session, keyId);
  const keys = await keysOf(session, user);
  const key = keys.find(({ id }) => id === keyId);
  if (!key) throw new RotationError(`${user} had the access key ${keyId} and has it no more; it was deleted just now`);
  return { user, key, keys };
}

async function ownerOf({ iam, whoAmI }: Session, keyId: string): Promise<string> {
  try {
    const { UserName } = await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: keyId }));
    if (UserName) return UserName;
  } catch (cause) {
    // About keys of another account, IAM refuses to answer; whoever may not ask at all is refused in the same way.
    const refused = errorFacts(cause).error.startsWith('AccessDenied');
    if (!refused && !isNoSuchEntity(cause)) throw cause;
    const { account } = await whoAmI();
    const unless = refused ? ', or you may not ask (iam:GetAccessKeyLastUsed)' : '';
    throw new RotationError(`no user of account ${account} has the access key ${keyId}${unless}`, { cause });
  }
  throw new RotationError(`IAM did not say whose key ${keyId} is`);
}
