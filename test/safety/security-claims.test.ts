import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-secrets-manager';
import { IAMClient, TagUserCommand, UntagUserCommand } from '@aws-sdk/client-iam';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SendEmailCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { App, Stack } from 'aws-cdk-lib';
import { mayUseNetwork } from '../../lib/constructs/network';
import { authorize } from '../../sandbox/authorize/authorize';
import type { PolicyDocument, Role } from '../../sandbox/kernel/world';
import { leaveIntent } from '../helpers/sandbox-intents';
import {
  actionsOf,
  FUNCTIONS,
  MANAGEMENT,
  NAMES,
  OTHER,
  TEAM,
  testOrganization,
  type Account,
  type TestOrganization,
} from '../helpers/sandbox-organization';
import { runOnDays, secretOf, timeline } from './support';

const deployed = testOrganization('enforcing', [TEAM, OTHER]);
let org: TestOrganization;
beforeEach(() => {
  org = deployed();
});

const OPERATORS = 'Administrator';
const refused = /is not authorized to perform|AccessDenied|Access Denied/;
const explicitly = /with an explicit deny in an identity-based policy/;
const OURS = { Key: 'key-rotation:managed', Value: 'true' };
const nameOf = (user: string): string => `Account_${TEAM.id}_User_${user}_AccessKey`;

/** The roles that the rotation has in an account. */
const rolesOf = ({ id }: Account): Role[] => [...org.sandbox.kernel.account(id).roles.values()].filter(({ name }) => name !== OPERATORS);

function roleNamed(account: Account, part: string): Role {
  const found = rolesOf(account).filter(({ name }) => name.includes(part));
  if (found.length !== 1) throw new Error(`${found.length} roles of ${account.id} are named ${part}`);
  return found[0]!;
}

const functionRole = (name: keyof typeof FUNCTIONS): Role =>
  [...org.sandbox.kernel.account(MANAGEMENT.id).roles.values()].find(({ arn }) => arn === org.functionNamed(FUNCTIONS[name]).role)!;
const memberRole = (): Role => roleNamed(TEAM, NAMES.memberRole);

/** A client that works as the role, whoever may take it. */
function as<C>(role: Role, Client: new (configuration: object) => C): C {
  const { kernel } = org.sandbox;
  return new Client({ ...org.sandbox.client(role.arn.split(':')[4]!, kernel.functionCredentials(role.arn, 'thief')), maxAttempts: 1 });
}

const readableBy = (role: Role): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: role.arn }, Action: 'secretsmanager:GetSecretValue', Resource: '*' }],
  });

describe('no role of the rotation reads a secret', () => {
  beforeEach(async () => {
    for (const account of [MANAGEMENT, TEAM]) {
      org.addUser(account, 'alice', [{ ageDays: 95, usedDaysAgo: 0 }]);
      await org.rotate(account);
    }
  });

  it('not the member roles, which may say who reads it: they name themselves, and are refused all the same', async () => {
    for (const account of [MANAGEMENT, TEAM]) {
      const role = roleNamed(account, NAMES.memberRole);
      const client = as(role, SecretsManagerClient);
      const { arn } = secretOf(org, account, 'alice')!;
      await client.send(new PutResourcePolicyCommand({ SecretId: arn, ResourcePolicy: readableBy(role), BlockPublicPolicy: true }));
      expect(secretOf(org, account, 'alice')!.policy).toContain(role.arn);
      await expect(client.send(new GetSecretValueCommand({ SecretId: arn }))).rejects.toThrow(explicitly);
    }
  });

  it('and no other role, though somebody else names it in the policy of a secret', async () => {
    const roles = [MANAGEMENT, TEAM, OTHER].flatMap(rolesOf);
    expect(roles.length).toBeGreaterThanOrEqual(8);
    for (const role of roles) {
      const account = role.arn.includes(TEAM.id) ? TEAM : MANAGEMENT;
      const secret = secretOf(org, account, 'alice')!;
      secret.policy = readableBy(role);
      await expect(as(role, SecretsManagerClient).send(new GetSecretValueCommand({ SecretId: secret.arn }))).rejects.toThrow(explicitly);
      await expect(
        as(role, SecretsManagerClient).send(new PutResourcePolicyCommand({ SecretId: secret.arn, ResourcePolicy: readableBy(role) })),
      ).rejects.toThrow(refused);
    }
  });
});

