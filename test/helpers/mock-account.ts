import { Logger } from '@aws-lambda-powertools/logger';
import { IAMClient } from '@aws-sdk/client-iam';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { intentTag, keyTag, readState, writeKeyState } from '../../lambda/core/plan/key-state';
import type { AccessKey } from '../../lambda/core/plan/user-facts';
import { policyFor } from '../../lambda/core/store/secret-policy';
import type { Invocation, RotatorServices } from '../../lambda/rotator/account';
import type { AccountMemory } from '../../lambda/rotator/memory/account-memory';
import { MemoryStore } from '../../lambda/rotator/memory/memory-store';
import { rotateAccount } from '../../lambda/rotator/rotate-account';
import { rotatorEnvironment, type RotatorVariables } from '../../lambda/shared/environment';
import type { RotatorEvent } from '../../lambda/shared/events';
import { answering, awsError, callsOf, noSuchEntity, SECRET } from './aws';
import { ACCOUNT, inDays, NOW } from './facts';
import { activeKey, reportBytes, rootRow, userRow } from './report';
import { rotatorVariables } from './variables';

export const iam = mockClient(IAMClient);
export const secrets = mockClient(SecretsManagerClient);
export const sts = mockClient(STSClient);
export const ses = mockClient(SESv2Client);
export const s3 = mockClient(S3Client);

interface MockUser {
  keys?: AccessKey[];
  tags?: Record<string, string>;
  /** The key that AWSCURRENT of the user's secret holds, issued by us; absent = there is no secret yet. */
  current?: string;
  /** The day on which the user's secret was last fetched. */
  fetched?: Date;
}
type Input = Record<'UserName' | 'AccessKeyId' | 'SecretId' | 'Prefix', string>;
const arnOf = (name: string): string => `arn:aws:iam::${ACCOUNT}:user/${name}`;

let mocked: Record<string, MockUser> = {};

/** A group of a user as IAM lists it. */
export const groupNamed = (GroupName: string) => ({ GroupName, GroupId: 'AGPA', Path: '/', Arn: 'a', CreateDate: NOW });

