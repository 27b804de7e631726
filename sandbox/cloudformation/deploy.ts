import type { StackState } from '../kernel/world';
import { readAssembly } from './cloud-assembly';
import { DeploymentError } from './errors';
import { deployStack, type DeploymentContext } from './stack';
import { syncStackSets } from './stack-sets';

/** Which stack of an assembly is meant, as `cdk deploy <stack> --parameters …` says it. */
export interface Chosen {
  /** Every stack when absent. */
  stack?: string;
  parameters?: Record<string, string>;
}

/** What assemblies are deployed with. */
interface AssemblyContext extends Omit<DeploymentContext, 'assets'> {
  /** Assets of every deployment so far, by S3 object key; those of this one are added. */
  published: Map<string, string>;
}

/**
 * Deploys the stacks of a cloud assembly into one account and region, then its stack sets; on a DeploymentError the world is as it was
 * before.
 */
export async function deployAssembly(
  { published, ...context }: AssemblyContext,
  directory: string,
  { stack: name, parameters }: Chosen = {},
): Promise<StackState[]> {
  const { stacks: all, assets } = readAssembly(directory);
  const stacks = all.filter((stack) => name === undefined || stack.name === name);
  if (stacks.length === 0) {
    throw new DeploymentError(
      `cloud assembly ${directory}: there is no stack ${name ?? ''}; it has ${all.map((stack) => stack.name).join(', ')}`,
    );
  }
  for (const [key, unpacked] of assets) published.set(key, unpacked);
  const before = context.kernel.snapshot();
  try {
    const deployed: StackState[] = [];
    for (const stack of stacks) {
      deployed.push(await deployStack({ ...context, assets }, { ...stack, parameters: { ...stack.parameters, ...parameters } }));
      await syncStackSets(context);
    }
    return deployed;
  } catch (error) {
    context.kernel.restore(before);
    throw error;
  }
}
