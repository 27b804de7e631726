import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import type { Deployment } from '../../../cli/deployment/deployment';
import { rotateEach, wouldRotate, type Rotated } from '../../../cli/rotation/operations/rotate';
import { readOne } from '../../../cli/rotation/operations/status';
import type { Rotation } from '../../../cli/rotation/service';
import { rotatorEnvironment } from '../../../lambda/shared/environment';
import { killedEverywhere, Mortal } from '../../helpers/mortal';
import { FUNCTIONS, MANAGEMENT, testOrganization } from '../../helpers/sandbox-organization';

const organization = testOrganization('enforcing', [], { direct: true });
const clock = (): Date => organization().sandbox.clock.now();

/** The deployed rotation as a process reaches it that may be killed. */
function rotationFor(mortal: Mortal): Rotation {
  const org = organization();
  const { credentials, region } = org.sandbox.client(MANAGEMENT.id);
  const [lambda, s3] = [new LambdaClient({ credentials, region }), new S3Client({ credentials, region })];
  mortal.watch(lambda);
  mortal.watch(s3);
  const environment = rotatorEnvironment(org.functionNamed(FUNCTIONS.rotator).environment);
  const deployment = { stack: 'IamKeyRotation', orchestrator: FUNCTIONS.orchestrator } as Deployment;
  const { secrets } = mortal.session(org.sandbox, MANAGEMENT.id);
  return { environment, settings: 'those of the stack', service: { deployment, environment, lambda, s3, secrets } };
}

/** What the command does once a person has said yes; the service goes on, whatever becomes of the command. */
async function rotate(mortal: Mortal, user: string): Promise<Rotated | undefined> {
  const rotation = rotationFor(mortal);
  const { sandbox } = organization();
  const planned = wouldRotate(await readOne(mortal.session(sandbox, MANAGEMENT.id), rotation, user, clock), rotation, clock());
  const waiting = { now: () => clock().getTime(), sleep: () => sandbox.drain() };
  const [rotated] = await rotateEach(rotation.service!, [planned], waiting);
  return rotated;
}

it('rotate, killed at any call and repeated, leaves one successor, which is stored', async () => {
  const org = organization();
  const seen = await killedEverywhere(
    (nth) => {
      const user = `alice-${nth}`;
      org.addUser(MANAGEMENT, user, [{ ageDays: 40, usedDaysAgo: 1 }]);
      org.rules.expectForced(MANAGEMENT.id, user);
      return user;
    },
    rotate,
    async (user) => {
      await org.sandbox.drain();
      const again = await rotate(new Mortal(), user);
      await org.sandbox.drain();
      const [old, successor, ...more] = org.user(MANAGEMENT, user).keys;
      expect([user, again?.failures, old?.status, successor?.status, more]).toEqual([user, [], 'Active', 'Active', []]);
      const secret = [...org.sandbox.kernel.account(MANAGEMENT.id).secrets.values()].find(({ name }) => name.includes(`_${user}_`))!;
      const current = [...secret.versions.values()].find(({ stages }) => stages.has('AWSCURRENT'))!;
      expect((JSON.parse(current.value) as { AccessKeyId: string }).AccessKeyId).toBe(successor?.id);
    },
  );
  expect(seen).toBeGreaterThan(8);
});
