import type { Stack } from 'aws-cdk-lib';
import { AccountPrincipal, Effect, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';

/**
 * The policy that the management account attaches to the organization so that this account may read it, as one line of JSON:
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_delegate_policies_example_view_accts_orgs.html
 */
export function delegationPolicy(stack: Stack): string {
  const statement = new PolicyStatement({
    sid: 'KeyRotationReadsAccounts',
    effect: Effect.ALLOW,
    principals: [new AccountPrincipal(stack.account)],
    actions: [
      'organizations:DescribeOrganization',
      'organizations:ListRoots',
      'organizations:ListAccounts',
      'organizations:DescribeAccount',
    ],
    resources: ['*'],
  });
  return stack.toJsonString(new PolicyDocument({ statements: [statement] }).toJSON());
}
