import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AccountRootPrincipal, AnyPrincipal, PolicyDocument, PolicyStatement, type IPrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { explain } from './explanations';

/** Whose secrets it encrypts: those of an organization's accounts, or of the accounts that are listed. */
export interface SecretsKeyProps {
  organizationId: string | undefined;
  accounts: readonly string[];
  /** Roles that secrets do not refuse: ARNs, or names in this account. */
  breakGlass: readonly string[];
}

/** What keeps the key in order, and neither encrypts nor decrypts: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html */
const ADMINISTRATION = [
  ...['DescribeKey', 'GetKeyPolicy', 'GetKeyRotationStatus', 'ListAliases', 'ListGrants', 'ListKeyPolicies', 'ListKeyRotations'],
  ...['ListResourceTags', 'PutKeyPolicy', 'EnableKey', 'DisableKey', 'EnableKeyRotation', 'DisableKeyRotation', 'RevokeGrant'],
  ...['TagResource', 'UntagResource', 'UpdateKeyDescription', 'ScheduleKeyDeletion', 'CancelKeyDeletion', 'CreateAlias', 'DeleteAlias'],
].map((action) => `kms:${action}`);

const PURPOSE = 'Encrypts the access keys of IAM users in the central store of the key rotation';
const wildcard = 'The policy of a key is about that key alone.';
const REASONS = {
  AccountAdministers: {
    why: 'Keeps the key manageable by the administrators of its account, who can neither encrypt nor decrypt by it.',
    wildcard,
  },
  UsersReadTheirSecrets: {
    why: 'Lets IAM users of these accounts, and no role, read through Secrets Manager; which secret, its own policy says and theirs.',
    wildcard,
  },
  BreakGlass: {
    why: 'Lets the roles in `breakGlassPrincipals` read through Secrets Manager, as far as their own policies allow.',
    wildcard,
  },
  RotationWrites: { why: 'Lets the rotator store values through Secrets Manager; it may not read one (`GetSecretValue`).', wildcard },
};

/**
 * The customer managed key of the central store, used through Secrets Manager only; it outlives the stack, since without it no secret
 * can be read: https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples_cross.html
 */
export class SecretsKey extends Construct {
  /** The last part of its ARN. */
  readonly id: string;
  readonly arn: string;
  private readonly key: Key;

  constructor(scope: Construct, id: string, { organizationId, accounts, breakGlass }: SecretsKeyProps) {
    super(scope, id);
    const administered = new PolicyStatement({
      sid: 'AccountAdministers',
      principals: [new AccountRootPrincipal()],
      actions: ADMINISTRATION,
      resources: ['*'],
    });
    this.key = new Key(this, 'Key', {
      policy: new PolicyDocument({ statements: [administered] }),
      description: PURPOSE,
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    explain(this.key, { purpose: PURPOSE, statements: REASONS });
    const { partition, account } = Stack.of(this);
    this.arn = this.key.keyArn;
    this.id = this.key.keyId;
    const users = [`arn:${partition}:iam::*:user/*`];
    const roles = breakGlass.map((role) => (role.startsWith('arn:') ? role : `arn:${partition}:iam::${account}:role/${role}`));
    this.allow('UsersReadTheirSecrets', new AnyPrincipal(), ['kms:Decrypt'], {
      StringEquals: organizationId === undefined ? { 'kms:CallerAccount': [...accounts] } : { 'aws:PrincipalOrgID': organizationId },
      ArnLike: { 'aws:PrincipalArn': users },
    });
    if (roles.length > 0) this.allow('BreakGlass', new AccountRootPrincipal(), ['kms:Decrypt'], { ArnLike: { 'aws:PrincipalArn': roles } });
  }

  /** Lets one role of this account write secrets; its own policy need not name the key. */
  letWrite(role: IPrincipal): void {
    this.allow('RotationWrites', role, ['kms:GenerateDataKey', 'kms:Decrypt']);
  }

  private allow(sid: string, principal: IPrincipal, actions: string[], { StringEquals, ...conditions }: Conditions = {}): void {
    const viaSecretsManager = { 'kms:ViaService': `secretsmanager.${Stack.of(this).region}.amazonaws.com`, ...StringEquals };
    this.key.addToResourcePolicy(
      new PolicyStatement({
        sid,
        principals: [principal],
        actions,
        resources: ['*'],
        conditions: { ...conditions, StringEquals: viaSecretsManager },
      }),
    );
  }
}

type Conditions = Record<string, Record<string, unknown>>;
