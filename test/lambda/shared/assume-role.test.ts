import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { assumeMemberRole } from '../../../lambda/shared/assume-role';
import { AccountFailedError } from '../../../lambda/shared/errors';
import { accessDenied, callsOf, SECRET } from '../../helpers/aws';
import { ACCOUNT, inDays } from '../../helpers/facts';

const sts = mockClient(STSClient);
const client = new STSClient({ region: 'eu-west-1' });
const Expiration = inDays(1);
const Credentials = { AccessKeyId: 'ASIATEMPORARY0000001', SecretAccessKey: SECRET, SessionToken: 'token', Expiration };
const answerOf = (account: string, partition = 'aws') => ({
  Credentials,
  AssumedRoleUser: { AssumedRoleId: 'AROA:x', Arn: `arn:${partition}:sts::${account}:assumed-role/member/session` },
});
const assume = (session = 'run-1', partition = 'aws') => assumeMemberRole(client, { account: ACCOUNT, partition, role: 'member', session });
const requested = () => callsOf(sts)[0]?.input;

beforeEach(() => {
  sts.reset();
  sts.on(AssumeRoleCommand).resolves(answerOf(ACCOUNT));
});

it('assumes the role of that account and gives its credentials', async () => {
  await expect(assume()).resolves.toEqual({
    accessKeyId: 'ASIATEMPORARY0000001',
    secretAccessKey: SECRET,
    sessionToken: 'token',
    expiration: Expiration,
  });
  expect(requested()).toEqual({
    RoleArn: `arn:aws:iam::${ACCOUNT}:role/member`,
    RoleSessionName: 'key-rotation-run-1',
    DurationSeconds: 3600,
  });
});

it.each(['aws-cn', 'aws-us-gov'])('works in the partition %s', async (partition) => {
  sts.on(AssumeRoleCommand).resolves(answerOf(ACCOUNT, partition));
  await assume('run-1', partition);
  expect(requested()).toMatchObject({ RoleArn: `arn:${partition}:iam::${ACCOUNT}:role/member` });
});

it.each([
  ['20261121T030000Z-1234abcd', 'key-rotation-20261121T030000Z-1234abcd'],
  ['a b/c:d', 'key-rotation-a-b-c-d'],
  ['x'.repeat(80), `key-rotation-${'x'.repeat(51)}`],
])('names the session so that STS accepts it: %s', async (session, name) => {
  await assume(session);
  expect(requested()).toMatchObject({ RoleSessionName: name });
  expect(name).toMatch(/^[\w+=,.@-]{2,64}$/);
});

it('refuses credentials of another account, and names both', async () => {
  sts.on(AssumeRoleCommand).resolves(answerOf('999988887777'));
  const refused = assume();
  await expect(refused).rejects.toBeInstanceOf(AccountFailedError);
  await expect(refused).rejects.toThrow(
    `assuming arn:aws:iam::${ACCOUNT}:role/member gave credentials of account 999988887777, expected ${ACCOUNT}`,
  );
});

it.each([
  ['whose they are', { Credentials }, `gave credentials of account unknown, expected ${ACCOUNT}`],
  ['any', { ...answerOf(ACCOUNT), Credentials: undefined }, 'gave no credentials'],
  ['the token of them', { ...answerOf(ACCOUNT), Credentials: { ...Credentials, SessionToken: undefined } }, 'gave no credentials'],
])('refuses an answer that does not give %s', async (_, answer, message) => {
  sts.on(AssumeRoleCommand).resolves(answer);
  const refused = assume();
  await expect(refused).rejects.toThrow(message);
  await expect(refused).rejects.not.toThrow(SECRET);
});

it('fails the account when STS refuses, naming the role and the reason', async () => {
  sts.on(AssumeRoleCommand).rejects(accessDenied());
  await expect(assume()).rejects.toMatchObject({
    name: 'AccountFailedError',
    message: `cannot assume arn:aws:iam::${ACCOUNT}:role/member: AccessDenied: not authorized`,
    cause: { name: 'AccessDenied' },
  });
});
