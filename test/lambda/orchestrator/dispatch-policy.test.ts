import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { ListAccountsCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import { S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { dispatchPolicy } from '../../../lambda/orchestrator/dispatch-policy';
import { RunStore } from '../../../lambda/runs/run-store';
import { orchestratorEnvironment, type PolicyScopes } from '../../../lambda/shared/environment';
import { awsError } from '../../helpers/aws';
import { NOW } from '../../helpers/facts';
import { orchestratorVariables } from '../../helpers/variables';

const lambda = mockClient(LambdaClient);
const organizations = mockClient(OrganizationsClient);
const s3 = mockClient(S3Client);
const ONE = '111111111111';
const TWO = '222222222222';
const account = (Id: string, State = 'ACTIVE') => ({
  Id,
  Name: `Account ${Id[0] ?? ''}`,
  Email: `${Id}@example.com`,
  State: State as 'ACTIVE',
});

beforeEach(() => {
  for (const mock of [lambda, organizations, s3]) mock.reset();
  lambda.on(InvokeCommand).resolves({ StatusCode: 202 });
  organizations.on(ListAccountsCommand).resolves({ Accounts: [account(ONE), account(TWO)] });
});

const dispatch = (scopes: PolicyScopes, event: object = {}) =>
  dispatchPolicy(
    {
      environment: orchestratorEnvironment({ ...orchestratorVariables({ POLICIES: JSON.stringify(scopes) }) }),
      organizations: new OrganizationsClient({ region: 'us-east-1' }),
      lambda: new LambdaClient({ region: 'eu-west-1' }),
      store: new RunStore(new S3Client({ region: 'eu-west-1' }), 'results'),
    },
    { policy: 'fast', ...event },
    { runId: 'run-1', now: NOW },
  );
const invoked = () =>
  lambda
    .commandCalls(InvokeCommand)
    .map(({ args: [{ input }] }) => JSON.parse(Buffer.from(input.Payload as Uint8Array).toString()) as Record<string, unknown>);
const FAST = { name: 'fast', pauseMs: 60_000 };

it('starts a run of the policy in every account in scope, and leaves nothing among the runs', async () => {
  expect(await dispatch([FAST])).toMatchObject({ policy: 'fast', dispatched: [ONE, TWO], failed: [] });
  expect(invoked()).toEqual([
    { account: ONE, email: `${ONE}@example.com`, name: 'Account 1', runId: 'run-1', policy: 'fast' },
    { account: TWO, email: `${TWO}@example.com`, name: 'Account 2', runId: 'run-1', policy: 'fast' },
  ]);
  expect(s3.calls()).toEqual([]);
});

it('starts it in the policy’s own accounts alone', async () => {
  expect((await dispatch([{ ...FAST, accounts: [TWO] }])).dispatched).toEqual([TWO]);
});

it('an account of the settings that is gone fails by itself, and stops no other', async () => {
  expect(await dispatch([{ ...FAST, accounts: [ONE, '999999999999'] }])).toMatchObject({
    dispatched: [ONE],
    failed: [{ account: '999999999999', error: 'AccountNotRotatedError' }],
  });
});

it('an account that cannot be started is named, and stops no other', async () => {
  lambda.on(InvokeCommand).rejectsOnce(awsError('TooManyRequestsException', 429)).resolves({ StatusCode: 202 });
  const { dispatched, failed } = await dispatch([FAST]);
  expect([dispatched.length, failed.length]).toEqual([1, 1]);
});

it('can be asked for some of its accounts by hand', async () => {
  expect((await dispatch([FAST], { accounts: [TWO], dryrun: true })).dispatched).toEqual([TWO]);
  expect(invoked()[0]).toMatchObject({ dryrun: true });
});

it.each<[string, PolicyScopes, object, string]>([
  [
    'a policy that there is not',
    [{ ...FAST, name: 'slow' }],
    {},
    'policy: "fast" is not among the policies of this deployment: "slow"; nothing was done',
  ],
  [
    'accounts that are not the policy’s',
    [{ ...FAST, accounts: [ONE] }],
    { accounts: [TWO] },
    `accounts: outside of the policy's: ${TWO}; nothing was done`,
  ],
])('refuses %s', async (_, scopes, event, message) => {
  await expect(dispatch(scopes, event)).rejects.toThrow(message);
  expect(invoked()).toEqual([]);
});

it('refuses more accounts than a run can start before the next', async () => {
  const Accounts = Array.from({ length: 51 }, (_, at) => account(String(111_111_111_111 + at)));
  organizations.on(ListAccountsCommand).resolves({ Accounts });
  await expect(dispatch([FAST])).rejects.toThrow(
    'policy: "fast" would run in 51 accounts, and with a run every 1 minutes at most 50 are started; name its accounts in the settings, or let it run less often; nothing was done',
  );
  expect(invoked()).toEqual([]);
  expect((await dispatch([{ ...FAST, pauseMs: 120_000 }])).dispatched).toHaveLength(51);
});
