import { paginateGetGroup, paginateListUsers, type IAMClient } from '@aws-sdk/client-iam';
import { AccountFailedError, errorFacts, isNoSuchEntity, RotationError } from '../../shared/errors';
import { policiesOf, type PolicyRule } from '../plan/membership';
import { pageItems } from './page-items';

/** A user as a group or a path shows them. */
interface Member {
  name: string;
  arn: string;
}

/** Who follows which policy beside the deployment's own. */
export interface Membership {
  /** The names of a user's policies; none is the deployment's own, and of more than one none may be followed. */
  of(user: Member): string[];
  /** Everybody who is in a group of the policies. */
  members: readonly Member[];
}

/**
 * Reads who is in the groups of the policies, all pages of each. A group that an account does not have has nobody in it; any other error is
 * an AccountFailedError: without knowing who follows which policy, nothing in the account may be changed.
 */
export async function readMembership(iam: IAMClient, rules: readonly PolicyRule[]): Promise<Membership> {
  const groups = new Map<string, Set<string>>();
  const members = new Map<string, Member>();
  for (const group of rules.flatMap((rule) => rule.groups)) {
    for (const member of await membersOf(iam, group)) {
      members.set(member.name, member);
      groups.set(member.name, (groups.get(member.name) ?? new Set()).add(group.toLowerCase()));
    }
  }
  return { of: ({ name, arn }) => policiesOf(arn, groups.get(name) ?? new Set(), rules), members: [...members.values()] };
}

/** Everybody below the paths, by name; throws an AccountFailedError when they cannot be listed. */
export async function readUsersBelow(iam: IAMClient, paths: readonly string[]): Promise<Member[]> {
  const found = new Map<string, Member>();
  for (const PathPrefix of paths) {
    try {
      for await (const page of paginateListUsers({ client: iam }, { PathPrefix })) {
        for (const { UserName: name, Arn: arn } of pageItems('ListUsers', page, page.Users)) {
          if (!name || !arn) throw new RotationError('IAM listed a user without name or ARN');
          found.set(name, { name, arn });
        }
      }
    } catch (cause) {
      throw unread(`the users below ${PathPrefix}`, cause);
    }
  }
  return [...found.values()];
}

async function membersOf(iam: IAMClient, GroupName: string): Promise<Member[]> {
  const members: Member[] = [];
  try {
    for await (const page of paginateGetGroup({ client: iam }, { GroupName })) {
      for (const { UserName: name, Arn: arn } of pageItems('GetGroup', page, page.Users)) {
        if (!name || !arn) throw new RotationError('IAM listed a member without name or ARN');
        members.push({ name, arn });
      }
    }
    return members;
  } catch (cause) {
    if (isNoSuchEntity(cause)) return [];
    throw unread(`the group ${GroupName}, whose members follow a policy of their own,`, cause);
  }
}

function unread(what: string, cause: unknown): AccountFailedError {
  const { error, message } = errorFacts(cause);
  return new AccountFailedError(`cannot read ${what} so nothing was changed: ${error}: ${message}`, { cause });
}
