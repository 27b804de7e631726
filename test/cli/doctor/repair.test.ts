import {
  CloudFormationClient,
  CreateChangeSetCommand,
  CreateStackInstancesCommand,
  DescribeChangeSetCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
} from '@aws-sdk/client-cloudformation';
import { AddUserToGroupCommand, CreateGroupCommand, IAMClient } from '@aws-sdk/client-iam';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { CreateEmailIdentityCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { findDeployment } from '../../../cli/doctor/deployment';
import { makeSqsClient } from '../../../cli/redrive/failed-events';
import { redriveQueue } from '../../../cli/redrive/redrive';
import { FUNCTIONS, MANAGEMENT, NAMES, TEAM } from '../../helpers/sandbox-organization';
import { Patient } from './patient';

/** Flaw, doctor, repair, redrive, green: each step with what an operator has. */
let patient: Patient;
beforeAll(async () => {
  patient = await Patient.healthy();
});
beforeEach(() => {
  patient.recover();
  patient.org.disturbed = true;
});
afterAll(async () => {
  await patient.org.stop();
});

const as = (account: string) => patient.org.sandbox.client(account);
const team = () => patient.org.sandbox.kernel.account(TEAM.id);
const HOUR_MS = 3_600_000;

async function runAndReport(): Promise<void> {
  const { sandbox } = patient.org;
  sandbox.clock.advance(HOUR_MS);
  await patient.org.run();
  await sandbox.invoke(FUNCTIONS.reporter, {}, { type: 'Event', account: MANAGEMENT.id });
  await sandbox.drain();
}

async function redrive(): Promise<string> {
  const settings = as(MANAGEMENT.id);
  const clients = { lambda: new LambdaClient(settings), s3: new S3Client(settings), sqs: makeSqsClient(settings) };
  const deployment = await findDeployment(new CloudFormationClient(settings), 'IamKeyRotation');
  const { lines } = await redriveQueue(clients, deployment!, { how: 'again' });
  await patient.org.sandbox.drain();
  return lines.join('\n');
}

const healthy = async (): Promise<void> => {
  expect(await patient.complaints()).toEqual([[], 0]);
};

it('a group that was deleted: made anew with its members, who are exempt again', async () => {
  const { org } = patient;
  org.addUser(TEAM, 'robot', [{ ageDays: 200 }]);
  org.sandbox.people(TEAM.id).deleteGroup(NAMES.exemptionGroup);
  const [complaints] = await patient.complaints();
  expect(complaints).toEqual([`${TEAM.id}: the group ${NAMES.exemptionGroup} is missing: nobody is exempt`]);
  const iam = new IAMClient(as(TEAM.id));
  await iam.send(new CreateGroupCommand({ GroupName: NAMES.exemptionGroup }));
  await iam.send(new AddUserToGroupCommand({ GroupName: NAMES.exemptionGroup, UserName: 'robot' }));
  await runAndReport();
  expect(org.user(TEAM, 'robot').keys).toHaveLength(1);
  await healthy();
});

it('an account that the stack set has not reached: its stack is made by the step that is printed', async () => {
  const { instances } = patient.org.sandbox.world.stackSets.get('iam-key-rotation-member')!;
  const key = [...instances].find((one) => one.startsWith(TEAM.id))!;
  instances.delete(key);
  patient.org.sandbox.world.stacks.delete(key);
  team().roles.delete(NAMES.memberRole);
  patient.org.sandbox.people(TEAM.id).deleteGroup(NAMES.exemptionGroup);
  const [finding] = (await patient.diagnosis()).accounts.filter(({ status }) => status === 'problem');
  expect(finding?.next).toMatch(/^aws cloudformation create-stack-instances --stack-set-name iam-key-rotation-member --call-as SELF/);
  const cloudformation = new CloudFormationClient(as(MANAGEMENT.id));
  const DeploymentTargets = { OrganizationalUnitIds: ['r-root'], Accounts: [TEAM.id], AccountFilterType: 'INTERSECTION' as const };
  await cloudformation.send(
    new CreateStackInstancesCommand({ StackSetName: 'iam-key-rotation-member', Regions: ['eu-west-1'], CallAs: 'SELF', DeploymentTargets }),
  );
  await healthy();
});

it('a sender that SES does not know: made and verified', async () => {
  patient.org.sandbox.kernel.account(MANAGEMENT.id).identities.clear();
  expect((await patient.complaints())[0]).toEqual(['sender: SES knows neither key-rotation@example.com nor its domain']);
  await new SESv2Client(as(MANAGEMENT.id)).send(new CreateEmailIdentityCommand({ EmailIdentity: 'example.com' }));
  expect((await patient.complaints())[0]).toEqual(['sender: example.com is not verified in SES yet']);
  patient.org.sandbox.organization.verifyIdentity(MANAGEMENT.id, 'example.com');
  await healthy();
});

it('a member stack by hand: deployed as aws cloudformation deploy does it, and changed by the next one', async () => {
  const client = new CloudFormationClient(as(TEAM.id));
  const deploy = async (ChangeSetType: 'CREATE' | 'UPDATE', GroupName: string): Promise<string | undefined> => {
    const TemplateBody = JSON.stringify({ Resources: { Group: { Type: 'AWS::IAM::Group', Properties: { GroupName } } } });
    const change = { StackName: 'by-hand', ChangeSetName: `awscli-${ChangeSetType}` };
    const { Id } = await client.send(new CreateChangeSetCommand({ ...change, ChangeSetType, TemplateBody }));
    await client.send(new ExecuteChangeSetCommand({ StackName: 'by-hand', ChangeSetName: Id }));
    return (await client.send(new DescribeStacksCommand({ StackName: 'by-hand' }))).Stacks?.[0]?.StackStatus;
  };
  expect(await deploy('CREATE', 'one')).toBe('CREATE_COMPLETE');
  expect(await deploy('UPDATE', 'two')).toBe('UPDATE_COMPLETE');
  expect([team().groups.has('one'), team().groups.has('two')]).toEqual([false, true]);
  await expect(deploy('CREATE', 'three')).rejects.toThrow('already exists');
});

// Last: what functions wrote is kept when the organization recovers, and alarms read it.
it('a role that was deleted: its stack’s drift is reverted, and what had failed is run again', async () => {
  team().roles.delete(NAMES.memberRole);
  await runAndReport();
  const [complaints] = await patient.complaints();
  expect(complaints).toEqual([
    expect.stringMatching(/^last run: .* 1 failed$/),
    expect.stringMatching(/^failed events: 1 failed for good/),
    `${TEAM.id}: the role ${NAMES.memberRole} is missing or trusts somebody else`,
  ]);

  const client = new CloudFormationClient(as(TEAM.id));
  const { Stacks } = await client.send(new DescribeStacksCommand({}));
  const StackName = Stacks?.find((stack) => stack.StackName?.startsWith('StackSet-iam-key-rotation-member-'))?.StackName;
  const change = { StackName, ChangeSetName: 'revert-drift' };
  const capabilities = { Capabilities: ['CAPABILITY_NAMED_IAM' as const] };
  await client.send(new CreateChangeSetCommand({ ...change, ...capabilities, UsePreviousTemplate: true, DeploymentMode: 'REVERT_DRIFT' }));
  expect(await client.send(new DescribeChangeSetCommand(change))).toMatchObject({ Status: 'CREATE_COMPLETE' });
  await client.send(new ExecuteChangeSetCommand(change));

  expect(await redrive()).toMatch(/: 1 accounts dispatched$/);
  await runAndReport();
  // The alarms forget the failed run.
  patient.org.sandbox.clock.advance(2 * HOUR_MS);
  await healthy();
});
