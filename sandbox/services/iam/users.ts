import type * as sdk from '@aws-sdk/client-iam';
import type { User } from '../../kernel/world';
import { pageAfter, pageSize } from '../paging';
import type { Operations, SdkShapes } from '../service';
import { tagsOf } from '../tags';
import { requireUser, userChecks, userOf } from './lookup';

const limits = { standard: 100, most: 1000, name: 'maxItems', code: 'ValidationError' };
/** The page size of IAM's lists: 1 to 1000, default 100. */
export const iamPageSize = (asked: number | undefined): number => pageSize(asked, limits);
/** A user as lists give it: without tags. */
export const userDetails = (user: User) => ({
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
};
