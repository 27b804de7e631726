import type { StackPlatform } from '../kernel/contracts';
import type { Kernel } from '../kernel/kernel';
import { messageOf } from './errors';
import { deleteStack, deployStack, revertDrift, stackKey } from './stack';
import { syncStackSets } from './stack-sets';

interface Place {
  account: string;
  region: string;
}

/** What CloudFormation's own operations deploy with: a change that fails leaves everything as it was, and the stack says that it was rolled back. */
export function stackPlatform(kernel: Kernel, url: string, assets: ReadonlyMap<string, string>): StackPlatform {
  const wholly = async ({ account, region }: Place, name: string, work: () => Promise<unknown>): Promise<void> => {
    const before = kernel.snapshot();
    const key = stackKey(account, region, name);
    try {
      await work();
      const stack = kernel.world.stacks.get(key);
      if (stack && before.stacks.has(key)) stack.status = 'UPDATE_COMPLETE';
    } catch (error) {
      kernel.restore(before);
      const failure = { at: kernel.clock.now(), reason: messageOf(error) };
      const stack = kernel.world.stacks.get(key);
      if (stack) Object.assign(stack, { status: 'UPDATE_ROLLBACK_COMPLETE', failures: [...(stack.failures ?? []), failure] });
      else {
        const nothing = { outputs: {}, resources: new Map(), created: failure.at };
        kernel.world.stacks.set(key, { name, account, region, ...nothing, status: 'ROLLBACK_COMPLETE', failures: [failure] });
      }
    }
  };
  return {
    deploy: (place, stack) => wholly(place, stack.name, () => deployStack({ kernel, url, assets, ...place }, stack)),
    revertDrift: (place, name) => wholly(place, name, () => revertDrift({ kernel, url, assets, ...place }, name)),
    delete: (place, name) => deleteStack({ kernel, url, assets, ...place }, name),
    syncStackSets: () => syncStackSets({ kernel, url }),
  };
}
