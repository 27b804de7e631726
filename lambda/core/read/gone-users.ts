import { GetUserCommand, type IAMClient } from '@aws-sdk/client-iam';
import { isNoSuchEntity } from '../../shared/errors';
import type { UserSecret } from '../store/key-store';
import { keyOwner } from './key-owner';

/**
 * Whether a secret's user is gone, and with them every key that it holds: a key of somebody else is that of a user who was renamed. A list
 * of users may be old, so IAM is asked about this one; throws when it cannot be told.
 */
export async function isOrphaned(iam: IAMClient, { user, keyIds }: UserSecret): Promise<boolean> {
  try {
    await iam.send(new GetUserCommand({ UserName: user }));
    return false;
  } catch (error) {
    if (!isNoSuchEntity(error)) throw error;
  }
  for (const keyId of keyIds) if ((await keyOwner(iam, keyId)) !== undefined) return false;
  return true;
}
