import { AttachUserPolicyCommand, GetPolicyCommand, GetPolicyVersionCommand } from '@aws-sdk/client-iam';
import { STSClient } from '@aws-sdk/client-sts';
import { checkAccount } from '../../../lambda/rotator/check-account';
import { readerPolicyFor } from '../../../lambda/shared/reader-policy';
import { rotatorEnvironment, type RotatorVariables } from '../../../lambda/shared/environment';
import { accessDenied, callsOf, namesOf, noSuchEntity } from '../../helpers/aws';
import { accessKey, ACCOUNT, NOW } from '../../helpers/facts';
import { iam, mockAccount } from '../../helpers/mock-account';
import { rotatorVariables } from '../../helpers/variables';

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

describe('with a central store', () => {
  const key = 'arn:aws:kms:eu-west-1:111122223333:key/1';
  const PolicyArn = `arn:aws:iam::${ACCOUNT}:policy/read-own-secret-1`;
  const central = { CENTRAL_STORE: JSON.stringify({ key, readerPolicy: 'read-own-secret-1' }) };
  const wanted = readerPolicyFor({
    account: ACCOUNT,
    partition: 'aws',
    key,
    region: 'eu-west-1',
    storeAccount: '111122223333',
    keyName: 'key/1',
    replicaRegions: [],
  });
  const asIs = (document: object): void => {
    iam.on(GetPolicyCommand, { PolicyArn }).resolves({ Policy: { DefaultVersionId: 'v3' } });
    const Document = encodeURIComponent(JSON.stringify(document));
    iam.on(GetPolicyVersionCommand, { PolicyArn, VersionId: 'v3' }).resolves({ PolicyVersion: { Document } });
  };
  beforeEach(() => {
    asIs(wanted);
    iam.on(AttachUserPolicyCommand).rejects(noSuchEntity());
  });

  it('proves that users can read, and that the role may let them, by attaching to a name that nobody can have twice', async () => {
    const { proven, failed } = await check(central);
    expect(failed).toEqual([]);
    expect(proven.slice(-3)).toEqual(['iam:GetPolicy', 'iam:GetPolicyVersion', 'iam:AttachUserPolicy']);
    await check(central);
    const attached = callsOf(iam).filter(({ name }) => name === 'AttachUserPolicy');
    const users = attached.map(({ input }) => String(input['UserName']));
    for (const user of users) expect(user).toMatch(/^key-rotation-check-nobody-[0-9a-f-]{36}$/);
    expect(new Set(users).size).toBe(2);
    expect(Math.max(...users.map(({ length }) => length))).toBeLessThanOrEqual(64);
  });

  it('asks nothing of the kind without one', async () => {
    await check();
    expect(namesOf(iam)).not.toEqual(expect.arrayContaining(['AttachUserPolicy']));
    expect(namesOf(iam)).not.toEqual(expect.arrayContaining(['GetPolicy']));
  });

  it('names a policy that is missing', async () => {
    iam.on(GetPolicyCommand).rejects(noSuchEntity());
    expect((await check(central)).failed).toMatchObject([{ action: 'iam:GetPolicy', error: 'NoSuchEntityException' }]);
  });

  it('names a policy that lets users read something else', async () => {
    asIs({ ...wanted, Statement: wanted.Statement.slice(0, 1) });
    const message = `version v3 of ${PolicyArn} is not what the member template makes`;
    expect((await check(central)).failed).toEqual([
      { action: 'iam:GetPolicyVersion', code: 'ReaderPolicyChangedError', error: 'ReaderPolicyChangedError', message },
    ]);
  });

  it('names a role that may not attach', async () => {
    iam.on(AttachUserPolicyCommand).rejects(accessDenied());
    expect((await check(central)).failed).toMatchObject([{ action: 'iam:AttachUserPolicy', error: 'AccessDenied' }]);
  });
});
