import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { DoctorArguments } from './arguments';
import type { Waiting } from './request-checks';
import { diagnoseBefore } from './before';
import type { Clients } from './clients';
import { diagnoseDeployed } from './deployed';
import { findDeployment } from './deployment';
import type { Diagnosis } from './finding';

/** What is asked, with which CDK context, and how waiting is done. */
export interface Question extends Pick<DoctorArguments, 'accounts' | 'stack' | 'beforeDeploy'> {
  context: Readonly<Record<string, unknown>>;
  waiting: Waiting;
}

/** Looks at the deployment, or at what one needs when there is none or it is asked for; throws when not even that can be found out. */
export async function diagnose(clients: Clients, { accounts, stack, beforeDeploy, context, waiting }: Question): Promise<Diagnosis> {
  const { Account: account = '', Arn: identity = '' } = await clients.sts.send(new GetCallerIdentityCommand({}));
  const region = await clients.sts.config.region();
  const where = { account, region, partition: identity.split(':')[1] ?? 'aws', identity };
  const deployment = await findDeployment(clients.cloudformation, stack);
  if (deployment && !beforeDeploy) {
    const found = await diagnoseDeployed(clients, deployment, { accounts, home: { account, region }, waiting });
    return { when: 'deployed', ...where, secretStore: deployment.centralStore ? 'central' : 'member', ...found };
  }
  const planned = { context, account, region, deployed: deployment !== undefined };
  return { when: 'before deployment', ...where, checks: await diagnoseBefore(clients, planned), accounts: [] };
}
