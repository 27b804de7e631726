import * as iam from '@aws-sdk/client-iam';
import * as secrets from '@aws-sdk/client-secrets-manager';
import { parse } from 'csv-parse/sync';
import { allow, deny, failure, Harness, management, policy, start, thrown } from '../harness';

let harness: Harness;
let client: iam.IAMClient;
const arnOf = (name: string): string => `arn:aws:iam::${management}:user/${name}`;
const dayMs = 86_400_000;
beforeEach(async () => {
  harness = await Harness.start();
  client = new iam.IAMClient(harness.user('admin'));
});
afterEach(() => {
  client.destroy();
  harness.stop();
});
const rename = (UserName: string, NewUserName: string, by = client) => by.send(new iam.UpdateUserCommand({ UserName, NewUserName }));

describe('a renamed user', () => {
  it('keeps id, keys, groups, tags and policies under another ARN, and the old name is free', async () => {
    const configuration = harness.user('before', [allow('iam:GetUser')]);
    harness.people().addGroup('team');
    harness.people().addToGroup('before', 'team');
    harness.people().tagUser('before', { team: 'blue' });
    const { id } = harness.people().user('before');
    await rename('before', 'after');
    const self = new iam.IAMClient(configuration);
    expect((await self.send(new iam.GetUserCommand({}))).User).toMatchObject({
      UserName: 'after',
      UserId: id,
      Arn: arnOf('after'),
      Tags: [{ Key: 'team', Value: 'blue' }],
    });
    expect((await client.send(new iam.ListAccessKeysCommand({ UserName: 'after' }))).AccessKeyMetadata).toHaveLength(1);
    expect((await client.send(new iam.GetGroupCommand({ GroupName: 'team' }))).Users).toMatchObject([{ UserName: 'after' }]);
    expect(await failure(client.send(new iam.GetUserCommand({ UserName: 'before' })))).toMatch(/^NoSuchEntity/);
    const { User } = await client.send(new iam.CreateUserCommand({ UserName: 'before' }));
    expect(User?.UserId).not.toBe(id);
    self.destroy();
  });

  it('does not take a name that is taken in another letter case, nor a name that IAM does not know', async () => {
    for (const name of ['ana', 'bob']) harness.people().addUser({ name });
    expect(await failure(rename('ana', 'BOB'))).toMatch(/^EntityAlreadyExistsException: User with name BOB already exists/);
    expect(await failure(rename('ana', 'a b'))).toMatch(/^ValidationError/);
    await rename('ana', 'Ana');
    expect(harness.people().user('Ana').arn).toBe(arnOf('Ana'));
  });

  it('needs permission on the old name and on the new one', async () => {
    harness.people().addUser({ name: 'ana' });
    const half = new iam.IAMClient(harness.user('half', [allow('iam:UpdateUser', arnOf('ana'))]));
    expect(await failure(rename('ana', 'ann', half))).toMatch(/^AccessDenied: .*user\/ann/);
    half.destroy();
  });

  it('is followed by who a resource policy names, and not by what its conditions compare with', async () => {
    const store = new secrets.SecretsManagerClient(harness.user('keeper'));
    const ana = new secrets.SecretsManagerClient(harness.user('ana', []));
    const read = (SecretId: string) => failure(ana.send(new secrets.GetSecretValueCommand({ SecretId })));
    const let_ = allow('secretsmanager:GetSecretValue', '*', { Principal: { AWS: arnOf('ana') } });
    const others = deny('secretsmanager:GetSecretValue', '*', {
      Principal: '*',
      Condition: { StringNotEquals: { 'aws:PrincipalArn': arnOf('ana') } },
    });
    for (const [Name, ...statements] of [
      ['named', let_],
      ['bound', let_, others],
    ] as const) {
      await store.send(new secrets.CreateSecretCommand({ Name, SecretString: 's' }));
      await store.send(new secrets.PutResourcePolicyCommand({ SecretId: Name, ResourcePolicy: JSON.stringify(policy(...statements)) }));
    }
    expect([await read('named'), await read('bound')]).toEqual(['it succeeded', 'it succeeded']);
    await rename('ana', 'ann');
    expect(await read('named')).toBe('it succeeded');
    expect(await read('bound')).toMatch(/^AccessDeniedException: .*with an explicit deny in a resource-based policy/);
    const shown = await store.send(new secrets.GetResourcePolicyCommand({ SecretId: 'named' }));
    expect(shown.ResourcePolicy).toContain(arnOf('ann'));
    store.destroy();
    ana.destroy();
  });
});

