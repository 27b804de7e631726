import * as iam from '@aws-sdk/client-iam';
import * as sts from '@aws-sdk/client-sts';
import { addRole, allow, failure, Harness, management, member, policy } from '../harness';

let harness: Harness;
let client: sts.STSClient;
const roleArn = `arn:aws:iam::${member}:role/target`;
beforeEach(async () => {
  harness = await Harness.start();
  client = new sts.STSClient(harness.user('admin'));
  const trust = policy({ Effect: 'Allow', Principal: { AWS: [management, member] }, Action: 'sts:AssumeRole' });
  addRole(harness.kernel, member, 'target', trust, policy(allow(['iam:ListUsers', 'sts:AssumeRole'])), { maxSessionSeconds: 7200 });
});
afterEach(() => {
  client.destroy();
  harness.stop();
});
const assume = (input: Partial<sts.AssumeRoleCommandInput> = {}, by = client) =>
  by.send(new sts.AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: 'run-1', ...input }));
const clientOf = ({ Credentials }: sts.AssumeRoleCommandOutput) => {
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials!;
  const configuration = harness.as({ accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken });
  return { iam: new iam.IAMClient(configuration), sts: new sts.STSClient(configuration), configuration };
};

it('opens a session in the role’s account, with the role’s permissions', async () => {
  harness.people(member).addUser({ name: 'there' });
  const assumed = await assume();
  expect(assumed.AssumedRoleUser?.Arn).toBe(`arn:aws:sts::${member}:assumed-role/target/run-1`);
  const session = clientOf(assumed);
  expect((await session.sts.send(new sts.GetCallerIdentityCommand({}))).Account).toBe(member);
  expect((await session.iam.send(new iam.ListUsersCommand({}))).Users?.map((user) => user.UserName)).toEqual(['there']);
  expect(await failure(session.iam.send(new iam.CreateAccessKeyCommand({ UserName: 'there' })))).toMatch(
    /^AccessDenied: .*assumed-role\/target\/run-1 is not authorized/,
  );
});

it('ends sessions by the clock of the sandbox', async () => {
  const session = clientOf(await assume());
  harness.kernel.clock.advance(3600_000 - 30_000);
  expect(await failure(session.iam.send(new iam.ListUsersCommand({})))).toBe('it succeeded');
  harness.kernel.clock.advance(30_000);
  expect(await failure(session.iam.send(new iam.ListUsersCommand({})))).toMatch(/^ExpiredToken/);
});

it('refuses session keys without their token', async () => {
  const { configuration } = clientOf(await assume());
  const { accessKeyId, secretAccessKey } = configuration.credentials;
  const credentials = { accessKeyId, secretAccessKey };
  expect(await failure(new iam.IAMClient({ ...configuration, credentials }).send(new iam.ListUsersCommand({})))).toMatch(
    /^InvalidClientTokenId/,
  );
});

it('keeps durations within the role’s limit, and within one hour when a session opens a session', async () => {
  expect(await failure(assume({ DurationSeconds: 7200 }))).toBe('it succeeded');
  expect(await failure(assume({ DurationSeconds: 7201 }))).toMatch(/^ValidationError: .*MaxSessionDuration/);
  expect(await failure(assume({ DurationSeconds: 899 }))).toMatch(/^ValidationError/);
  const chained = clientOf(await assume()).sts;
  expect(await failure(assume({}, chained))).toBe('it succeeded');
  expect(await failure(assume({ DurationSeconds: 3601 }, chained))).toMatch(/^ValidationError: .*role chaining/);
});

it('does not tell a role that refuses from one that does not exist', async () => {
  const missing = await failure(assume({ RoleArn: `arn:aws:iam::${member}:role/none` }));
  addRole(harness.kernel, member, 'closed', policy(), policy());
  const closed = await failure(assume({ RoleArn: `arn:aws:iam::${member}:role/closed` }));
  expect(missing).toMatch(/^AccessDenied: User: .* is not authorized to perform: sts:AssumeRole on resource/);
  expect(closed).toBe(missing.replace('role/none', 'role/closed'));
});

it('limits a session by its own policy', async () => {
  const session = clientOf(await assume({ Policy: JSON.stringify(policy(allow('sts:*'))) }));
  expect(await failure(session.iam.send(new iam.ListUsersCommand({})))).toMatch(/^AccessDenied: .*session policy/);
});

it('knows the second factor of a user, which a trust policy may ask for', async () => {
  const condition = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } };
  const trust = policy({ Effect: 'Allow', Principal: { AWS: management }, Action: 'sts:AssumeRole', Condition: condition });
  addRole(harness.kernel, member, 'careful', trust, policy());
  const RoleArn = `arn:aws:iam::${member}:role/careful`;
  const SerialNumber = `arn:aws:iam::${management}:mfa/admin`;
  harness.people(management).user('admin').mfaCode = '123456';
  expect(await failure(assume({ RoleArn }))).toMatch(/^AccessDenied: .* is not authorized/);
  expect(await failure(assume({ RoleArn, SerialNumber, TokenCode: '123456' }))).toBe('it succeeded');
  const wrong = [{ TokenCode: '000000' }, { TokenCode: '123456', SerialNumber: `arn:aws:iam::${management}:mfa/other` }, {}];
  for (const more of wrong) expect(await failure(assume({ RoleArn, SerialNumber, ...more }))).toMatch(/^AccessDenied: MultiFactorAuth/);
});

describe('a session of a user', () => {
  const key = () => new sts.STSClient(harness.user('program', [allow('sts:AssumeRole', roleArn)]));
  const open = (by: sts.STSClient, DurationSeconds?: number) =>
    by.send(new sts.GetSessionTokenCommand({ ...(DurationSeconds !== undefined && { DurationSeconds }) }));
  const sessionOf = ({ Credentials }: sts.GetSessionTokenCommandOutput) => clientOf({ Credentials, $metadata: {} });

  it('is the user, needs no permission, and ends by the clock of the sandbox', async () => {
    const session = sessionOf(await open(key(), 900));
    const identify = () => session.sts.send(new sts.GetCallerIdentityCommand({}));
    expect((await identify()).Arn).toBe(`arn:aws:iam::${management}:user/program`);
    harness.kernel.clock.advance(900_000);
    expect(await failure(identify())).toMatch(/^ExpiredToken/);
  });

  it('outlives the key that it was made with', async () => {
    const by = key();
    const session = sessionOf(await open(by));
    harness.people().user('program').keys[0]!.status = 'Inactive';
    expect(await failure(open(by))).toMatch(/^InvalidClientTokenId/);
    expect(await failure(session.sts.send(new sts.GetCallerIdentityCommand({})))).toBe('it succeeded');
  });

  it('may take roles, and call nothing of IAM and nothing else of STS', async () => {
    const session = sessionOf(await open(new sts.STSClient(harness.user('mighty'))));
    expect(await failure(assume({}, session.sts))).toBe('it succeeded');
    expect(await failure(session.iam.send(new iam.ListUsersCommand({})))).toMatch(/^AccessDenied: .*session credentials/);
    expect(await failure(open(session.sts))).toMatch(/^AccessDenied/);
  });

  it('is not for roles, and not for less than 15 minutes', async () => {
    expect(await failure(open(clientOf(await assume()).sts))).toMatch(/^AccessDenied: Cannot call GetSessionToken/);
    expect(await failure(open(key(), 899))).toMatch(/^ValidationError/);
  });
});