/** An account with these users, whose reads answer and whose changes succeed; nothing that is changed shows up in later reads. */
export function mockAccount(users: Record<string, MockUser>, exempt: readonly string[] = []): void {
  for (const mock of [iam, secrets, sts, ses, s3]) mock.reset();
  mocked = users;
  remembers(everybodyTold(users));
  const userOf = (name: string): MockUser => {
    const user = users[name];
    if (!user) throw noSuchEntity();
    return user;
  };
  const described = (name: string) => ({ UserName: name, Arn: arnOf(name), Path: '/', UserId: 'AIDA', CreateDate: NOW });
  const holderOf = (secretId: string) => Object.entries(users).find(([name]) => secretId.includes(`_User_${name}_`)) ?? [];
  answering<Input>(s3, { PutObject: () => ({}), ListObjectsV2: listed });
  answering<Input>(sts, {
    AssumeRole: () => ({
      AssumedRoleUser: { AssumedRoleId: 'AROA:x', Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/member/x` },
      Credentials: { AccessKeyId: 'ASIATEMPORARY0000001', SecretAccessKey: SECRET, SessionToken: SECRET, Expiration: inDays(1) },
    }),
  });
  answering<Input>(ses, {
    SendEmail: () => ({ MessageId: 'm' }),
    GetSuppressedDestination: () => {
      throw awsError('NotFoundException', 404);
    },
  });
  const Content = reportBytes([rootRow, ...Object.entries(users).map(([name, user]) => rowOf(name, user))]);
  answering<Input>(
    iam,
    {
      GenerateCredentialReport: () => ({ State: 'COMPLETE' }),
      GetCredentialReport: () => ({ Content }),
      ListUsers: () => ({ Users: Object.keys(users).map(described) }),
      GetUser: ({ UserName }) => {
        userOf(UserName);
        return { User: described(UserName) };
      },
      GetGroup: () => ({ Group: groupNamed('g'), Users: exempt.map(described) }),
      ListGroupsForUser: ({ UserName }) => {
        userOf(UserName);
        return { Groups: exempt.includes(UserName) ? [groupNamed(rotatorVariables().EXEMPTION_GROUP)] : [] };
      },
      ListAccessKeys: ({ UserName }) => ({
        AccessKeyMetadata: (userOf(UserName).keys ?? []).map((key) => ({
          UserName,
          AccessKeyId: key.id,
          Status: key.status,
          CreateDate: key.created,
        })),
      }),
      ListUserTags: ({ UserName }) => ({ Tags: Object.entries(tagsOf(userOf(UserName))).map(([Key, Value]) => ({ Key, Value })) }),
      GetAccessKeyLastUsed: ({ AccessKeyId }) => {
        const used = Object.values(users)
          .flatMap((user) => user.keys ?? [])
          .find((key) => key.id === AccessKeyId)?.lastUsed;
        if (used === undefined || used === 'never') return { AccessKeyLastUsed: { ServiceName: 'N/A', Region: 'N/A' } };
        return { AccessKeyLastUsed: { LastUsedDate: used.at, ServiceName: used.service, Region: used.region } };
      },
      CreateAccessKey: ({ UserName }) => ({
        AccessKey: { UserName, AccessKeyId: newKeyOf(UserName), SecretAccessKey: SECRET, Status: 'Active', CreateDate: NOW },
      }),
    },
    () => ({}),
  );
  answering<Input>(
    secrets,
    {
      ListSecrets: () => ({ SecretList: [] }),
      ListSecretVersionIds: ({ SecretId }) => {
        const [, { keys = [], current } = {}] = holderOf(SecretId);
        const CreatedDate = keys.find(({ id }) => id === current)?.created;
        return { Versions: current === undefined ? [] : [{ VersionId: `iam-key-rotation-${current}`, CreatedDate }] };
      },
      GetResourcePolicy: ({ SecretId }) => {
        const [name, user] = holderOf(SecretId);
        return name === undefined || user?.current === undefined ? {} : { ResourcePolicy: JSON.stringify(policyFor(arnOf(name))) };
      },
      DescribeSecret: ({ SecretId }) => {
        const [, user] = holderOf(SecretId);
        if (user?.current === undefined) throw Object.assign(new Error('no such secret'), { name: 'ResourceNotFoundException' });
        return {
          ARN: `arn:aws:secretsmanager:eu-west-1:${ACCOUNT}:secret:${SecretId}-AbCdEf`,
          Tags: [{ Key: 'key-rotation:managed', Value: 'true' }],
          VersionIdsToStages: { [`iam-key-rotation-${user.current}`]: ['AWSCURRENT'] },
          ...(user.fetched && { LastAccessedDate: user.fetched }),
        };
      },
    },
    () => ({}),
  );
}

/** What is remembered is there, and nothing else: no intent was recorded, and no mail that was not delivered. */
const listed = ({ Prefix }: Input): object =>
  Prefix.startsWith('memory/') ? { KeyCount: 1, Contents: [{ Key: `memory/${ACCOUNT}.json` }] } : { KeyCount: 0 };

/** The rotator remembers this of the account; nothing was ever written when undefined. */
export function remembers(memory: AccountMemory | undefined): void {
  if (!memory) {
    s3.on(GetObjectCommand).rejects(awsError('NoSuchKey', 404));
    return;
  }
  s3.on(GetObjectCommand).callsFake(({ Key }: { Key: string }) => ({
    Body: { transformToString: () => Promise.resolve(JSON.stringify(Key.startsWith('intents/') ? recordAt(Key) : memory)) },
    ETag: '"1"',
  }));
}

/** What the rotator recorded of an intent that a mocked user is tagged with. */
function recordAt(key: string): unknown {
  const tagKey = intentTag(key.slice(-13, -5));
  for (const [user, { tags = {} }] of Object.entries(mocked)) {
    const [intent] = readState(new Map(Object.entries(tags).filter(([name]) => name === tagKey)), new Map(), inDays(9_999)).intents;
    if (intent)
      return {
        user,
        at: intent.at.toISOString(),
        until: intent.until.toISOString(),
        known: intent.known,
        central: intent.central === true,
      };
  }
  throw awsError('NoSuchKey', 404);
}

/** A memory by which people were told of every step of every key, in time. */
export function everybodyTold(users: Record<string, MockUser>): AccountMemory {
  const told = { on: new Date(0).toISOString(), at: inDays(60).toISOString() };
  const keys = Object.entries(users).flatMap(([user, { keys: held = [] }]) =>
    held.map(({ id, created, status }): [string, AccountMemory['keys'][string]] => [
      id,
      {
        user,
        created: created.toISOString(),
        active: status === 'Active',
        seen: NOW.toISOString(),
        told: { disable: told, delete: told },
      },
    ]),
  );
  return { version: 1, keys: Object.fromEntries(keys) };
}

/** What the run wrote down about the account; undefined when it wrote nothing. */
export function memoryWritten(): AccountMemory | undefined {
  const put = callsOf(s3).findLast(({ name, input }) => name === 'PutObject' && String(input['Key']).startsWith('memory/'));
  return put && (JSON.parse(put.input['Body'] as string) as AccountMemory);
}

function tagsOf({ tags = {}, keys = [], current }: MockUser): Record<string, string> {
  const issued = keys.find(({ id }) => id === current)?.created;
  if (current === undefined || !issued) return tags;
  return { ...tags, [keyTag(current)]: `${tags[keyTag(current)] ?? ''} ${writeKeyState({ issued })}`.trim() };
}

/** The id of the key that IAM issues to a user. */
export const newKeyOf = (userName: string): string =>
  `AKIANEW${userName
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]/g, '0')
    .padEnd(13, '0')}`;

function rowOf(name: string, { keys = [] }: MockUser) {
  const slots = keys.map((key, index) => {
    const row = activeKey(key.created, index + 1);
    return key.status === 'Active' ? row : { ...row, [`access_key_${index + 1}_active`]: 'false' };
  });
  return userRow(name, Object.assign({}, ...slots) as Record<string, string>);
}

interface RunOptions {
  event?: Partial<RotatorEvent>;
  variables?: Partial<RotatorVariables>;
  services?: Partial<RotatorServices>;
  endsAt?: Date;
}

const REGION = { region: 'eu-west-1' };
/** Clients keep nothing between calls, and take longer to be made than a run asks of them. */
const clients = {
  sts: new STSClient(REGION),
  ses: new SESv2Client(REGION),
  secrets: new SecretsManagerClient(REGION),
  s3: new S3Client(REGION),
};

/** What rotating the mocked account needs. */
export function rotatorServices({ variables = {}, services = {} }: Pick<RunOptions, 'variables' | 'services'> = {}): RotatorServices {
  return {
    environment: rotatorEnvironment({ ...rotatorVariables(variables) }),
    ...clients,
    memory: new MemoryStore(clients.s3, 'results'),
    logger: services.logger ?? new Logger({ serviceName: 'test', logLevel: 'SILENT' }),
    clock: () => NOW,
    sleep: () => Promise.resolve(),
    ...services,
  };
}

/** How the mocked account is named in an event. */
export const EVENT: RotatorEvent = { account: ACCOUNT, email: 'aws@example.com', name: 'Payments' };

/** One invocation, which ends in fifteen minutes. */
export const invocation = (endsAt = new Date(NOW.getTime() + 15 * 60_000)): Invocation => ({
  partition: 'aws',
  region: 'eu-west-1',
  endsAt,
  runId: 'run-1',
});

/** Rotates the mocked account once. */
export function run({ event = {}, endsAt, ...options }: RunOptions = {}) {
  return rotateAccount(rotatorServices(options), { ...EVENT, ...event }, invocation(endsAt));
}
