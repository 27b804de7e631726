import type * as sdk from '@aws-sdk/client-iam';
import { ServiceError } from '../../kernel/service-error';
import type { Role } from '../../kernel/world';
import { pageAfter } from '../paging';
import type { Operations, SdkShapes } from '../service';
import { parseDocument } from './policy-document';
import { requireRole, roleChecks } from './roles';
import { iamPageSize } from './users';

/** What roles may do: their inline policies, and the managed ones that are attached. */
export const rolePolicyOperations: Operations<SdkShapes<typeof sdk>> = {
  ListRolePolicies: {
    reads: true,
    checks: ({ RoleName }, call) => roleChecks('ListRolePolicies', RoleName, call),
    handle({ RoleName, MaxItems, Marker }, { account }) {
      const names = requireRole(account, RoleName).inlinePolicies.keys();
      const { items, next } = pageAfter(names, (name) => name, Marker, iamPageSize(MaxItems));
      return { PolicyNames: items, IsTruncated: next !== undefined, Marker: next };
    },
  },
  GetRolePolicy: {
    reads: true,
    checks: ({ RoleName }, call) => roleChecks('GetRolePolicy', RoleName, call),
    handle({ RoleName, PolicyName }, { account }) {
      const document = requireInline(requireRole(account, RoleName), PolicyName);
      return { RoleName, PolicyName, PolicyDocument: encodeURIComponent(JSON.stringify(document)) };
    },
  },
  PutRolePolicy: {
    checks: ({ RoleName }, call) => roleChecks('PutRolePolicy', RoleName, call, boundaryOf(call.account.roles.get(RoleName))),
    handle({ RoleName, PolicyName, PolicyDocument }, { account }) {
      requireRole(account, RoleName).inlinePolicies.set(PolicyName, parseDocument(PolicyDocument));
      return {};
    },
  },
  DeleteRolePolicy: {
    checks: ({ RoleName }, call) => roleChecks('DeleteRolePolicy', RoleName, call, boundaryOf(call.account.roles.get(RoleName))),
    handle({ RoleName, PolicyName }, { account }) {
      const role = requireRole(account, RoleName);
      requireInline(role, PolicyName);
      role.inlinePolicies.delete(PolicyName);
      return {};
    },
  },
  ListAttachedRolePolicies: {
    reads: true,
    checks: ({ RoleName }, call) => roleChecks('ListAttachedRolePolicies', RoleName, call),
    handle({ RoleName, MaxItems, Marker }, { account }) {
      const { items, next } = pageAfter(requireRole(account, RoleName).attachedPolicies, (arn) => arn, Marker, iamPageSize(MaxItems));
      const attached = items.map((PolicyArn) => ({ PolicyArn, PolicyName: PolicyArn.split('/').pop() }));
      return { AttachedPolicies: attached, IsTruncated: next !== undefined, Marker: next };
    },
  },
  AttachRolePolicy: {
    checks: ({ RoleName, PolicyArn }, call) =>
      roleChecks('AttachRolePolicy', RoleName, call, { 'iam:PolicyARN': PolicyArn, ...boundaryOf(call.account.roles.get(RoleName)) }),
    handle({ RoleName, PolicyArn }, { account }) {
      const role = requireRole(account, RoleName);
      if (!account.managedPolicies.has(PolicyArn)) {
        throw new ServiceError('NoSuchEntityException', `Policy ${PolicyArn} does not exist or is not attachable.`);
      }
      role.attachedPolicies.add(PolicyArn);
      return {};
    },
  },
  DetachRolePolicy: {
    checks: ({ RoleName, PolicyArn }, call) =>
      roleChecks('DetachRolePolicy', RoleName, call, { 'iam:PolicyARN': PolicyArn, ...boundaryOf(call.account.roles.get(RoleName)) }),
    handle({ RoleName, PolicyArn }, { account }) {
      if (!requireRole(account, RoleName).attachedPolicies.delete(PolicyArn)) {
        throw new ServiceError('NoSuchEntityException', `Policy ${PolicyArn} was not found.`);
      }
      return {};
    },
  },
};

const boundaryOf = (role: Role | undefined) => ({ 'iam:PermissionsBoundary': role?.boundary });

function requireInline(role: Role, name: string) {
  const document = role.inlinePolicies.get(name);
  if (document) return document;
  throw new ServiceError('NoSuchEntityException', `The role policy with name ${name} cannot be found.`);
}
