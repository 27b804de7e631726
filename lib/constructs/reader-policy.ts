import { ArnFormat, CfnDeletionPolicy, Fn, Stack } from 'aws-cdk-lib';
import { CfnManagedPolicy, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { explain } from './explanations';
import type { Permission } from './permissions';

const PURPOSE = 'Lets an IAM user read the secret that the key rotation keeps for them in the central store';

/** How the policy is called, and what encrypts the secrets that it is about. */
export interface ReaderPolicyProps {
  /** Followed by the key's id, so that another key's policy never takes its place. */
  name: string;
  secretsKeyArn: string;
}

/**
 * The managed policy by which each user of this account reads their own secret in the central store, and no other one: the second of the
 * three that AWS asks for between accounts. It outlives the stack: IAM deletes no policy that users have, and they still read by it.
 */
export class ReaderPolicy extends Construct {
  private readonly arn: string;

  constructor(scope: Construct, id: string, { name, secretsKeyArn }: ReaderPolicyProps) {
    super(scope, id);
    const stack = Stack.of(this);
    const part = (place: number): string => Fn.select(place, Fn.split(':', secretsKeyArn));
    const [region, account] = [part(3), part(4)];
    const secret = stack.formatArn({
      service: 'secretsmanager',
      region,
      account,
      resource: 'secret',
      resourceName: `Account_${stack.account}_User_\${aws:username}_AccessKey-??????`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    const policy = new CfnManagedPolicy(this, 'Policy', {
      managedPolicyName: `${name}-${Fn.select(1, Fn.split('/', secretsKeyArn))}`,
      description: PURPOSE,
      policyDocument: new PolicyDocument({
        statements: [
          new PolicyStatement({
            sid: 'ReadOwnSecret',
            actions: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
            resources: [secret],
          }),
          new PolicyStatement({
            sid: 'DecryptThroughSecretsManager',
            actions: ['kms:Decrypt'],
            resources: [secretsKeyArn],
            conditions: { StringEquals: { 'kms:ViaService': `secretsmanager.${region}.amazonaws.com` } },
          }),
        ],
      }),
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

  /** Permission to give users this policy and no other. */
  mayAttach(): Permission {
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
