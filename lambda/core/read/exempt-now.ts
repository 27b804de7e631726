import { GetUserCommand, paginateListGroupsForUser, type IAMClient } from '@aws-sdk/client-iam';
import { errorFacts, RotationError } from '../../shared/errors';
import { exemptByGroup, exemptByPath, type Exempt, type ExemptionRules } from '../plan/exemption';
import { elsewhere, policiesOf, type Elsewhere, type RunPolicy } from '../plan/membership';
import type { UserFacts } from '../plan/user-facts';
import { pageItems } from './page-items';

/**
 * Whether a user who is about to be changed is exempt after all, or follows another policy than the run's: the lists of members were read at
 * the beginning of the run, and the user's path may be that of a report of four hours ago. The user's own groups are another answer of IAM,
 * given later; whoever is a member by either is exempt. Undefined when the run may change them; that it cannot be told is a RotationError,
 * and a user in two policies a TwoPoliciesError, and the user is not to be changed.
 */
export async function exemptNow(
  iam: IAMClient,
  user: UserFacts,
  rules: ExemptionRules,
  now: Date,
  policy: RunPolicy = { rules: [] },
): Promise<Exempt | Elsewhere | undefined> {
  const found = await lookNow(iam, user, rules, now, policy);
  return Array.isArray(found) ? elsewhere(user.name, found, policy) : found;
}

/** What exempts the user, or else the names of the policies that they are in. */
async function lookNow(
  iam: IAMClient,
  user: UserFacts,
  rules: ExemptionRules,
  now: Date,
  policy: RunPolicy,
): Promise<Exempt | string[] | undefined> {
  try {
    const needsArn = rules.paths.length > 0 || policy.rules.some(({ paths }) => paths.length > 0);
    const arn = needsArn ? await arnOf(iam, user.name) : user.arn;
    const byPath = exemptByPath(arn, rules);
    if (byPath?.exempt !== undefined) return { ...byPath, exempt: byPath.exempt, by: 'path' };
    const groups = await groupsOf(iam, user.name);
    const names = policiesOf(arn, groups, policy.rules);
    if (!groups.has(rules.group.toLowerCase())) return names;
    const { exempt, ...more } = exemptByGroup(user.tags, rules, now);
    return exempt === undefined ? names : { exempt, ...more, by: 'group' };
  } catch (cause) {
    const { error, message } = errorFacts(cause);
    throw new RotationError(`whether ${user.name} is exempt cannot be told, so nothing was changed: ${error}: ${message}`, { cause });
  }
}

/** The names of a user's groups, all pages, in lower case: no two groups of an account differ in case alone. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export async function groupsOf(iam: IAMClient, userName: string): Promise<ReadonlySet<string>> {
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
