import * as iam from '@aws-sdk/client-iam';
import * as organizations from '@aws-sdk/client-organizations';
import * as secrets from '@aws-sdk/client-secrets-manager';
import * as sts from '@aws-sdk/client-sts';
import { defaultSettings, type Lag } from '../../../sandbox/kernel/settings';
import { organization } from '../../../sandbox/kernel/organization';
import { failure, Harness, management, member } from '../harness';

/** Every read that can be late shows the state of a minute ago. */
const MINUTE_MS = 60_000;
const aMinute: Lag = { seed: 1, minMs: MINUTE_MS, maxMs: MINUTE_MS, share: 1 };

let harness: Harness;
let client: iam.IAMClient;
let store: secrets.SecretsManagerClient;
beforeEach(async () => {
  harness = await Harness.start();
  const configuration = harness.user('admin');
  client = new iam.IAMClient(configuration);
  store = new secrets.SecretsManagerClient(configuration);
  harness.people().addUser({ name: 'ana', tags: { team: 'blue' } });
  harness.kernel.clock.advance(10 * MINUTE_MS);
  harness.kernel.settings.lag = aMinute;
});
afterEach(() => {
  client.destroy();
  store.destroy();
  harness.stop();
});

const UserName = 'ana';
const later = () => {
  harness.kernel.clock.advance(MINUTE_MS + 1);
};
const keys = async () =>
  ((await client.send(new iam.ListAccessKeysCommand({ UserName }))).AccessKeyMetadata ?? []).map(({ Status }) => Status);
const createKey = async () => (await client.send(new iam.CreateAccessKeyCommand({ UserName }))).AccessKey!.AccessKeyId!;
const users = async () => (await client.send(new iam.ListUsersCommand({}))).Users?.map((user) => user.UserName);
const members = async () => (await client.send(new iam.GetGroupCommand({ GroupName: 'team' }))).Users?.map((user) => user.UserName);

describe('a late read of IAM', () => {
  it('misses a key that was just created, and finds it later', async () => {
    await createKey();
    expect(await keys()).toEqual([]);
    later();
    expect(await keys()).toEqual(['Active']);
  });

  it('still finds a key that was just deleted, and its old status before', async () => {
    const AccessKeyId = await createKey();
    later();
    await client.send(new iam.UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: 'Inactive' }));
    await client.send(new iam.DeleteAccessKeyCommand({ UserName, AccessKeyId }));
    expect(await keys()).toEqual(['Active']);
    later();
    expect(await keys()).toEqual([]);
  });

  it('shows old tags', async () => {
    await client.send(new iam.TagUserCommand({ UserName, Tags: [{ Key: 'team', Value: 'red' }] }));
    const tags = async () => (await client.send(new iam.ListUserTagsCommand({ UserName }))).Tags;
    expect(await tags()).toEqual([{ Key: 'team', Value: 'blue' }]);
    later();
    expect(await tags()).toEqual([{ Key: 'team', Value: 'red' }]);
  });

  it('shows the users and the members of groups as they were, what people did included', async () => {
    harness.people().addGroup('team');
    expect(await failure(members())).toMatch(/^NoSuchEntity/);
    later();
    harness.people().addToGroup('ana', 'team');
    expect(await members()).toEqual([]);
    later();
    expect(await members()).toEqual(['ana']);
    harness.people().renameUser('ana', 'ann');
    expect(await members()).toEqual(['ana']);
    expect(await users()).toEqual(['admin', 'ana']);
    later();
    expect(await users()).toEqual(['admin', 'ann']);
    harness.people().deleteUser('ann');
    expect(await users()).toEqual(['admin', 'ann']);
    later();
    expect(await users()).toEqual(['admin']);
  });

  it('shows the oldest of several changes, not the one before the last', async () => {
    for (const Value of ['red', 'green']) await client.send(new iam.TagUserCommand({ UserName, Tags: [{ Key: 'team', Value }] }));
    expect((await client.send(new iam.GetUserCommand({ UserName }))).User?.Tags).toEqual([{ Key: 'team', Value: 'blue' }]);
  });
});

describe('writes and authorization see the present', () => {
  it('a write that the quota forbids is refused while reads do not show why', async () => {
    await createKey();
    await createKey();
    expect(await keys()).toEqual([]);
    expect(await failure(createKey())).toMatch(/^LimitExceeded/);
  });

  it('a read is refused as soon as its permission is gone', async () => {
    const reader = new iam.IAMClient(harness.user('reader'));
    later();
    harness.people().putUserPolicy('reader', 'inline', { Version: '2012-10-17', Statement: [] });
    expect(await failure(reader.send(new iam.ListUsersCommand({})))).toMatch(/^AccessDenied/);
    reader.destroy();
  });
});

