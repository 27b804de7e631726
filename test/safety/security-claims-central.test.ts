import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  TagResourceCommand,
} from '@aws-sdk/client-secrets-manager';
import { FUNCTIONS, MANAGEMENT, TEAM, testOrganization, type TestOrganization } from '../helpers/sandbox-organization';
import { runOnDays, timeline } from './support';

const deployed = testOrganization('enforcing', [TEAM], { settings: { secretStore: 'central' } });
let org: TestOrganization;
beforeEach(() => {
  org = deployed();
});

const refused = /is not authorized to perform/;
const OURS = { Key: 'key-rotation:managed', Value: 'true' };
const nameOf = (user: string): string => `Account_${TEAM.id}_User_${user}_AccessKey`;
const rotator = (): SecretsManagerClient => {
  const { role } = org.functionNamed(FUNCTIONS.rotator);
  const { sandbox } = org;
  return new SecretsManagerClient({ ...sandbox.client(MANAGEMENT.id, sandbox.kernel.functionCredentials(role, 'thief')), maxAttempts: 1 });
};
const readableByRotator = (): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: org.functionNamed(FUNCTIONS.rotator).role },
        Action: 'secretsmanager:GetSecretValue',
        Resource: '*',
      },
    ],
  });

it("the rotator's role, which writes every secret of the central store, names itself as a reader and is refused all the same", async () => {
  org.addUser(TEAM, 'alice', [{ ageDays: 95, usedDaysAgo: 0 }]);
  await org.rotate(TEAM);
  const SecretId = nameOf('alice');
  await rotator().send(new PutResourcePolicyCommand({ SecretId, ResourcePolicy: readableByRotator(), BlockPublicPolicy: true }));
  await expect(rotator().send(new GetSecretValueCommand({ SecretId }))).rejects.toThrow(
    /with an explicit deny in an identity-based policy/,
  );
});

type Attempt = (secrets: SecretsManagerClient, SecretId: string) => Promise<unknown>;

it.each<[string, Attempt]>([
  ['write a value', (secrets, SecretId) => secrets.send(new PutSecretValueCommand({ SecretId, SecretString: '{}' }))],
  [
    'write a policy',
    (secrets, SecretId) =>
      secrets.send(new PutResourcePolicyCommand({ SecretId, ResourcePolicy: readableByRotator(), BlockPublicPolicy: true })),
  ],
  ['claim it by our tag', (secrets, SecretId) => secrets.send(new TagResourceCommand({ SecretId, Tags: [OURS] }))],
])("the rotator's role cannot %s when a secret of the central account has not our tag", async (_, attempt) => {
  const administrator = new SecretsManagerClient(org.sandbox.client(MANAGEMENT.id));
  await administrator.send(new CreateSecretCommand({ Name: nameOf('foreign'), SecretString: 'theirs' }));
  await expect(attempt(rotator(), nameOf('foreign'))).rejects.toThrow(refused);
});

it.each([
  ['the central store', MANAGEMENT],
  ['the account of the user', TEAM],
])('who may write secrets in %s has no step of another user come earlier', async (_, { id }) => {
  const [used, young] = org.addUser(TEAM, 'alice', [
    { ageDays: 30, usedDaysAgo: 0 },
    { ageDays: 5, usedDaysAgo: 0 },
  ]).keys;
  const thief = new SecretsManagerClient(org.sandbox.client(id));
  const version = { ClientRequestToken: `iam-key-rotation-${young!.id}`, SecretString: '{}' };
  await thief.send(new CreateSecretCommand({ Name: nameOf('alice'), Tags: [OURS], ...version }));
  const results = await runOnDays(org, TEAM, [0, 10, 20]);
  expect(timeline(results, 'alice', used!.id)).toEqual([]);
  expect(org.user(TEAM, 'alice').keys.map(({ status }) => status)).toEqual(['Active', 'Active']);
});
