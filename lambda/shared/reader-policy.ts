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
}

/** A policy as templates hold it and as IAM gives it. */
export interface ReaderPolicyDocument {
  Version: '2012-10-17';
  Statement: {
    Sid: string;
    Effect: 'Allow';
    Action: string | string[];
    Resource: string;
    Condition?: Record<string, Record<string, string>>;
  }[];
}

/** The policy by which each user of an account reads the secret of their own name in the central store, and no other: one definition for template and check. */
export function readerPolicyFor({ account, key, partition, region, storeAccount }: ReaderPolicyParts): ReaderPolicyDocument {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'ReadOwnSecret',
        Effect: 'Allow',
        Action: ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'],
        Resource: `arn:${partition}:secretsmanager:${region}:${storeAccount}:secret:Account_${account}_User_\${aws:username}_AccessKey-??????`,
      },
      {
        Sid: 'DecryptThroughSecretsManager',
        Effect: 'Allow',
        Action: 'kms:Decrypt',
        Resource: key,
        Condition: { StringEquals: { 'kms:ViaService': `secretsmanager.${region}.amazonaws.com` } },
      },
    ],
  };
}
