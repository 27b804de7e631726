import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AccountRootPrincipal, type IPrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { ARN_SUFFIX } from '../../lambda/shared/secret-name';
import { explain } from '../permissions/explanations';
import { KEY_EXPLANATION, keyPolicy, keyStatement, viaSecretsManager, type KeyReaders } from '../permissions/key-policy';

/** Who reads by the key, and where it has replica keys. */
export interface SecretsKeyProps extends KeyReaders {
  replicaRegions: readonly string[];
}

/**
 * The customer managed key of the central store, used through Secrets Manager only; it outlives the stack, since without it no secret
 * can be read: https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples_cross.html. Always a multi-Region key,
 * because no key ever becomes one (docs/adr/0010): https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html
 */
export class SecretsKey extends Construct {
  /** The last part of its ARN. */
  readonly id: string;
  readonly arn: string;
  private readonly key: Key;
  private readonly replicaRegions: readonly string[];

  constructor(scope: Construct, id: string, { replicaRegions, ...readers }: SecretsKeyProps) {
    super(scope, id);
    this.key = new Key(this, 'Key', {
      policy: keyPolicy(this, readers),
      description: KEY_EXPLANATION.purpose,
      enableKeyRotation: true,
      multiRegion: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    explain(this.key, KEY_EXPLANATION);
    this.arn = this.key.keyArn;
    this.id = this.key.keyId;
    this.replicaRegions = replicaRegions;
    if (replicaRegions.length === 0) return;
    const only = { StringEquals: { 'kms:ReplicaRegion': [...replicaRegions] } };
    this.key.addToResourcePolicy(keyStatement('AccountReplicates', new AccountRootPrincipal(), ['ReplicateKey'], only));
  }

  /** Lets one role of this account write secrets and their replicas; its own policy need not name the key. */
  letWrite(role: IPrincipal): void {
    const via = viaSecretsManager(Stack.of(this).region, ...this.replicaRegions);
    this.key.addToResourcePolicy(keyStatement('RotationWrites', role, ['GenerateDataKey', 'Decrypt'], via));
  }

  /** Lets one role of this account read these secrets, given by their names, and no other one; its own policy need not name the key. */
  letRead(role: IPrincipal, names: readonly string[]): void {
    const { region, partition, account } = Stack.of(this);
    const secrets = names.map((name) => `arn:${partition}:secretsmanager:${region}:${account}:secret:${name}${ARN_SUFFIX}`);
    // https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html#security-encryption-encryption-context
    const only = { ...viaSecretsManager(region), StringLike: { 'kms:EncryptionContext:SecretARN': secrets } };
    this.key.addToResourcePolicy(keyStatement('KeyApiReads', role, ['Decrypt'], only));
  }
}
