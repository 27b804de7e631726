import { ArnFormat, type Stack } from 'aws-cdk-lib';
import { RECOVERY_DAYS } from '../../lambda/core/store/key-store';
import { ARN_SUFFIX, secretNameFor } from '../../lambda/shared/secret-name';
import type { Permission } from './permissions';

function secretsOf(stack: Stack, account: string, suffix: string): string {
  const resourceName = `${secretNameFor(account, '*')}${suffix}`;
  return stack.formatArn({ service: 'secretsmanager', resource: 'secret', resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
}

const ONE_PER_USER = 'One secret per IAM user; its ARN ends in six characters that AWS chooses.';

function mayLearnThatSecretIsMissing(stack: Stack, account: string): Permission {
  return {
    sid: 'LearnThatSecretIsMissing',
    why: 'Asks for a secret that does not exist yet; without it the answer would be AccessDenied.',
    actions: ['secretsmanager:DescribeSecret'],
    resources: [secretsOf(stack, account, '')],
    wildcard: 'One secret per IAM user; while it does not exist, its ARN has no suffix.',
  };
}

function mayReplicate(stack: Stack, account: string, regions: readonly string[]): Permission {
  return {
    sid: 'ReplicateSecrets',
    why: 'Brings a secret into the regions of `replicaRegions` and no other, and never over a secret that is there.',
    actions: ['secretsmanager:ReplicateSecretToRegions'],
    resources: [secretsOf(stack, account, ARN_SUFFIX)],
    conditions: {
      'ForAllValues:StringEquals': { 'secretsmanager:AddReplicaRegions': [...regions] },
      Null: { 'secretsmanager:AddReplicaRegions': 'false' },
      BoolIfExists: { 'secretsmanager:ForceOverwriteReplicaSecret': 'false' },
    },
    wildcard: ONE_PER_USER,
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
}

/**
 * Permission to store keys in secrets of this account and to replicate these, without reading any value, and to delete them so that they
 * can be restored.
 */
export function mayHandOutKeys(stack: Stack, { account, deletes, replicaRegions }: SecretRights): Permission[] {
  return [
    {
      sid: 'HandOutKeysInSecrets',
      why: 'Stores a new key where its user alone can read it; reading a value (`GetSecretValue`) is not among the rights.',
      actions: [
        'secretsmanager:CreateSecret',
        'secretsmanager:DescribeSecret',
        'secretsmanager:ListSecretVersionIds',
        'secretsmanager:TagResource',
        'secretsmanager:PutSecretValue',
        'secretsmanager:GetResourcePolicy',
        'secretsmanager:PutResourcePolicy',
      ],
      resources: [secretsOf(stack, account, ARN_SUFFIX)],
      wildcard: ONE_PER_USER,
    },
    ...(replicaRegions.length > 0 ? [mayReplicate(stack, account, replicaRegions)] : []),
    ...(deletes ? mayDeleteSecrets(stack, account) : []),
    mayLearnThatSecretIsMissing(stack, account),
  ];
}

function mayDeleteSecrets(stack: Stack, account: string): Permission[] {
  const resources = [secretsOf(stack, account, ARN_SUFFIX)];
  return [
    {
      sid: 'DeleteUnneededSecrets',
      why: 'Deletes secrets under `deleteSecretAfter`; a condition leaves out any deletion that could not be restored for a month.',
      actions: ['secretsmanager:DeleteSecret'],
      resources,
      conditions: { NumericEquals: { 'secretsmanager:RecoveryWindowInDays': String(RECOVERY_DAYS) } },
      wildcard: ONE_PER_USER,
    },
    {
      sid: 'RestoreSecrets',
      why: 'Brings a deleted secret back for the next key of its user; takes replicas, which a deletion has to begin with, from a secret.',
      actions: ['secretsmanager:RemoveRegionsFromReplication', 'secretsmanager:RestoreSecret'],
      resources,
      wildcard: ONE_PER_USER,
    },
  ];
}

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
    mayLearnThatSecretIsMissing(stack, account),
  ];
}
