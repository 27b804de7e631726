import {
  DescribeSecretCommand,
  ReplicateSecretToRegionsCommand,
  SecretsManagerClient,
  type ReplicationStatusType,
} from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { SecretStore, type SecretOptions } from '../../../../lambda/core/store/secret-store';
import { accessDenied, awsError, callsOf, changesOf, namesOf } from '../../../helpers/aws';
import { ACCOUNT } from '../../../helpers/facts';

const secrets = mockClient(SecretsManagerClient);
const NAME = `Account_${ACCOUNT}_User_alice_AccessKey`;
const HOLDER = '999999999999';
const keyIn = (region: string, id = 'mrk-1') => `arn:aws:kms:${region}:${HOLDER}:key/${id}`;
const alice = { name: 'alice', arn: `arn:aws:iam::${ACCOUNT}:user/alice` };
const mayReplace = () => Promise.resolve('own' as const);
const sleep = jest.fn<Promise<void>, [number]>();
const storeIn = (regions: string[], options: SecretOptions = {}) =>
  new SecretStore(new SecretsManagerClient({ region: 'eu-west-1' }), ACCOUNT, { ...options, replicas: { regions, sleep } });
const inSync = (Region: string, more: ReplicationStatusType = {}): ReplicationStatusType => ({ Region, Status: 'InSync', ...more });
const failed = (Region: string): ReplicationStatusType => ({ Region, Status: 'Failed', StatusMessage: 'Replication failed: because' });
const inProgress = (Region: string): ReplicationStatusType => ({ Region, Status: 'InProgress' });

/** What DescribeSecret says of the replicas, look after look, the last one from then on; `undefined`: there is no secret yet. */
function looks(...answers: (ReplicationStatusType[] | undefined)[]): void {
  const secret = { ARN: 'a', Tags: [{ Key: 'key-rotation:managed', Value: 'true' }], KmsKeyId: keyIn('eu-west-1') };
  let look = 0;
  secrets.on(DescribeSecretCommand).callsFake(() => {
    const ReplicationStatus = answers[Math.min(look++, answers.length - 1)];
    if (!ReplicationStatus) throw awsError('ResourceNotFoundException', 400);
    return { ...secret, ReplicationStatus };
  });
}
const added = (): unknown => callsOf(secrets).find(({ name }) => name === 'ReplicateSecretToRegions')?.input['AddReplicaRegions'];
const message = (text: string) => ({ name: 'SecretUnusableError', message: expect.stringContaining(text) as string });

beforeEach(() => {
  secrets.reset();
  secrets.onAnyCommand().resolves({});
  sleep.mockReset().mockResolvedValue();
});

describe('a secret with replicas', () => {
  it('gets them after its policy and its check, and is looked at until they hold what it holds', async () => {
    looks(undefined, [], [inProgress('us-east-1')], [inSync('us-east-1')]);
    await storeIn(['us-east-1']).prepare(alice, mayReplace);
    expect(namesOf(secrets).filter((name) => name !== 'DescribeSecret')).toEqual([
      'CreateSecret',
      'PutResourcePolicy',
      'PutSecretValue',
      'ReplicateSecretToRegions',
    ]);
    expect(added()).toEqual([{ Region: 'us-east-1' }]);
    expect(sleep).toHaveBeenCalledTimes(1);
  });

  it('gets those it has not, and asks again for those that failed, in the key of their region', async () => {
    const key = keyIn('eu-west-1');
    const before = [inSync('us-east-1', { KmsKeyId: keyIn('us-east-1') }), failed('us-west-2')];
    looks(before, before, [inSync('us-east-1'), inSync('us-west-2'), inSync('eu-north-1')]);
    await storeIn(['us-east-1', 'us-west-2', 'eu-north-1'], { key }).prepare(alice, mayReplace);
    expect(added()).toEqual([
      { Region: 'us-west-2', KmsKeyId: keyIn('us-west-2') },
      { Region: 'eu-north-1', KmsKeyId: keyIn('eu-north-1') },
    ]);
  });

  it('is left alone when they are all there', async () => {
    looks([inSync('us-east-1')]);
    await storeIn(['us-east-1']).prepare(alice, mayReplace);
    expect(changesOf(secrets)).not.toContain('ReplicateSecretToRegions');
    expect(sleep).not.toHaveBeenCalled();
  });

  it('costs no call where there are none and none are wanted', async () => {
    looks([]);
    await storeIn([]).prepare(alice, mayReplace);
    expect(namesOf(secrets).filter((name) => name === 'DescribeSecret')).toHaveLength(1);
  });
});

describe('no key is issued', () => {
  it.each([
    ['fails', [failed('us-east-1')], 'us-east-1 (Replication failed: because)', 0],
    ['takes too long', [inProgress('us-east-1')], 'us-east-1 (InProgress)', 20],
    ['does not appear', [], 'us-east-1 (InProgress)', 20],
  ])('while a wanted replica %s', async (_, status, text, sleeps) => {
    looks([], [], status);
    await expect(storeIn(['us-east-1']).prepare(alice, mayReplace)).rejects.toMatchObject(message(text));
    expect(sleep).toHaveBeenCalledTimes(sleeps);
  });

  it('while a replica that is no longer wanted fails: somebody may read there', async () => {
    looks([failed('us-west-2')]);
    await expect(storeIn([]).prepare(alice, mayReplace)).rejects.toMatchObject(
      message(`remove-regions-from-replication --secret-id ${NAME}`),
    );
    expect(changesOf(secrets)).not.toContain('ReplicateSecretToRegions');
  });

  it('while a replica is under another key than its region’s, which its user could not use', async () => {
    const key = keyIn('eu-west-1');
    looks([inSync('us-east-1', { KmsKeyId: 'alias/aws/secretsmanager' })]);
    await expect(storeIn(['us-east-1'], { key }).prepare(alice, mayReplace)).rejects.toMatchObject(
      message(`update-secret --region us-east-1 --secret-id ${NAME} --kms-key-id ${keyIn('us-east-1')}`),
    );
    const own = key.replace(HOLDER, ACCOUNT);
    await expect(storeIn(['us-east-1'], { key: own }).prepare(alice, mayReplace)).resolves.toBeUndefined();
  });

  it('when replicating is refused', async () => {
    looks([]);
    secrets.on(ReplicateSecretToRegionsCommand).rejects(accessDenied());
    await expect(storeIn(['us-east-1']).prepare(alice, mayReplace)).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

it('names the replicas that may still show an older key', async () => {
  looks([inSync('us-east-1'), failed('us-west-2'), inProgress('eu-north-1')]);
  await expect(storeIn([]).storedKeys('alice')).resolves.toEqual({
    versions: new Set(),
    behind: ['us-west-2 (Replication failed: because)', 'eu-north-1 (InProgress)'],
  });
  looks([inSync('us-east-1')]);
  await expect(storeIn([]).storedKeys('alice')).resolves.toEqual({ versions: new Set() });
});
