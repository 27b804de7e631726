import { ArnFormat, type Stack } from 'aws-cdk-lib';
import type { Permission } from './permissions';

function secretsOf(stack: Stack, account: string, suffix: string): string {
  const resourceName = `Account_${account}_User_*_AccessKey${suffix}`;
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

/** Permission to store keys in secrets of this account about users of `account`, without reading any value; `*` is every account. */
export function mayHandOutKeys(stack: Stack, account: string): Permission[] {
  return [
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
      resources: [secretsOf(stack, account, '-??????')],
      wildcard: ONE_PER_USER,
    },
    mayLearnThatSecretIsMissing(stack, account),
  ];
}

/** Permission to see which keys secrets of this account hold, from a time when new keys were stored here. */
export function maySeeSecrets(stack: Stack, account: string): Permission[] {
  return [
    {
      sid: 'SeeFormerSecrets',
      why: 'Finds keys that were stored in this account before the central store: a key in its grace is not disabled unless its successor is stored.',
      actions: ['secretsmanager:DescribeSecret'],
      resources: [secretsOf(stack, account, '-??????')],
      wildcard: ONE_PER_USER,
    },
    mayLearnThatSecretIsMissing(stack, account),
  ];
}
