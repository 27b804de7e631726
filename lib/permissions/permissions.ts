import { Stack, Validations, type Duration } from 'aws-cdk-lib';
import { Effect, PolicyDocument, PolicyStatement, Role, type IPrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { MANAGED_TAG } from '../../lambda/shared/names';
import { explain, type Reason } from './explanations';
import { flattenReference } from './references';

/**
 * One statement of a role's policy with its reason, which docs/security.md shows; the checks require `wildcard` when a resource holds a
 * `*`.
 */
export interface Permission extends Reason {
  /** What the statement is for; letters and digits. */
  sid: string;
  /** Allows when absent; what is denied stays denied whatever else allows it, a policy of the resource included. */
  effect?: 'Deny';
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
  /** The one exception, the reader of the key API: it may be allowed the values of secrets that the rotation made. */
  readsKeys?: boolean;
}

/**
 * Every role but the key API's reader has it: without it, a role that may write a secret's policy could allow itself to read the value.
 */
const NEVER_READ_SECRETS: Permission = {
  sid: 'NeverReadSecrets',
  effect: 'Deny',
  why: 'Refuses the value of every secret to this role, even where a policy of the secret would allow it.',
  actions: ['secretsmanager:GetSecretValue', 'secretsmanager:BatchGetSecretValue'],
  resources: ['*'],
};

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecretsmanager.html */
const NEVER_READ_OTHER_SECRETS: Permission[] = [
  {
    sid: 'NeverReadOtherSecrets',
    effect: 'Deny',
    why: 'Refuses the value of every secret that is not one of the rotation to this role, even where a policy of the secret would allow it.',
    actions: ['secretsmanager:GetSecretValue'],
    resources: ['*'],
    conditions: { StringNotEquals: { [`secretsmanager:ResourceTag/${MANAGED_TAG.Key}`]: MANAGED_TAG.Value } },
  },
  {
    sid: 'NeverReadSeveralSecrets',
    effect: 'Deny',
    why: 'Refuses to read several secrets at once, which would not say whose.',
    actions: ['secretsmanager:BatchGetSecretValue'],
    resources: ['*'],
  },
];

function statementOf({ sid, effect, actions, resources, conditions }: Permission): PolicyStatement {
  return new PolicyStatement({
    sid,
    effect: effect === 'Deny' ? Effect.DENY : Effect.ALLOW,
    actions,
    resources,
    ...(conditions && { conditions }),
  });
}

function acknowledge(role: Role, { resources, wildcard }: Permission): void {
  if (wildcard === undefined) return;
  const patterns = resources.map((resource) => flattenReference(Stack.of(role).resolve(resource))).filter((arn) => arn.includes('*'));
  Validations.of(role).acknowledge(...patterns.map((arn) => ({ id: `AwsSolutions-IAM5[Resource::${arn}]`, reason: wildcard })));
}

/**
 * A role whose one inline policy, part of the role itself so that nothing ever runs without it, holds exactly these permissions, and
 * refuses the values of secrets.
 */
export function roleWith(scope: Construct, id: string, { permissions: allowed, entry, readsKeys = false, ...props }: RoleProps): Role {
  const permissions = [...allowed, ...(readsKeys ? NEVER_READ_OTHER_SECRETS : [NEVER_READ_SECRETS])];
  const statements = permissions.map(statementOf);
  const role = new Role(scope, id, { ...props, inlinePolicies: { Permissions: new PolicyDocument({ statements }) } });
  for (const permission of permissions) acknowledge(role, permission);
  explain(role, {
    purpose: props.description,
    entry,
    statements: Object.fromEntries(permissions.map(({ sid, ...reason }) => [sid, reason])),
  });
  return role;
}
