import { ARN_SUFFIX, secondSecretNameFor, secretNameFor } from './secret-name';

/** What the policy is about. */
export interface ReaderPolicyParts {
  /** Of the users, whose account the policy is in. */
  account: string;
  /** ARN of the central store's key. */
  key: string;
  /** The parts of that ARN that say where the secrets are. */
  partition: string;
  region: string;
  storeAccount: string;
  /** `key/…` */
  keyName: string;
  /** Where secrets and key have replicas of the same names. */
  replicaRegions: readonly string[];
  /** Users may have a second secret. */
  secondSecrets?: boolean;
}

/** A policy as templates hold it and as IAM gives it. */
export interface ReaderPolicyDocument {
  Version: '2012-10-17';
  Statement: {
    Sid: string;
    Effect: 'Allow';
    Action: string | string[];
    Resource: string | string[];
    Condition?: Record<string, Record<string, string | string[]>>;
  }[];
}

/** A list of one as its only member: CloudFormation gives policies to IAM like this, and IAM gives them back like this. */
const oneOrAll = (texts: string[]): string | string[] => (texts.length === 1 ? (texts[0] ?? texts) : texts);

/**
 * The policy by which each user of an account reads the secret of their own name in the central store, and no other: one definition for
 * template and check.
 */
export function readerPolicyFor(parts: ReaderPolicyParts): ReaderPolicyDocument {
  const { account, key, keyName, partition, region, storeAccount, replicaRegions, secondSecrets } = parts;
  const regions = [region, ...replicaRegions];
  const names = [secretNameFor, ...(secondSecrets ? [secondSecretNameFor] : [])].map((named) => named(account, '${aws:username}'));
  const secretsIn = (where: string): string[] =>
    names.map((name) => `arn:${partition}:secretsmanager:${where}:${storeAccount}:secret:${name}${ARN_SUFFIX}`);
  const keyIn = (where: string): string => `arn:${partition}:kms:${where}:${storeAccount}:${keyName}`;
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'ReadOwnSecret',
        Effect: 'Allow',
        Action: ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'],
        Resource: oneOrAll(regions.flatMap(secretsIn)),
      },
      {
        Sid: 'DecryptThroughSecretsManager',
        Effect: 'Allow',
        Action: 'kms:Decrypt',
        Resource: oneOrAll([key, ...replicaRegions.map(keyIn)]),
        Condition: { StringEquals: { 'kms:ViaService': oneOrAll(regions.map((where) => `secretsmanager.${where}.amazonaws.com`)) } },
      },
    ],
  };
}
