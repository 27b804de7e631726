import { RotationError } from '../../lambda/shared/errors';
import type { FoundKey } from '../keys/operations/find-key';
import { keysOf } from '../keys/operations/list-keys';
import { aboutUser } from '../keys/operations/no-such-user';
import type { Session } from '../keys/session';

/** A user's key with all of the user's keys; one that the user does not have is a RotationError that names those there are. */
export async function keyOf(session: Session, user: string, id: string): Promise<FoundKey> {
  const keys = await aboutUser(session, user, () => keysOf(session, user));
  const key = keys.find((one) => one.id === id);
  if (key) return { user, key, keys };
  const there = keys.map((one) => `${one.id} (${one.status})`).join(', ');
  throw new RotationError(`${user} has no access key ${id}; ${there === '' ? 'they have none' : `there is ${there}`}`);
}
