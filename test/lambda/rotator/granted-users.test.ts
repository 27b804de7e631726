import { DescribeSecretCommand, GetResourcePolicyCommand } from '@aws-sdk/client-secrets-manager';
import { policyFor } from '../../../lambda/core/store/secret-policy';
import { enterAccount } from '../../../lambda/rotator/account';
import { letKeyApiRead } from '../../../lambda/rotator/granted-users';
import { accessDenied, callsOf, changesOf, namesOf } from '../../helpers/aws';
import { ACCOUNT, NOW } from '../../helpers/facts';
import { EVENT, iam, invocation, mockAccount, rotatorServices, secrets } from '../../helpers/mock-account';
import { accountResult } from '../../helpers/results';

const READER = 'arn:aws:iam::999999999999:role/iam-key-rotation-key-api';
const central = { CENTRAL_STORE: JSON.stringify({ key: 'arn:aws:kms:eu-west-1:999999999999:key/1', readerPolicy: 'read-own' }) };
const granting = (users: Record<string, string[]>) => ({ ...central, KEY_API: JSON.stringify({ reader: READER, users }) });
const name = (user: string): string => `Account_${ACCOUNT}_User_${user}_AccessKey`;

async function run(users: Record<string, string[]>, { dryrun = false, endsAt }: { dryrun?: boolean; endsAt?: Date } = {}) {
  const account = await enterAccount(rotatorServices({ variables: granting(users) }), { ...EVENT, dryrun }, invocation(endsAt));
  const result = accountResult();
  await letKeyApiRead(account, result);
  return result.failures;
}

const opened = (): unknown[] =>
  callsOf(secrets)
    .filter((call) => call.name === 'PutResourcePolicy')
    .map(({ input }) => [input['SecretId'], (input['ResourcePolicy'] as string).includes(READER)]);

beforeEach(() => {
  mockAccount({});
  secrets.on(DescribeSecretCommand).resolves({ ARN: 'arn', Tags: [{ Key: 'key-rotation:managed', Value: 'true' }] });
  for (const user of ['alice', 'bob']) {
    const ResourcePolicy = JSON.stringify(policyFor(`arn:aws:iam::${ACCOUNT}:user/${user}`));
    secrets.on(GetResourcePolicyCommand, { SecretId: name(user) }).resolves({ ResourcePolicy });
  }
});

it('lets the key API in for the users of this account that were granted, and for nobody else', async () => {
  expect(await run({ [ACCOUNT]: ['alice'], '333344445555': ['bob'] })).toEqual([]);
  expect(opened()).toEqual([[name('alice'), true]]);
  expect(changesOf(iam)).toEqual([]);
});

it('asks nothing where nobody was granted', async () => {
  await run({ '333344445555': ['alice'] });
  expect(namesOf(secrets)).toEqual([]);
});

it('changes nothing in a DryRun', async () => {
  await run({ [ACCOUNT]: ['alice'] }, { dryrun: true });
  expect(namesOf(secrets)).toEqual([]);
});

it('tells of a user whom it could not do, and does the others', async () => {
  secrets.on(GetResourcePolicyCommand, { SecretId: name('alice') }).rejects(accessDenied());
  expect(await run({ [ACCOUNT]: ['alice', 'bob'] })).toEqual([
    { user: 'alice', step: 'let the key API read', error: 'AccessDenied', message: 'not authorized' },
  ]);
  expect(opened()).toEqual([[name('bob'), true]]);
});

it('begins with nobody when the time of the invocation is over', async () => {
  await run({ [ACCOUNT]: ['alice'] }, { endsAt: NOW });
  expect(changesOf(secrets)).toEqual([]);
});
