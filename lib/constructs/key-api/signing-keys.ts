import { RemovalPolicy } from 'aws-cdk-lib';
import { AccountRootPrincipal, PolicyDocument, PolicyStatement, type IPrincipal } from 'aws-cdk-lib/aws-iam';
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { explain } from '../../permissions/explanations';
import { ADMINISTRATION, AS_ES256, TOKEN_KEY_EXPLANATION } from '../../permissions/key-policy';

/**
 * The asymmetric keys of tokens: the one of this generation signs, and the one before it still verifies, so that tokens outlive the change
 * of keys. An older one goes; whatever it signed has expired long ago.
 */
export class SigningKeys extends Construct {
  /** The one that signs comes first. */
  readonly arns: readonly string[];
  private readonly keys: readonly Key[];

  constructor(scope: Construct, id: string, { generation }: { generation: number }) {
    super(scope, id);
    const generations = generation > 1 ? [generation, generation - 1] : [generation];
    this.keys = generations.map((number) => this.makeKey(number));
    this.arns = this.keys.map(({ keyArn }) => keyArn);
  }

  /** Lets one role of this account sign by the key of this generation, and another one fetch the public parts of all. */
  letUse({ signer, verifier }: { signer: IPrincipal; verifier: IPrincipal }): void {
    this.keys[0]?.addToResourcePolicy(statement('KeyApiSigns', signer, ['kms:Sign'], AS_ES256));
    for (const key of this.keys) key.addToResourcePolicy(statement('AuthorizerVerifies', verifier, ['kms:GetPublicKey']));
  }

  private makeKey(generation: number): Key {
    const key = new Key(this, `Key${generation}`, {
      keySpec: KeySpec.ECC_NIST_P256,
      keyUsage: KeyUsage.SIGN_VERIFY,
      policy: new PolicyDocument({ statements: [statement('AccountAdministers', new AccountRootPrincipal(), ADMINISTRATION)] }),
      description: `${TOKEN_KEY_EXPLANATION.purpose}, generation ${generation}`,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    explain(key, TOKEN_KEY_EXPLANATION);
    return key;
  }
}

const statement = (
  sid: keyof typeof TOKEN_KEY_EXPLANATION.statements,
  principal: IPrincipal,
  actions: string[],
  conditions: Record<string, Record<string, string>> = {},
): PolicyStatement => new PolicyStatement({ sid, principals: [principal], actions, resources: ['*'], conditions });