describe('a late read of Secrets Manager', () => {
  const SecretId = 'a';
  const describeIt = () => store.send(new secrets.DescribeSecretCommand({ SecretId }));
  const names = async () => (await store.send(new secrets.ListSecretsCommand({}))).SecretList?.map(({ Name }) => Name);
  beforeEach(async () => {
    await store.send(new secrets.CreateSecretCommand({ Name: SecretId, SecretString: 'one' }));
  });

  it('misses a new secret', async () => {
    expect(await failure(describeIt())).toMatch(/^ResourceNotFoundException/);
    expect(await names()).toEqual([]);
    later();
    expect(await names()).toEqual([SecretId]);
  });

  it('shows old tags, versions and policies', async () => {
    later();
    await store.send(new secrets.TagResourceCommand({ SecretId, Tags: [{ Key: 'managed', Value: 'true' }] }));
    await store.send(new secrets.PutSecretValueCommand({ SecretId, SecretString: 'two' }));
    await store.send(new secrets.PutResourcePolicyCommand({ SecretId, ResourcePolicy: '{"Statement":[]}' }));
    const shown = async () => [
      (await describeIt()).Tags?.length,
      (await store.send(new secrets.ListSecretVersionIdsCommand({ SecretId }))).Versions?.length,
      (await store.send(new secrets.GetResourcePolicyCommand({ SecretId }))).ResourcePolicy,
    ];
    expect(await shown()).toEqual([undefined, 1, undefined]);
    later();
    expect(await shown()).toEqual([1, 2, '{"Statement":[]}']);
  });

  it('still finds a deleted one; its value is read as it is', async () => {
    later();
    await store.send(new secrets.DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }));
    expect((await describeIt()).Name).toBe(SecretId);
    expect(await failure(store.send(new secrets.GetSecretValueCommand({ SecretId })))).toMatch(/^ResourceNotFoundException/);
  });
});

it('a late read of Organizations misses an account that joined, and shows an old state', async () => {
  const org = new organizations.OrganizationsClient(harness.user('asker'));
  organization(harness.kernel).addAccount({ id: '333333333333', name: 'New', email: 'new@example.com' });
  organization(harness.kernel).suspend(member);
  const shown = async () => (await org.send(new organizations.ListAccountsCommand({}))).Accounts?.map(({ Id, State }) => `${Id} ${State}`);
  expect(await shown()).toEqual([`${management} ACTIVE`, `${member} ACTIVE`]);
  expect(await failure(org.send(new organizations.DescribeAccountCommand({ AccountId: '333333333333' })))).toMatch(/^AccountNotFound/);
  later();
  expect(await shown()).toEqual([`${management} ACTIVE`, `${member} SUSPENDED`, '333333333333 ACTIVE']);
  org.destroy();
});

describe('which reads are late', () => {
  /** For each of forty reads, whether it sees a key that was just created. */
  const draw = async (lag: Partial<Lag>): Promise<string> => {
    harness.kernel.settings.lag = { ...aMinute, share: 0.5, ...lag };
    harness.kernel.world.reads = 0;
    let seen = '';
    for (let number = 0; number < 40; number += 1) seen += String((await keys()).length);
    return seen;
  };
  beforeEach(async () => {
    await createKey();
  });

  it('is drawn from the seed: the same twice, another with another seed, some late and some not', async () => {
    const first = await draw({});
    expect(await draw({})).toBe(first);
    expect(await draw({ seed: 2 })).not.toBe(first);
    expect(first).toMatch(/0/);
    expect(first).toMatch(/1/);
  });

  it('can be limited to services and operations', async () => {
    expect(await draw({ share: 1, only: ['secretsmanager', 'iam:ListUserTags'] })).not.toMatch(/0/);
    expect(await draw({ share: 1, only: ['iam'] })).not.toMatch(/1/);
    expect(await draw({ share: 1, only: ['iam:ListAccessKeys'] })).not.toMatch(/1/);
  });

  it('is none by default, and then nothing of the past is kept', async () => {
    harness.kernel.settings.lag = undefined;
    harness.kernel.world.past.length = 0;
    await createKey();
    harness.people().tagUser('ana', { a: 'b' });
    expect(await keys()).toHaveLength(2);
    expect(harness.kernel.world.past).toEqual([]);
  });
});

describe('the past', () => {
  it('is part of snapshots: a late read after going back shows what it showed', async () => {
    await createKey();
    const before = harness.kernel.snapshot();
    const at = harness.kernel.clock.now();
    later();
    await client.send(new iam.TagUserCommand({ UserName, Tags: [{ Key: 'team', Value: 'red' }] }));
    expect(await keys()).toEqual(['Active']);
    harness.kernel.restore(before);
    harness.kernel.clock.set(at);
    expect(await keys()).toEqual([]);
    later();
    expect(await keys()).toEqual(['Active']);
  });

  it('is kept no longer than reads can be late', () => {
    for (let number = 0; number < 5; number += 1) harness.people().tagUser('ana', { team: String(number) });
    later();
    harness.people().tagUser('ana', { team: 'last' });
    expect(harness.kernel.world.past).toHaveLength(1);
  });
});

it('a new key is unknown for as long as is set, an older one and the key of a renamed user are not', async () => {
  harness.kernel.settings.lag = { seed: 1, maxMs: 0, newKeyMs: 10_000 };
  const key = harness.people().createKey('admin');
  const ask = (accessKeyId: string, secretAccessKey: string) =>
    failure(new sts.STSClient(harness.as({ accessKeyId, secretAccessKey })).send(new sts.GetCallerIdentityCommand({})));
  expect(await ask(key.id, key.secret)).toMatch(/^InvalidClientTokenId/);
  const [old] = harness.people().user('admin').keys;
  expect(await ask(old!.id, old!.secret)).toBe('it succeeded');
  harness.kernel.clock.advance(10_001);
  harness.people().renameUser('admin', 'renamed');
  expect(await ask(key.id, key.secret)).toBe('it succeeded');
});

it('ends when the default settings are laid over the others', () => {
  Object.assign(harness.kernel.settings, defaultSettings());
  expect(harness.kernel.settings.lag).toBeUndefined();
});
