import type { Check, Context } from '../../kernel/contracts';
import { ServiceError } from '../../kernel/service-error';
import type { AccountState, User } from '../../kernel/world';
import type { Call } from '../service';
import { resourceTags } from '../tags';

/** The user that a request is about: the named one, else the calling user; throws ValidationError for other callers. */
export function userOf(name: string | undefined, { caller }: Call): string {
  if (name !== undefined) {
    if (/^[\w+=,.@-]{1,128}$/.test(name)) return name;
    throw new ServiceError(
      'ValidationError',
      'The specified value for userName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-',
      400,
    );
  }
  if (caller.principal.kind === 'user') return caller.principal.name;
  throw new ServiceError('ValidationError', 'Must specify userName when calling with non-User credentials', 400);
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
