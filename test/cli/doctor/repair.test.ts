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
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { findDeployment } from '../../../cli/deployment/deployment';
import type { Question } from '../../../cli/doctor/diagnose';
import { makeSqsClient } from '../../../cli/redrive/failed-events';
import { redriveQueue } from '../../../cli/redrive/redrive';
import { switchSchedule } from '../../../cli/schedule/switch';
import { FUNCTIONS, MANAGEMENT, NAMES, OTHER, TEAM, type Account } from '../../helpers/sandbox-organization';
import { Patient, SENDER } from './patient';

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

const central = () => patient.org.sandbox.kernel.account(MANAGEMENT.id);
const organization = () => patient.org.sandbox.world.organization;
const quick = { accounts: [MANAGEMENT.id] };
const before = (settings: object = {}): Partial<Question> => ({
  stack: 'NotThereYet',
  beforeDeploy: true,
  context: { rotation: { sender: SENDER, exemptionGroup: 'People', ...settings } },
});

/** Does everything that is printed; `commands` says which part of each step is the command, and as whom it is given. */
async function obeyAll(asked: Partial<Question>, commands: Readonly<Record<string, [command: RegExp, account?: Account]>>): Promise<void> {
  const steps = await patient.steps(asked);
  expect([...steps.keys()].sort()).toEqual(Object.keys(commands).sort());
  for (const [subject, next] of steps) {
    const [command, account = MANAGEMENT] = commands[subject]!;
    await patient.obey(command.exec(next)![1]!, account);
  }
}

it('everything that the printed command alone repairs, after a deployment and before', async () => {
  central().sending.enabled = false;
  central().alarms.get('eu-west-1/iam-key-rotation-run-failed')!.properties['ActionsEnabled'] = false;
  const { instances, failed } = patient.org.sandbox.world.stackSets.get('iam-key-rotation-member')!;
  failed!.set(
    [...instances].find((one) => one.startsWith(OTHER.id))!,
    'the role exists already',
  );
  patient.org.sandbox.people(TEAM.id).deleteGroup(NAMES.exemptionGroup);
  await obeyAll(
    {},
    {
      sending: [/(.*)/],
      'alarm iam-key-rotation-run-failed': [/(.*)/],
      [OTHER.id]: [/^repair its cause, then: (.*)/],
      [TEAM.id]: [/: (aws .*?), then/, TEAM],
    },
  );
  await healthy();

  organization().stackSetsDistrusted = true;
  const asked = before({ exemptionGroupExists: true });
  await obeyAll(asked, { StackSets: [/(.*)/], 'exemption group': [/^(aws iam create-group .*?), or/] });
  expect(await patient.complaints(asked)).toEqual([[], 0]);
});

