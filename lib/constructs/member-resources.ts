import { Duration, Stack } from 'aws-cdk-lib';
import { ArnPrincipal, Group } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { TAG_PREFIX } from '../../lambda/shared/names';
import { roleWith, type Permission } from '../permissions/permissions';
import { ReaderPolicy } from '../permissions/reader-policy';
import { viaSecretsManager } from '../permissions/key-policy';
import { mayStoreKeys, maySeeSecrets } from '../permissions/secret-permissions';

/** Whom the member role trusts, and under which names. */
export interface MemberResourcesProps {
  roleName: string;
  exemptionGroup: string;
  /** The group is somebody else's: it is read only. */
  exemptionGroupExists: boolean;
  /** Groups whose members follow a policy of their own. */
  policyGroups: readonly string[];
  /** Users may have two secrets, whose policies of their own are of minutes. */
  secondSecrets: boolean;
  rotatorRoleArn: string;
  /** Secrets that are no longer needed are deleted. */
  deletesSecrets: boolean;
  /** Absent when there is no organization to ask for: the role alone is trusted. */
  organizationId?: string | undefined;
  /** ARN of the central store's key; absent when secrets live in this account. */
  secretsKeyArn?: string | undefined;
  /** Beginning of the name of the policy by which users read the central store. */
  readerPolicy: string;
  /** Regions that secrets are replicated to. */
  replicaRegions: readonly string[];
  /** Alias of the customer managed key of this account's secrets; the key aws/secretsmanager when absent. */
  memberKey: string | undefined;
  /** CloudTrail is asked who uses a key. */
  usageDetail: boolean;
  /** Keys of user tags that decide about a user's keys, which the rotation reads and never writes. */
  othersTags: readonly string[];
  /** Tags of every resource, secrets included. */
  tags: Readonly<Record<string, string>>;
}

/** What every account of the organization needs: the role that the rotator assumes, and the group of exempt users. */
export class MemberResources extends Construct {
  constructor(scope: Construct, id: string, props: MemberResourcesProps) {
    super(scope, id);
    if (!props.exemptionGroupExists) new Group(this, 'ExemptionGroup', { groupName: props.exemptionGroup });
    const rotator = new ArnPrincipal(props.rotatorRoleArn);
    const { organizationId, secretsKeyArn, readerPolicy, replicaRegions, memberKey, tags, secondSecrets } = props;
    const stack = Stack.of(this);
    const reader =
      secretsKeyArn === undefined
        ? undefined
        : new ReaderPolicy(this, 'Reader', { name: readerPolicy, secretsKeyArn, replicaRegions, secondSecrets });
    const secrets = reader
      ? [...maySeeSecrets(stack, stack.account), ...reader.permissions()]
      : [
          ...mayStoreKeys(stack, { account: stack.account, deletes: props.deletesSecrets, replicaRegions, elsewhere: false, tags }),
          ...(memberKey === undefined ? [] : [mayEncrypt(stack, memberKey, replicaRegions)]),
        ];
    roleWith(this, 'Role', {
      roleName: props.roleName,
      assumedBy:
        organizationId === undefined ? rotator : rotator.withConditions({ StringEquals: { 'aws:PrincipalOrgID': organizationId } }),
      description: 'Lets the key rotation of the organization rotate access keys in this account',
      entry: 'rotator',
      maxSessionDuration: Duration.hours(1),
      permissions: memberPermissions(stack, props, secrets),
    });
  }
}

/** Through Secrets Manager and by the one key that has the alias: https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html */
function mayEncrypt(stack: Stack, alias: string, replicaRegions: readonly string[]): Permission {
  return {
    sid: 'EncryptSecrets',
    why: 'Lets Secrets Manager encrypt new keys by the key with the alias `memberKey`; its own policy has to allow this, too.',
    by: 'Secrets Manager',
    actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
    resources: [stack.formatArn({ service: 'kms', region: '*', resource: 'key', resourceName: '*' })],
    conditions: { ...viaSecretsManager(stack.region, ...replicaRegions), 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': alias } },
    wildcard: 'Only the account knows the id of the key; a condition names its alias.',
  };
}

function memberPermissions(
  stack: Stack,
  { exemptionGroup, othersTags, usageDetail, policyGroups }: MemberResourcesProps,
  secrets: readonly Permission[],
): Permission[] {
  const iam = (resource: string, resourceName: string): string => stack.formatArn({ service: 'iam', region: '', resource, resourceName });
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
        'iam:ListGroupsForUser',
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
      conditions: { 'ForAllValues:StringLike': { 'aws:TagKeys': `${TAG_PREFIX}*` }, Null: { 'aws:TagKeys': 'false' } },
    },
    {
      sid: 'LeaveTagsOfOthers',
      effect: 'Deny',
      why: 'Refuses to write what others say about a user: until when they are exempt, and who owns their keys.',
      actions: ['iam:TagUser', 'iam:UntagUser'],
      resources: ['*'],
      conditions: { 'ForAnyValue:StringEqualsIgnoreCase': { 'aws:TagKeys': [...othersTags] } },
    },
    {
      sid: 'SeeWhoIsExempt',
      why: 'Leaves the members of the exemption group alone; without it nothing in the account is changed.',
      actions: ['iam:GetGroup'],
      resources: [iam('group', exemptionGroup), iam('group', `*/${exemptionGroup}`)],
      wildcard: 'The exemption group may have been made with any path.',
    },
    ...(policyGroups.length === 0
      ? []
      : [
          {
            sid: 'SeeWhoFollowsWhichPolicy',
            why: 'Finds who follows a policy of `policies`, and leaves them to its runs; without it nothing in the account is changed.',
            actions: ['iam:GetGroup'],
            resources: policyGroups.flatMap((group) => [iam('group', group), iam('group', `*/${group}`)]),
            wildcard: 'These groups may have been made with any path.',
          },
        ]),
    ...(usageDetail ? [SEE_WHO_USES_KEYS] : []),
    ...secrets,
  ];
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudtrail.html: without resources and conditions of its own. */
const SEE_WHO_USES_KEYS: Permission = {
  sid: 'SeeWhoUsesKeys',
  why: 'Asks, with `usageDetail`, who makes calls with a key that is about to be disabled: management events of the last 90 days.',
  actions: ['cloudtrail:LookupEvents'],
  resources: ['*'],
  wildcard: 'The action knows no resource, so that it shows every management event of the account.',
};
