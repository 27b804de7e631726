import type { KmsKey } from '../../../sandbox/kernel/world';
import { assemblyWith } from '../../helpers/sandbox-assemblies';
import { MANAGEMENT, TEAM } from '../../helpers/sandbox-organization';
import { Patient } from './patient';

/** What is wrong with a central store and its replica keys is repaired by the commands that are printed. */
const ABROAD = 'eu-central-1';
const STACK = 'iam-key-rotation-replica-key';
const settings = { secretStore: 'central', replicaRegions: ABROAD };
const quick = { accounts: [MANAGEMENT.id] };
let patient: Patient;
let cdkOut: string;
beforeAll(async () => {
  patient = await Patient.healthy({ settings });
  cdkOut = await assemblyWith('enforcing', settings);
});
beforeEach(() => {
  patient.recover();
});
afterAll(async () => {
  await patient.org.stop();
});

const world = () => patient.org.sandbox.world;
const keys = () => patient.org.sandbox.kernel.account(MANAGEMENT.id).keys;
const keyIn = (region: string): KmsKey => [...keys().values()].find((key) => key.region === region)!;
const healthy = async (): Promise<void> => {
  expect(await patient.complaints()).toEqual([[], 0]);
};
const takeReplicaKey = (): void => {
  keys().delete(keyIn(ABROAD).arn);
  world().stacks.delete(`${MANAGEMENT.id}/${ABROAD}/IamKeyRotationReplicaKey`);
};
/** What is printed after the synthesis, which the test's assembly stands for. */
const afterSynthesis = (next: string): string => /^npx cdk synth .*?, then: (.*)$/.exec(next)![1]!;

it('keys that are switched off or about to be deleted', async () => {
  await patient.obey(`aws kms schedule-key-deletion --key-id ${keyIn('eu-west-1').arn} --pending-window-in-days 7`);
  await patient.obey(`aws kms disable-key --region ${ABROAD} --key-id ${keyIn(ABROAD).arn}`);
  const steps = await patient.steps(quick);
  expect([...steps.keys()]).toEqual(['central key', `central key in ${ABROAD}`]);
  for (const next of steps.values()) await patient.obey(next);
  await healthy();
});

it('what somebody changed of a key and of the policy by which users read: drift is reverted', async () => {
  const statement = [keyIn('eu-west-1').policy.Statement].flat().find(({ Sid }) => Sid === 'RotationWrites')!;
  statement.Principal = { AWS: 'AROAEXAMPLE' };
  patient.org.sandbox.kernel.account(TEAM.id).managedPolicies.clear();
  const steps = await patient.steps();
  expect(steps.get('central key')).toMatch(/^npx cdk deploy --revert-drift /);
  expect(steps.get(TEAM.id)).toMatch(/^in that account, revert the drift of the stack that the stack set has made/);
  await patient.revertDrift('IamKeyRotation');
  const stackOfTeam = [...world().stacks.values()].find(({ account, name }) => account === TEAM.id && name.startsWith('StackSet-'))!;
  await patient.revertDrift(stackOfTeam.name, TEAM);
  await healthy();
});

it('a replica key that was never deployed, and one whose first deployment failed', async () => {
  takeReplicaKey();
  const deploy = afterSynthesis(await patient.nextStep(quick));
  // The first attempt is refused by the template, and the stack that is left has to go first.
  await patient.obey(deploy.replace(/CentralKeyArn=\S+/, 'CentralKeyArn=none'), MANAGEMENT, cdkOut);
  expect(world().stacks.get(`${MANAGEMENT.id}/${ABROAD}/${STACK}`)).toMatchObject({ status: 'ROLLBACK_COMPLETE' });
  await expect(patient.obey(deploy, MANAGEMENT, cdkOut)).rejects.toThrow('is in ROLLBACK_COMPLETE state and can not be updated');
  const again = afterSynthesis(await patient.nextStep(quick));
  expect(again).toMatch(
    /^aws cloudformation delete-stack .* && aws cloudformation wait stack-delete-complete .* && aws cloudformation deploy /,
  );
  await patient.obey(again, MANAGEMENT, cdkOut);
  await healthy();
});

it('a replica key that is gone and whose stack is not: its drift is reverted with the template, as docs/doctor.md shows', async () => {
  takeReplicaKey();
  const deploy = afterSynthesis(await patient.nextStep(quick));
  await patient.obey(deploy, MANAGEMENT, cdkOut);
  keys().delete(keyIn(ABROAD).arn);
  expect(await patient.nextStep(quick)).toMatch(/^in eu-central-1, revert the drift of the stack iam-key-rotation-replica-key/);
  const change = `--region ${ABROAD} --stack-name ${STACK} --change-set-name revert-drift`;
  const parameters = [...deploy.matchAll(/(\w+)=(\S+)/g)].map(
    ([, name = '', value = '']) => `ParameterKey=${name},ParameterValue=${value}`,
  );
  const template = 'file://cdk.out/IamKeyRotationReplicaKey.template.json';
  await patient.obey(
    `aws cloudformation create-change-set ${change} --deployment-mode REVERT_DRIFT --template-body ${template} --parameters ${parameters.join(' ')}`,
    MANAGEMENT,
    cdkOut,
  );
  await patient.obey(`aws cloudformation execute-change-set ${change}`);
  await healthy();
});
