import { Stack, Validations, type Duration } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, type IPrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { explain, type Reason } from './explanations';
import { flattenReference } from './references';

/**
 * One statement of a role's policy with its reason, which docs/security.md shows; the checks require `wildcard` when a resource holds a
 * `*`.
 */
export interface Permission extends Reason {
  /** What the statement is for; letters and digits. */
  sid: string;
  actions: string[];
  resources: string[];
  conditions?: Record<string, Record<string, unknown>>;
}

/** What a role is beside its permissions. */
export interface RoleProps {
  assumedBy: IPrincipal;
  description: string;
  /** Folder below `lambda/` whose code acts as this role; absent when an AWS service does. */
  entry?: string;
  permissions: readonly Permission[];
  /** Given by CloudFormation when absent. */
  roleName?: string;
  /** One hour when absent. */
  maxSessionDuration?: Duration;
}

function acknowledge(role: Role, { resources, wildcard }: Permission): void {
  if (wildcard === undefined) return;
  const patterns = resources.map((resource) => flattenReference(Stack.of(role).resolve(resource))).filter((arn) => arn.includes('*'));
  Validations.of(role).acknowledge(...patterns.map((arn) => ({ id: `AwsSolutions-IAM5[Resource::${arn}]`, reason: wildcard })));
}

/** A role whose one inline policy, part of the role itself so that nothing ever runs without it, holds exactly these permissions. */
export function roleWith(scope: Construct, id: string, { permissions, entry, ...props }: RoleProps): Role {
  const statements = permissions.map(
    ({ sid, actions, resources, conditions }) => new PolicyStatement({ sid, actions, resources, ...(conditions && { conditions }) }),
  );
  const role = new Role(scope, id, { ...props, inlinePolicies: { Permissions: new PolicyDocument({ statements }) } });
  for (const permission of permissions) acknowledge(role, permission);
  explain(role, {
    purpose: props.description,
    entry,
    statements: Object.fromEntries(permissions.map(({ sid, ...reason }) => [sid, reason])),
  });
  return role;
}
