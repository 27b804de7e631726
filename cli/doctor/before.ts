import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { GetGroupCommand } from '@aws-sdk/client-iam';
import { GetAccountSettingsCommand } from '@aws-sdk/client-lambda';
import { DescribeOrganizationCommand, paginateListAccounts } from '@aws-sdk/client-organizations';
import { errorFacts, isNoSuchEntity } from '../../lambda/shared/errors';
import { readSettings } from '../../lib/settings/read';
import type { Settings } from '../../lib/settings/fields';
import { namesOf } from '../../lib/settings/names';
import type { Clients } from './clients';
import { attempt, fine, problem, type Finding } from './finding';
import { checkMail } from './mail';
import { checkTrust } from './trusted-access';

/** What a deployment would be made with and where. */
export interface Planned {
  /** CDK context: cdk.json with the `-c` flags laid over it. */
  context: Readonly<Record<string, unknown>>;
  account: string;
  region: string;
  /** The stack is deployed already, so that what it made is there. */
  deployed: boolean;
}

/** What the CDK's own templates ask for: https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html */
const BOOTSTRAP = { stack: 'CDKToolkit', least: 6 };
/** Accounts that are new to Lambda have 10: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const LEAST_CONCURRENCY = 10;

/** Looks at everything that a first deployment needs, with the deployer's own credentials, and changes nothing. */
export async function diagnoseBefore(clients: Clients, planned: Planned): Promise<Finding[]> {
  const { account, region } = planned;
  const [settings, read] = settingsOf(planned.context);
  const deployment = settings?.deployment ?? 'management';
  let accounts = settings?.accounts.length ?? 1;
  const findings = [read];
  if (deployment === 'management' || deployment === 'delegated') {
    const organization = await attempt('organization', async () => {
      const [finding, size] = await checkOrganization(clients, account, deployment);
      accounts = size;
      return [finding];
    });
    findings.push(...organization);
    if (organization.every(({ status }) => status === 'fine')) {
      const callAs = deployment === 'management' ? 'SELF' : 'DELEGATED_ADMIN';
      findings.push(...(await attempt('StackSets', async () => [await checkTrust(clients.cloudformation, callAs)])));
    }
  }
  findings.push(...(await attempt('bootstrap', async () => [await checkBootstrap(clients, account, region)])));
  if (settings) {
    findings.push(...(await attempt('mail', () => checkPlannedMail(clients, settings, accounts))));
    if (deployment !== 'list') {
      findings.push(...(await attempt('exemption group', async () => [await checkGroup(clients, settings, planned.deployed)])));
    }
  }
  findings.push(...(await attempt('Lambda', async () => [await checkConcurrency(clients)])));
  return findings;
}

/** The member role's name by these settings, or by default where they are wrong. */
export const memberRoleIn = (context: Planned['context']): string =>
  namesOf({ prefix: settingsOf(context)[0]?.prefix ?? 'iam-key-rotation' }).memberRole;

function settingsOf(context: Planned['context']): [Settings | undefined, Finding] {
  try {
    const settings = readSettings(context);
    const { dryRun, rotate, disable, delete: remove } = settings;
    return [settings, fine('settings', `${dryRun ? 'DryRun' : 'enforcing'}, ${rotate} → ${disable} → ${remove}`)];
  } catch (error) {
    const next = 'correct "rotation" in cdk.json, or the -c flags; README.md lists all settings';
    return [undefined, problem('settings', 'are wrong', next, errorFacts(error).message)];
  }
}

