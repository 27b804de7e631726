import {
  ActivateOrganizationsAccessCommand,
  DescribeOrganizationsAccessCommand,
  type CallAs,
  type CloudFormationClient,
} from '@aws-sdk/client-cloudformation';
import { fine, problem, type Finding, type Repair } from './finding';

/** Whether StackSets may work in the organization: without that no new account gets its role. */
export async function checkTrust(cloudformation: CloudFormationClient, CallAs: CallAs): Promise<Finding> {
  const { Status } = await cloudformation.send(new DescribeOrganizationsAccessCommand({ CallAs }));
  if (Status === 'ENABLED') return fine('StackSets', 'may work in the organization');
  const command = 'aws cloudformation activate-organizations-access';
  const says = 'have no trusted access to the organization';
  // Nobody but the management account may: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-activate-trusted-access.html
  if (CallAs === 'DELEGATED_ADMIN') return problem('StackSets', says, `in the management account: ${command}`);
  const activation: Repair = {
    action: 'cloudformation:ActivateOrganizationsAccess',
    input: {},
    changes:
      'StackSets may make roles and stacks in every account of the organization, for whoever may make stack sets in the management account; it deploys nothing',
    make: () => cloudformation.send(new ActivateOrganizationsAccessCommand({})),
    again: () => checkTrust(cloudformation, CallAs),
  };
  return { ...problem('StackSets', says, command), repairs: [activation] };
}
