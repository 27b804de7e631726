import { DescribeStacksCommand, paginateListStackResources, type CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { describe, RotationError } from '../../lambda/shared/errors';

/** How the deployed stack is called when nobody says otherwise. */
export const STACK = 'IamKeyRotation';
/** The command that brings back what somebody changed or deleted of the stack. */
export const REVERT_DRIFT = 'npx cdk deploy --revert-drift';

/** The deployed stack as it describes itself. */
export interface Deployment {
  stack: string;
  /** CloudFormation's word, such as `UPDATE_COMPLETE`. */
  status: string;
  created: Date;
  orchestrator: string;
  rotator: string;
  reporter: string;
  memberRole: string;
  exemptionGroup: string;
  resultsBucket: string;
  sender: string;
  dryRun: boolean;
  /** The plain member template was, or has to be, deployed by hand into some accounts. */
  byHand: boolean;
  /** Physical ids by CloudFormation type. */
  resources: ReadonlyMap<string, readonly string[]>;
}

/** Reads the stack's outputs and resources; undefined when there is no such stack, and an error when it is not this app's. */
export async function findDeployment(cloudformation: CloudFormationClient, stack: string): Promise<Deployment | undefined> {
  const answer = await cloudformation.send(new DescribeStacksCommand({ StackName: stack })).catch((error: unknown) => {
    if (describe(error).message.includes('does not exist')) return undefined;
    throw error;
  });
  const [found] = answer?.Stacks ?? [];
  if (!found) return undefined;
  const outputs = new Map(found.Outputs?.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
  const output = (name: string): string => {
    const value = outputs.get(name);
    if (value === undefined) {
      const status = found.StackStatus ?? 'unknown';
      throw new RotationError(
        `the stack ${stack} (${status}) has no output ${name}: deploy this version with npx cdk deploy, then ask again`,
      );
    }
    return value;
  };
  return {
    stack,
    status: found.StackStatus ?? 'unknown',
    created: found.CreationTime ?? new Date(0),
    orchestrator: output('OrchestratorFunctionName'),
    rotator: output('RotatorFunctionName'),
    reporter: output('ReporterFunctionName'),
    memberRole: output('MemberRoleName'),
    exemptionGroup: output('ExemptionGroupName'),
    resultsBucket: output('ResultsBucketName'),
    sender: output('Sender'),
    dryRun: output('DryRun') === 'true',
    byHand: outputs.has('RotatorRoleArn'),
    resources: await resourcesOf(cloudformation, stack),
  };
}

async function resourcesOf(client: CloudFormationClient, stack: string): Promise<Map<string, string[]>> {
  const resources = new Map<string, string[]>();
  for await (const page of paginateListStackResources({ client }, { StackName: stack })) {
    for (const { ResourceType = '', PhysicalResourceId } of page.StackResourceSummaries ?? []) {
      if (PhysicalResourceId !== undefined) resources.set(ResourceType, [...(resources.get(ResourceType) ?? []), PhysicalResourceId]);
    }
  }
  return resources;
}
