import { readerPolicyFor } from '../../../lambda/shared/reader-policy';

const parts = {
  account: '111122223333',
  key: 'arn:aws-us-gov:kms:us-gov-west-1:999999999999:key/mrk-1',
  partition: 'aws-us-gov',
  region: 'us-gov-west-1',
  storeAccount: '999999999999',
  keyName: 'key/mrk-1',
  replicaRegions: [],
};
const secretIn = (region: string): string =>
  `arn:aws-us-gov:secretsmanager:${region}:999999999999:secret:Account_111122223333_User_\${aws:username}_AccessKey-??????`;

it('lets each user read the secret of their own name, in the store’s account and partition, and no other', () => {
  const [read] = readerPolicyFor(parts).Statement;
  expect(read).toEqual({
    Sid: 'ReadOwnSecret',
    Effect: 'Allow',
    Action: ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'],
    Resource: secretIn('us-gov-west-1'),
  });
});

it('lets them decrypt with the store’s key alone, and only through Secrets Manager', () => {
  const [, decrypt] = readerPolicyFor(parts).Statement;
  expect(decrypt).toMatchObject({
    Action: 'kms:Decrypt',
    Resource: parts.key,
    Condition: { StringEquals: { 'kms:ViaService': 'secretsmanager.us-gov-west-1.amazonaws.com' } },
  });
});

it('covers each replica region, each with its own key', () => {
  const [read, decrypt] = readerPolicyFor({ ...parts, replicaRegions: ['us-gov-east-1'] }).Statement;
  expect(read?.Resource).toEqual([secretIn('us-gov-west-1'), secretIn('us-gov-east-1')]);
  expect(decrypt?.Resource).toEqual([parts.key, 'arn:aws-us-gov:kms:us-gov-east-1:999999999999:key/mrk-1']);
  expect(decrypt?.Condition?.['StringEquals']?.['kms:ViaService']).toHaveLength(2);
});

it('allows nothing but that', () => {
  const { Statement } = readerPolicyFor(parts);
  expect(Statement).toHaveLength(2);
  expect(JSON.stringify(Statement)).not.toMatch(/"\*"|:\*"/);
});
