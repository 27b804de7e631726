import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DescribeAccountCommand, ListAccountsCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { orchestrate } from '../../../lambda/orchestrator/orchestrate';
import { orchestratorEnvironment, type OrchestratorVariables } from '../../../lambda/shared/environment';
import { parseRotatorEvent, type OrchestratorEvent } from '../../../lambda/shared/events';
import { RunStore } from '../../../lambda/runs/run-store';
import { accessDenied, awsError, callsOf, namesOf } from '../../helpers/aws';
import { NOW } from '../../helpers/facts';
import { account, id, lambda, manifests, mockOrganization, organizations, payloads, s3 } from '../../helpers/organization';
import { ANYWHERE, orchestratorVariables } from '../../helpers/variables';

const region = 'eu-west-1';
const run = (event: OrchestratorEvent = {}, variables: Partial<OrchestratorVariables> = {}) =>
  orchestrate(
    {
      environment: orchestratorEnvironment({ ...orchestratorVariables(variables) }),
      organizations: new OrganizationsClient({ region }),
      lambda: new LambdaClient({ region }),
      store: new RunStore(new S3Client({ region }), 'results'),
    },
    event,
    { runId: 'run-1', now: NOW },
  );
const scope = (more: object) => ({ SCOPE: JSON.stringify({ ...ANYWHERE, ...more }) });

beforeEach(() => {
  mockOrganization([account(1), account(2), account(3, { State: 'SUSPENDED' })]);
});

describe('a full run', () => {
  it('invokes the rotator once per active account, asynchronously, with an event that it accepts', async () => {
    await expect(run()).resolves.toEqual({
      runId: 'run-1',
      dryRun: false,
      dispatched: [id(1), id(2)],
      skipped: [{ account: id(3), name: 'account 3', code: 'not-active', reason: 'its state is SUSPENDED' }],
      failed: [],
    });
    const asked = { email: '1@example.com', name: 'account 1', runId: 'run-1' };
    expect(payloads()).toEqual([
      { account: id(1), ...asked },
      { account: id(2), ...asked, email: '2@example.com', name: 'account 2' },
    ]);
    for (const call of callsOf(lambda))
      expect(call.input).toMatchObject({ FunctionName: 'iam-key-rotation-rotator', InvocationType: 'Event' });
    for (const payload of payloads()) expect(parseRotatorEvent(payload)).toEqual(payload);
  });

  it('stores the manifest before the first invocation, and not again when all went well', async () => {
    await run();
    expect(namesOf(organizations, lambda, s3)).toEqual(['ListAccounts', 'PutObject', 'Invoke', 'Invoke']);
    expect(manifests()).toEqual([
      {
        runId: 'run-1',
        startedAt: NOW.toISOString(),
        dryRun: false,
        accounts: [1, 2].map((number) => ({ id: id(number), name: `account ${number}`, email: `${number}@example.com` })),
        skipped: [{ account: id(3), name: 'account 3', code: 'not-active', reason: 'its state is SUSPENDED' }],
        failed: [],
      },
    ]);
  });

  it('follows every page, an empty one with a token included', async () => {
    mockOrganization(Array.from({ length: 105 }, (_, index) => account(index)));
    expect((await run()).dispatched).toHaveLength(105);
    expect(namesOf(organizations)).toHaveLength(6);
    mockOrganization([]);
    organizations
      .on(ListAccountsCommand)
      .resolvesOnce({ Accounts: [account(1)], NextToken: 'a' })
      .resolvesOnce({ Accounts: [], NextToken: 'b' })
      .resolvesOnce({ NextToken: 'c' })
      .resolves({ Accounts: [account(2)] });
    expect((await run()).dispatched).toEqual([id(1), id(2)]);
  });

  it('keeps at most fifty invocations in flight', async () => {
    mockOrganization(Array.from({ length: 120 }, (_, index) => account(index)));
    let [running, most] = [0, 0];
    lambda.on(InvokeCommand).callsFake(async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      return { StatusCode: 202 };
    });
    await run();
    expect(most).toBe(50);
  });

  it('leaves out what the settings leave out', async () => {
    expect(await run({}, scope({ excludeAccounts: [id(1)] }))).toMatchObject({ dispatched: [id(2)] });
  });
});

describe('DryRun', () => {
  it.each([
    [true, undefined, true],
    [true, false, true],
    [false, true, true],
    [false, false, false],
    [false, undefined, false],
  ])('of the deployment %s, of the event %s: %s', async (deployed, asked, dryRun) => {
    const event = asked === undefined ? {} : { dryrun: asked };
    const dispatch = await run(event, { DRY_RUN: deployed ? 'true' : 'false' });
    expect(dispatch.dryRun).toBe(dryRun);
    expect(manifests()[0]?.dryRun).toBe(dryRun);
    expect(payloads().map((payload) => payload['dryrun'])).toEqual(dryRun ? [true, true] : [undefined, undefined]);
  });
});

describe('a run for some accounts', () => {
  it('dispatches those only', async () => {
    await expect(run({ accounts: [id(2)] })).resolves.toMatchObject({
      dispatched: [id(2)],
      skipped: [{ account: id(1) }, { account: id(3) }],
    });
  });

  it('is refused when one is unknown: nothing is done for the others either', async () => {
    await expect(run({ accounts: [id(1), id(8), id(9)] })).rejects.toMatchObject({
      name: 'AccountNotRotatedError',
      message: `accounts: not in the organization: ${id(8)}, ${id(9)}; nothing was done`,
    });
    expect(namesOf(lambda, s3)).toEqual([]);
  });
});

