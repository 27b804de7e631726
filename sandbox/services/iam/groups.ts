import type * as sdk from '@aws-sdk/client-iam';
import { uniqueId } from '../../kernel/identifiers';
import { ServiceError } from '../../kernel/service-error';
import type { AccountState, Group, User, World } from '../../kernel/world';
import { pageAfter } from '../paging';
import type { Call, Operations, SdkShapes } from '../service';
import { wholeSeconds } from './access-keys';
import { requireUser, userChecks, validName, validPath } from './lookup';
import { iamPageSize, userDetails } from './users';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const groupsPerUser = 10;

/** A new group without members; throws EntityAlreadyExists when the name is taken in any letter case. */
export function createGroup(
  { world, account }: { world: World; account: AccountState },
  { name, path }: { name: string; path: string },
  now: Date,
): Group {
  const folded = name.toLowerCase();
  if ([...account.groups.keys()].some((taken) => taken.toLowerCase() === folded)) {
    throw new ServiceError('EntityAlreadyExistsException', `Group with name ${name} already exists.`);
  }
  const group: Group = {
    name,
    path,
    arn: `arn:${world.partition}:iam::${account.id}:group${path}${name}`,
    created: wholeSeconds(now),
    inlinePolicies: new Map(),
    attachedPolicies: new Set(),
  };
  account.groups.set(name, group);
  return group;
}

/** Makes a user a member; throws NoSuchEntity without the group, LimitExceeded at ten groups. */
export function joinGroup(account: AccountState, user: User, group: string): void {
  requireGroup(account, group);
  if (!user.groups.has(group) && user.groups.size >= groupsPerUser) {
    throw new ServiceError('LimitExceededException', `Cannot exceed quota for GroupsPerUser: ${groupsPerUser}`);
  }
  user.groups.add(group);
}

function requireGroup(account: AccountState, name: string): Group {
  const group = account.groups.get(name);
  if (group) return group;
  throw new ServiceError('NoSuchEntityException', `The group with name ${name} cannot be found.`);
}

/** Groups and who is in them. */
export const groupOperations: Operations<SdkShapes<typeof sdk>> = {
  ListGroups: {
    reads: true,
    checks: () => [{ action: 'iam:ListGroups', resource: '*' }],
    handle({ PathPrefix = '/', MaxItems, Marker }, { account }) {
      const groups = [...account.groups.values()].filter(({ path }) => path.startsWith(PathPrefix));
      const { items, next } = pageAfter(groups, (group) => group.name, Marker, iamPageSize(MaxItems));
      return { Groups: items.map(details), IsTruncated: next !== undefined, Marker: next };
    },
  },
  ListGroupsForUser: {
    reads: true,
    checks: ({ UserName }, call) => userChecks('iam:ListGroupsForUser', UserName, call),
    handle({ UserName, MaxItems, Marker }, { account }) {
      const groups = [...requireUser(account, UserName).groups].flatMap((name) => account.groups.get(name) ?? []);
      const { items, next } = pageAfter(groups, (group) => group.name, Marker, iamPageSize(MaxItems));
      return { Groups: items.map(details), IsTruncated: next !== undefined, Marker: next };
    },
  },
  GetGroup: {
    reads: true,
    checks: ({ GroupName }, call) => groupChecks('iam:GetGroup', GroupName, call),
    handle({ GroupName, MaxItems, Marker }, { account }) {
      const group = requireGroup(account, GroupName);
      const { items, next } = pageAfter(membersOf(account, GroupName), (user) => user.name, Marker, iamPageSize(MaxItems));
      return { Group: details(group), Users: items.map(userDetails), IsTruncated: next !== undefined, Marker: next };
    },
  },
  CreateGroup: {
    checks: ({ GroupName }, call) => groupChecks('iam:CreateGroup', GroupName, call),
    handle: ({ GroupName, Path = '/' }, call) => ({
      Group: details(createGroup(call, { name: validName('groupName', GroupName), path: validPath(Path) }, call.now)),
    }),
  },
  DeleteGroup: {
    checks: ({ GroupName }, call) => groupChecks('iam:DeleteGroup', GroupName, call),
    handle({ GroupName }, { account }) {
      const { inlinePolicies, attachedPolicies } = requireGroup(account, GroupName);
      const refuse = (what: string): never => {
        throw new ServiceError('DeleteConflictException', `Cannot delete entity, must ${what} first.`);
      };
      if (membersOf(account, GroupName).length > 0) refuse('remove users from group');
      if (inlinePolicies.size > 0) refuse('delete policies');
      if (attachedPolicies.size > 0) refuse('detach all policies');
      account.groups.delete(GroupName);
      return {};
    },
  },
  AddUserToGroup: {
    checks: ({ GroupName }, call) => groupChecks('iam:AddUserToGroup', GroupName, call),
    handle({ GroupName, UserName }, { account }) {
      joinGroup(account, requireUser(account, UserName), GroupName);
      return {};
    },
  },
  RemoveUserFromGroup: {
    checks: ({ GroupName }, call) => groupChecks('iam:RemoveUserFromGroup', GroupName, call),
    handle({ GroupName, UserName }, { account }) {
      requireGroup(account, GroupName);
      if (!requireUser(account, UserName).groups.delete(GroupName)) {
        throw new ServiceError('NoSuchEntityException', `User ${UserName} not in group ${GroupName}`);
      }
      return {};
    },
  },
};

const membersOf = ({ users }: AccountState, group: string): User[] => [...users.values()].filter((user) => user.groups.has(group));

const groupChecks = (action: string, name: string, { account, world }: Call) => [
  { action, resource: account.groups.get(name)?.arn ?? `arn:${world.partition}:iam::${account.id}:group/${name}` },
];

function details({ name, path, arn, created }: Group) {
  return { GroupName: name, Path: path, GroupId: uniqueId('AGPA', arn), Arn: arn, CreateDate: created };
}
