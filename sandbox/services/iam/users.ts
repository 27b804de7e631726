import type * as sdk from '@aws-sdk/client-iam';
import { uniqueId } from '../../kernel/identifiers';
import { ServiceError } from '../../kernel/service-error';
import type { User } from '../../kernel/world';
import { pageAfter, pageSize } from '../paging';
import type { Call, Operations, SdkShapes } from '../service';
import { tagsOf } from '../tags';
import { requireUser, userChecks, userOf } from './lookup';

const limits = { standard: 100, most: 1000, name: 'maxItems', code: 'ValidationError' };
/** The page size of IAM's lists: 1 to 1000, default 100. */
export const iamPageSize = (asked: number | undefined): number => pageSize(asked, limits);
/** A user as lists give it: without tags. */
const userDetails = (user: User) => ({
  UserName: user.name,
  Path: user.path,
  UserId: user.id,
  Arn: user.arn,
  CreateDate: user.created,
});

/** Reading users. */
export const userOperations: Operations<SdkShapes<typeof sdk>> = {
  ListUsers: {
    reads: true,
    checks: () => [{ action: 'iam:ListUsers', resource: '*' }],
    handle({ PathPrefix = '/', MaxItems, Marker }, { account }) {
      const users = [...account.users.values()].filter((user) => user.path.startsWith(PathPrefix));
      const { items, next } = pageAfter(users, (user) => user.name, Marker, iamPageSize(MaxItems));
      return { Users: items.map(userDetails), IsTruncated: next !== undefined, Marker: next };
    },
  },
  GetUser: {
    reads: true,
    checks: ({ UserName }, call) => userChecks('iam:GetUser', UserName, call),
    handle({ UserName }, call) {
      const user = requireUser(call.account, userOf(UserName, call));
      return { User: { ...userDetails(user), ...(user.tags.size > 0 && { Tags: tagsOf(user.tags) }) } };
    },
  },
  ListGroupsForUser: {
    reads: true,
    checks: ({ UserName }, call) => userChecks('iam:ListGroupsForUser', UserName, call),
    handle({ UserName, MaxItems, Marker }, call) {
      const { account } = call;
      const user = requireUser(account, UserName);
      const groups = [...user.groups].flatMap((name) => account.groups.get(name) ?? []);
      const { items, next } = pageAfter(groups, (group) => group.name, Marker, iamPageSize(MaxItems));
      return { Groups: items.map((group) => groupDetails(group.name, call)), IsTruncated: next !== undefined, Marker: next };
    },
  },
  GetGroup: {
    reads: true,
    checks: ({ GroupName }, call) => [{ action: 'iam:GetGroup', resource: groupArn(GroupName, call) }],
    handle({ GroupName, MaxItems, Marker }, call) {
      const { account } = call;
      const group = account.groups.get(GroupName);
      if (!group) throw new ServiceError('NoSuchEntityException', `The group with name ${GroupName} cannot be found.`);
      const members = [...account.users.values()].filter((user) => user.groups.has(GroupName));
      const { items, next } = pageAfter(members, (user) => user.name, Marker, iamPageSize(MaxItems));
      return { Group: groupDetails(GroupName, call), Users: items.map(userDetails), IsTruncated: next !== undefined, Marker: next };
    },
  },
};

const groupArn = (name: string, { account, world }: Call): string =>
  account.groups.get(name)?.arn ?? `arn:${world.partition}:iam::${account.id}:group/${name}`;

function groupDetails(name: string, call: Call) {
  const group = call.account.groups.get(name);
  const arn = groupArn(name, call);
  return { GroupName: name, Path: group?.path ?? '/', GroupId: uniqueId('AGPA', arn), Arn: arn, CreateDate: group?.created };
}
