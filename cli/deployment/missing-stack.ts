import { paginateDescribeStacks, type CloudFormationClient, type Stack } from '@aws-sdk/client-cloudformation';
import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import { errorFacts } from '../../lambda/shared/errors';

/** Where somebody looks, and as whom. */
export interface Whereabouts {
  account: string;
  region: string;
  identity: string;
}

/** The account, region and identity that these clients ask as. */
export async function whereaboutsOf(sts: STSClient): Promise<Whereabouts> {
  const { Account: account = '', Arn: identity = '' } = await sts.send(new GetCallerIdentityCommand({}));
  return { account, region: await sts.config.region(), identity };
}

/** What was not found and where, and under which other name this app is deployed there. */
export async function missingStack(cloudformation: CloudFormationClient, stack: string, where: Whereabouts): Promise<string> {
  const others = await stacksOfThisApp(cloudformation);
  const hint = others.length > 0 ? `; this app is there as ${others.map((name) => `--stack ${name}`).join(', ')}` : '';
  return `there is no stack ${stack} in account ${where.account}, ${where.region} (as ${where.identity})${hint}`;
}

/** Whether a stack's outputs are those of this app, in any version. */
export const isOfThisApp = ({ Outputs = [] }: Pick<Stack, 'Outputs'>): boolean =>
  ['OrchestratorFunctionName', 'RotatorFunctionName'].every((name) => Outputs.some(({ OutputKey }) => OutputKey === name));

/** Only a hint: whoever may not list stacks gets none. */
async function stacksOfThisApp(client: CloudFormationClient): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const { Stacks = [] } of paginateDescribeStacks({ client }, {}))
      names.push(...Stacks.flatMap((stack) => (isOfThisApp(stack) ? (stack.StackName ?? []) : [])));
  } catch (error) {
    if (!errorFacts(error).error.startsWith('AccessDenied')) throw error;
  }
  return names;
}
