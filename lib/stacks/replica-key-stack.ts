import { BootstraplessSynthesizer, CfnDeletionPolicy, Fn, Stack, type IStackSynthesizer } from 'aws-cdk-lib';
import { ArnPrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnReplicaKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { explain } from '../permissions/explanations';
import { applyOrganizationStandards } from '../constructs/organization-standards';
import { KEY_EXPLANATION, keyPolicy, keyStatement, viaSecretsManager } from '../permissions/key-policy';
import { isInOrganization } from './member-stack';
import { organizationIdParameter, rotatorRoleParameter, secretsKeyParameter } from './parameters';
import type { Settings } from '../settings/fields';

/** Whether the central store's key is wanted in further regions. */
export const hasReplicaKeys = ({ secretStore, replicaRegions }: Pick<Settings, 'secretStore' | 'replicaRegions'>): boolean =>
  secretStore === 'central' && replicaRegions.length > 0;

/**
 * The central store's key in one more region, deployed into each of `replicaRegions`, after the central stack, in its account: a stack
 * cannot make a replica key elsewhere (https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-replicate.html). It needs no
 * bootstrap there. The key outlives the stack, since without it no replica can be read.
 */
export class ReplicaKeyStack extends Stack {
  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id, {
      description: 'Access key rotation: the key of the central store in one more region',
      // Refuses assets and looks up no bootstrap version; the CDK's own types miss exactOptionalPropertyTypes.
      synthesizer: new BootstraplessSynthesizer() as IStackSynthesizer,
      analyticsReporting: false,
    });
    const organizationId = isInOrganization(settings) ? organizationIdParameter(this, 'Its users may read their secrets') : undefined;
    const primaryKeyArn = secretsKeyParameter(this);
    const rotator = new ArnPrincipal(rotatorRoleParameter(this, 'The one role that may store secrets'));
    const policy = keyPolicy(this, {
      organizationId,
      accounts: settings.accounts.map((account) => account.id),
      breakGlass: settings.breakGlassPrincipals,
    });
    // AWS does not say from which of the two regions Secrets Manager calls.
    const via = viaSecretsManager(this.region, Fn.select(3, Fn.split(':', primaryKeyArn)));
    policy.addStatements(keyStatement('RotationWrites', rotator, ['GenerateDataKey', 'Encrypt'], via));
    const key = new CfnReplicaKey(this, 'ReplicaKey', { primaryKeyArn, keyPolicy: policy, description: KEY_EXPLANATION.purpose });
    key.cfnOptions.deletionPolicy = CfnDeletionPolicy.RETAIN;
    key.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN;
    explain(key, KEY_EXPLANATION);
    applyOrganizationStandards(this, settings);
  }
}
