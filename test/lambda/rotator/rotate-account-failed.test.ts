import { GenerateCredentialReportCommand, GetGroupCommand, ListUsersCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { AccountFailedError } from '../../../lambda/shared/errors';
import { accessDenied, awsError, changesOf, namesOf, noSuchEntity, timeout } from '../../helpers/aws';
import { accessKey, ACCOUNT, inDays } from '../../helpers/facts';
import { iam, mockAccount, run, secrets, ses, sts } from '../../helpers/mock-account';

beforeEach(() => {
  mockAccount({ alice: { keys: [accessKey({ ageDays: 400 })] } });
});

/** The account failed as a whole: said twice, in the result and as an error, and nobody was told of steps that did not happen. */
async function expectFailed(message: string): Promise<void> {
  const { result, error } = await run();
  expect(error).toBeInstanceOf(AccountFailedError);
  expect(result).toMatchObject({ status: 'failed', users: [], mails: [], failures: [{ step: 'account', error: 'AccountFailedError' }] });
  expect(result.failures).toHaveLength(1);
  expect(result.failures[0]?.message).toContain(message);
  expect(error?.message).toBe(result.failures[0]?.message);
  expect(changesOf(iam, secrets)).toEqual([]);
  expect(namesOf(ses)).toEqual([]);
}

it('does nothing at all with credentials of another account', async () => {
  sts.on(AssumeRoleCommand).resolves({
    AssumedRoleUser: { AssumedRoleId: 'AROA:x', Arn: 'arn:aws:sts::999988887777:assumed-role/member/x' },
    Credentials: { AccessKeyId: 'ASIA', SecretAccessKey: 'not-real', SessionToken: 'token', Expiration: inDays(1) },
  });
  await expectFailed(`gave credentials of account 999988887777, expected ${ACCOUNT}`);
  expect(namesOf(iam, secrets)).toEqual([]);
});

it('does nothing in an account without the role', async () => {
  sts.on(AssumeRoleCommand).rejects(accessDenied());
  await expectFailed(`cannot assume arn:aws:iam::${ACCOUNT}:role/member: AccessDenied: not authorized`);
  expect(namesOf(iam, secrets)).toEqual([]);
});

it.each([
  ['access is denied', accessDenied()],
  ['the call is throttled', awsError('ThrottlingException', 400)],
  ['no answer comes', timeout()],
  ['the service fails', awsError('ServiceFailureException', 500)],
])('changes nothing when it cannot be told who is exempt: %s', async (_, error) => {
  iam.on(GetGroupCommand).rejects(error);
  await expectFailed('cannot read the exemption group IAMKeyRotationExemptionGroup, so nothing was changed');
});

it('goes on when there is no exemption group', async () => {
  iam.on(GetGroupCommand).rejects(noSuchEntity());
  const { result } = await run();
  expect(result).toMatchObject({ status: 'succeeded', users: [{ user: 'alice', actions: [{ action: 'rotate', outcome: 'done' }] }] });
});

it('changes nothing when the users cannot be listed', async () => {
  iam.on(GenerateCredentialReportCommand).rejects(accessDenied());
  iam.on(ListUsersCommand).rejects(accessDenied());
  await expectFailed(`cannot list the users of account ${ACCOUNT}, so nothing was changed: AccessDenied: not authorized`);
});

it('fails a forced rotation in the same way', async () => {
  sts.on(AssumeRoleCommand).rejects(accessDenied());
  const { result, error } = await run({ event: { ForceRotate: 'alice' } });
  expect(error).toBeInstanceOf(AccountFailedError);
  expect(result).toMatchObject({ status: 'failed', failures: [{ user: 'alice', step: 'force rotate', error: 'AccountFailedError' }] });
});