it('everything that people have to say yes to, too', async () => {
  central().identities.clear();
  central().sending.quota = 3;
  await obeyAll(quick, { sender: [/(.*)/], sending: [/(.*)/] });
  expect(patient.org.sandbox.organization.agree(MANAGEMENT.id)).toEqual([
    'SES identity example.com is verified',
    'quota L-804C8AE8 of ses is 8',
  ]);
  expect(await patient.complaints(quick)).toEqual([[], 0]);

  central().concurrency = 5;
  organization().billingOnly = 'consolidated';
  patient.org.sandbox.organization.verifyIdentity(MANAGEMENT.id, 'acme.test');
  await obeyAll(before(), { Lambda: [/(.*)/], organization: [/^(.*?) \(/] });
  patient.org.sandbox.organization.agree(MANAGEMENT.id);
  expect(await patient.complaints(before())).toEqual([[], 0]);
});

it('an account that is no delegated administrator yet: made one by the management account', async () => {
  const { sandbox } = patient.org;
  sandbox.organization.verifyIdentity(TEAM.id, 'acme.test');
  const toolkit = sandbox.world.stacks.get(`${MANAGEMENT.id}/eu-west-1/CDKToolkit`)!;
  sandbox.world.stacks.set(`${TEAM.id}/eu-west-1/CDKToolkit`, { ...toolkit, account: TEAM.id });
  const asked = before({ deployment: 'delegated' });
  const next = await patient.nextStep(asked, TEAM);
  await patient.obey(/: (aws organizations register-delegated-administrator .*)/.exec(next)![1]!);
  expect(await patient.complaints(asked, TEAM)).toEqual([[], 0]);
});

it('what waits for people at AWS stays a problem until they have answered', async () => {
  central().sending.production = false;
  const next = await patient.nextStep(quick);
  await patient.obey(next);
  expect(await patient.nextStep(quick)).toBe(next);
  await expect(patient.obey(next)).rejects.toMatchObject({ name: 'ConflictException' });
  expect(patient.org.sandbox.organization.agree(MANAGEMENT.id)).toEqual(['SES may send to everybody']);
  expect(await patient.complaints(quick)).toEqual([[], 0]);
});

it('a domain whose records are published: the command that is printed names them', async () => {
  central().identities.clear();
  await patient.obey(await patient.nextStep(quick));
  const next = await patient.nextStep(quick);
  const [identity] = await patient.obey(/: (aws sesv2 get-email-identity .*)/.exec(next)![1]!);
  expect(identity).toMatchObject({
    DkimAttributes: { Status: 'PENDING', Tokens: [expect.any(String), expect.any(String), expect.any(String)] },
  });
});

it('alarms that nobody hears: somebody subscribes, and confirms it with the token of the mail', async () => {
  const [topic] = [...central().topics.values()];
  topic!.subscriptions = [];
  expect(await patient.nextStep(quick)).toContain('-c alarmEmail=');
  // What CloudFormation does with that setting.
  await patient.obey(`aws sns subscribe --topic-arn ${topic!.arn} --protocol email --notification-endpoint security@acme.example`);
  expect(await patient.nextStep(quick)).toMatch(/^open the mail of AWS Notifications to security@acme\.example and confirm/);
  const { text = '', to } = patient.org.sandbox.mails.at(-1)!;
  expect(to).toEqual(['security@acme.example']);
  await expect(patient.obey(`aws sns confirm-subscription --topic-arn ${topic!.arn} --token wrong`)).rejects.toThrow(
    'Invalid parameter: Token',
  );
  await patient.obey(/^aws sns confirm-subscription .*$/m.exec(text)![0]);
  expect(await patient.complaints(quick)).toEqual([[], 0]);
});

it('a schedule, alarms and a queue that are gone: the central stack’s drift is reverted', async () => {
  central().schedules.delete(`eu-west-1/default/${FUNCTIONS.reporter}`);
  central().alarms.clear();
  central().queues.clear();
  const steps = await patient.steps(quick);
  expect([...steps.keys()]).toEqual([`schedule ${FUNCTIONS.reporter}`, 'failed events', 'ringing']);
  for (const next of steps.values()) expect(next).toMatch(/^npx cdk deploy --revert-drift /);
  await patient.revertDrift('IamKeyRotation');
  await healthy();
});

it('a schedule that is switched off: resumed', async () => {
  const scheduler = new SchedulerClient(as(MANAGEMENT.id));
  await switchSchedule(scheduler, FUNCTIONS.orchestrator, 'DISABLED');
  expect(await patient.nextStep(quick)).toBe('npm run resume');
  await switchSchedule(scheduler, FUNCTIONS.orchestrator, 'ENABLED');
  expect(await patient.complaints(quick)).toEqual([[], 0]);
});

it('a deployment that was rolled back: its events say why, and deploying again ends it', async () => {
  const client = new CloudFormationClient(as(MANAGEMENT.id));
  const change = { StackName: 'IamKeyRotation', ChangeSetName: 'broken' };
  const TemplateBody = JSON.stringify({
    Resources: { Wrong: { Type: 'AWS::SNS::Subscription', Properties: { TopicArn: 'none', Protocol: 'email' } } },
  });
  await client.send(new CreateChangeSetCommand({ ...change, TemplateBody }));
  await client.send(new ExecuteChangeSetCommand(change));
  const [complaints] = await patient.complaints(quick);
  expect(complaints).toEqual(['stack IamKeyRotation: is UPDATE_ROLLBACK_COMPLETE']);
  const next = await patient.nextStep(quick);
  const [events] = await patient.obey(/: (aws cloudformation describe-stack-events .*)/.exec(next)![1]!);
  expect(events).toMatchObject({
    StackEvents: [
      { ResourceStatus: 'UPDATE_ROLLBACK_COMPLETE' },
      { ResourceStatus: 'UPDATE_FAILED', ResourceStatusReason: expect.stringContaining('the topic none does not exist') as string },
    ],
  });
  await patient.revertDrift('IamKeyRotation');
  expect(await patient.complaints(quick)).toEqual([[], 0]);
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
