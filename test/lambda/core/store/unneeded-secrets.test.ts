import { IAMClient } from '@aws-sdk/client-iam';
import { DescribeSecretCommand, SecretsManagerClient, type DescribeSecretCommandOutput } from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { CentralStore } from '../../../../lambda/core/store/central-store';
import { SecretStore } from '../../../../lambda/core/store/secret-store';
import { awsError, callsOf, changesOf, namesOf } from '../../../helpers/aws';
import { ACCOUNT, daysAgo, NEW, NOW, OLD } from '../../../helpers/facts';

const [here, there] = [new SecretsManagerClient({ region: 'us-east-1' }), new SecretsManagerClient({ region: 'us-east-1' })];
const [secrets, former] = [mockClient(here), mockClient(there)];
const keeping = new SecretStore(here, ACCOUNT);
const store = new SecretStore(here, ACCOUNT, { deletes: true });
const central = new CentralStore(store, new SecretStore(there, ACCOUNT), { iam: new IAMClient({}), policyArn: 'arn' });
const alice = { name: 'alice', arn: `arn:aws:iam::${ACCOUNT}:user/alice` };
const mayReplace = () => Promise.resolve('own' as const);
const NAME = `Account_${ACCOUNT}_User_alice_AccessKey`;
const secret = (more: Partial<DescribeSecretCommandOutput> = {}) => ({
  ARN: 'arn',
  Name: NAME,
  Tags: [{ Key: 'key-rotation:managed', Value: 'true' }],
  VersionIdsToStages: { [`iam-key-rotation-${NEW}`]: ['AWSCURRENT'] },
  ...more,
});
const is = (more: Partial<DescribeSecretCommandOutput> = {}, mock = secrets) => mock.on(DescribeSecretCommand).resolves(secret(more));

beforeEach(() => {
  for (const mock of [secrets, former]) {
    mock.reset();
    mock.onAnyCommand().resolves({});
    mock.on(DescribeSecretCommand).rejects(awsError('ResourceNotFoundException', 400));
  }
});

describe('when a secret was last fetched', () => {
  it.each([
    ['in its own region', { LastAccessedDate: daysAgo(3) }, daysAgo(3)],
    ['in a replica region', { ReplicationStatus: [{ Region: 'eu-west-1' }, { LastAccessedDate: daysAgo(4) }] }, daysAgo(4)],
    ['in both', { LastAccessedDate: daysAgo(9), ReplicationStatus: [{ LastAccessedDate: daysAgo(2) }] }, daysAgo(2)],
    ['nowhere', {}, undefined],
  ])('is told: %s', async (_, more, fetched) => {
    is(more);
    expect((await store.storedKeys('alice')).fetched).toEqual(fetched);
  });

  it('counts for the central store only where that holds the current key', async () => {
    is({ LastAccessedDate: daysAgo(3) });
    expect(await central.storedKeys('alice', [OLD, NEW])).toMatchObject({ current: NEW, fetched: daysAgo(3) });
    is({ LastAccessedDate: daysAgo(3), VersionIdsToStages: { [`iam-key-rotation-${OLD}`]: ['AWSCURRENT'] } });
    is({ LastAccessedDate: daysAgo(1) }, former);
    expect(await central.storedKeys('alice', [OLD, NEW])).toEqual({
      current: NEW,
      versions: new Set([OLD, NEW]),
      central: true,
      own: new Set([NEW]),
    });
  });
});

describe('a secret that is being deleted', () => {
  it('holds nothing, and is told of wherever it is', async () => {
    is({ DeletedDate: NOW });
    expect(await store.storedKeys('alice')).toEqual({ versions: new Set(), deleted: true });
    expect(await central.storedKeys('alice', [])).toMatchObject({ deleted: true });
    expect(await keeping.storedKeys('alice')).toEqual({ versions: new Set(), deleted: true });
  });

  it('in the former place stays what it is, and is told apart', async () => {
    is({ DeletedDate: NOW }, former);
    expect(await central.storedKeys('alice', [])).toEqual({ versions: new Set(), central: true, formerDeleted: true });
  });

  it('is restored for the next key, before anything is written', async () => {
    is({ DeletedDate: NOW });
    await store.prepare(alice, mayReplace);
    expect(namesOf(secrets)).toEqual(['DescribeSecret', 'RestoreSecret', 'GetResourcePolicy', 'PutResourcePolicy', 'PutSecretValue']);
  });

  it('is left alone when somebody else made it', async () => {
    is({ DeletedDate: NOW, Tags: [] });
    await expect(store.prepare(alice, mayReplace)).rejects.toMatchObject({ name: 'SecretUnusableError' });
    expect(changesOf(secrets)).toEqual([]);
    expect(await store.storedKeys('alice')).toEqual({ versions: new Set() });
  });
});

it('loses its replicas before it is deleted, and gets those of the setting when it is restored', async () => {
  const replicating = new SecretStore(here, ACCOUNT, {
    deletes: true,
    replicas: { regions: ['eu-west-1'], sleep: () => Promise.resolve() },
  });
  is({
    ReplicationStatus: [
      { Region: 'eu-west-1', Status: 'InSync' },
      { Region: 'us-west-2', Status: 'Failed' },
    ],
  });
  await replicating.scheduleDeletion('alice');
  expect(callsOf(secrets).slice(1)).toMatchObject([
    { name: 'RemoveRegionsFromReplication', input: { SecretId: NAME, RemoveReplicaRegions: ['eu-west-1', 'us-west-2'] } },
    { name: 'DeleteSecret' },
  ]);
  secrets.resetHistory();
  secrets
    .on(DescribeSecretCommand)
    .resolvesOnce(secret())
    .resolves(secret({ ReplicationStatus: [{ Region: 'eu-west-1', Status: 'InSync' }] }));
  await replicating.restore('alice');
  expect(namesOf(secrets)).toEqual(['RestoreSecret', 'DescribeSecret', 'ReplicateSecretToRegions', 'DescribeSecret']);
});

it('is deleted and restored in the central store by name', async () => {
  await central.scheduleDeletion('alice');
  await central.restore('alice');
  expect(callsOf(secrets).slice(1)).toMatchObject([
    { name: 'DeleteSecret', input: { SecretId: NAME, RecoveryWindowInDays: 30 } },
    { name: 'RestoreSecret', input: { SecretId: NAME } },
  ]);
  expect(namesOf(former)).toEqual([]);
});