describe('the member role', () => {
  beforeEach(async () => {
    org.addUser(TEAM, 'alice', [{ ageDays: 95, usedDaysAgo: 0 }], { owner: 'alice@acme.example' });
    await org.rotate(TEAM);
    const administrator = new SecretsManagerClient(org.sandbox.client(TEAM.id));
    await administrator.send(new CreateSecretCommand({ Name: nameOf('foreign'), SecretString: 'theirs' }));
  });
  const client = (): SecretsManagerClient => as(memberRole(), SecretsManagerClient);
  const contentOf = (user: string): string => {
    const { tags, policy, versions } = secretOf(org, TEAM, user)!;
    return JSON.stringify([[...tags], policy, [...versions.values()].map(({ id, value }) => [id, value])]);
  };

  type Attempt = (secrets: SecretsManagerClient, SecretId: string) => Promise<unknown>;

  it.each<[string, Attempt]>([
    ['write a value', (secrets, SecretId) => secrets.send(new PutSecretValueCommand({ SecretId, SecretString: '{}' }))],
    [
      'write a policy',
      (secrets, SecretId) =>
        secrets.send(new PutResourcePolicyCommand({ SecretId, ResourcePolicy: readableBy(memberRole()), BlockPublicPolicy: true })),
    ],
    ['claim it by our tag', (secrets, SecretId) => secrets.send(new TagResourceCommand({ SecretId, Tags: [OURS] }))],
    ['read it', (secrets, SecretId) => secrets.send(new GetSecretValueCommand({ SecretId }))],
  ])("cannot %s when a secret of the right name has not our tag, only see that it is somebody else's", async (_, attempt) => {
    const before = contentOf('foreign');
    for (const id of [nameOf('foreign'), secretOf(org, TEAM, 'foreign')!.arn]) await expect(attempt(client(), id)).rejects.toThrow(refused);
    expect(contentOf('foreign')).toBe(before);
    expect((await client().send(new DescribeSecretCommand({ SecretId: nameOf('foreign') }))).Tags).toBeUndefined();
  });

  it.each([
    ['without our tag', { Name: nameOf('bob') }],
    ['with another value of our tag', { Name: nameOf('bob'), Tags: [{ ...OURS, Value: 'false' }] }],
    ['with a tag that the settings do not name', { Name: nameOf('bob'), Tags: [OURS, { Key: 'team', Value: 'x' }] }],
    ['of another name', { Name: 'database', Tags: [OURS] }],
  ])('makes no secret %s', async (_, input) => {
    await expect(client().send(new CreateSecretCommand(input))).rejects.toThrow(refused);
  });

  it('takes no tag from a secret, and lets no policy in that is not checked for the public, or that lets the public read', async () => {
    const SecretId = nameOf('alice');
    await expect(client().send(new UntagResourceCommand({ SecretId, TagKeys: [OURS.Key] }))).rejects.toThrow(refused);
    const ResourcePolicy = readableBy(memberRole());
    await expect(client().send(new PutResourcePolicyCommand({ SecretId, ResourcePolicy }))).rejects.toThrow(refused);
    const everybody = JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' } });
    const open = new PutResourcePolicyCommand({ SecretId, ResourcePolicy: everybody, BlockPublicPolicy: true });
    await expect(client().send(open)).rejects.toMatchObject({ name: 'PublicPolicyException' });
  });

  it.each(['key-rotation:exempt-until', 'Key-Rotation:Exempt-Until', 'OwnerEmail', 'owneremail', 'team'])(
    'neither sets nor takes away the user tag %s',
    async (key) => {
      const iam = as(memberRole(), IAMClient);
      const before = [...org.user(TEAM, 'alice').tags];
      await expect(iam.send(new TagUserCommand({ UserName: 'alice', Tags: [{ Key: key, Value: '2030-01-01' }] }))).rejects.toThrow(refused);
      await expect(
        iam.send(new UntagUserCommand({ UserName: 'alice', TagKeys: [key, 'key-rotation:AKIAGONE000000000001'] })),
      ).rejects.toThrow(refused);
      expect([...org.user(TEAM, 'alice').tags]).toEqual(before);
    },
  );

  it('is not taken outside of the organization, though a role of that name there would let the rotator in', async () => {
    org.sandbox.organization.remove(OTHER.id);
    const role = roleNamed(OTHER, NAMES.memberRole);
    role.trust = {
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Principal: { AWS: functionRole('rotator').arn }, Action: 'sts:AssumeRole' },
    };
    const take = (RoleArn: string) =>
      as(functionRole('rotator'), STSClient).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'thief' }));
    await expect(take(role.arn)).rejects.toThrow(refused);
    expect((await take(memberRole().arn)).Credentials).toBeDefined();
  });
});

