import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { GenerateCredentialReportCommand, GetGroupCommand, ListAccessKeysCommand } from '@aws-sdk/client-iam';
import { DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { checkAccount } from '../../../lambda/rotator/check-account';
import { rotatorEnvironment, type RotatorVariables } from '../../../lambda/shared/environment';
import { accessDenied, changesOf, namesOf, noSuchEntity } from '../../helpers/aws';
import { accessKey, ACCOUNT, NOW } from '../../helpers/facts';
import { iam, mockAccount, secrets, ses, sts } from '../../helpers/mock-account';
import { rotatorVariables } from '../../helpers/variables';

const READS = [
  'sts:AssumeRole',
  'iam:GetGroup',
  'iam:GetCredentialReport',
  'iam:ListUsers',
  'iam:GetUser',
  'iam:ListUserTags',
  'iam:ListGroupsForUser',
  'iam:ListAccessKeys',
  'secretsmanager:DescribeSecret',
];
const check = (more: Partial<RotatorVariables> = {}) =>
  checkAccount(
    {
      environment: rotatorEnvironment({ ...rotatorVariables(more) }),
      sts: new STSClient({ region: 'eu-west-1' }),
      clock: () => NOW,
      sleep: () => Promise.resolve(),
    },
    { account: ACCOUNT, email: 'aws@example.com', name: 'Payments', check: true },
    { partition: 'aws', region: 'eu-west-1', endsAt: NOW, runId: 'run-1' },
  );

beforeEach(() => {
  mockAccount({ alice: { keys: [accessKey({ ageDays: 400 })] } });
});

it('proves every read of a rotation where all is well, and changes and tells nothing', async () => {
  const { proven, failed, ...rest } = await check();
  expect(proven).toEqual([...READS.slice(0, -1), 'iam:GetAccessKeyLastUsed', 'secretsmanager:DescribeSecret']);
  expect(failed).toEqual([]);
  expect(rest).toEqual({
    runId: 'run-1',
    account: { id: ACCOUNT, name: 'Payments', email: 'aws@example.com' },
    checkedAt: NOW.toISOString(),
  });
  expect(changesOf(iam, secrets)).toEqual([]);
  expect(namesOf(ses)).toEqual([]);
});

it('proves that CloudTrail may be asked who uses keys, where the settings say so', async () => {
  const trail = mockClient(CloudTrailClient);
  trail.on(LookupEventsCommand).resolvesOnce({ Events: [] }).rejects(accessDenied());
  expect((await check({ USAGE_DETAIL: 'true' })).proven).toContain('cloudtrail:LookupEvents');
  expect((await check({ USAGE_DETAIL: 'true' })).failed).toMatchObject([{ action: 'cloudtrail:LookupEvents', code: 'AccessDenied' }]);
  expect(namesOf(trail)).toHaveLength(2);
  trail.restore();
});

it('proves the same in an account without users, but for the last use of a key', async () => {
  mockAccount({});
  expect(await check()).toMatchObject({ proven: READS, failed: [] });
});

it('tries nothing else when the role cannot be taken', async () => {
  sts.on(AssumeRoleCommand).rejects(accessDenied());
  const { proven, failed } = await check();
  expect(proven).toEqual([]);
  expect(failed).toMatchObject([{ action: 'sts:AssumeRole', code: 'AccessDenied', error: 'AccountFailedError' }]);
  expect(failed[0]?.message).toContain(`cannot assume arn:aws:iam::${ACCOUNT}:role/member: AccessDenied: not authorized`);
  expect(namesOf(iam, secrets)).toEqual([]);
});

it.each<[string, string, string, () => unknown, string?]>([
  ['a denied group', 'iam:GetGroup', 'AccessDenied', () => iam.on(GetGroupCommand).rejects(accessDenied())],
  ['a missing group', 'iam:GetGroup', 'NoSuchEntityException', () => iam.on(GetGroupCommand).rejects(noSuchEntity())],
  [
    'a report that cannot be had',
    'iam:GetCredentialReport',
    'AccountFailedError',
    () => iam.on(GenerateCredentialReportCommand).rejects(accessDenied()),
    'AccessDenied',
  ],
  ['denied keys', 'iam:ListAccessKeys', 'AccessDenied', () => iam.on(ListAccessKeysCommand).rejects(accessDenied())],
  ['denied secrets', 'secretsmanager:DescribeSecret', 'AccessDenied', () => secrets.on(DescribeSecretCommand).rejects(accessDenied())],
])('names %s, and goes on with the rest', async (_, action, error, seed, code = error) => {
  seed();
  const { proven, failed } = await check();
  expect(failed).toMatchObject([{ action, code, error }]);
  expect(proven).toEqual(expect.arrayContaining(READS.filter((other) => other !== action)));
});
