import { assemblyWith } from './sandbox-assemblies';
import type { TestOrganization } from './sandbox-organization';

/** Deploys the central store's key into one more region, with the outputs of the central stack, as docs/replica-regions.md shows it. */
export async function deployReplicaKey(org: TestOrganization, settings: Readonly<Record<string, string>>, region: string): Promise<void> {
  const { sandbox, central, mode } = org;
  const stack = [...sandbox.world.stacks.values()].find(({ name }) => name === 'IamKeyRotation')!;
  const { CentralKeyArn = '', RotatorRoleArn = '', OrganizationId = '' } = stack.outputs;
  const now = sandbox.clock.now();
  await sandbox.deploy(await assemblyWith(mode, settings), {
    account: central.id,
    region,
    stack: 'IamKeyRotationReplicaKey',
    parameters: { CentralKeyArn, RotatorRoleArn, OrganizationId },
  });
  sandbox.clock.set(now);
}