describe('mail', () => {
  const sending = (FromEmailAddress: string) =>
    new SendEmailCommand({
      FromEmailAddress,
      Destination: { ToAddresses: ['anybody@elsewhere.example'] },
      Content: { Simple: { Subject: { Data: 'Your account' }, Body: { Html: { Data: '<p>Click here</p>' } } } },
    });

  it.each(['rotator', 'reporter'] as const)(
    'the role of the %s sends whatever mail it likes as the configured sender, because SES asks for templates only where one is used',
    async (name) => {
      await as(functionRole(name), SESv2Client).send(sending('key-rotation@example.com'));
      expect(org.sandbox.mails.at(-1)).toMatchObject({ from: 'key-rotation@example.com', subject: 'Your account' });
    },
  );

  it.each(['rotator', 'reporter'] as const)('the role of the %s sends none as anybody else of the domain', async (name) => {
    await expect(as(functionRole(name), SESv2Client).send(sending('ceo@example.com'))).rejects.toThrow(refused);
  });

  it.each(['orchestrator', 'organizationFacts'] as const)('the role of the %s sends none', async (name) => {
    await expect(as(functionRole(name), SESv2Client).send(sending('key-rotation@example.com'))).rejects.toThrow(refused);
  });
});

describe('what the rotator remembers, and records of intents', () => {
  const KEYS = [`memory/${TEAM.id}.json`, `intents/${TEAM.id}/deadbeef.json`];
  const bucket = (): string => org.functionNamed(FUNCTIONS.rotator).environment['RESULTS_BUCKET']!;

  it.each(['orchestrator', 'reporter', 'organizationFacts'] as const)(
    'are neither read nor written by the role of the %s',
    async (name) => {
      const s3 = as(functionRole(name), S3Client);
      for (const Key of KEYS) {
        await expect(s3.send(new PutObjectCommand({ Bucket: bucket(), Key, Body: '{}' }))).rejects.toThrow(refused);
        await expect(s3.send(new GetObjectCommand({ Bucket: bucket(), Key }))).rejects.toThrow(refused);
      }
    },
  );

  it.each(KEYS)('nor by the member role: %s', async (Key) => {
    await expect(as(memberRole(), S3Client).send(new PutObjectCommand({ Bucket: bucket(), Key, Body: '{}' }))).rejects.toThrow(refused);
  });

  it.each(['runs/x/222233334444.json', 'checks/x.json'])('and the rotator reads nothing of %s', async (key) => {
    const s3 = as(functionRole('rotator'), S3Client);
    await s3.send(new PutObjectCommand({ Bucket: bucket(), Key: key, Body: '{}' }));
    await expect(s3.send(new GetObjectCommand({ Bucket: bucket(), Key: key }))).rejects.toThrow(refused);
  });
});

