import type * as sdk from '@aws-sdk/client-iam';
import { ServiceError } from '../../kernel/service-error';
import { pageAfter } from '../paging';
import type { Operations, SdkShapes } from '../service';
import { requireUser, userChecks } from './lookup';
import { iamPageSize } from './users';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const policiesPerUser = 10;

/** A user's inline policies, and attaching managed ones. */
export const userPolicyOperations: Operations<SdkShapes<typeof sdk>> = {
  ListUserPolicies: {
    reads: true,
    checks: ({ UserName }, call) => userChecks('iam:ListUserPolicies', UserName, call),
    handle({ UserName, MaxItems, Marker }, { account }) {
      const names = [...requireUser(account, UserName).inlinePolicies.keys()].sort();
      const { items, next } = pageAfter(names, (name) => name, Marker, iamPageSize(MaxItems));
      return { PolicyNames: items, IsTruncated: next !== undefined, Marker: next };
    },
  },
  DeleteUserPolicy: {
    checks: ({ UserName }, call) => userChecks('iam:DeleteUserPolicy', UserName, call),
    handle({ UserName, PolicyName }, { account }) {
      if (!requireUser(account, UserName).inlinePolicies.delete(PolicyName))
        throw new ServiceError('NoSuchEntityException', `The user policy with name ${PolicyName} cannot be found.`);
      return {};
    },
  },
  AttachUserPolicy: {
    checks: ({ UserName, PolicyArn }, call) => userChecks('iam:AttachUserPolicy', UserName, call, { 'iam:PolicyARN': PolicyArn }),
    handle({ UserName, PolicyArn }, { account }) {
      const { attachedPolicies } = requireUser(account, UserName);
      if (!account.managedPolicies.has(PolicyArn))
        throw new ServiceError('NoSuchEntityException', `Policy ${PolicyArn} does not exist or is not attachable.`);
      if (!attachedPolicies.has(PolicyArn) && attachedPolicies.size >= policiesPerUser)
        throw new ServiceError('LimitExceededException', `Cannot exceed quota for PoliciesPerUser: ${policiesPerUser}`);
      attachedPolicies.add(PolicyArn);
      return {};
    },
  },
};
