import { RotationError } from '../../lambda/shared/errors';
import { STACK } from '../base/options';
import type { DoctorArguments } from './arguments';
import type { Waiting } from './request-checks';
import { diagnoseBefore, memberRoleIn } from './before';
import type { Clients } from './clients';
import { diagnoseDeployed } from './deployed';
import { findDeployment } from '../deployment/deployment';
import { missingStack, whereaboutsOf } from '../deployment/missing-stack';
import type { Diagnosis } from './finding';
import { checkMissing } from './check-missing';

/** What is asked, with which CDK context, and how waiting is done. */
export interface Question extends Pick<DoctorArguments, 'accounts' | 'stack' | 'beforeDeploy'> {
  context: Readonly<Record<string, unknown>>;
  waiting: Waiting;
}

/**
 * Looks at the deployment, or, when it is asked to, at what a first one needs. A deployment that is not there is a problem by itself, and
 * nobody is led to make a second one; throws for a stack that was named and is not there, and when not even that can be found out.
 */
export async function diagnose(clients: Clients, { accounts, stack, beforeDeploy, context, waiting }: Question): Promise<Diagnosis> {
  const { cloudformation } = clients;
  const place = await whereaboutsOf(clients.sts);
  const { account, region, identity } = place;
  const where = { account, region, partition: identity.split(':')[1] ?? 'aws', identity };
  const deployment = await findDeployment(cloudformation, stack ?? STACK);
  if (beforeDeploy) {
    const planned = { context, account, region, deployed: deployment !== undefined };
    return { when: 'before deployment', ...where, checks: await diagnoseBefore(clients, planned), accounts: [] };
  }
  if (deployment) {
    const found = await diagnoseDeployed(clients, deployment, { accounts, home: { account, region }, waiting, context });
    return { when: 'deployed', ...where, secretStore: deployment.centralStore ? 'central' : 'member', ...found };
  }
  if (stack !== undefined) throw new RotationError(await missingStack(cloudformation, stack, place));
  const missing = await checkMissing(clients, { stack: STACK, memberRole: memberRoleIn(context), where: place });
  return { when: 'not found', ...where, checks: [missing], accounts: [] };
}