describe('one witness alone makes no step of somebody else come earlier', () => {
  let young: string;
  let used: string;
  beforeEach(() => {
    [used, young] = org
      .addUser(TEAM, 'alice', [
        { ageDays: 30, usedDaysAgo: 0 },
        { ageDays: 5, usedDaysAgo: 0 },
      ])
      .keys.map(({ id }) => id) as [string, string];
  });
  const untouched = async (): Promise<void> => {
    const results = await runOnDays(org, TEAM, [0, 10, 20]);
    expect(timeline(results, 'alice', used)).toEqual([]);
    expect(org.user(TEAM, 'alice').keys.map(({ status }) => status)).toEqual(['Active', 'Active']);
  };

  it('who may write secrets makes one that says the younger key was issued by us', async () => {
    const thief = new SecretsManagerClient(org.sandbox.client(TEAM.id));
    const version = { ClientRequestToken: `iam-key-rotation-${young}`, SecretString: '{}' };
    await thief.send(new CreateSecretCommand({ Name: nameOf('alice'), Tags: [OURS], ...version }));
    await untouched();
  });

  it('who may tag users says so on the user', async () => {
    const { created } = org.user(TEAM, 'alice').keys.find(({ id }) => id === young)!;
    org.sandbox.people(TEAM.id).tagUser('alice', { [`key-rotation:${young}`]: `issued=${created.toISOString()}` });
    await untouched();
  });

  it('who may do both says so in both places, and cannot date the version back', async () => {
    const { created } = org.user(TEAM, 'alice').keys.find(({ id }) => id === young)!;
    org.sandbox.people(TEAM.id).tagUser('alice', { [`key-rotation:${young}`]: `issued=${created.toISOString()}` });
    const thief = new SecretsManagerClient(org.sandbox.client(TEAM.id));
    const version = { ClientRequestToken: `iam-key-rotation-${young}`, SecretString: '{}' };
    await thief.send(new CreateSecretCommand({ Name: nameOf('alice'), Tags: [OURS], ...version }));
    await untouched();
  });

  it('and with a date of the version that only AWS can set, the same tag and secret would be believed', async () => {
    const { created } = org.user(TEAM, 'alice').keys.find(({ id }) => id === young)!;
    org.sandbox.people(TEAM.id).tagUser('alice', { [`key-rotation:${young}`]: `issued=${created.toISOString()}` });
    const thief = new SecretsManagerClient(org.sandbox.client(TEAM.id));
    const version = { ClientRequestToken: `iam-key-rotation-${young}`, SecretString: '{}' };
    await thief.send(new CreateSecretCommand({ Name: nameOf('alice'), Tags: [OURS], ...version }));
    secretOf(org, TEAM, 'alice')!.versions.get(version.ClientRequestToken)!.created = created;
    const first = (await runOnDays(org, TEAM, [0])).get(0)!;
    expect(actionsOf([first], 'alice').map(({ keyId }) => keyId)).toContain(used);
  });

  it('who may tag users says on the user that a run lost the younger key, which nobody has used', async () => {
    const { created } = org.addUser(TEAM, 'bob', [{ ageDays: 30, usedDaysAgo: 0 }, { ageDays: 5 }]).keys[1]!;
    const until = new Date(created.getTime() + 15 * 60_000).toISOString();
    org.sandbox.people(TEAM.id).tagUser('bob', { 'key-rotation:issuing:deadbeef': `at=${created.toISOString()} until=${until} keys=` });
    await untouched();
    expect(org.user(TEAM, 'bob').keys.map(({ status }) => status)).toEqual(['Active', 'Active']);
  });

  it('who may write records of intents says there that a run lost the younger key, which nobody has used', async () => {
    const { created } = org.addUser(TEAM, 'bob', [{ ageDays: 30, usedDaysAgo: 0 }, { ageDays: 5 }]).keys[1]!;
    const until = new Date(created.getTime() + 15 * 60_000);
    leaveIntent(org, TEAM, 'bob', { token: 'deadbeef', at: created, until, known: [] });
    org.sandbox.people(TEAM.id).untagUser('bob', 'key-rotation:issuing:deadbeef');
    await untouched();
    expect(org.user(TEAM, 'bob').keys.map(({ status }) => status)).toEqual(['Active', 'Active']);
  });

  it('who may write the memory says that people were told long ago', async () => {
    const s3 = new S3Client(org.sandbox.client(MANAGEMENT.id));
    const long = '2025-01-01T00:00:00.000Z';
    const told = { disable: { on: long, at: long }, delete: { on: long, at: long } };
    const keys = Object.fromEntries(
      [used, young].map((id) => [
        id,
        { user: 'alice', created: long, active: true, seen: long, told, issued: true, putOff: { times: 9, since: long, last: long } },
      ]),
    );
    await s3.send(
      new PutObjectCommand({
        Bucket: org.functionNamed(FUNCTIONS.rotator).environment['RESULTS_BUCKET']!,
        Key: `memory/${TEAM.id}.json`,
        Body: JSON.stringify({ version: 1, keys }),
      }),
    );
    await untouched();
  });
});

it("the functions' own code is refused the network that Lambda itself holds for them", () => {
  const { kernel } = org.sandbox;
  const { name, arn } = functionRole('rotator');
  const functionArn = org.functionNamed(FUNCTIONS.rotator).arn;
  const stack = new Stack(new App(), 'InVpc', { env: { account: MANAGEMENT.id, region: kernel.region } });
  const resolved = <T>(value: T): T => JSON.parse(JSON.stringify(value).replaceAll(stack.partition, 'aws')) as T;
  const Statement = mayUseNetwork(stack, FUNCTIONS.rotator).map(({ effect = 'Allow', actions, resources, conditions }) => ({
    Effect: effect,
    Action: actions,
    Resource: resolved(resources),
    ...(conditions && { Condition: resolved(conditions) }),
  }));
  kernel
    .account(MANAGEMENT.id)
    .roles.get(name)!
    .inlinePolicies.set('Network', { Version: '2012-10-17', Statement } as PolicyDocument);
  const principal = kernel.rolePrincipal(arn, 'network');
  const resource = `arn:aws:ec2:${kernel.region}:${MANAGEMENT.id}:subnet/subnet-0a1b2c3d4e5f67890`;
  const may = (session: object): boolean =>
    authorize(
      kernel.world,
      { ...principal, session: { ...principal.session!, ...session } },
      { action: 'ec2:CreateNetworkInterface', resource },
      kernel.clock.now(),
    ).allowed;
  expect([may({}), may({ functionArn })]).toEqual([true, false]);
});
