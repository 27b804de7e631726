import { MANAGEMENT, type TestOrganization } from '../../helpers/sandbox-organization';
import { assemblyWith } from '../../helpers/sandbox-assemblies';
import type { Store } from './story';

/** The deployments of each store, synthesized. */
export type Assemblies = Readonly<Record<Store, string>>;

/** What every deployment of a story is made with; whether secrets are deleted is told the functions day by day. */
export const DEPLOYED_WITH = { deleteSecretAfter: '30d' };

/** Synthesizes the deployments that differ in nothing but their store. */
export const assembliesOfStores = async (): Promise<Assemblies> => ({
  member: await assemblyWith('enforcing', DEPLOYED_WITH),
  central: await assemblyWith('enforcing', { ...DEPLOYED_WITH, secretStore: 'central' }),
});

/**
 * Deploys with another store or the same, and does what docs/central-store.md asks of an administrator then: a secret that a former
 * central store left behind gets the new key, or its own account's key when that account stores its keys itself again. Settings are those of the default deployment again.
 */
export async function changeStore({ sandbox }: TestOrganization, assembly: string): Promise<void> {
  const now = sandbox.clock.now();
  const stacks = await sandbox.deploy(assembly, { account: MANAGEMENT.id, stack: 'IamKeyRotation' });
  sandbox.clock.set(now);
  const key = stacks[0]?.outputs['CentralKeyArn'];
  for (const secret of sandbox.kernel.account(MANAGEMENT.id).secrets.values()) {
    if (secret.kmsKeyId === undefined) continue;
    if (key !== undefined) secret.kmsKeyId = key;
    else if (secret.name.startsWith(`Account_${MANAGEMENT.id}_`)) delete secret.kmsKeyId;
  }
}
