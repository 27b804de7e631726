import { RemovalPolicy } from 'aws-cdk-lib';
import { AccountRootPrincipal, PolicyDocument, PolicyStatement, type IPrincipal } from 'aws-cdk-lib/aws-iam';
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { explain } from '../permissions/explanations';
import { ADMINISTRATION, EVIDENCE_KEY_EXPLANATION, AS_ES256 } from '../permissions/key-policy';

/**
 * The asymmetric key that signs evidence; it outlives the stack, since with its public part what it signed is verified. Administrators of
 * the account manage it and cannot sign: https://docs.aws.amazon.com/kms/latest/developerguide/symmetric-asymmetric.html
 */
export class EvidenceKey extends Construct {
  readonly arn: string;
  private readonly key: Key;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const root = new AccountRootPrincipal();
    this.key = new Key(this, 'Key', {
      keySpec: KeySpec.ECC_NIST_P256,
      keyUsage: KeyUsage.SIGN_VERIFY,
      policy: new PolicyDocument({
        statements: [
          statement('AccountAdministers', root, ADMINISTRATION),
          statement('AccountVerifies', root, ['kms:GetPublicKey', 'kms:Verify']),
        ],
      }),
      description: EVIDENCE_KEY_EXPLANATION.purpose,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    explain(this.key, EVIDENCE_KEY_EXPLANATION);
    this.arn = this.key.keyArn;
  }

  /** Lets one role of this account sign; its own policy need not name the key. */
  letSign(role: IPrincipal): void {
    this.key.addToResourcePolicy(statement('ReporterSigns', role, ['kms:Sign'], AS_ES256));
  }
}

const statement = (
  sid: keyof typeof EVIDENCE_KEY_EXPLANATION.statements,
  principal: IPrincipal,
  actions: string[],
  conditions: Record<string, Record<string, string>> = {},
): PolicyStatement => new PolicyStatement({ sid, principals: [principal], actions, resources: ['*'], conditions });
