import { ArnFormat, type Stack } from 'aws-cdk-lib';
import { RECOVERY_DAYS } from '../../lambda/core/plan/plan-secret';
import { MANAGED_TAG } from '../../lambda/shared/names';
import { ARN_SUFFIX, secretNameFor } from '../../lambda/shared/secret-name';
import type { Permission } from './permissions';

function secretsOf(stack: Stack, account: string, suffix: string): string {
  const resourceName = `${secretNameFor(account, '*')}${suffix}`;
  return stack.formatArn({ service: 'secretsmanager', resource: 'secret', resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
}

const ONE_PER_USER = 'One secret per IAM user; its ARN ends in six characters that AWS chooses.';
/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecretsmanager.html */
const RESOURCE_TAG = `secretsmanager:ResourceTag/${MANAGED_TAG.Key}`;
const REQUEST_TAG = `aws:RequestTag/${MANAGED_TAG.Key}`;
const OURS = { StringEquals: { [RESOURCE_TAG]: MANAGED_TAG.Value } };

function mayLearnThatSecretIsMissing(stack: Stack, account: string, ...more: string[]): Permission {
  return {
    sid: 'LearnThatSecretIsMissing',
    why: 'Asks for a secret that does not exist yet; without it the answer would be AccessDenied.',
    actions: ['secretsmanager:DescribeSecret', ...more],
    resources: [secretsOf(stack, account, '')],
    wildcard: 'One secret per IAM user; while it does not exist, its ARN has no suffix.',
  };
}

/** Whose secrets are in this account, and what becomes of them. */
export interface SecretRights {
  /** The account of the users; `*` is every account. */
  account: string;
  /** Secrets that are no longer needed are deleted. */
  deletes: boolean;
  /** Where secrets have replicas. */
  replicaRegions: readonly string[];
  /** Whether keys may still be stored elsewhere, so that a secret that is asked about need not exist. */
  elsewhere: boolean;
  /** Tags that secrets have beside ours. */
  tags: Readonly<Record<string, string>>;
}

/**
 * Permission to make secrets in this account, to store keys in them and to replicate them, without reading any value, and to delete them
 * so that they can be restored. What changes a secret is limited to those that carry our tag.
 */
export function mayStoreKeys(stack: Stack, rights: SecretRights): Permission[] {
  const { account, deletes, replicaRegions, elsewhere } = rights;
  const secrets = { resources: [secretsOf(stack, account, ARN_SUFFIX)], wildcard: ONE_PER_USER };
  return [
    ...mayMakeSecrets(secrets, rights),
    {
      sid: 'SeeSecrets',
      why: 'Sees whether a secret is ours, and the ids of the keys it holds; reading a value (`GetSecretValue`) is not among the rights.',
      actions: ['secretsmanager:DescribeSecret'],
      ...secrets,
    },
    {
      sid: 'StoreKeysInSecrets',
      why: 'Stores a new key where its user alone can read it, and finds when AWS took it; a condition leaves out secrets without our tag.',
      actions: ['secretsmanager:PutSecretValue', 'secretsmanager:ListSecretVersionIds', 'secretsmanager:GetResourcePolicy'],
      ...secrets,
      conditions: OURS,
    },
    {
      sid: 'SayWhoReadsSecrets',
      why: 'Lets the user alone read their secret; conditions leave out secrets without our tag, and policies that would let the public in.',
      actions: ['secretsmanager:PutResourcePolicy'],
      ...secrets,
      conditions: { ...OURS, Bool: { 'secretsmanager:BlockPublicPolicy': 'true' } },
    },
    FIND_SECRETS,
    ...(replicaRegions.length > 0 ? [mayReplicate(secrets, replicaRegions)] : []),
    ...(deletes ? mayDeleteSecrets(secrets) : []),
    mayLearnThatSecretIsMissing(stack, account, ...(elsewhere ? ['secretsmanager:ListSecretVersionIds'] : [])),
  ];
}

type Secrets = Pick<Permission, 'resources' | 'wildcard'>;

/**
 * `CreateSecret` with tags needs `TagResource`, too, which alone would turn somebody else's secret into one of ours. That call names an
 * existing secret, which `CreateSecret` has none of:
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html
 */
function mayMakeSecrets(secrets: Secrets, { tags }: SecretRights): Permission[] {
  return [
    {
      sid: 'MakeSecrets',
      why: 'Makes the secret of a user, with our tag and those of `tags` from its first moment, and gives ours the tags that they lack.',
      actions: ['secretsmanager:CreateSecret', 'secretsmanager:TagResource'],
      ...secrets,
      conditions: {
        StringEquals: { [REQUEST_TAG]: MANAGED_TAG.Value },
        'ForAllValues:StringEquals': { 'aws:TagKeys': [MANAGED_TAG.Key, ...Object.keys(tags)] },
      },
    },
    {
      sid: 'ClaimNoSecret',
      effect: 'Deny',
      why: 'Refuses to put our tag on a secret that exists without it: a secret that somebody else made stays theirs.',
      actions: ['secretsmanager:TagResource'],
      resources: ['*'],
      conditions: { Null: { 'secretsmanager:SecretId': 'false' }, StringNotEquals: { [RESOURCE_TAG]: MANAGED_TAG.Value } },
    },
  ];
}

function mayReplicate(secrets: Secrets, regions: readonly string[]): Permission {
  return {
    sid: 'ReplicateSecrets',
    why: 'Brings a secret of ours into the regions of `replicaRegions` and no other, and never over a secret that is there.',
    actions: ['secretsmanager:ReplicateSecretToRegions'],
    ...secrets,
    conditions: {
      ...OURS,
      'ForAllValues:StringEquals': { 'secretsmanager:AddReplicaRegions': [...regions] },
      Null: { 'secretsmanager:AddReplicaRegions': 'false' },
      BoolIfExists: { 'secretsmanager:ForceOverwriteReplicaSecret': 'false' },
    },
  };
}

function mayDeleteSecrets(secrets: Secrets): Permission[] {
  return [
    {
      sid: 'DeleteUnneededSecrets',
      why: 'Deletes secrets of ours under `deleteSecretAfter`; a condition leaves out any deletion that could not be restored for a month.',
      actions: ['secretsmanager:DeleteSecret'],
      ...secrets,
      conditions: { ...OURS, NumericEquals: { 'secretsmanager:RecoveryWindowInDays': String(RECOVERY_DAYS) } },
    },
    {
      sid: 'RestoreSecrets',
      why: 'Brings a deleted secret of ours back for the next key of its user; takes replicas from one, which a deletion has to begin with.',
      actions: ['secretsmanager:RemoveRegionsFromReplication', 'secretsmanager:RestoreSecret'],
      ...secrets,
      conditions: OURS,
    },
  ];
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecretsmanager.html: it knows no resources. */
const FIND_SECRETS: Permission = {
  sid: 'FindSecretsOfGoneUsers',
  why: 'Finds secrets of ours whose users were deleted, once a week; names and ids of keys are in that list, values are not.',
  actions: ['secretsmanager:ListSecrets'],
  resources: ['*'],
  wildcard: 'Secrets Manager lists all secrets of an account and region, or none.',
};

/** Permission to see which keys secrets of this account hold, from a time when new keys were stored here. */
export function maySeeSecrets(stack: Stack, account: string): Permission[] {
  return [
    {
      sid: 'SeeFormerSecrets',
      why: 'Finds keys that were stored in this account before the central store: a key in its grace is not disabled unless its successor is stored.',
      actions: ['secretsmanager:DescribeSecret', 'secretsmanager:ListSecretVersionIds'],
      resources: [secretsOf(stack, account, ARN_SUFFIX)],
      wildcard: ONE_PER_USER,
    },
    FIND_SECRETS,
    mayLearnThatSecretIsMissing(stack, account),
  ];
}