it('who comes back under a deleted user’s name is not who a resource policy named', async () => {
  const store = new secrets.SecretsManagerClient(harness.user('keeper'));
  const { id } = harness.people().addUser({ name: 'ana' });
  await store.send(new secrets.CreateSecretCommand({ Name: 'named', SecretString: 's' }));
  const ResourcePolicy = JSON.stringify(policy(allow('secretsmanager:GetSecretValue', '*', { Principal: { AWS: arnOf('ana') } })));
  await store.send(new secrets.PutResourcePolicyCommand({ SecretId: 'named', ResourcePolicy }));
  await client.send(new iam.DeleteUserCommand({ UserName: 'ana' }));
  const again = new secrets.SecretsManagerClient(harness.user('ana', []));
  expect(await failure(again.send(new secrets.GetSecretValueCommand({ SecretId: 'named' })))).toMatch(/^AccessDeniedException/);
  const shown = await store.send(new secrets.GetResourcePolicyCommand({ SecretId: 'named' }));
  expect(shown.ResourcePolicy).toContain(`"AWS":"${id}"`);
  store.destroy();
  again.destroy();
});

describe('a user', () => {
  it('is created with path and tags, once', async () => {
    const create = () =>
      client.send(new iam.CreateUserCommand({ UserName: 'ana', Path: '/team/', Tags: [{ Key: 'team', Value: 'blue' }] }));
    expect((await create()).User).toMatchObject({
      Arn: `arn:aws:iam::${management}:user/team/ana`,
      Tags: [{ Key: 'team', Value: 'blue' }],
    });
    expect(await failure(create())).toMatch(/^EntityAlreadyExistsException/);
  });

  it.each<[string, () => unknown, RegExp]>([
    ['access keys', () => harness.people().createKey('ana'), /must delete access keys first/],
    [
      'groups',
      () => {
        harness.people().addGroup('team');
        harness.people().addToGroup('ana', 'team');
      },
      /must remove users from group first/,
    ],
    [
      'policies',
      () => {
        harness.people().putUserPolicy('ana', 'p', policy());
      },
      /must delete policies first/,
    ],
  ])('is not deleted while it has %s', async (_, give, message) => {
    harness.people().addUser({ name: 'ana' });
    give();
    expect(await failure(client.send(new iam.DeleteUserCommand({ UserName: 'ana' })))).toMatch(message);
    expect(harness.people().user('ana').name).toBe('ana');
  });
});

describe('tag keys', () => {
  beforeEach(() => {
    harness.people().addUser({ name: 'ana', tags: { ownerEmail: 'a@example.com' } });
  });
  const tags = async () => (await client.send(new iam.ListUserTagsCommand({ UserName: 'ana' }))).Tags;

  it('ignore their letter case: another spelling replaces value and key', async () => {
    await client.send(new iam.TagUserCommand({ UserName: 'ana', Tags: [{ Key: 'OwnerEmail', Value: 'b@example.com' }] }));
    expect(await tags()).toEqual([{ Key: 'OwnerEmail', Value: 'b@example.com' }]);
  });

  it('are removed in any letter case, by the API and by people', async () => {
    await client.send(new iam.UntagUserCommand({ UserName: 'ana', TagKeys: ['OWNEREMAIL'] }));
    expect(await tags()).toEqual([]);
    harness.people().tagUser('ana', { Team: 'blue' });
    harness.people().untagUser('ana', 'team');
    expect(await tags()).toEqual([]);
  });
});

describe('an expired key', () => {
  it('is listed as such, cannot sign, is not active in the report, and can only be deleted', async () => {
    const configuration = harness.user('ana');
    const [key] = harness.people().user('ana').keys;
    harness.people().expireKey('ana', key!.id);
    const self = new iam.IAMClient(configuration);
    expect(await failure(self.send(new iam.GetUserCommand({})))).toMatch(/^InvalidClientTokenId/);
    self.destroy();
    const input = { UserName: 'ana', AccessKeyId: key!.id };
    expect((await client.send(new iam.ListAccessKeysCommand({ UserName: 'ana' }))).AccessKeyMetadata).toMatchObject([
      { Status: 'Expired' },
    ]);
    expect((await report())['ana']).toMatchObject({ access_key_1_active: 'false', access_key_2_active: 'false' });
    expect(await failure(client.send(new iam.UpdateAccessKeyCommand({ ...input, Status: 'Active' })))).toMatch(/has expired/);
    await client.send(new iam.DeleteAccessKeyCommand(input));
    expect(harness.people().user('ana').keys).toEqual([]);
  });
});