/** What is wrong with the organization or this account's place in it, and how many accounts there are. */
async function checkOrganization(
  { organizations }: Clients,
  account: string,
  deployment: 'management' | 'delegated',
): Promise<[finding: Finding, accounts: number]> {
  const check = 'organization';
  const found = await organizations.send(new DescribeOrganizationCommand({})).catch((error: unknown) => {
    if (errorFacts(error).error === 'AWSOrganizationsNotInUseException') return undefined;
    throw error;
  });
  if (!found?.Organization) {
    const next = 'use the credentials of another account, or -c deployment=single or list: docs/deployment.md';
    return [problem(check, `account ${account} is in no organization`, next), 1];
  }
  const { Id = '', MasterAccountId = '', FeatureSet } = found.Organization;
  if (FeatureSet !== 'ALL') {
    const next = 'aws organizations enable-all-features (every account must accept)';
    return [problem(check, `${Id} has consolidated billing only; StackSets need all features`, next), 1];
  }
  const isManagement = account === MasterAccountId;
  if (deployment === 'management' && !isManagement) {
    const next = `use the credentials of the management account ${MasterAccountId}, or -c deployment=delegated: docs/deployment.md`;
    return [problem(check, `${account} is not the management account`, next), 1];
  }
  if (deployment === 'delegated' && isManagement) {
    const next = 'use the credentials of the delegated administrator, or leave out -c deployment=delegated: docs/deployment.md';
    return [problem(check, `${account} is the management account`, next), 1];
  }
  let accounts = 0;
  try {
    for await (const page of paginateListAccounts({ client: organizations }, {})) accounts += page.Accounts?.length ?? 0;
  } catch (error) {
    if (isManagement || !errorFacts(error).error.startsWith('AccessDenied')) throw error;
    const next = `in the management account ${MasterAccountId}: aws organizations register-delegated-administrator --account-id ${account} --service-principal member.org.stacksets.cloudformation.amazonaws.com`;
    return [problem(check, `${account} is no delegated administrator`, next), 1];
  }
  return [
    fine(check, `${Id}: ${accounts} accounts, from ${isManagement ? 'its management account' : 'a delegated administrator'}`),
    accounts,
  ];
}

async function checkBootstrap({ cloudformation }: Clients, account: string, region: string): Promise<Finding> {
  const check = 'bootstrap';
  const next = `npx cdk bootstrap aws://${account}/${region}`;
  const answer = await cloudformation.send(new DescribeStacksCommand({ StackName: BOOTSTRAP.stack })).catch((error: unknown) => {
    if (errorFacts(error).message.includes('does not exist')) return undefined;
    throw error;
  });
  const [stack] = answer?.Stacks ?? [];
  if (!stack) return problem(check, `there is no stack ${BOOTSTRAP.stack} in ${region}`, next);
  const version = Number(stack.Outputs?.find(({ OutputKey }) => OutputKey === 'BootstrapVersion')?.OutputValue);
  if (version >= BOOTSTRAP.least) return fine(check, `version ${version}`);
  return problem(check, `is version ${version || 'unknown'}, this app needs ${BOOTSTRAP.least}`, next);
}

async function checkPlannedMail({ ses }: Clients, { sender }: Settings, accounts: number): Promise<Finding[]> {
  if (/@(.+\.)?example\.(com|net|org)$/.test(sender)) {
    const next = 'npx cdk deploy -c sender=key-rotation@your-company.example, with an address or domain that is verified in SES';
    return [problem('sender', `no mail can come from ${sender}`, next)];
  }
  return checkMail(ses, sender, accounts);
}

async function checkGroup({ iam }: Clients, { exemptionGroup, exemptionGroupExists }: Settings, deployed: boolean): Promise<Finding> {
  const check = 'exemption group';
  const isThere = await iam.send(new GetGroupCommand({ GroupName: exemptionGroup, MaxItems: 1 })).then(
    () => true,
    (error: unknown) => {
      if (isNoSuchEntity(error)) return false;
      throw error;
    },
  );
  const elsewhere = 'other accounts are not looked at';
  if (exemptionGroupExists) {
    if (isThere) return fine(check, `${exemptionGroup} is there; ${elsewhere}`);
    const next = `aws iam create-group --group-name ${exemptionGroup}, or leave out exemptionGroupExists`;
    return problem(check, `${exemptionGroup} is missing, though exemptionGroupExists says that it is there`, next);
  }
  if (!isThere) return fine(check, `${exemptionGroup} is free; ${elsewhere}`);
  if (deployed) return fine(check, `${exemptionGroup} is there, made by the deployed stack`);
  const next = '-c exemptionGroupExists=true when it is your exemption group in every account, else -c exemptionGroup=<another name>';
  return problem(check, `${exemptionGroup} exists already, the deployment would fail`, next);
}

async function checkConcurrency({ lambda }: Clients): Promise<Finding> {
  const { AccountLimit } = await lambda.send(new GetAccountSettingsCommand({}));
  const room = AccountLimit?.UnreservedConcurrentExecutions ?? 0;
  if (room >= LEAST_CONCURRENCY) return fine('Lambda', `${room} accounts can be rotated at the same time`);
  const next = 'aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 --desired-value 1000';
  return problem('Lambda', `only ${room} functions may run at the same time, the rotation wants ${LEAST_CONCURRENCY}`, next);
}
