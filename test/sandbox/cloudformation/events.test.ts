import { Sandbox } from '../../../sandbox/sandbox';
import { SendEmailCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { assembly, functionRole, lambdaFunction, removeAssemblies, type Resources } from './assembly-directory';

const account = '111111111111';
let sandbox: Sandbox;
beforeEach(async () => {
  const managementAccount = { id: account, name: 'M', email: 'm@example.com' };
  sandbox = await Sandbox.start({ now: new Date('2026-01-01T00:00:00Z'), managementAccount, processes: false });
  sandbox.organization.verifyIdentity(account, 'example.com');
});
afterEach(async () => {
  await sandbox.stop();
  removeAssemblies();
});

const fn = { 'Fn::GetAtt': ['Fn', 'Arn'] };
const rule = (EventPattern: object, more: object = {}) => ({
  Type: 'AWS::Events::Rule',
  Properties: { Name: 'troubles', EventPattern, Targets: [{ Arn: fn, Id: 'Fn' }], ...more },
});
const permission = (SourceArn: unknown) => ({
  Type: 'AWS::Lambda::Permission',
  Properties: { FunctionName: { Ref: 'Fn' }, Action: 'lambda:InvokeFunction', Principal: 'events.amazonaws.com', SourceArn },
});
const set = {
  Set: { Type: 'AWS::SES::ConfigurationSet', Properties: { Name: 'set' } },
  Destination: {
    Type: 'AWS::SES::ConfigurationSetEventDestination',
    Properties: {
      ConfigurationSetName: { Ref: 'Set' },
      EventDestination: {
        Name: 'bus',
        MatchingEventTypes: ['reject', 'bounce'],
        EventBridgeDestination: { EventBusArn: { 'Fn::Sub': 'arn:aws:events:${AWS::Region}:${AWS::AccountId}:event-bus/default' } },
      },
    },
  },
};
const deploy = (resources: Resources) =>
  sandbox.deploy(
    assembly(
      { Resources: { Role: functionRole(), Fn: lambdaFunction('app', { FunctionName: 'app' }), ...set, ...resources } },
      { app: 'return event;' },
    ),
  );
const heard = async () => {
  await sandbox.drain();
  return sandbox.invocations.map(({ payload }) => JSON.parse(payload) as { 'detail-type': string; source: string; detail: unknown });
};
const send = async (to: string): Promise<void> => {
  const client = new SESv2Client(sandbox.client(account));
  await client.send(
    new SendEmailCommand({
      FromEmailAddress: 'a@example.com',
      Destination: { ToAddresses: [to] },
      ConfigurationSetName: 'set',
      EmailTags: [{ Name: 'account', Value: '222222222222' }],
      Content: { Simple: { Subject: { Data: 's' }, Body: { Text: { Data: 't' } } } },
    }),
  );
  client.destroy();
};

it('a rule invokes its function with what SES tells of a mail, and of no other', async () => {
  await deploy({ Rule: rule({ source: ['aws.ses'] }), Permission: permission({ 'Fn::GetAtt': ['Rule', 'Arn'] }) });
  const people = sandbox.people(account);
  people.troubleMails('rejected@x.io', 'reject');
  people.troubleMails('unrendered@x.io', 'rendering failure');
  for (const to of ['rejected@x.io', 'fine@x.io', 'unrendered@x.io']) await send(to);
  expect(await heard()).toEqual([
    expect.objectContaining({
      'detail-type': 'Email Rejected',
      source: 'aws.ses',
      detail: {
        eventType: 'Reject',
        reject: { reason: 'Bad content' },
        mail: expect.objectContaining({
          messageId: sandbox.mails[0]?.id,
          destination: ['rejected@x.io'],
          tags: { 'ses:configuration-set': ['set'], account: ['222222222222'] },
        }) as unknown,
      },
    }),
  ]);
});

it('hears of events that others put, and nobody else may call them AWS’s', async () => {
  await deploy({ Rule: rule({ source: ['mine'] }), Permission: permission({ 'Fn::GetAtt': ['Rule', 'Arn'] }) });
  const client = new EventBridgeClient(sandbox.client(account));
  const put = (Source: string) => client.send(new PutEventsCommand({ Entries: [{ Source, DetailType: 'd', Detail: '{"a":1}' }] }));
  await put('mine');
  expect((await put('aws.ses')).FailedEntryCount).toBe(1);
  client.destroy();
  expect(await heard()).toMatchObject([{ source: 'mine', detail: { a: 1 } }]);
});

it.each([
  [
    'is not enabled',
    { Rule: rule({ source: ['aws.ses'] }, { State: 'DISABLED' }), Permission: permission({ 'Fn::GetAtt': ['Rule', 'Arn'] }) },
  ],
  ['may not invoke it', { Rule: rule({ source: ['aws.ses'] }) }],
  [
    'is another one than the function admits',
    { Rule: rule({ source: ['aws.ses'] }), Permission: permission('arn:aws:events:eu-west-1:111111111111:rule/other') },
  ],
])('invokes nothing when it %s', async (_, resources) => {
  await deploy(resources);
  sandbox.people(account).troubleMails('rejected@x.io', 'reject');
  await send('rejected@x.io');
  expect(await heard()).toEqual([]);
});

it('refuses a pattern that it does not know', async () => {
  await expect(deploy({ Rule: rule({ source: [{ wildcard: '*' }] }) })).rejects.toThrow('the sandbox does not know');
});
