import { BootstraplessSynthesizer, CfnParameter, Stack, type IStackSynthesizer } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { MemberResources } from './constructs/member-resources';

/** The names that the member stack's parameters have. */
export const MEMBER_PARAMETERS = { organizationId: 'OrganizationId', rotatorRoleArn: 'RotatorRoleArn' } as const;

/** What every member account gets, as a stack of its own without assets, so that a StackSet can deploy it into accounts without CDK bootstrap. */
export class MemberStack extends Stack {
  constructor(scope: Construct, id: string, props: { roleName: string; exemptionGroup: string }) {
    super(scope, id, {
      description: 'Access key rotation: the role that rotates keys in this account, and the group of exempt users',
      // Refuses assets and looks up no bootstrap version; the CDK's own types miss exactOptionalPropertyTypes.
      synthesizer: new BootstraplessSynthesizer() as IStackSynthesizer,
      analyticsReporting: false,
    });
    const organizationId = new CfnParameter(this, MEMBER_PARAMETERS.organizationId, {
      description: 'Only principals of this organization may take the role',
      allowedPattern: '^o-[a-z0-9]{10,32}$',
    });
    const rotatorRoleArn = new CfnParameter(this, MEMBER_PARAMETERS.rotatorRoleArn, {
      description: 'The one role that may take the role of this account',
      allowedPattern: '^arn:[a-z-]+:iam::\\d{12}:role/.+$',
    });
    new MemberResources(this, 'Member', {
      ...props,
      organizationId: organizationId.valueAsString,
      rotatorRoleArn: rotatorRoleArn.valueAsString,
    });
  }
}
