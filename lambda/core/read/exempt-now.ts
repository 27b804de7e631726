import { GetUserCommand, paginateListGroupsForUser, type IAMClient } from '@aws-sdk/client-iam';
import { errorFacts, RotationError } from '../../shared/errors';
import { exemptByGroup, exemptByPath, type Exempt, type ExemptionRules } from '../plan/exemption';
import type { UserFacts } from '../plan/user-facts';
import { pageItems } from './page-items';

/**
 * Whether a user who is about to be changed is exempt after all: the list of the group's members was read at the beginning of the run, and
 * the user's path may be that of a report of four hours ago. The user's own groups are another answer of IAM, given later; whoever is a
 * member by either is exempt. Undefined when they are not exempt; that it cannot be told is a RotationError, and the user is not to be changed.
 */
export async function exemptNow(iam: IAMClient, user: UserFacts, rules: ExemptionRules, now: Date): Promise<Exempt | undefined> {
  try {
    const byPath = rules.paths.length > 0 ? exemptByPath(await arnOf(iam, user.name), rules) : undefined;
    if (byPath?.exempt !== undefined) return { ...byPath, exempt: byPath.exempt, by: 'path' };
    if (!(await groupsOf(iam, user.name)).has(rules.group.toLowerCase())) return undefined;
    const { exempt, ...more } = exemptByGroup(user.tags, rules, now);
    return exempt === undefined ? undefined : { exempt, ...more, by: 'group' };
  } catch (cause) {
    const { error, message } = errorFacts(cause);
    throw new RotationError(`whether ${user.name} is exempt cannot be told, so nothing was changed: ${error}: ${message}`, { cause });
  }
}

/** All pages, in lower case: no two groups of an account differ in case alone. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
async function groupsOf(iam: IAMClient, userName: string): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  for await (const page of paginateListGroupsForUser({ client: iam }, { UserName: userName })) {
    for (const { GroupName } of pageItems('ListGroupsForUser', page, page.Groups)) {
      if (!GroupName) throw new RotationError('IAM listed a group without a name');
      names.add(GroupName.toLowerCase());
    }
  }
  return names;
}

async function arnOf(iam: IAMClient, userName: string): Promise<string> {
  const { User } = await iam.send(new GetUserCommand({ UserName: userName }));
  if (!User?.Arn) throw new RotationError('IAM described the user without an ARN');
  return User.Arn;
}
