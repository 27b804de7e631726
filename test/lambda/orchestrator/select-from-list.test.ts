import { LambdaClient } from '@aws-sdk/client-lambda';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { S3Client } from '@aws-sdk/client-s3';
import { orchestrate } from '../../../lambda/orchestrator/orchestrate';
import { orchestratorEnvironment } from '../../../lambda/shared/environment';
import type { OrchestratorEvent } from '../../../lambda/shared/events';
import { RunStore } from '../../../lambda/runs/run-store';
import { callsOf } from '../../helpers/aws';
import { NOW } from '../../helpers/facts';
import { id, manifests, mockOrganization, organizations, payloads } from '../../helpers/organization';
import { orchestratorVariables } from '../../helpers/variables';

const region = 'eu-west-1';
const ACCOUNTS = JSON.stringify({
  email: 'admin@example.com',
  accounts: [{ id: id(1) }, { id: id(2), name: 'Shop', email: 'shop@example.com' }],
});
const run = (event: OrchestratorEvent = {}) =>
  orchestrate(
    {
      environment: orchestratorEnvironment({ ...orchestratorVariables({ ACCOUNTS }) }),
      organizations: new OrganizationsClient({ region }),
      lambda: new LambdaClient({ region }),
      store: new RunStore(new S3Client({ region }), 'results'),
    },
    event,
    { runId: 'run-1', now: NOW },
  );

beforeEach(() => {
  mockOrganization([]);
});
afterEach(() => {
  expect(callsOf(organizations)).toEqual([]);
});

describe('a deployment that knows its accounts', () => {
  it('dispatches each of them without asking an organization; an account without name or address has its id and the common address', async () => {
    await expect(run()).resolves.toMatchObject({ dispatched: [id(1), id(2)], skipped: [], failed: [] });
    expect(payloads()).toMatchObject([
      { account: id(1), name: id(1), email: 'admin@example.com' },
      { account: id(2), name: 'Shop', email: 'shop@example.com' },
    ]);
    expect(manifests()[0]?.accounts.map((account) => account.id)).toEqual([id(1), id(2)]);
  });

  it('runs some of them when asked to, and names the others as skipped', async () => {
    await expect(run({ accounts: [id(2)] })).resolves.toMatchObject({
      dispatched: [id(2)],
      skipped: [{ account: id(1), name: id(1), code: 'not-asked-for', reason: 'not among the accounts asked for' }],
    });
  });

  it('forwards a forced rotation to its one account', async () => {
    await expect(run({ account: id(2), ForceRotate: 'alice' })).resolves.toMatchObject({ dispatched: [id(2)], skipped: [] });
    expect(payloads()).toMatchObject([{ account: id(2), ForceRotate: 'alice' }]);
  });

  it.each<[OrchestratorEvent, string]>([
    [{ accounts: [id(1), id(9)] }, `accounts: not among the accounts of this deployment: ${id(9)}; nothing was done`],
    [{ account: id(9), ForceRotate: 'alice' }, `account: not among the accounts of this deployment: ${id(9)}; nothing was done`],
  ])('refuses an account that it does not have: %j', async (event, message) => {
    await expect(run(event)).rejects.toMatchObject({ name: 'AccountNotRotatedError', message });
    expect(payloads()).toEqual([]);
    expect(manifests()).toEqual([]);
  });
});
