import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { IAMClient } from '@aws-sdk/client-iam';
import { errorFacts } from '../../lambda/shared/errors';
import { findMemberRole } from '../deployment/member-role';
import { missingStack, type Whereabouts } from '../deployment/missing-stack';
import { problem, type Finding } from './finding';

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
    return (await findMemberRole(iam, memberRole))?.home;
  } catch (error) {
    if (errorFacts(error).error.startsWith('AccessDenied')) return undefined;
    throw error;
  }
}
