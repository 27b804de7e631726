import type { Kernel } from '../kernel/kernel';
import type { Member, Organization, StackSetState } from '../kernel/world';
import { DeploymentError, messageOf } from './errors';
import { uuidOf } from './provider';
import { deleteStack, deployStack, stackKey, type DeploymentEvent } from './stack';

/** What stack sets are deployed with. */
export interface StackSetContext {
  kernel: Kernel;
  url: string;
  onProgress?: ((event: DeploymentEvent) => void) | undefined;
}

/** Whether a member is in a unit or below it. */
function isUnder({ units }: Organization, member: Member, target: string): boolean {
  for (let at: string | undefined = member.parent; at !== undefined; at = units.get(at)?.parent) if (at === target) return true;
  return false;
}

const instanceName = (name: string, account: string): string => `StackSet-${name}-${uuidOf(name, account)}`;

async function syncStackSet(context: StackSetContext, set: StackSetState, onlyMissing: boolean): Promise<void> {
  const { kernel } = context;
  const { organization, managementAccount } = kernel.world;
  const targeted = [...organization.members.values()].filter(
    (member) => member.id !== managementAccount && set.targets.some((target) => isUnder(organization, member, target)),
  );
  const failures: string[] = [];
  const wanted = new Set<string>();
  for (const { id, state } of set.deleted ? [] : targeted) {
    for (const region of set.regions) {
      const name = instanceName(set.name, id);
      const key = stackKey(id, region, name);
      wanted.add(key);
      if (state !== 'ACTIVE' || (onlyMissing && set.instances.has(key))) continue;
      const before = structuredClone(kernel.world.accounts.get(id));
      try {
        await deployStack(
          { ...context, account: id, region, assets: new Map() },
          { name, template: set.template, parameters: set.parameters },
        );
        set.instances.add(key);
        set.failed?.delete(key);
      } catch (error) {
        if (before) kernel.world.accounts.set(id, before);
        (set.failed ??= new Map()).set(key, messageOf(error));
        failures.push(messageOf(error));
      }
    }
  }
  const leaving = [...set.instances].filter((instance) => !wanted.has(instance));
  for (const key of leaving) {
    const [account = '', region = '', name = ''] = key.split('/');
    const before = structuredClone(kernel.world.accounts.get(account));
    try {
      if (before && (set.deleted || !set.retainOnRemoval)) await deleteStack({ ...context, account, region, assets: new Map() }, name);
      set.instances.delete(key);
    } catch (error) {
      if (before) kernel.world.accounts.set(account, before);
      failures.push(messageOf(error));
    }
  }
  if (set.deleted && set.instances.size > 0) throw new DeploymentError(`stack set ${set.name} is not empty: ${failures.join('; ')}`);
  if (set.deleted) kernel.world.stackSets.delete(set.name);
  const concerned = targeted.length + leaving.length;
  const tolerated = 'count' in set.tolerance ? set.tolerance.count : Math.floor(set.tolerance.share * concerned);
  if (failures.length > tolerated) {
    throw new DeploymentError(`stack set ${set.name}: ${failures.length} accounts failed, ${tolerated} may: ${failures.join('; ')}`);
  }
}

/**
 * Brings every stack set to the active accounts under its targets, the management account excepted, and removes it from accounts that left
 * them (where it cannot be removed, its stack stays as it was); with `onlyAutomatic`, as accounts come and go: those that have it already
 * are left as they are. Failures beyond a set's tolerance are a DeploymentError, others reach `onProgress`.
 */
export async function syncStackSets(context: StackSetContext, { onlyAutomatic = false } = {}): Promise<void> {
  for (const set of [...context.kernel.world.stackSets.values()]) {
    if (set.autoDeployment || !onlyAutomatic || set.deleted) await syncStackSet(context, set, onlyAutomatic);
  }
}
