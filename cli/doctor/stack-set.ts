import { paginateListStackInstances, type CallAs, type CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DescribeOrganizationCommand, type OrganizationsClient } from '@aws-sdk/client-organizations';

/** Where a stack set's stack stands in one account. */
interface StackInstance {
  /** `CURRENT`, `OUTDATED` or `INOPERABLE`. */
  status: string;
  /** Why CloudFormation could not bring it up to date. */
  reason?: string;
}

/** A stack set and its stacks by account. */
export interface StackSet {
  name: string;
  region: string;
  callAs: CallAs;
  /** StackSets never deploy into this account. */
  managementAccount: string;
  instances: ReadonlyMap<string, StackInstance>;
}

/** As whom an account works with stack sets of its organization. */
export async function callerOf(
  organizations: OrganizationsClient,
  account: string,
): Promise<Pick<StackSet, 'callAs' | 'managementAccount'>> {
  const { Organization } = await organizations.send(new DescribeOrganizationCommand({}));
  const managementAccount = Organization?.MasterAccountId ?? '';
  return { managementAccount, callAs: managementAccount === account ? 'SELF' : 'DELEGATED_ADMIN' };
}

/** Lists where the stack set has been deployed, all pages, in this region. */
export async function readStackSet(
  cloudformation: CloudFormationClient,
  { id, region, callAs, managementAccount }: { id: string } & Pick<StackSet, 'region' | 'callAs' | 'managementAccount'>,
): Promise<StackSet> {
  const name = id.split(':')[0] ?? id;
  const instances = new Map<string, StackInstance>();
  const asked = { StackSetName: name, StackInstanceRegion: region, CallAs: callAs };
  for await (const page of paginateListStackInstances({ client: cloudformation }, asked)) {
    for (const { Account, Status = 'unknown', StatusReason } of page.Summaries ?? []) {
      if (Account !== undefined) instances.set(Account, { status: Status, ...(StatusReason !== undefined && { reason: StatusReason }) });
    }
  }
  return { name, region, callAs, managementAccount, instances };
}

/** The command that brings the stack set to one account, or up to date there. */
export function deployTo({ name, region, callAs }: StackSet, account: string, operation: 'create' | 'update'): string {
  const root = "$(aws organizations list-roots --query 'Roots[0].Id' --output text)";
  const targets = `OrganizationalUnitIds=${root},Accounts=${account},AccountFilterType=INTERSECTION`;
  return `aws cloudformation ${operation}-stack-instances --stack-set-name ${name} --call-as ${callAs} --regions ${region} --deployment-targets "${targets}"`;
}
