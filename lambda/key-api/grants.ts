import { RefusedError } from './refused';
import type { Asked } from './request';

/** Client → account → users that it may read. */
export type Grants = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** A user whose key a client may have. */
export interface GrantedUser {
  account: string;
  user: string;
}

/**
 * The one user whom the client was granted and asks for. Nothing but the grants is looked at, so that a user who does not exist and one who
 * exists and was not granted get the same answer after the same work.
 */
export function grantedUser(grants: Grants, client: string, { username: user, account }: Asked): GrantedUser {
  const accounts = Object.hasOwn(grants, client) ? (grants[client] ?? {}) : {};
  const [found, ...others] = Object.entries(accounts).flatMap(([id, users]) =>
    (account === undefined || account === id) && users.includes(user) ? [id] : [],
  );
  if (found === undefined) throw new RefusedError('no-such-user', 'a client asked for a user that it was not granted');
  if (others.length > 0) throw new RefusedError('ambiguous-username', 'a client was granted several users of the name that it asked for');
  return { account: found, user };
}
