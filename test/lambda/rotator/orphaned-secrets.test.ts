import { GetAccessKeyLastUsedCommand, GetUserCommand } from '@aws-sdk/client-iam';
import { ListSecretsCommand } from '@aws-sdk/client-secrets-manager';
import type { Coverage } from '../../../lambda/core/read/candidates';
import { enterAccount } from '../../../lambda/rotator/account';
import { workOnOrphanedSecrets } from '../../../lambda/rotator/orphaned-secrets';
import { accessDenied, changesOf, namesOf, noSuchEntity, timeout } from '../../helpers/aws';
import { ACCOUNT, daysAgo, NOW, OLD } from '../../helpers/facts';
import { EVENT, iam, invocation, mockAccount, remembers, rotatorServices, secrets } from '../../helpers/mock-account';
import { accountResult } from '../../helpers/results';
import { POLICY } from '../../helpers/variables';

const ARN = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:gone';
const variables = { POLICY: JSON.stringify({ ...POLICY, deleteSecretAfter: '30d' }) };
const SWEPT: Coverage = { coverage: 'sweep', usersSeen: 1, candidates: [], seen: [], left: [], everyUser: new Set(['alice']) };

interface Options {
  since?: Date;
  dryrun?: boolean;
  found?: Coverage;
  endsAt?: Date;
}

async function work({ since, dryrun = false, found = SWEPT, endsAt }: Options = {}) {
  remembers({ version: 1, keys: {}, ...(since && { orphans: { [ARN]: since.toISOString() } }) });
  const account = await enterAccount(rotatorServices({ variables }), { ...EVENT, dryrun }, invocation(endsAt));
  const result = accountResult();
  const { worked, orphans } = await workOnOrphanedSecrets(account, found, result);
  return {
    orphans,
    actions: worked.flatMap((one) => one.result.actions),
    failures: [...result.failures, ...worked.flatMap((one) => one.failures)],
  };
}

beforeEach(() => {
  mockAccount({});
  secrets.on(ListSecretsCommand).resolves({
    SecretList: [
      {
        ARN,
        Name: `Account_${ACCOUNT}_User_gone_AccessKey`,
        Tags: [{ Key: 'key-rotation:managed', Value: 'true' }],
        SecretVersionsToStages: { [`iam-key-rotation-${OLD}`]: ['AWSCURRENT'] },
      },
    ],
  });
  iam.on(GetAccessKeyLastUsedCommand).rejects(noSuchEntity());
});

it('a secret without its user is told of, and remembered from the first sight on', async () => {
  const { actions, orphans } = await work();
  expect(actions).toMatchObject([{ action: 'orphaned-secret', outcome: 'done' }]);
  expect(orphans).toEqual({ [ARN]: NOW.toISOString() });
  expect(changesOf(iam, secrets)).toEqual([]);
});

it('is deleted when it was seen so for long enough', async () => {
  const { actions, orphans } = await work({ since: daysAgo(30) });
  expect(actions).toMatchObject([{ action: 'delete-orphaned-secret', outcome: 'done' }]);
  expect(orphans).toEqual({ [ARN]: daysAgo(30).toISOString() });
  expect(changesOf(iam, secrets)).toEqual(['DeleteSecret']);
});

it('is not deleted in a dry run, which counts no sight', async () => {
  const { actions, orphans } = await work({ since: daysAgo(30), dryrun: true });
  expect(actions).toMatchObject([{ action: 'delete-orphaned-secret', outcome: 'planned' }]);
  expect(orphans).toBeUndefined();
  expect(changesOf(iam, secrets)).toEqual([]);
});

it('is not looked for on a day on which not every user and key was listed', async () => {
  const report: Coverage = { coverage: 'report', usersSeen: 1, candidates: [], seen: [], left: [] };
  expect(await work({ since: daysAgo(30), found: report })).toEqual({ orphans: undefined, actions: [], failures: [] });
  expect(namesOf(secrets)).toEqual([]);
});

it.each<[string, Coverage]>([
  ['its user', { ...SWEPT, everyUser: new Set(['gone']) }],
  ['a key in it', { ...SWEPT, seen: [{ user: 'alice', keyId: OLD, created: NOW, active: true }] }],
])('is forgotten when %s was listed', async (_, found) => {
  expect(await work({ since: daysAgo(30), found })).toEqual({ orphans: {}, actions: [], failures: [] });
  expect(changesOf(iam, secrets)).toEqual([]);
});

it('is forgotten when the user is there after all', async () => {
  iam.on(GetUserCommand).resolves({});
  expect(await work({ since: daysAgo(30) })).toEqual({ orphans: {}, actions: [], failures: [] });
});

it('stays when it cannot be told whether its user is gone, and what was known of it stays known', async () => {
  iam.on(GetUserCommand).rejects(timeout());
  const { actions, orphans, failures } = await work({ since: daysAgo(30) });
  expect([actions, orphans]).toEqual([[], { [ARN]: daysAgo(30).toISOString() }]);
  expect(failures).toMatchObject([{ user: 'gone', step: 'look for its user', error: 'TimeoutError' }]);
  expect(changesOf(iam, secrets)).toEqual([]);
});

it('a list that cannot be read is a failure, and forgets nothing', async () => {
  secrets.on(ListSecretsCommand).rejects(accessDenied());
  const { orphans, failures } = await work({ since: daysAgo(30) });
  expect(orphans).toBeUndefined();
  expect(failures).toMatchObject([{ step: 'list secrets', error: 'AccessDenied' }]);
});

it('nothing is begun when the time is over', async () => {
  const { actions, orphans } = await work({ since: daysAgo(30), endsAt: new Date(NOW.getTime() + 150_000) });
  expect([actions, orphans]).toEqual([[], { [ARN]: daysAgo(30).toISOString() }]);
});
