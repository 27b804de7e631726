import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import { ArnPrincipal, Group } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { roleWith, type Permission } from './permissions';

/** Whom the member role trusts, and under which names. */
export interface MemberResourcesProps {
  roleName: string;
  exemptionGroup: string;
  /** The group is somebody else's: it is read only. */
  exemptionGroupExists: boolean;
  rotatorRoleArn: string;
  /** Absent when there is no organization to ask for: the role alone is trusted. */
  organizationId?: string | undefined;
}

/** What every account of the organization needs: the role that the rotator takes, and the group of exempt users. */
export class MemberResources extends Construct {
  constructor(scope: Construct, id: string, props: MemberResourcesProps) {
    super(scope, id);
    if (!props.exemptionGroupExists) new Group(this, 'ExemptionGroup', { groupName: props.exemptionGroup });
    const rotator = new ArnPrincipal(props.rotatorRoleArn);
    const { organizationId } = props;
    roleWith(this, 'Role', {
      roleName: props.roleName,
      assumedBy:
        organizationId === undefined ? rotator : rotator.withConditions({ StringEquals: { 'aws:PrincipalOrgID': organizationId } }),
      description: 'Lets the key rotation of the organization rotate access keys in this account',
      entry: 'rotator',
      maxSessionDuration: Duration.hours(1),
      permissions: memberPermissions(Stack.of(this), props.exemptionGroup),
    });
  }
}

function memberPermissions(stack: Stack, exemptionGroup: string): Permission[] {
  const iam = (resource: string, resourceName: string): string => stack.formatArn({ service: 'iam', region: '', resource, resourceName });
  const secret = (suffix: string): string =>
    stack.formatArn({
      service: 'secretsmanager',
      resource: 'secret',
      resourceName: `Account_${stack.account}_User_*_AccessKey${suffix}`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  const users = { resources: [iam('user', '*')], wildcard: 'Every IAM user of the account, with any path, may hold keys that are due.' };
  return [
    {
      sid: 'SeeUsersAndTheirKeyAges',
      why: 'Finds users with keys that are due; the report holds ages, never keys.',
      actions: ['iam:ListUsers', 'iam:GenerateCredentialReport', 'iam:GetCredentialReport'],
      resources: ['*'],
      wildcard: 'These actions know no resource.',
    },
    {
      sid: 'RotateAccessKeys',
      why: 'Reads a user right before acting, then creates, disables and deletes access keys: the purpose of the program.',
      actions: [
        'iam:GetUser',
        'iam:ListUserTags',
        'iam:ListAccessKeys',
        'iam:GetAccessKeyLastUsed',
        'iam:CreateAccessKey',
        'iam:UpdateAccessKey',
        'iam:DeleteAccessKey',
      ],
      ...users,
    },
    {
      sid: 'RememberRotationInUserTags',
      why: 'Remembers, per key, notices and intents; a condition keeps every other tag out of reach.',
      actions: ['iam:TagUser', 'iam:UntagUser'],
      ...users,
      conditions: { 'ForAllValues:StringLike': { 'aws:TagKeys': 'key-rotation:*' }, Null: { 'aws:TagKeys': 'false' } },
    },
    {
      sid: 'SeeWhoIsExempt',
      why: 'Leaves the members of the exemption group alone; without it nothing in the account is changed.',
      actions: ['iam:GetGroup'],
      resources: [iam('group', exemptionGroup), iam('group', `*/${exemptionGroup}`)],
      wildcard: 'The exemption group may have been made with any path.',
    },
    {
      sid: 'HandOutKeysInSecrets',
      why: 'Stores a new key where its user alone can read it; reading a value (`GetSecretValue`) is not among the rights.',
      actions: [
        'secretsmanager:CreateSecret',
        'secretsmanager:DescribeSecret',
        'secretsmanager:TagResource',
        'secretsmanager:PutSecretValue',
        'secretsmanager:GetResourcePolicy',
        'secretsmanager:PutResourcePolicy',
      ],
      resources: [secret('-??????')],
      wildcard: 'One secret per IAM user; its ARN ends in six characters that AWS chooses.',
    },
    {
      sid: 'LearnThatSecretIsMissing',
      why: 'Asks for a secret that does not exist yet; without it the answer would be AccessDenied.',
      actions: ['secretsmanager:DescribeSecret'],
      resources: [secret('')],
      wildcard: 'One secret per IAM user; while it does not exist, its ARN has no suffix.',
    },
  ];
}