describe('a forced rotation', () => {
  const force = (number: number, variables?: Partial<OrchestratorVariables>) =>
    run({ account: id(number), ForceRotate: 'alice' }, variables);

  it('is forwarded to that one account, without listing the others', async () => {
    await expect(force(2)).resolves.toMatchObject({ dispatched: [id(2)], skipped: [] });
    expect(namesOf(organizations)).toEqual(['DescribeAccount']);
    expect(payloads()).toEqual([{ account: id(2), email: '2@example.com', name: 'account 2', runId: 'run-1', ForceRotate: 'alice' }]);
    expect(manifests()).toMatchObject([{ forceRotate: 'alice', accounts: [{ id: id(2) }] }]);
  });

  it.each([
    ['unknown', 9, {}, `account: ${id(9)} is not in the organization; nothing was done`],
    ['suspended', 3, {}, `account: ${id(3)} is not rotated: its state is SUSPENDED; nothing was done`],
    ['excluded', 2, scope({ excludeAccounts: [id(2)] }), `account: ${id(2)} is not rotated: excluded by excludeAccounts; nothing was done`],
  ])('of an account that is %s is refused', async (_, number, variables, message) => {
    await expect(force(number, variables)).rejects.toMatchObject({ name: 'AccountNotRotatedError', message });
    expect(namesOf(lambda, s3)).toEqual([]);
  });

  it('is refused when AWS does not say the account’s state', async () => {
    mockOrganization([account(1, { State: undefined })]);
    await expect(force(1)).rejects.toThrow('its state is unknown');
  });

  it('fails when the account cannot be described', async () => {
    organizations.on(DescribeAccountCommand).callsFake(() => Promise.reject(accessDenied()));
    await expect(force(1)).rejects.toThrow(`cannot describe account ${id(1)}: AccessDenied: not authorized`);
  });
});

describe('when something fails', () => {
  it('an account of which Organizations says no state fails alone, and is in the manifest from the start', async () => {
    mockOrganization([account(1), account(2, { State: undefined })]);
    const failed = [
      {
        account: id(2),
        error: 'StateUnknown',
        message: 'Organizations did not say what state the account is in, so nothing was done there',
      },
    ];
    await expect(run()).resolves.toMatchObject({ dispatched: [id(1)], failed });
    expect(manifests()).toMatchObject([{ accounts: [{ id: id(1) }], failed }]);
    expect(payloads()).toMatchObject([{ account: id(1) }]);
  });

  it('an Organizations error is thrown: a failed run, never an empty one', async () => {
    organizations.on(ListAccountsCommand).rejects(accessDenied());
    await expect(run()).rejects.toMatchObject({ name: 'AccessDenied' });
    expect(namesOf(lambda, s3)).toEqual([]);
  });

  it('so is an error on a later page', async () => {
    organizations
      .on(ListAccountsCommand)
      .resolvesOnce({ Accounts: [account(1)], NextToken: 'a' })
      .rejects(awsError('TooManyRequestsException', 429));
    await expect(run()).rejects.toMatchObject({ name: 'TooManyRequestsException' });
    expect(namesOf(lambda)).toEqual([]);
  });

  it('a page without accounts that is not followed by another is no shorter organization', async () => {
    organizations
      .on(ListAccountsCommand)
      .resolvesOnce({ Accounts: [account(1)], NextToken: 'a' })
      .resolves({});
    await expect(run()).rejects.toThrow('Organizations answered ListAccounts without the list that was asked for');
    expect(namesOf(lambda, s3)).toEqual([]);
  });

  it('an organization without any account is not believed', async () => {
    mockOrganization([]);
    await expect(run()).rejects.toThrow('Organizations listed no account at all');
  });

  it('nothing is dispatched when the manifest cannot be stored', async () => {
    s3.on(PutObjectCommand).rejects(accessDenied());
    await expect(run()).rejects.toMatchObject({ name: 'AccessDenied' });
    expect(namesOf(lambda)).toEqual([]);
  });

  it('an account that cannot be dispatched stops no other, and the manifest says so afterwards', async () => {
    mockOrganization([account(1), account(2), account(4)]);
    lambda.on(InvokeCommand).callsFake(async ({ Payload }: { Payload: Uint8Array }) => {
      if (Buffer.from(Payload).toString().includes(id(2))) throw awsError('TooManyRequestsException', 429, 'slow down');
      return Promise.resolve({ StatusCode: 202 });
    });
    const failed = [{ account: id(2), error: 'TooManyRequestsException', message: 'slow down' }];
    await expect(run()).resolves.toMatchObject({ dispatched: [id(1), id(4)], failed });
    expect(manifests().map((manifest) => manifest.failed)).toEqual([[], failed]);
  });

  it.each([200, undefined])('an answer of %s is no acceptance', async (StatusCode) => {
    lambda.on(InvokeCommand).resolves({ StatusCode });
    const { dispatched, failed } = await run();
    expect(dispatched).toEqual([]);
    expect(failed).toMatchObject([{ message: `Lambda answered ${StatusCode ?? 'nothing'} instead of 202` }, {}]);
  });
});
