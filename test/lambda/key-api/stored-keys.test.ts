import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { storedKey } from '../../../lambda/key-api/stored-keys';
import { awsError, callsOf, SECRET } from '../../helpers/aws';
import { ACCOUNT, NEW, NOW } from '../../helpers/facts';

const secrets = mockClient(SecretsManagerClient);
const client = new SecretsManagerClient({ region: 'eu-west-1' });
const value = { UserName: 'alice', AccessKeyId: NEW, SecretAccessKey: SECRET, Status: 'Active', CreateDate: NOW.toISOString() };
const read = () => storedKey(client, { account: ACCOUNT, user: 'alice' }, 'AWSCURRENT');

beforeEach(() => secrets.reset());

it('reads one version of the secret of this user', async () => {
  secrets.on(GetSecretValueCommand).resolves({ SecretString: JSON.stringify(value) });
  expect(await read()).toEqual({ accessKeyId: NEW, secretAccessKey: SECRET, created: NOW });
  expect(callsOf(secrets).map(({ input }) => input)).toEqual([
    { SecretId: `Account_${ACCOUNT}_User_alice_AccessKey`, VersionStage: 'AWSCURRENT' },
  ]);
});

it.each<[string, string | undefined]>([
  ['nothing', undefined],
  ['no JSON', `{"SecretAccessKey":"${SECRET}"`],
  ['another object', JSON.stringify({ Note: 'write check, holds no access key' })],
  ['a key without its date', JSON.stringify({ ...value, CreateDate: undefined })],
  ['a key id that is none', JSON.stringify({ ...value, AccessKeyId: 'x' })],
  ['an empty key', JSON.stringify({ ...value, SecretAccessKey: '' })],
])('holds no key when it holds %s', async (_, SecretString) => {
  secrets.on(GetSecretValueCommand).resolves({ ...(SecretString !== undefined && { SecretString }) });
  expect(await read()).toBeUndefined();
});

it('is an error without any of the value when it is another user’s', async () => {
  secrets.on(GetSecretValueCommand).resolves({ SecretString: JSON.stringify({ ...value, UserName: 'bob' }) });
  const error = await read().catch((cause: unknown) => cause as Error);
  expect(error).toMatchObject({ name: 'RotationError' });
  expect((error as Error).message).not.toMatch(new RegExp(`${SECRET}|${NEW}`));
});

it('is not available when Secrets Manager says anything but that it is not there', async () => {
  for (const name of ['AccessDeniedException', 'DecryptionFailure', 'ThrottlingException', 'InternalServiceError', 'TimeoutError']) {
    secrets.on(GetSecretValueCommand).rejects(awsError(name, 400));
    await expect(read()).rejects.toMatchObject({ problem: 'not-available' });
  }
});

describe('of a user with two secrets, whose keys are too many for one', () => {
  const second = `Account_${ACCOUNT}_User_alice/second_AccessKey`;
  const at = (minute: number, AccessKeyId: string, more: object = {}) => ({
    SecretString: JSON.stringify({ ...value, AccessKeyId, CreateDate: new Date(NOW.getTime() + minute * 60_000).toISOString(), ...more }),
  });
  const holds = (inFirst: number, inSecond: number) => {
    secrets.on(GetSecretValueCommand).resolves(at(inFirst, 'AKIAFIRST00000000001', { AlsoIn: second }));
    secrets.on(GetSecretValueCommand, { SecretId: second }).resolves(at(inSecond, 'AKIASECOND0000000002'));
  };
  const keyOf = async (label: 'AWSCURRENT' | 'AWSPREVIOUS') =>
    (await storedKey(client, { account: ACCOUNT, user: 'alice' }, label))?.accessKeyId;

  it.each([
    [10, 20, 'AKIASECOND0000000002', 'AKIAFIRST00000000001'],
    [20, 10, 'AKIAFIRST00000000001', 'AKIASECOND0000000002'],
  ])('made at minutes %d and %d, the later one is current and the earlier one was before it', async (first, other, current, previous) => {
    holds(first, other);
    expect([await keyOf('AWSCURRENT'), await keyOf('AWSPREVIOUS')]).toEqual([current, previous]);
  });

  it('while the second holds no key yet, the first one’s is current', async () => {
    holds(10, 20);
    secrets.on(GetSecretValueCommand, { SecretId: second }).resolves({ SecretString: JSON.stringify({ Note: 'write check' }) });
    expect(await keyOf('AWSCURRENT')).toBe('AKIAFIRST00000000001');
  });

  it('is an error when the second, which may hold the key, cannot be read', async () => {
    holds(10, 20);
    secrets.on(GetSecretValueCommand, { SecretId: second }).rejects(awsError('ThrottlingException', 400));
    await expect(keyOf('AWSCURRENT')).rejects.toMatchObject({ name: 'RefusedError' });
  });
});
