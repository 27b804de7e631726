import { DeleteAccessKeyCommand, UpdateAccessKeyCommand } from '@aws-sdk/client-iam';
import { listKeys } from '../../../lambda/core/read/read-user';
import { RotationError } from '../../../lambda/shared/errors';
import type { Session } from '../session';
import type { FoundKey } from './find-key';

/** What a key can be made. */
export type Status = FoundKey['key']['status'];

/** Activates or deactivates a key; false when it was so already, and then nothing was asked of IAM. */
export async function changeStatus({ iam }: Pick<Session, 'iam'>, { user, key }: FoundKey, status: Status): Promise<boolean> {
  if (key.status === status) return false;
  await iam.send(new UpdateAccessKeyCommand({ UserName: user, AccessKeyId: key.id, Status: status }));
  return true;
}

/** Whether the user has no other active key than this one. */
export const isOnlyActive = ({ key, keys }: FoundKey): boolean =>
  key.status === 'Active' && keys.every(({ id, status }) => id === key.id || status !== 'Active');

/** Throws unless the key is inactive: what is in use is never deleted. */
export function assertDeletable({ user, key }: FoundKey): void {
  if (key.status === 'Inactive') return;
  throw new RotationError(
    `${key.id} of ${user} is active, and what may be in use is never deleted: iam-keys deactivate ${key.id}, and delete it once nothing has missed it`,
  );
}

/** Deletes an inactive key for good; looked at once more right before, so that one that somebody has just activated stays. */
export async function deleteKey({ iam }: Pick<Session, 'iam'>, found: FoundKey): Promise<void> {
  const { user, key } = found;
  const now = (await listKeys(iam, user)).find(({ id }) => id === key.id);
  if (!now) return;
  assertDeletable({ ...found, key: now });
  await iam.send(new DeleteAccessKeyCommand({ UserName: user, AccessKeyId: key.id }));
}