describe('more keys than the quota', () => {
  it.each([3, 8])('are %i that exist, are listed in pages, and can sign; the API still refuses another', async (count) => {
    harness.people().addUser({ name: 'ana' });
    for (let number = 0; number < count; number += 1) harness.people().addAccessKey('ana', { created: start, beyondQuota: true });
    const ids: (string | undefined)[] = [];
    for await (const page of iam.paginateListAccessKeys({ client, pageSize: 2 }, { UserName: 'ana' })) {
      expect(page.AccessKeyMetadata!.length).toBeLessThanOrEqual(2);
      ids.push(...page.AccessKeyMetadata!.map(({ AccessKeyId }) => AccessKeyId));
    }
    expect(ids.sort()).toEqual(
      harness
        .people()
        .user('ana')
        .keys.map(({ id }) => id)
        .sort(),
    );
    expect(await failure(client.send(new iam.CreateAccessKeyCommand({ UserName: 'ana' })))).toMatch(/^LimitExceeded/);
    const last = harness.people().user('ana').keys.at(-1)!;
    harness.people().putUserPolicy('ana', 'all', policy(allow('*')));
    const self = new iam.IAMClient(harness.as({ accessKeyId: last.id, secretAccessKey: last.secret }));
    expect(await failure(self.send(new iam.GetUserCommand({})))).toBe('it succeeded');
    self.destroy();
  });

  it('are not made by people without saying so', () => {
    harness.people().addUser({ name: 'ana' });
    for (let number = 0; number < 2; number += 1) harness.people().addAccessKey('ana', { created: start });
    expect(thrown(() => harness.people().addAccessKey('ana', { created: start }))).toBe('LimitExceededException');
  });
});

describe('the date of a key in the credential report', () => {
  it('is that of its creation, or later when the key is said to have changed', async () => {
    harness.people().addUser({ name: 'ana' });
    const created = new Date(start.getTime() - 89 * dayMs);
    const { id } = harness.people().addAccessKey('ana', { created });
    harness.people().reportKeyChanged('ana', id, new Date(start.getTime() - 20 * dayMs));
    const row = (await report())['ana'];
    expect([row?.['access_key_1_last_rotated'], row?.['access_key_2_last_rotated']]).toContain('2026-02-09T12:00:00+00:00');
    expect((await client.send(new iam.ListAccessKeysCommand({ UserName: 'ana' }))).AccessKeyMetadata).toMatchObject([
      { CreateDate: created },
    ]);
  });

  it('is never earlier than its creation', () => {
    harness.people().addUser({ name: 'ana' });
    const { id } = harness.people().addAccessKey('ana', { created: start });
    expect(
      thrown(() => {
        harness.people().reportKeyChanged('ana', id, new Date(start.getTime() - 1));
      }),
    ).toBe('Error');
  });
});

it('people delete a secret at once, with its replicas', async () => {
  const store = new secrets.SecretsManagerClient(harness.user('keeper'));
  await store.send(new secrets.CreateSecretCommand({ Name: 'a', SecretString: 's', AddReplicaRegions: [{ Region: 'us-east-1' }] }));
  harness.people().forceDeleteSecret('a');
  expect(harness.kernel.account(management).secrets.size).toBe(0);
  expect(
    thrown(() => {
      harness.people().forceDeleteSecret('a');
    }),
  ).toBe('Error');
  store.destroy();
});

/** Rows of a fresh credential report by user. */
async function report(): Promise<Record<string, Record<string, string>>> {
  await client.send(new iam.GenerateCredentialReportCommand({}));
  const { Content } = await client.send(new iam.GetCredentialReportCommand({}));
  const rows: Record<string, string>[] = parse(Buffer.from(Content!).toString('utf8'), { columns: true });
  return Object.fromEntries(rows.map((row) => [row['user'] ?? '', row] as const));
}
