import type { Check, Context } from '../../kernel/contracts';
import { ServiceError } from '../../kernel/service-error';
import type { AccountState, User } from '../../kernel/world';
import type { Call } from '../service';
import { resourceTags } from '../tags';

/** The user that a request is about: the named one, else the calling user; throws ValidationError for other callers. */
export function userOf(name: string | undefined, { caller }: Call): string {
  if (name !== undefined) return validName('userName', name);
  if (caller.principal.kind === 'user') return caller.principal.name;
  throw new ServiceError('ValidationError', 'Must specify userName when calling with non-User credentials', 400);
}

/** A name that IAM takes; throws ValidationError for others. */
export function validName(member: string, name: string, most: 64 | 128 = 128): string {
  if (/^[\w+=,.@-]+$/.test(name) && name.length <= most) return name;
  throw new ServiceError(
    'ValidationError',
    `The specified value for ${member} is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-`,
    400,
  );
}

/** A path that IAM takes; throws ValidationError for others. */
export function validPath(path: string): string {
  if (/^\/(?:[\u0021-\u007e]+\/)?$/.test(path)) return path;
  throw new ServiceError(
    'ValidationError',
    'The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.',
    400,
  );
}

/** A user of the account; throws NoSuchEntity. */
export function requireUser(account: AccountState, name: string): User {
  const user = account.users.get(name);
  if (user) return user;
  throw new ServiceError('NoSuchEntityException', `The user with name ${name} cannot be found.`);
}

/** What policies must allow for an action on a user, with the user's tags as conditions. */
export function userChecks(action: string, name: string | undefined, call: Call, context: Context = {}): Check[] {
  const user = call.account.users.get(userOf(name, call));
  const resource = user?.arn ?? `arn:${call.world.partition}:iam::${call.account.id}:user/${userOf(name, call)}`;
  return [{ action, resource, context: { ...resourceTags(user?.tags, 'aws:ResourceTag', 'iam:ResourceTag'), ...context } }];
}
