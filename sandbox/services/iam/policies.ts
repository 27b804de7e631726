import type * as sdk from '@aws-sdk/client-iam';
import { decide } from '../../authorize/decide';
import { identityPolicies } from '../../authorize/sources';
import { findRole } from '../../kernel/lookup';
import { ServiceError } from '../../kernel/service-error';
import type { AccountState } from '../../kernel/world';
import type { Operations, SdkShapes } from '../service';

/** The only version that templates make. */
const version = 'v1';

/** Managed policies, and what a role's policies allow. */
export const policyOperations: Operations<SdkShapes<typeof sdk>> = {
  GetPolicy: {
    reads: true,
    checks: ({ PolicyArn }) => [{ action: 'iam:GetPolicy', resource: PolicyArn }],
    handle({ PolicyArn }, { account }) {
      const { arn, name } = requirePolicy(account, PolicyArn);
      return { Policy: { Arn: arn, PolicyName: name, DefaultVersionId: version } };
    },
  },
  GetPolicyVersion: {
    reads: true,
    checks: ({ PolicyArn }) => [{ action: 'iam:GetPolicyVersion', resource: PolicyArn }],
    handle({ PolicyArn, VersionId }, { account }) {
      const { document } = requirePolicy(account, PolicyArn);
      if (VersionId !== version)
        throw new ServiceError('NoSuchEntityException', `Policy ${PolicyArn} version ${VersionId} does not exist or is not attachable.`);
      // IAM gives documents URL-encoded: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicyVersion.html
      return { PolicyVersion: { Document: encodeURIComponent(JSON.stringify(document)), VersionId, IsDefaultVersion: true } };
    },
  },
  /**
   * Identity policies and the boundary alone, as for roles; resources need not exist:
   * https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
   */
  SimulatePrincipalPolicy: {
    reads: true,
    checks: ({ PolicySourceArn }) => [{ action: 'iam:SimulatePrincipalPolicy', resource: PolicySourceArn }],
    handle({ PolicySourceArn, ActionNames, ResourceArns = ['*'], ContextEntries = [], ...more }, { world, account }) {
      const [unknown] = Object.keys(more);
      if (unknown !== undefined) throw new ServiceError('NotImplemented', `${unknown} is not emulated`, 501);
      const role = findRole(world, PolicySourceArn);
      if (!role) throw new ServiceError('NoSuchEntityException', `The role with ARN ${PolicySourceArn} cannot be found.`);
      const principal = { kind: 'role' as const, account: account.id, arn: role.arn, name: role.name, userId: role.id };
      const policies = identityPolicies(world, principal);
      const facts = new Map(
        ContextEntries.map(({ ContextKeyName = '', ContextKeyValues = [] }) => [ContextKeyName.toLowerCase(), ContextKeyValues]),
      );
      const results = ResourceArns.flatMap((resource) =>
        ActionNames.map((action) => {
          const outcome = decide({ principal, principalArn: role.arn, action, resource, facts }, policies, account.id);
          const decision = outcome.allowed ? 'allowed' : outcome.explicit ? 'explicitDeny' : 'implicitDeny';
          return { EvalActionName: action, EvalResourceName: resource, EvalDecision: decision } as const;
        }),
      );
      return { EvaluationResults: results, IsTruncated: false };
    },
  },
};

function requirePolicy({ managedPolicies }: AccountState, arn: string) {
  const policy = managedPolicies.get(arn);
  if (policy) return policy;
  throw new ServiceError('NoSuchEntityException', `Policy ${arn} was not found.`);
}
