import { paginateDescribeStacks, type CloudFormationClient, type Stack } from '@aws-sdk/client-cloudformation';
import { GetRoleCommand, type IAMClient } from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import { errorFacts, isNoSuchEntity } from '../../lambda/shared/errors';
import { problem, type Finding } from './finding';

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

/** The problem that nothing is deployed here, with what tells where it is deployed. */
export async function checkMissing(
  clients: { cloudformation: CloudFormationClient; iam: IAMClient },
  { stack, memberRole, where }: { stack: string; memberRole: string; where: Whereabouts },
): Promise<Finding> {
  const says = await missingStack(clients.cloudformation, stack, where);
  const home = await homeOf(clients.iam, memberRole);
  const elsewhere = 'AWS_PROFILE and AWS_REGION choose another account and region, --stack another name';
  if (home === undefined) {
    return problem(
      'deployment',
      says,
      `if it is deployed elsewhere: ${elsewhere}; before the first deployment: npm run doctor -- --before-deploy`,
    );
  }
  const place = home === where.account ? 'this account, in another region or by another name' : `account ${home}`;
  return problem('deployment', `${says}; but the role ${memberRole} here is that of a deployment in ${place}`, `look there: ${elsewhere}`);
}

/** The account of the rotation that the member role of this account trusts; undefined when there is no such role, or it may not be read. */
async function homeOf(iam: IAMClient, memberRole: string): Promise<string | undefined> {
  try {
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: memberRole }));
    return /:iam::(\d{12}):role\//.exec(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ''))?.[1];
  } catch (error) {
    if (isNoSuchEntity(error) || errorFacts(error).error.startsWith('AccessDenied')) return undefined;
    throw error;
  }
}
