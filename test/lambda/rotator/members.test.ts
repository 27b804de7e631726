import { GetGroupCommand } from '@aws-sdk/client-iam';
import { iam, mockAccount, run, groupNamed } from '../../helpers/mock-account';
import { accessKey, ACCOUNT, NOW } from '../../helpers/facts';
import { accessDenied, callsOf, changesOf } from '../../helpers/aws';
import { FAST_SIDE } from '../../helpers/variables';

const variables = { POLICIES: JSON.stringify([FAST_SIDE]) };
const user = (UserName: string) => ({
  UserName,
  Arn: `arn:aws:iam::${ACCOUNT}:user/${UserName}`,
  Path: '/',
  UserId: 'AIDA',
  CreateDate: NOW,
});
const members = (...names: string[]) =>
  iam.on(GetGroupCommand, { GroupName: 'minutes' }).resolves({ Group: groupNamed('minutes'), Users: names.map(user) });
const names = (count: number) => Array.from({ length: count }, (_, at) => `bot${at}`);

it('a run carries as many users as IAM’s rate does, and one more refuses all: nothing is read of anybody', async () => {
  mockAccount({});
  members(...names(31));
  const { result } = await run({ event: { policy: 'fast' }, variables });
  expect(result.failures[0]?.message).toContain(
    `policy: "fast" has 31 users in account ${ACCOUNT}, and a run every 1 minutes carries at most 30, so nothing was changed`,
  );
  expect(callsOf(iam).map(({ name }) => name)).toEqual(['GetGroup']);
});

it('a run that comes half as often carries twice as many', async () => {
  mockAccount({});
  members(...names(60));
  const rare = JSON.stringify([{ ...FAST_SIDE, schedule: 'rate(2 minutes)' }]);
  const { result } = await run({ event: { policy: 'fast' }, variables: { POLICIES: rare } });
  expect(result.usersSeen).toBe(60);
});

it.each<[string, object, string]>([
  ['a policy that there is not', { policy: 'slow' }, 'policy: "slow" is not one of this deployment (fast), asked for in account'],
  ['a policy of other accounts', { policy: 'fast' }, `policy: "fast" does not hold in account ${ACCOUNT}; nothing was done`],
])('refuses %s before any call', async (_, event, message) => {
  mockAccount({});
  const elsewhere = JSON.stringify([{ ...FAST_SIDE, accounts: ['999999999999'] }]);
  const { error } = await run({ event, variables: { POLICIES: elsewhere } });
  expect(error?.message).toContain(message);
  expect(callsOf(iam)).toEqual([]);
});

it('the daily run of an account reads no group of a policy that does not hold there', async () => {
  mockAccount({ alice: { keys: [accessKey()] } });
  iam.on(GetGroupCommand, { GroupName: 'minutes' }).rejects(accessDenied());
  const elsewhere = JSON.stringify([{ ...FAST_SIDE, accounts: ['999999999999'] }]);
  const { result } = await run({ variables: { POLICIES: elsewhere } });
  expect(result.status).toBe('succeeded');
  expect(changesOf(iam).length).toBeGreaterThan(0);
});
