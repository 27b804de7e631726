import type { Template } from 'aws-cdk-lib/assertions';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { appOf, centralStack, centralTemplate, resource, resourcesOf, synthesizedMember } from '../synth';

afterEach(() => {
  jest.restoreAllMocks();
});

const template = centralTemplate();
const functions = ['Orchestrator', 'Rotator', 'Reporter', 'MailEvents', 'OrganizationReader'];
const failedQueue = { 'Fn::GetAtt': [expect.stringMatching(/^FailedQueue/), 'Arn'] };
const variables = (of: Template, name: string): unknown => {
  const { Environment } = resource(of, 'AWS::Lambda::Function', `${name}Function`).Properties as { Environment: { Variables: unknown } };
  return Environment.Variables;
};

describe.each(functions)('the function %s', (name) => {
  it('runs on Node.js 24 and arm64, for no longer than Lambda allows', () => {
    const { Properties } = resource(template, 'AWS::Lambda::Function', `${name}Function`);
    expect(Properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'], Handler: 'index.handler' });
    expect(Properties['Timeout']).toBeLessThanOrEqual(900);
    expect(Properties).not.toHaveProperty('TracingConfig');
    expect(Properties).not.toHaveProperty('ReservedConcurrentExecutions');
  });

  it('hands over events that failed for good', () => {
    expect(resource(template, 'AWS::Lambda::EventInvokeConfig', `${name}Asynchronous`).Properties).toMatchObject({
      FunctionName: { Ref: expect.stringMatching(`^${name}Function`) as unknown },
      Qualifier: '$LATEST',
      MaximumRetryAttempts: 2,
      MaximumEventAgeInSeconds: 21_600,
      DestinationConfig: { OnFailure: { Destination: failedQueue } },
    });
  });

  it('writes to a log of its own that expires', () => {
    const log = resource(template, 'AWS::Logs::LogGroup', `${name}Logs`).Properties;
    const fn = resource(template, 'AWS::Lambda::Function', `${name}Function`).Properties;
    expect(log).toEqual({ LogGroupName: `/aws/lambda/${String(fn['FunctionName'])}`, RetentionInDays: 365 });
    expect(fn['LoggingConfig']).toEqual({ LogGroup: { Ref: expect.stringMatching(`^${name}Logs`) as unknown } });
  });
});

it('has no function beside these', () => {
  expect(Object.keys(resourcesOf(template, 'AWS::Lambda::Function'))).toHaveLength(functions.length);
});

it.each([
  [undefined, 'true'],
  [true, 'true'],
  [false, 'false'],
])('with dryRun %s tells orchestrator, rotator and the outputs %s', (dryRun, told) => {
  const deployed = centralTemplate(dryRun === undefined ? {} : { dryRun });
  expect(variables(deployed, 'Orchestrator')).toMatchObject({ DRY_RUN: told });
  expect(variables(deployed, 'Rotator')).toMatchObject({ DRY_RUN: told });
  expect(deployed.findOutputs('DryRun')).toMatchObject({ DryRun: { Value: told } });
});

it('gives every name the prefix of the settings', () => {
  const prefixed = centralTemplate({ prefix: 'acme-keys' });
  const names = Object.values(resourcesOf(prefixed, 'AWS::Lambda::Function')).map(({ Properties }) => Properties['FunctionName']);
  expect(names.sort()).toEqual([
    'acme-keys-mail-events',
    'acme-keys-orchestrator',
    'acme-keys-organization-facts',
    'acme-keys-reporter',
    'acme-keys-rotator',
  ]);
  prefixed.hasResourceProperties('AWS::IAM::Role', { RoleName: 'acme-keys-member' });
  prefixed.hasResourceProperties('AWS::SQS::Queue', { QueueName: 'acme-keys-failed' });
  prefixed.hasResourceProperties('AWS::SES::Template', { Template: { TemplateName: 'acme-keys-digest-audit' } });
  expect(JSON.stringify(prefixed.toJSON())).not.toMatch(/iam-key-rotation-\w/);
});

it('schedules rotation and report with empty events, exactly when the settings say, in UTC', () => {
  const scheduled = centralTemplate({ schedule: 'rate(6 hours)' });
  const common = { ScheduleExpressionTimezone: 'UTC', FlexibleTimeWindow: { Mode: 'OFF' } };
  scheduled.hasResourceProperties('AWS::Scheduler::Schedule', {
    ...common,
    Name: 'iam-key-rotation-orchestrator',
    ScheduleExpression: 'rate(6 hours)',
    Target: { Input: '{}', Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^OrchestratorFunction'), 'Arn'] } },
  });
  scheduled.hasResourceProperties('AWS::Scheduler::Schedule', {
    ...common,
    Name: 'iam-key-rotation-reporter',
    ScheduleExpression: 'cron(0 4 * * ? *)',
    Target: { Input: '{}', Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^ReporterFunction'), 'Arn'] } },
  });
});

it('reaches every member account of the organization, new ones included', () => {
  const stackSet = resource(template, 'AWS::CloudFormation::StackSet', 'MemberAccounts').Properties;
  expect(stackSet).toMatchObject({
    PermissionModel: 'SERVICE_MANAGED',
    AutoDeployment: { Enabled: true, RetainStacksOnAccountRemoval: false },
    ManagedExecution: { Active: true },
    Capabilities: ['CAPABILITY_NAMED_IAM'],
    StackInstancesGroup: [
      {
        DeploymentTargets: { OrganizationalUnitIds: [{ 'Fn::GetAtt': [expect.stringMatching(/^OrganizationFacts/), 'RootId'] }] },
        Regions: [{ Ref: 'AWS::Region' }],
      },
    ],
    Parameters: [
      { ParameterKey: 'OrganizationId', ParameterValue: { 'Fn::GetAtt': [expect.stringMatching(/^OrganizationFacts/), 'OrganizationId'] } },
      { ParameterKey: 'RotatorRoleArn', ParameterValue: { 'Fn::GetAtt': [expect.stringMatching(/^RotatorRole/), 'Arn'] } },
    ],
  });
  expect(JSON.parse(stackSet['TemplateBody'] as string)).toEqual(synthesizedMember().toJSON());
});

it('keeps results private, encrypted and versioned, beyond the life of the stack, until they expire, and what is remembered for ever', () => {
  centralTemplate({ resultRetentionDays: 400 }).hasResource('AWS::S3::Bucket', {
    DeletionPolicy: 'Retain',
    Properties: {
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      VersioningConfiguration: { Status: 'Enabled' },
      LifecycleConfiguration: {
        Rules: [
          { Prefix: 'runs/', ExpirationInDays: 400, Status: 'Enabled' },
          { Prefix: 'checks/', ExpirationInDays: 400, Status: 'Enabled' },
          { Prefix: 'intents/', ExpirationInDays: 90, Status: 'Enabled' },
          { Prefix: 'undelivered/', ExpirationInDays: 90, Status: 'Enabled' },
          { Prefix: Match.absent(), ExpirationInDays: Match.absent(), NoncurrentVersionExpiration: { NoncurrentDays: 30 } },
        ],
      },
    },
  });
});

it('keeps failed events encrypted for 14 days', () => {
  template.hasResourceProperties('AWS::SQS::Queue', { SqsManagedSseEnabled: true, MessageRetentionPeriod: 1_209_600 });
});

it('reports mails that SES accepts and cannot deliver', () => {
  template.hasResourceProperties('AWS::SES::ConfigurationSetEventDestination', {
    EventDestination: {
      Enabled: true,
      MatchingEventTypes: ['renderingFailure', 'reject', 'bounce', 'complaint'],
      SnsDestination: { TopicARN: { Ref: Match.stringLikeRegexp('^AlertsTopic') } },
    },
  });
});

it('mails alarms when an address is given', () => {
  template.resourceCountIs('AWS::SNS::Subscription', 0);
  centralTemplate({ alarmEmail: 'ops@acme.test' }).hasResourceProperties('AWS::SNS::Subscription', {
    Protocol: 'email',
    Endpoint: 'ops@acme.test',
  });
});

it('tells the operator every name that the runbook uses', () => {
  expect(Object.keys(template.findOutputs('*')).sort()).toEqual([
    'DryRun',
    'ExemptionGroupName',
    'FailedQueueUrl',
    'MailEventsFunctionName',
    'MemberRoleName',
    'OrchestratorFunctionName',
    'ReporterFunctionName',
    'ResultsBucketName',
    'RotatorFunctionName',
    'Sender',
  ]);
});

it('is bound to no partition, account or region', () => {
  const text = JSON.stringify(template.toJSON());
  expect(text).not.toContain('arn:aws');
  expect(text).not.toMatch(/\b\d{12}\b/);
  expect(text).not.toMatch(/\b(?:us|eu|ap)-[a-z]+-\d\b/);
});

it.each([
  ['warns', 'key-rotation@example.com', 1],
  ['warns', 'key-rotation@corp.example.com', 1],
  ['does not warn', 'key-rotation@acme.dev', 0],
  ['does not warn', 'key-rotation@myexample.com', 0],
])('%s of the sender %s', (_, sender, warnings) => {
  jest.spyOn(console, 'error').mockImplementation(() => undefined);
  const stack = centralStack(appOf({ sender }));
  expect(Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('no mail can come from'))).toHaveLength(warnings);
});

it('is as reviewed', () => {
  const reviewed = structuredClone(template.toJSON()) as {
    Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>;
  };
  for (const { Type, Properties } of Object.values(reviewed.Resources)) {
    if (Type === 'AWS::SES::Template') Properties['Template'] = (Properties['Template'] as { TemplateName: string }).TemplateName;
    if (Type === 'AWS::CloudFormation::StackSet') Properties['TemplateBody'] = 'the member template';
  }
  expect(reviewed).toMatchSnapshot();
});
