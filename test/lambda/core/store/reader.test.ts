import {
  DescribeSecretCommand,
  GetResourcePolicyCommand,
  PutResourcePolicyCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { CLOSED, letsRead, policyFor, userWhoReads } from '../../../../lambda/core/store/secret-policy';
import { SecretStore } from '../../../../lambda/core/store/secret-store';
import { awsError, callsOf, changesOf, namesOf } from '../../../helpers/aws';
import { ACCOUNT, NOW } from '../../../helpers/facts';

const secrets = mockClient(SecretsManagerClient);
const client = new SecretsManagerClient({ region: 'us-east-1' });
const READER = 'arn:aws:iam::999999999999:role/iam-key-rotation-key-api';
const ALICE = `arn:aws:iam::${ACCOUNT}:user/team/alice`;
const OURS = [{ Key: 'key-rotation:managed', Value: 'true' }];
const [SPARING, ALONE] = [policyFor(ALICE, { breakGlass: [READER] }), policyFor(ALICE)];
const storeWith = (users: string[], breakGlass: string[] = []) =>
  new SecretStore(client, ACCOUNT, { key: 'arn:aws:kms:eu-west-1:999999999999:key/1', breakGlass, reader: { arn: READER, users } });
const has = (policy: object): void => {
  secrets.on(GetResourcePolicyCommand).resolves({ ResourcePolicy: JSON.stringify(policy) });
};
const written = (): unknown => {
  const [put] = callsOf(secrets).filter(({ name }) => name === 'PutResourcePolicy');
  return put && JSON.parse(put.input['ResourcePolicy'] as string);
};

beforeEach(() => {
  secrets.reset();
  secrets.on(DescribeSecretCommand).resolves({ ARN: 'arn', Tags: OURS });
  secrets.on(PutResourcePolicyCommand).resolves({});
});

it('is the one role that the secret of a granted user does not refuse, beside break-glass roles, and is allowed nothing by it', async () => {
  has(ALONE);
  await storeWith(['alice'], ['BreakGlass']).letReaderIn('alice');
  expect(written()).toEqual({
    Version: '2012-10-17',
    Statement: [
      expect.objectContaining({ Effect: 'Allow', Principal: { AWS: ALICE } }),
      {
        Sid: 'NobodyElseReads',
        Effect: 'Deny',
        Principal: '*',
        Action: 'secretsmanager:GetSecretValue',
        Resource: '*',
        Condition: {
          StringNotEquals: { 'aws:PrincipalArn': ALICE },
          ArnNotLike: { 'aws:PrincipalArn': ['arn:aws:iam::999999999999:role/BreakGlass', READER] },
        },
      },
    ],
  });
  expect(callsOf(secrets).at(-1)?.input).toMatchObject({ BlockPublicPolicy: true });
});

it('is refused again once the grant is gone, by the next look at the secret', async () => {
  has(SPARING);
  await storeWith(['bob']).letReaderIn('alice');
  expect(written()).toEqual(ALONE);
  secrets.resetHistory();
  await storeWith([]).letRead('alice', ALICE);
  expect(written()).toEqual(ALONE);
});

it('is spared whenever a policy is written, so that no run undoes it', async () => {
  has(SPARING);
  await storeWith(['alice']).letReaderIn('alice');
  await storeWith(['alice']).letRead('alice', ALICE);
  expect(changesOf(secrets)).toEqual([]);
});

it('does not make a secret unreadable for its user, whether it is spared or not: no grace begins anew for a grant', async () => {
  for (const policy of [SPARING, ALONE]) {
    has(policy);
    for (const users of [['alice'], []]) expect(await storeWith(users).isReadable('alice', ALICE)).toBe(true);
    expect([letsRead(JSON.stringify(policy), ALICE), userWhoReads(JSON.stringify(policy))]).toEqual([true, ALICE]);
  }
});

it.each<[string, () => void]>([
  ['a secret that does not exist yet', () => secrets.on(DescribeSecretCommand).rejects(awsError('ResourceNotFoundException', 400))],
  ['a secret that is not ours', () => secrets.on(DescribeSecretCommand).resolves({ ARN: 'arn', Tags: [] })],
  ['a secret that is being deleted', () => secrets.on(DescribeSecretCommand).resolves({ ARN: 'arn', Tags: OURS, DeletedDate: NOW })],
  [
    'a secret that holds no key yet',
    () => {
      has(CLOSED);
    },
  ],
  [
    'a policy of somebody else',
    () => {
      has({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: ALICE }, Action: '*', Resource: '*' }] });
    },
  ],
  [
    'a policy with more in it than ours',
    () => {
      has({ ...ALONE, Statement: [...(ALONE as { Statement: object[] }).Statement, { Effect: 'Deny' }] });
    },
  ],
  ['no policy', () => secrets.on(GetResourcePolicyCommand).resolves({})],
])('changes nothing about %s', async (_, arrange) => {
  has(ALONE);
  arrange();
  await storeWith(['alice']).letReaderIn('alice');
  expect(changesOf(secrets)).toEqual([]);
});

it('is spared by the second secret of a granted user, too, and by nobody else’s', async () => {
  has(ALONE);
  const second = new SecretStore(client, ACCOUNT, {
    key: 'arn:aws:kms:eu-west-1:999999999999:key/1',
    second: true,
    reader: { arn: READER, users: ['alice'] },
  });
  await second.letReaderIn('alice');
  expect(callsOf(secrets).map(({ input }) => input['SecretId'])).toEqual(Array(4).fill(`Account_${ACCOUNT}_User_alice/second_AccessKey`));
  expect(JSON.stringify(written())).toContain(READER);
  secrets.resetHistory();
  await second.letReaderIn('bob');
  expect(changesOf(secrets)).toEqual([]);
});

it('hands its error on, so that the run can tell of it', async () => {
  secrets.on(GetResourcePolicyCommand).rejects(awsError('AccessDeniedException', 400));
  await expect(storeWith(['alice']).letReaderIn('alice')).rejects.toThrow('AccessDeniedException');
  expect(namesOf(secrets)).toEqual(['DescribeSecret', 'GetResourcePolicy']);
});
