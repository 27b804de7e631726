import type * as sdk from '@aws-sdk/client-iam';
import { uniqueId } from '../../kernel/identifiers';
import { ServiceError } from '../../kernel/service-error';
import type { AccountState, User, World } from '../../kernel/world';
import type { Operations, SdkShapes } from '../service';
import { pairsOf, requestTags, tagsOf } from '../tags';
import { wholeSeconds } from './access-keys';
import { requireUser, userChecks, validName, validPath } from './lookup';
import { rewritePrincipal } from './principals';
import { tagUser } from './user-tags';
import { userDetails } from './users';

interface Place {
  world: World;
  account: AccountState;
}
interface NamedUser {
  name: string;
  path: string;
}

const arnOf = ({ world, account }: Place, { name, path }: NamedUser): string =>
  `arn:${world.partition}:iam::${account.id}:user${path}${name}`;

/** A new user without keys; throws EntityAlreadyExists when the name is taken in any letter case, and what tags are refused with. */
export function createUser(
  place: Place,
  { name, path, tags }: NamedUser & { tags: readonly [key: string, value: string][] },
  sequence: number,
  now: Date,
): User {
  refuseTaken(place.account, name);
  const made: User = {
    name,
    path,
    id: uniqueId('AIDA', `${place.account.id}/${name}/${sequence}`),
    arn: arnOf(place, { name, path }),
    created: wholeSeconds(now),
    tags: new Map(),
    keys: [],
    groups: new Set(),
    inlinePolicies: new Map(),
    attachedPolicies: new Set(),
    passwordEnabled: false,
  };
  tagUser(made, tags);
  place.account.users.set(made.name, made);
  return made;
}

/**
 * Renames or moves a user: its unique id, keys, groups, tags and policies stay, its ARN changes, and policies that name it as a principal
 * follow: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_users_rename.html
 */
export function renameUser(place: Place, user: User, to: Partial<NamedUser>): void {
  const { name = user.name, path = user.path } = to;
  const { users } = place.account;
  if (name.toLowerCase() !== user.name.toLowerCase()) refuseTaken(place.account, name);
  const before = user.arn;
  users.delete(user.name);
  Object.assign(user, { name, path, arn: arnOf(place, { name, path }) });
  users.set(name, user);
  rewritePrincipal(place.world, before, user.arn);
}

/** Deletes a user with whatever it has. */
export function removeUser({ world, account }: Place, user: User): void {
  account.users.delete(user.name);
  rewritePrincipal(world, user.arn, user.id);
}

function refuseTaken({ users }: AccountState, name: string): void {
  const folded = name.toLowerCase();
  for (const taken of users.keys()) {
    if (taken.length === name.length && taken.toLowerCase() === folded)
      throw new ServiceError('EntityAlreadyExistsException', `User with name ${name} already exists.`);
  }
}

/** Users come and go, and change their names. */
export const userLifecycleOperations: Operations<SdkShapes<typeof sdk>> = {
  CreateUser: {
    checks: ({ UserName, Path = '/', Tags }, call) => [
      {
        action: 'iam:CreateUser',
        resource: arnOf(call, { name: validName('userName', UserName), path: Path }),
        context: requestTags(Tags),
      },
    ],
    handle({ UserName, Path = '/', Tags, PermissionsBoundary }, call) {
      refuseBoundary(PermissionsBoundary);
      const user = createUser(
        call,
        { name: validName('userName', UserName), path: validPath(Path), tags: pairsOf(Tags) },
        call.platform.next(),
        call.now,
      );
      return { User: { ...userDetails(user), ...(user.tags.size > 0 && { Tags: tagsOf(user.tags) }) } };
    },
  },
  UpdateUser: {
    /** Both sides of a renaming must be allowed: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_users_rename.html */
    checks({ UserName, NewUserName, NewPath }, call) {
      const user = call.account.users.get(UserName);
      const place = { name: NewUserName ?? UserName, path: NewPath ?? user?.path ?? '/' };
      const [before, ...rest] = userChecks('iam:UpdateUser', UserName, call);
      return [...(before ? [before, { ...before, resource: arnOf(call, place) }] : []), ...rest];
    },
    handle({ UserName, NewUserName, NewPath }, call) {
      const name = NewUserName === undefined ? {} : { name: validName('newUserName', NewUserName) };
      renameUser(call, requireUser(call.account, UserName), { ...name, ...(NewPath !== undefined && { path: validPath(NewPath) }) });
      return {};
    },
  },
  DeleteUser: {
    checks: ({ UserName }, call) => userChecks('iam:DeleteUser', UserName, call),
    handle({ UserName }, call) {
      const user = requireUser(call.account, UserName);
      refuseUsed(user);
      removeUser(call, user);
      return {};
    },
  },
};

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUser.html */
function refuseUsed({ keys, groups, inlinePolicies, attachedPolicies, passwordEnabled }: User): void {
  const first = [
    [keys.length, 'access keys'],
    [groups.size, 'groups'],
    [inlinePolicies.size, 'policies'],
    [attachedPolicies.size, 'attached policies'],
    [Number(passwordEnabled), 'login profile'],
  ].find(([count]) => count !== 0);
  if (!first) return;
  const verb =
    first[1] === 'groups'
      ? 'remove users from group'
      : first[1] === 'attached policies'
        ? 'detach all policies'
        : `delete ${String(first[1])}`;
  throw new ServiceError('DeleteConflictException', `Cannot delete entity, must ${verb} first.`);
}

function refuseBoundary(boundary: string | undefined): void {
  if (boundary !== undefined) throw new ServiceError('NotImplemented', 'the sandbox does not emulate boundaries of users', 501);
}
