import { CfnStackSet, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { MemberProps } from './member-stack';
import { memberTemplate, templateBody } from './member-template';
import { PARAMETERS } from './parameters';

/** What the members get, whom they shall trust, and where they are. */
export interface MemberStackSetProps {
  name: string;
  member: MemberProps;
  rotatorRoleArn: string;
  organizationId: string;
  rootId: string;
  secretsKeyArn: string | undefined;
  /** The stack is deployed into a delegated administrator's account, not into the management account. */
  delegated: boolean;
}

/**
 * Brings the member stack into every account of the organization, and into accounts that join later; never into the management account:
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-manage-auto-deployment.html
 */
export class MemberStackSet extends Construct {
  constructor(scope: Construct, id: string, props: MemberStackSetProps) {
    super(scope, id);
    const { name, member, rotatorRoleArn, organizationId, rootId, secretsKeyArn, delegated } = props;
    new CfnStackSet(this, 'StackSet', {
      stackSetName: name,
      description: 'Access key rotation: role and exemption group in every member account',
      permissionModel: 'SERVICE_MANAGED',
      ...(delegated && { callAs: 'DELEGATED_ADMIN' }),
      autoDeployment: { enabled: true, retainStacksOnAccountRemoval: false },
      managedExecution: { Active: true },
      capabilities: ['CAPABILITY_NAMED_IAM'],
      templateBody: templateBody(memberTemplate(member, contextOf(scope))),
      parameters: [
        { parameterKey: PARAMETERS.organizationId, parameterValue: organizationId },
        { parameterKey: PARAMETERS.rotatorRoleArn, parameterValue: rotatorRoleArn },
        ...(secretsKeyArn === undefined ? [] : [{ parameterKey: PARAMETERS.secretsKeyArn, parameterValue: secretsKeyArn }]),
      ],
      stackInstancesGroup: [{ deploymentTargets: { organizationalUnitIds: [rootId] }, regions: [Stack.of(this).region] }],
      // One account in which the role cannot be deployed must not undo it for all others: every run names the accounts without it.
      operationPreferences: { failureTolerancePercentage: 100, maxConcurrentPercentage: 100, regionConcurrencyType: 'PARALLEL' },
    });
  }
}

function contextOf(scope: Construct): Record<string, unknown> {
  const context: unknown = scope.node.root.node.getAllContext();
  return context as Record<string, unknown>;
}
