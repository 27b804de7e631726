import { GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { proveKey, sessionOf } from '../../../lambda/key-api/use-key';
import { awsError, SECRET } from '../../helpers/aws';
import { ACCOUNT, NEW, NOW } from '../../helpers/facts';

const sts = mockClient(STSClient);
const key = { accessKeyId: NEW, secretAccessKey: SECRET, created: NOW };
const user = { account: ACCOUNT, user: 'alice' };
const stsWith = (credentials: typeof key) => new STSClient({ region: 'eu-west-1', credentials });
const Credentials = { AccessKeyId: 'ASIA', SecretAccessKey: 's', SessionToken: 't', Expiration: NOW };

beforeEach(() => {
  sts.reset();
  sts.on(GetCallerIdentityCommand).resolves({ Account: ACCOUNT, Arn: `arn:aws:iam::${ACCOUNT}:user/a/b/alice` });
  sts.on(GetSessionTokenCommand).resolves({ Credentials });
});

it('a key is proven by itself, wherever its user is', async () => {
  expect(await proveKey(stsWith, key, user)).toBe(true);
  expect(await sessionOf(stsWith, key, user)).toEqual({ AccessKeyId: 'ASIA', SecretAccessKey: 's', Token: 't', Expiration: NOW });
});

it.each(['InvalidClientTokenId', 'SignatureDoesNotMatch', 'UnrecognizedClientException'])(
  '%s: AWS does not accept the key',
  async (name) => {
    sts.on(GetCallerIdentityCommand).rejects(awsError(name, 403));
    expect(await proveKey(stsWith, key, user)).toBeUndefined();
    expect(await sessionOf(stsWith, key, user)).toBeUndefined();
  },
);

it('a session needs both: a key that is this user’s, and one that AWS accepts', async () => {
  sts.on(GetSessionTokenCommand).rejects(awsError('InvalidClientTokenId', 403));
  expect(await sessionOf(stsWith, key, user)).toBeUndefined();
  sts.on(GetSessionTokenCommand).resolves({ Credentials });
  sts.on(GetCallerIdentityCommand).resolves({ Account: ACCOUNT, Arn: `arn:aws:iam::${ACCOUNT}:user/bob` });
  await expect(sessionOf(stsWith, key, user)).rejects.toThrow(
    `the key ${NEW}, stored for alice in ${ACCOUNT}, is of arn:aws:iam::${ACCOUNT}:user/bob`,
  );
});

it.each(['AccessKeyId', 'SecretAccessKey', 'SessionToken', 'Expiration'] as const)('a session without %s is none', async (member) => {
  sts.on(GetSessionTokenCommand).resolves({ Credentials: { ...Credentials, [member]: undefined } });
  await expect(sessionOf(stsWith, key, user)).rejects.toThrow('without credentials');
});

it('an error that says nothing about the key is thrown', async () => {
  sts.on(GetCallerIdentityCommand).rejects(awsError('Throttling', 400));
  await expect(proveKey(stsWith, key, user)).rejects.toThrow('Throttling');
});
