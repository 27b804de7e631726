import { BootstraplessSynthesizer, CfnParameter, Stack, type IStackSynthesizer } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { keepHouseRules, type HouseRules } from './constructs/house-rules';
import { MemberResources } from './constructs/member-resources';
import type { Settings } from './settings/fields';
import { namesOf } from './settings/names';

/** The names that the member stack's parameters have. */
export const MEMBER_PARAMETERS = {
  organizationId: 'OrganizationId',
  rotatorRoleArn: 'RotatorRoleArn',
  secretsKeyArn: 'CentralKeyArn',
} as const;

/** What the settings say about member accounts. */
export interface MemberProps extends HouseRules {
  roleName: string;
  exemptionGroup: string;
  exemptionGroupExists: boolean;
  /** Whether only principals of one organization are trusted; the template then asks for its id. */
  inOrganization: boolean;
  /** Whether new keys are stored in the account of the rotation; the template then asks for their key. */
  centralStore: boolean;
  readerPolicy: string;
  /** Whether secrets that are no longer needed are deleted. */
  deletesSecrets: boolean;
}

/** What the settings say about member accounts. */
export function memberOf(settings: Settings): MemberProps {
  const { deployment, exemptionGroup, exemptionGroupExists, permissionsBoundary, tags } = settings;
  const inOrganization = deployment === 'management' || deployment === 'delegated';
  const { memberRole: roleName, readerPolicy } = namesOf(settings);
  const centralStore = settings.secretStore === 'central';
  const secrets = { centralStore, readerPolicy, deletesSecrets: settings.deleteSecretAfter !== undefined };
  return { roleName, exemptionGroup, exemptionGroupExists, inOrganization, permissionsBoundary, tags, ...secrets };
}

/** What every member account gets, as a stack of its own without assets, so that it can be deployed into accounts without CDK bootstrap. */
export class MemberStack extends Stack {
  constructor(scope: Construct, id: string, { inOrganization, centralStore, ...props }: MemberProps) {
    super(scope, id, {
      description: 'Access key rotation: the role that rotates keys in this account, and the group of exempt users',
      // Refuses assets and looks up no bootstrap version; the CDK's own types miss exactOptionalPropertyTypes.
      synthesizer: new BootstraplessSynthesizer() as IStackSynthesizer,
      analyticsReporting: false,
    });
    const organizationId = inOrganization ? this.organizationId() : undefined;
    const rotatorRoleArn = new CfnParameter(this, MEMBER_PARAMETERS.rotatorRoleArn, {
      description: 'The one role that may take the role of this account',
      allowedPattern: '^arn:[a-z-]+:iam::\\d{12}:role/.+$',
    });
    const secretsKeyArn = centralStore ? this.secretsKeyArn() : undefined;
    new MemberResources(this, 'Member', { ...props, organizationId, rotatorRoleArn: rotatorRoleArn.valueAsString, secretsKeyArn });
    keepHouseRules(this, props);
  }

  private secretsKeyArn(): string {
    return new CfnParameter(this, MEMBER_PARAMETERS.secretsKeyArn, {
      description: 'The key that encrypts the central store, in whose account and region the secrets are',
      allowedPattern: '^arn:[a-z-]+:kms:[a-z0-9-]+:\\d{12}:key/[a-z0-9-]+$',
    }).valueAsString;
  }

  private organizationId(): string {
    return new CfnParameter(this, MEMBER_PARAMETERS.organizationId, {
      description: 'Only principals of this organization may take the role',
      allowedPattern: '^o-[a-z0-9]{10,32}$',
    }).valueAsString;
  }
}
