import { STACK } from '../../cli/base/options';
import { readOutputs } from '../../cli/deployment/outputs';
import { People } from '../story/habits';
import { afterDeployment, buildOrganization, MANAGEMENT, START } from '../story/organization';
import { openSandbox } from '../open-sandbox';
import { Controls } from './controls';
import { PREFIX } from './prefix';
import { controlRoute } from './routes';

/** After the first day's scheduled hours, so that ten days later the runs of day ten have passed, too. */
const MORNING = new Date(START.getTime() + 5 * 3_600_000);

/**
 * Starts the demonstration's organization on a port, deploys the assembly that is prepared meanwhile, and opens the controls; throws when
 * the port is taken.
 */
export async function serve({ port, assembly }: { port: number; assembly: () => Promise<string> }): Promise<Controls> {
  const sandbox = await openSandbox({ now: START, managementAccount: MANAGEMENT, port }).catch((error: unknown) => {
    throw readable(error, port);
  });
  try {
    await buildOrganization(sandbox);
    const stacks = await sandbox.deploy(await assembly());
    const deployment = readOutputs(new Map(stacks.flatMap(({ outputs }) => Object.entries(outputs))), STACK);
    afterDeployment(sandbox, deployment);
    await new People(sandbox).putSecretInTheWay('666677778888', 'secret-in-the-way');
    sandbox.clock.set(MORNING);
    const served = new Controls(sandbox, deployment);
    sandbox.kernel.routes.set(PREFIX, controlRoute(served));
    return served;
  } catch (error) {
    await sandbox.stop();
    throw error;
  }
}

function readable(cause: unknown, port: number): unknown {
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  if (code === 'EADDRINUSE') {
    return new Error(`port ${port} is in use, perhaps by another sandbox; choose another with --port, or --port 0 for any free one`, {
      cause,
    });
  }
  if (code === 'EACCES') return new Error(`port ${port} may not be used; choose one above 1023 with --port`, { cause });
  return cause;
}
