import type * as sdk from '@aws-sdk/client-iam';
import { unknownPrincipal } from '../../authorize/principals';
import { uniqueId } from '../../kernel/identifiers';
import { ServiceError } from '../../kernel/service-error';
import type { AccountState, PolicyDocument, Role, World } from '../../kernel/world';
import { pageAfter } from '../paging';
import type { Call, Operations, SdkShapes } from '../service';
import { pairsOf, requestTags, resourceTags, tagsOf } from '../tags';
import { wholeSeconds } from './access-keys';
import { validName, validPath } from './lookup';
import { parseDocument } from './policy-document';
import { iamPageSize } from './users';

const session = { standard: 3600, least: 3600, most: 43_200 };

/** A role of the account; throws NoSuchEntity. */
export function requireRole({ roles }: AccountState, name: string): Role {
  const role = roles.get(name);
  if (role) return role;
  throw new ServiceError('NoSuchEntityException', `The role with name ${name} cannot be found.`);
}

/** What policies must allow for an action on a role, with the role's tags as conditions. */
export function roleChecks(
  action: string,
  name: string,
  { account, world }: Call,
  context: Record<string, string | string[] | undefined> = {},
) {
  const role = account.roles.get(name);
  const resource = role?.arn ?? `arn:${world.partition}:iam::${account.id}:role/${name}`;
  return [
    { action: `iam:${action}`, resource, context: { ...resourceTags(role?.tags, 'aws:ResourceTag', 'iam:ResourceTag'), ...context } },
  ];
}

/** Roles and who may take them. */
export const roleOperations: Operations<SdkShapes<typeof sdk>> = {
  GetRole: {
    reads: true,
    checks: ({ RoleName }, call) => roleChecks('GetRole', RoleName, call),
    handle({ RoleName }, { account }) {
      const role = requireRole(account, RoleName);
      return { Role: { ...details(role), ...(role.tags.size > 0 && { Tags: tagsOf(role.tags) }) } };
    },
  },
  ListRoles: {
    reads: true,
    checks: () => [{ action: 'iam:ListRoles', resource: '*' }],
    handle({ PathPrefix = '/', MaxItems, Marker }, { account }) {
      const roles = [...account.roles.values()].filter(({ path }) => path.startsWith(PathPrefix));
      const { items, next } = pageAfter(roles, (role) => role.name, Marker, iamPageSize(MaxItems));
      return { Roles: items.map(details), IsTruncated: next !== undefined, Marker: next };
    },
  },
  CreateRole: {
    checks: ({ RoleName, Path = '/', Tags, PermissionsBoundary }, { account, world }) => [
      {
        action: 'iam:CreateRole',
        resource: `arn:${world.partition}:iam::${account.id}:role${Path}${RoleName}`,
        context: { ...requestTags(Tags), 'iam:PermissionsBoundary': PermissionsBoundary },
      },
    ],
    handle(input, call) {
      const { RoleName, Path = '/', AssumeRolePolicyDocument, Tags, PermissionsBoundary, MaxSessionDuration = session.standard } = input;
      const { account, world, platform, now } = call;
      const name = validName('roleName', RoleName, 64);
      if ([...account.roles.keys()].some((taken) => taken.toLowerCase() === name.toLowerCase())) {
        throw new ServiceError('EntityAlreadyExistsException', `Role with name ${name} already exists.`);
      }
      if (MaxSessionDuration < session.least || MaxSessionDuration > session.most) {
        throw new ServiceError(
          'ValidationError',
          `maxSessionDuration ${MaxSessionDuration} must be ${session.least} to ${session.most} seconds`,
          400,
        );
      }
      if (PermissionsBoundary !== undefined && !account.managedPolicies.has(PermissionsBoundary)) {
        throw new ServiceError('NoSuchEntityException', `Policy ${PermissionsBoundary} does not exist or is not attachable.`);
      }
      const role: Role = {
        name,
        path: validPath(Path),
        id: uniqueId('AROA', `${account.id}/${name}/${platform.next()}`),
        arn: `arn:${world.partition}:iam::${account.id}:role${Path}${name}`,
        created: wholeSeconds(now),
        trust: trustOf(AssumeRolePolicyDocument, world),
        inlinePolicies: new Map(),
        attachedPolicies: new Set(),
        ...(PermissionsBoundary !== undefined && { boundary: PermissionsBoundary }),
        maxSessionSeconds: MaxSessionDuration,
        tags: new Map(pairsOf(Tags)),
      };
      account.roles.set(name, role);
      return { Role: details(role) };
    },
  },
  UpdateAssumeRolePolicy: {
    checks: ({ RoleName }, call) => roleChecks('UpdateAssumeRolePolicy', RoleName, call),
    handle({ RoleName, PolicyDocument: text }, { account, world }) {
      requireRole(account, RoleName).trust = trustOf(text, world);
      return {};
    },
  },
  DeleteRole: {
    checks: ({ RoleName }, call) => roleChecks('DeleteRole', RoleName, call),
    handle({ RoleName }, { account }) {
      const { inlinePolicies, attachedPolicies } = requireRole(account, RoleName);
      const what = inlinePolicies.size > 0 ? 'delete policies' : attachedPolicies.size > 0 ? 'detach all policies' : undefined;
      if (what !== undefined) throw new ServiceError('DeleteConflictException', `Cannot delete entity, must ${what} first.`);
      account.roles.delete(RoleName);
      return {};
    },
  },
};

/** A trust policy; IAM resolves users and roles that it names, so that they must exist. */
function trustOf(text: string, world: World): PolicyDocument {
  const document = parseDocument(text);
  const unknown = unknownPrincipal(document, world);
  if (unknown === undefined) return document;
  throw new ServiceError('MalformedPolicyDocumentException', `Invalid principal in policy: "AWS":"${unknown}"`);
}

function details(role: Role) {
  return {
    RoleName: role.name,
    Path: role.path,
    RoleId: role.id,
    Arn: role.arn,
    CreateDate: role.created ?? new Date(0),
    // IAM gives documents URL-encoded: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html
    AssumeRolePolicyDocument: encodeURIComponent(JSON.stringify(role.trust)),
    MaxSessionDuration: role.maxSessionSeconds,
    ...(role.boundary !== undefined && {
      PermissionsBoundary: { PermissionsBoundaryType: 'PermissionsBoundaryPolicy' as const, PermissionsBoundaryArn: role.boundary },
    }),
  };
}
