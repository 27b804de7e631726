import { BootstraplessSynthesizer, Stack, type IStackSynthesizer } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { needsTwoSecrets } from '../../lambda/shared/in-turn';
import { EXEMPT_UNTIL } from '../../lambda/core/plan/key-state';
import { applyOrganizationStandards, type OrganizationStandards } from '../constructs/organization-standards';
import { MemberResources } from '../constructs/member-resources';
import { organizationIdParameter, rotatorRoleParameter, secretsKeyParameter } from './parameters';
import type { Settings } from '../settings/fields';
import { namesOf } from '../settings/names';

/** What the settings say about member accounts. */
export interface MemberProps extends OrganizationStandards {
  roleName: string;
  exemptionGroup: string;
  exemptionGroupExists: boolean;
  /** Groups whose members follow a policy of their own. */
  policyGroups: readonly string[];
  /** Whether users may have two secrets. */
  secondSecrets: boolean;
  /** Whether only principals of one organization are trusted; the template then asks for its id. */
  inOrganization: boolean;
  /** Whether new keys are stored in the account of the rotation; the template then asks for their key. */
  centralStore: boolean;
  readerPolicy: string;
  /** Whether secrets that are no longer needed are deleted. */
  deletesSecrets: boolean;
  /** Regions that secrets are replicated to. */
  replicaRegions: readonly string[];
  /** Alias of the customer managed key of secrets in the accounts of their users; the key aws/secretsmanager when absent. */
  memberKey: string | undefined;
  /** Whether CloudTrail is asked who uses a key. */
  usageDetail: boolean;
  /** Keys of user tags that decide about a user's keys, which the rotation reads and never writes. */
  othersTags: readonly string[];
}

/** Whether the accounts are an organization's. */
export const isInOrganization = ({ deployment }: Pick<Settings, 'deployment'>): boolean =>
  deployment === 'management' || deployment === 'delegated';

/** What the settings say about member accounts. */
export function memberOf(settings: Settings): MemberProps {
  const { exemptionGroup, exemptionGroupExists, permissionsBoundary, tags, replicaRegions } = settings;
  const inOrganization = isInOrganization(settings);
  const { memberRole: roleName, readerPolicy } = namesOf(settings);
  const centralStore = settings.secretStore === 'central';
  const { memberKey, ownerEmailTag, exemptTag, usageDetail } = settings;
  const secrets = { centralStore, readerPolicy, replicaRegions, memberKey, deletesSecrets: settings.deleteSecretAfter !== undefined };
  const { policies = [] } = settings;
  const sides = {
    policyGroups: [...new Set(policies.flatMap(({ groups }) => groups))],
    secondSecrets: policies.some(({ rotate }) => needsTwoSecrets(rotate)),
  };
  const othersTags = [EXEMPT_UNTIL, ownerEmailTag, ...(exemptTag === undefined ? [] : [exemptTag])];
  return {
    roleName,
    exemptionGroup,
    exemptionGroupExists,
    inOrganization,
    permissionsBoundary,
    tags,
    othersTags,
    usageDetail,
    ...sides,
    ...secrets,
  };
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
    const organizationId = inOrganization
      ? organizationIdParameter(this, 'Only principals of this organization may assume the role')
      : undefined;
    const rotatorRoleArn = rotatorRoleParameter(this, 'The one role that may assume the role of this account');
    const secretsKeyArn = centralStore ? secretsKeyParameter(this) : undefined;
    new MemberResources(this, 'Member', { ...props, organizationId, rotatorRoleArn, secretsKeyArn });
    applyOrganizationStandards(this, props);
  }
}
