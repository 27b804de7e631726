import { CfnDeletionPolicy, Fn, Stack } from 'aws-cdk-lib';
import { CfnManagedPolicy } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { readerPolicyFor } from '../../lambda/shared/reader-policy';
import { explain } from './explanations';
import type { Permission } from './permissions';

const PURPOSE = 'Lets an IAM user read the secret that the key rotation keeps for them in the central store';

/** How the policy is called, and what encrypts the secrets that it is about. */
export interface ReaderPolicyProps {
  /** Followed by the key's id, so that another key's policy never takes its place. */
  name: string;
  secretsKeyArn: string;
  /** Where secrets and key have replicas of the same names. */
  replicaRegions: readonly string[];
  /** Users may have a second secret. */
  secondSecrets: boolean;
}

/**
 * The managed policy by which each user of this account reads their own secret in the central store, and no other one: the second of the
 * three that AWS asks for between accounts. It stays when the stack is deleted: IAM deletes no policy that is
 * attached to users, and they still need it to read.
 */
export class ReaderPolicy extends Construct {
  private readonly arn: string;

  constructor(scope: Construct, id: string, { name, secretsKeyArn, replicaRegions, secondSecrets }: ReaderPolicyProps) {
    super(scope, id);
    const stack = Stack.of(this);
    const part = (place: number): string => Fn.select(place, Fn.split(':', secretsKeyArn));
    const { account, partition } = stack;
    const parts = {
      account,
      partition,
      key: secretsKeyArn,
      region: part(3),
      storeAccount: part(4),
      keyName: part(5),
      replicaRegions,
      secondSecrets,
    };
    const policy = new CfnManagedPolicy(this, 'Policy', {
      managedPolicyName: `${name}-${Fn.select(1, Fn.split('/', secretsKeyArn))}`,
      description: PURPOSE,
      policyDocument: readerPolicyFor(parts),
    });
    explain(policy, {
      purpose: PURPOSE,
      statements: {
        ReadOwnSecret: {
          why: 'Between accounts the user needs a right of their own besides the policy of the secret; `aws:username` makes it one secret per user.',
          wildcard: 'The ARN of a secret ends in six characters that AWS chooses.',
        },
        DecryptThroughSecretsManager: { why: 'Lets Secrets Manager decrypt the value for the user; no other service, and no direct call.' },
      },
    });
    policy.cfnOptions.deletionPolicy = CfnDeletionPolicy.RETAIN;
    policy.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN;
    this.arn = policy.ref;
  }

  /** Permission to give users this policy and no other, and to see whether it is what it should be. */
  permissions(): Permission[] {
    return [this.mayAttach(), this.maySee()];
  }

  /** No rotation needs to read it; but users who lost this right would notice only when their old key is disabled. */
  private maySee(): Permission {
    return {
      sid: 'CompareReaderPolicy',
      why: 'Finds, when the doctor asks, that users could not read their secret, because this one policy is missing or was changed.',
      actions: ['iam:GetPolicy', 'iam:GetPolicyVersion'],
      resources: [this.arn],
    };
  }

  private mayAttach(): Permission {
    return {
      sid: 'LetUsersReadTheirSecret',
      why: 'Gives a user, before their first key in the central store, the one policy by which they read it; a condition allows no other policy.',
      actions: ['iam:AttachUserPolicy'],
      resources: [Stack.of(this).formatArn({ service: 'iam', region: '', resource: 'user', resourceName: '*' })],
      conditions: { ArnEquals: { 'iam:PolicyARN': this.arn } },
      wildcard: 'Every IAM user of the account, with any path, may hold keys that are due.',
    };
  }
}
