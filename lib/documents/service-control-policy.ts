import { TAG_PREFIX } from '../../lambda/shared/names';
import { ARN_SUFFIX, secretNameFor } from '../../lambda/shared/secret-name';
import { fields } from '../settings/fields';
import { namesOf } from '../settings/names';

/** Stands for the role that people take to work on the rotation itself; to be replaced by the organization's own. */
export const OPERATORS = 'KeyRotationOperator';
/** Roles that service-managed StackSets deploy with. */
const DEPLOYMENT = 'stacksets-exec-*';
const role = (name: string): string => `arn:*:iam::*:role/${name}`;

const deny = (Sid: string, Action: string[], Resource: string | string[], but: string[], Condition: object = {}): object => ({
  Sid,
  Effect: 'Deny',
  Action,
  Resource,
  Condition: { ...Condition, ArnNotLike: { 'aws:PrincipalArn': but.map(role) } },
});

/**
 * A service control policy for the default names: in member accounts nobody but the deployment, the rotation and its operators may change
 * the member role, the exemption group, the rotation's user tags and its secrets. At most 5,120 characters:
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
 */
export function serviceControlPolicy(): object {
  const { memberRole } = namesOf({ prefix: fields.shape.prefix.parse(undefined) });
  const exemptionGroup = fields.shape.exemptionGroup.parse(undefined);
  return {
    Version: '2012-10-17',
    Statement: [
      deny(
        'KeepRoles',
        [
          'iam:AttachRolePolicy',
          'iam:CreateRole',
          'iam:DeleteRole',
          'iam:DeleteRolePermissionsBoundary',
          'iam:DeleteRolePolicy',
          'iam:DetachRolePolicy',
          'iam:PutRolePermissionsBoundary',
          'iam:PutRolePolicy',
          'iam:TagRole',
          'iam:UntagRole',
          'iam:UpdateAssumeRolePolicy',
          'iam:UpdateRole',
          'iam:UpdateRoleDescription',
        ],
        // The excepted names too: otherwise whoever may make roles would make one that the exceptions let through.
        [memberRole, OPERATORS, DEPLOYMENT].map(role),
        [DEPLOYMENT],
      ),
      deny(
        'KeepExemptionGroup',
        ['iam:AddUserToGroup', 'iam:CreateGroup', 'iam:DeleteGroup', 'iam:RemoveUserFromGroup', 'iam:UpdateGroup'],
        `arn:*:iam::*:group/${exemptionGroup}`,
        [DEPLOYMENT, OPERATORS],
      ),
      deny('KeepRotationTags', ['iam:CreateUser', 'iam:TagUser', 'iam:UntagUser'], 'arn:*:iam::*:user/*', [memberRole, OPERATORS], {
        'ForAnyValue:StringLike': { 'aws:TagKeys': `${TAG_PREFIX}*` },
      }),
      deny(
        'KeepSecrets',
        [
          'secretsmanager:CancelRotateSecret',
          'secretsmanager:CreateSecret',
          'secretsmanager:DeleteResourcePolicy',
          'secretsmanager:DeleteSecret',
          'secretsmanager:PutResourcePolicy',
          'secretsmanager:PutSecretValue',
          'secretsmanager:RemoveRegionsFromReplication',
          'secretsmanager:ReplicateSecretToRegions',
          'secretsmanager:RotateSecret',
          'secretsmanager:StopReplicationToReplica',
          'secretsmanager:TagResource',
          'secretsmanager:UntagResource',
          'secretsmanager:UpdateSecret',
          'secretsmanager:UpdateSecretVersionStage',
        ],
        `arn:*:secretsmanager:*:*:secret:${secretNameFor('*', '*')}${ARN_SUFFIX}`,
        [memberRole, OPERATORS],
      ),
    ],
  };
}
