import { DeploymentError } from '../../sandbox/cloudformation/errors';
import { Sandbox, type Snapshot } from '../../sandbox/sandbox';
import { assemblyOf } from '../helpers/sandbox-assemblies';
import { MANAGEMENT, START } from '../helpers/sandbox-organization';
import { KINDS, wordingOf } from './answers/kinds';
import { settled } from './answers/settled';
import { reportCount } from './kit/counts';

const COMBINATIONS = [true, false].flatMap((passes) =>
  ['DescribeOrganization', 'ListRoots'].flatMap((operation) =>
    KINDS.filter((kind) => kind.passes === passes).map((kind) => [`organizations:${operation}, ${kind.name}`, operation, kind] as const),
  ),
);

describe('deploying, whatever AWS Organizations answers', () => {
  let sandbox: Sandbox;
  let began: Snapshot;
  let tried = 0;
  beforeAll(async () => {
    sandbox = await Sandbox.start({ now: START, managementAccount: MANAGEMENT, processes: false });
    sandbox.organization.verifyIdentity(MANAGEMENT.id, 'example.com');
    began = sandbox.snapshot();
  });
  afterAll(async () => {
    await sandbox.stop();
    reportCount('fault combinations', tried);
  });

  test.each(COMBINATIONS)('%s: is deployed, or refused with the reason and deployed later', async (_, operation, kind) => {
    tried += 1;
    sandbox.restore(began);
    const wording = wordingOf('organizations');
    const match = {
      service: 'organizations',
      operation,
      principal: 'assumed-role/',
      ...(kind.times !== undefined && { times: kind.times }),
    };
    const fault = sandbox.faults.add({ match, when: kind.when, then: kind.then(wording) });
    const refused = await sandbox.deploy(assemblyOf('enforcing')).then(
      () => undefined,
      (error: unknown) => error,
    );
    await settled(sandbox);
    sandbox.faults.clear();
    expect(fault.hits).toBeGreaterThan(0);
    if (kind.passes) expect(refused).toBeUndefined();
    else {
      expect(refused).toBeInstanceOf(DeploymentError);
      expect(String(refused)).toMatch(kind.shows(wording));
      expect([...sandbox.world.stacks.keys()]).toEqual([]);
      await sandbox.deploy(assemblyOf('enforcing'));
    }
    expect([...sandbox.world.stacks.keys()]).toContainEqual(expect.stringContaining('IamKeyRotation'));
  });
});
