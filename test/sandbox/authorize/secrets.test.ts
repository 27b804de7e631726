import * as secrets from '@aws-sdk/client-secrets-manager';
import type { Statement } from '../../../sandbox/kernel/world';
import { allow, deny, failure, Harness, management, member, policy } from '../harness';

/** What conditions let people do to secrets, over the wire. */
let harness: Harness;
let admin: secrets.SecretsManagerClient;
const SecretId = 'team/key';
beforeEach(async () => {
  harness = await Harness.start();
  admin = new secrets.SecretsManagerClient(harness.user('admin'));
  const Tags = [{ Key: 'managed', Value: 'true' }];
  await admin.send(new secrets.CreateSecretCommand({ Name: SecretId, SecretString: 's', Tags }));
});
afterEach(() => {
  admin.destroy();
  harness.stop();
});

const as = (name: string, ...statements: Statement[]) => new secrets.SecretsManagerClient(harness.user(name, statements));
const when = (operator: string, key: string, value: string | string[]): Partial<Statement> => ({
  Condition: { [operator]: { [key]: value } },
});
const Tags = (Key: string, Value = 'true') => [{ Key, Value }];
const create = (name: string, tags?: secrets.Tag[]) => new secrets.CreateSecretCommand({ Name: name, SecretString: 's', Tags: tags });
const denied = /^AccessDeniedException/;
const every = 'secretsmanager:*';

type Row = [title: string, statement: Statement, may: object, mayNot: object];
it.each<Row>([
  [
    'tags of the request',
    allow(every, '*', when('StringEquals', 'aws:RequestTag/managed', 'true')),
    create('a', Tags('managed')),
    create('b', Tags('managed', 'false')),
  ],
  [
    'keys of the request’s tags',
    allow(every, '*', when('ForAllValues:StringEquals', 'aws:TagKeys', ['managed'])),
    new secrets.TagResourceCommand({ SecretId, Tags: Tags('managed') }),
    new secrets.TagResourceCommand({ SecretId, Tags: Tags('other') }),
  ],
  [
    'keys of tags that are removed',
    allow(every, '*', when('ForAnyValue:StringEquals', 'aws:TagKeys', 'managed')),
    new secrets.UntagResourceCommand({ SecretId, TagKeys: ['managed'] }),
    new secrets.UntagResourceCommand({ SecretId, TagKeys: ['other'] }),
  ],
  [
    'that a resource policy may not be public',
    allow(every, '*', when('Bool', 'secretsmanager:BlockPublicPolicy', 'true')),
    new secrets.PutResourcePolicyCommand({ SecretId, ResourcePolicy: JSON.stringify(policy()), BlockPublicPolicy: true }),
    new secrets.PutResourcePolicyCommand({ SecretId, ResourcePolicy: JSON.stringify(policy()) }),
  ],
  [
    'the recovery window',
    allow(every, '*', when('NumericGreaterThanEquals', 'secretsmanager:RecoveryWindowInDays', '14')),
    new secrets.DeleteSecretCommand({ SecretId, RecoveryWindowInDays: 14 }),
    new secrets.DeleteSecretCommand({ SecretId, RecoveryWindowInDays: 7 }),
  ],
  [
    'a deletion without recovery',
    allow(every, '*', when('BoolIfExists', 'secretsmanager:ForceDeleteWithoutRecovery', 'false')),
    new secrets.DeleteSecretCommand({ SecretId, RecoveryWindowInDays: 7 }),
    new secrets.DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }),
  ],
])('a policy can depend on %s', async (_, statement, may, mayNot) => {
  const ana = as('ana', statement);
  expect(await failure(ana.send(mayNot as secrets.TagResourceCommand))).toMatch(denied);
  expect(await failure(ana.send(may as secrets.TagResourceCommand))).toBe('it succeeded');
});

const onSecret: [string, object][] = [
  ['PutSecretValue', new secrets.PutSecretValueCommand({ SecretId, SecretString: 't' })],
  ['GetSecretValue', new secrets.GetSecretValueCommand({ SecretId })],
  ['DescribeSecret', new secrets.DescribeSecretCommand({ SecretId })],
  ['ListSecretVersionIds', new secrets.ListSecretVersionIdsCommand({ SecretId })],
  ['PutResourcePolicy', new secrets.PutResourcePolicyCommand({ SecretId, ResourcePolicy: JSON.stringify(policy()) })],
  ['GetResourcePolicy', new secrets.GetResourcePolicyCommand({ SecretId })],
  ['TagResource', new secrets.TagResourceCommand({ SecretId, Tags: Tags('a') })],
  ['UntagResource', new secrets.UntagResourceCommand({ SecretId, TagKeys: ['a'] })],
  ['UpdateSecretVersionStage', new secrets.UpdateSecretVersionStageCommand({ SecretId, VersionStage: 'x' })],
  ['RestoreSecret', new secrets.RestoreSecretCommand({ SecretId })],
  ['DeleteSecret', new secrets.DeleteSecretCommand({ SecretId })],
];
describe.each(['secretsmanager:ResourceTag/managed', 'aws:ResourceTag/managed'])('a condition on %s', (key) => {
  it.each(onSecret)('binds %s', async (_, command) => {
    const ours = as('ours', allow(every, '*', when('StringEquals', key, 'true')));
    const theirs = as('theirs', allow(every, '*', when('StringEquals', key, 'false')));
    expect(await failure(theirs.send(command as secrets.DescribeSecretCommand))).toMatch(denied);
    expect(await failure(ours.send(command as secrets.DescribeSecretCommand))).not.toMatch(denied);
  });
});

describe('a policy that denies all without MFA', () => {
  const withoutMfa = (operator: string) => deny('*', '*', when(operator, 'aws:MultiFactorAuthPresent', 'false'));
  const letRead = (name: string) =>
    admin.send(
      new secrets.PutResourcePolicyCommand({
        SecretId,
        ResourcePolicy: JSON.stringify(
          policy(allow('secretsmanager:GetSecretValue', '*', { Principal: { AWS: `arn:aws:iam::${management}:user/${name}` } })),
        ),
      }),
    );
  const read = new secrets.GetSecretValueCommand({ SecretId });

  it('stops a long-lived key only in its IfExists form, which beats what the secret allows', async () => {
    const plain = as('plain', withoutMfa('Bool'));
    await letRead('plain');
    expect(await failure(plain.send(read))).toBe('it succeeded');
    const strict = as('strict', withoutMfa('BoolIfExists'));
    await letRead('strict');
    expect(await failure(strict.send(read))).toMatch(/^AccessDeniedException: .*with an explicit deny in an identity-based policy/);
  });
});

it('a policy can keep to resources of the own organization', async () => {
  const { ARN = '' } = await admin.send(new secrets.DescribeSecretCommand({ SecretId }));
  const far = new secrets.SecretsManagerClient(
    harness.user('far', [allow(every, '*', when('StringEquals', 'aws:ResourceOrgID', harness.kernel.world.organization.id))], member),
  );
  const ResourcePolicy = JSON.stringify(
    policy(allow('secretsmanager:GetSecretValue', '*', { Principal: { AWS: `arn:aws:iam::${member}:user/far` } })),
  );
  await admin.send(new secrets.PutResourcePolicyCommand({ SecretId, ResourcePolicy }));
  const read = new secrets.GetSecretValueCommand({ SecretId: ARN });
  expect(await failure(far.send(read))).toBe('it succeeded');
  harness.kernel.world.organization.members.delete(management);
  expect(await failure(far.send(read))).toMatch(/because no identity-based policy allows/);
});
