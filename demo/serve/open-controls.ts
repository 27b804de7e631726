import { STACK } from '../../cli/base/options';
import { readOutputs } from '../../cli/deployment/outputs';
import type { Sandbox } from '../../sandbox/sandbox';
import { People } from '../story/habits';
import { afterDeployment, buildOrganization, START } from '../story/organization';
import { Controls } from './controls';
import { PREFIX } from './prefix';
import { controlRoute } from './routes';

/** After the first day's scheduled hours, so that ten days later the runs of day ten have passed, too. */
const MORNING = new Date(START.getTime() + 5 * 3_600_000);

/** Builds the demonstration's organization in an empty sandbox, deploys the assembly that is prepared meanwhile, and opens the controls. */
export async function openControls(sandbox: Sandbox, assembly: () => Promise<string>): Promise<Controls> {
  await buildOrganization(sandbox);
  const stacks = await sandbox.deploy(await assembly());
  const deployment = readOutputs(new Map(stacks.flatMap(({ outputs }) => Object.entries(outputs))), STACK);
  afterDeployment(sandbox, deployment);
  await new People(sandbox).putSecretInTheWay('666677778888', 'secret-in-the-way');
  sandbox.clock.set(MORNING);
  const controls = new Controls(sandbox, deployment);
  sandbox.kernel.routes.set(PREFIX, controlRoute(controls));
  return controls;
}
