import * as secrets from '@aws-sdk/client-secrets-manager';
import { failure, Harness, management, policy, region } from '../harness';

let harness: Harness;
let client: secrets.SecretsManagerClient;
let admin: ReturnType<Harness['user']>;
beforeEach(async () => {
  harness = await Harness.start();
  admin = harness.user('admin');
  client = new secrets.SecretsManagerClient(admin);
});
afterEach(() => {
  client.destroy();
  harness.stop();
});
const create = (input: Partial<secrets.CreateSecretCommandInput> = {}) =>
  client.send(new secrets.CreateSecretCommand({ Name: 'team/key', SecretString: 'one', ...input }));
const put = (SecretString: string) => client.send(new secrets.PutSecretValueCommand({ SecretId: 'team/key', SecretString }));
const value = async (by = client, SecretId = 'team/key') => (await by.send(new secrets.GetSecretValueCommand({ SecretId }))).SecretString;
const describeSecret = () => client.send(new secrets.DescribeSecretCommand({ SecretId: 'team/key' }));

describe('replicas', () => {
  const abroad = 'us-east-1';
  const there = (configuration = admin) => new secrets.SecretsManagerClient({ ...configuration, region: abroad });
  const replicate = (...AddReplicaRegions: secrets.ReplicaRegionType[]) =>
    client.send(new secrets.ReplicateSecretToRegionsCommand({ SecretId: 'team/key', AddReplicaRegions }));
  const remove = () =>
    client.send(new secrets.RemoveRegionsFromReplicationCommand({ SecretId: 'team/key', RemoveReplicaRegions: [abroad] }));
  const statuses = async () => (await describeSecret()).ReplicationStatus?.map(({ Status, StatusMessage }) => [Status, StatusMessage]);
  const addKey = (where: string, ...actions: string[]): string => {
    const arn = `arn:aws:kms:${where}:${management}:key/mrk-1`;
    const Principal = { AWS: `arn:aws:iam::${management}:user/admin` };
    const document = policy({ Effect: 'Allow', Principal, Action: actions, Resource: '*' });
    harness.kernel.account(management).keys.set(arn, { arn, region: where, policy: document, aliases: new Set() });
    return arn;
  };

  it('follow the secret: values, policy and tags, under the same ARN but for the region', async () => {
    const { ARN = '' } = await create();
    expect((await replicate({ Region: abroad })).ReplicationStatus).toMatchObject([{ Region: abroad, Status: 'InProgress' }]);
    expect(await statuses()).toEqual([['InSync', 'Replication succeeded']]);
    await put('two');
    const ResourcePolicy = JSON.stringify(
      policy({
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${management}:user/ana` },
        Action: 'secretsmanager:GetSecretValue',
        Resource: '*',
      }),
    );
    const ana = harness.user('ana', []);
    await client.send(new secrets.PutResourcePolicyCommand({ SecretId: 'team/key', ResourcePolicy }));
    expect(await value(there(ana), ARN.replace(region, abroad))).toBe('two');
    const [status] = (await describeSecret()).ReplicationStatus!;
    expect(status).toMatchObject({ LastAccessedDate: new Date('2026-03-01T00:00:00Z') });
    expect((await describeSecret()).LastAccessedDate).toBeUndefined();
  });

  it.each([
    [
      'its region is not enabled',
      () => (harness.kernel.account(management).regionsOff = new Set([abroad])),
      'is not enabled for the account',
    ],
    [
      'its name is taken',
      () => there().send(new secrets.CreateSecretCommand({ Name: 'team/key', SecretString: 'other' })),
      'already exists',
    ],
  ])('fail later, not at once, when %s, and leave nothing of theirs', async (_, arrange, message) => {
    await create();
    await arrange();
    await replicate({ Region: abroad });
    expect(await statuses()).toEqual([['Failed', expect.stringContaining(message)]]);
    expect(await failure(value(there()))).toBe(
      message === 'already exists' ? 'it succeeded' : "ResourceNotFoundException: Secrets Manager can't find the specified secret.",
    );
  });

  it('keep what they have when they fail, until they are asked for again', async () => {
    await create();
    await replicate({ Region: abroad });
    harness.kernel.account(management).regionsOff = new Set([abroad]);
    await put('two');
    delete harness.kernel.account(management).regionsOff;
    await put('three');
    expect(await statuses()).toEqual([['Failed', expect.anything()]]);
    expect([await value(), await value(there())]).toEqual(['three', 'one']);
    await replicate({ Region: abroad });
    expect(await value(there())).toBe('three');
  });

  it('need the key of their region, for whoever writes and for whoever reads', async () => {
    const home = addKey(region, 'kms:GenerateDataKey', 'kms:Decrypt');
    const KmsKeyId = addKey(abroad, 'kms:GenerateDataKey');
    await create({ KmsKeyId: home, AddReplicaRegions: [{ Region: abroad, KmsKeyId }] });
    expect(await statuses()).toEqual([['Failed', expect.stringContaining('No permissions available on the KMS key')]]);
    addKey(abroad, 'kms:GenerateDataKey', 'kms:Encrypt');
    await replicate({ Region: abroad, KmsKeyId });
    expect(await statuses()).toEqual([['InSync', expect.anything()]]);
    expect(await failure(value(there()))).toBe('AccessDeniedException: Access to KMS is not allowed');
    addKey(abroad, 'kms:Decrypt');
    expect(await value(there())).toBe('one');
    harness.kernel.account(management).keys.delete(KmsKeyId);
    await put('two');
    expect(await statuses()).toEqual([['Failed', expect.stringContaining('disabled or not found')]]);
  });

  it('cannot be changed by themselves, nor be in the home region, nor twice in one', async () => {
    await create();
    await replicate({ Region: abroad });
    expect(await failure(there().send(new secrets.DeleteSecretCommand({ SecretId: 'team/key' })))).toMatch(/replica secret/);
    expect(await failure(replicate({ Region: region }))).toMatch(/^InvalidParameterException: Invalid replica region/);
    expect(await failure(replicate({ Region: abroad }))).toMatch(/^InvalidParameterException: .*already/);
  });

  it('are removed before the secret is', async () => {
    await create();
    await replicate({ Region: abroad });
    const deletion = () => client.send(new secrets.DeleteSecretCommand({ SecretId: 'team/key' }));
    expect(await failure(deletion())).toMatch(/^InvalidRequestException: You can't delete secret .* replica regions \[us-east-1\]/);
    await remove();
    expect(await failure(value(there()))).toMatch(/^ResourceNotFoundException/);
    expect(await failure(deletion())).toBe('it succeeded');
  });
});
