import type { StackState } from '../world';
import { readAssembly } from './cloud-assembly';
import { deployStack, type DeploymentContext } from './stack';
import { syncStackSets } from './stack-sets';

/** Deploys every stack of a cloud assembly into one account and region, then its stack sets; on a DeploymentError the world is as it was before. */
export async function deployAssembly(context: Omit<DeploymentContext, 'assets'>, directory: string): Promise<StackState[]> {
  const { stacks, assets } = readAssembly(directory);
  const before = context.kernel.snapshot();
  try {
    const deployed: StackState[] = [];
    for (const stack of stacks) {
      deployed.push(await deployStack({ ...context, assets }, stack));
      await syncStackSets(context);
    }
    return deployed;
  } catch (error) {
    context.kernel.restore(before);
    throw error;
  }
}
