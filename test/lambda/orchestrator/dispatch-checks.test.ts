import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { S3Client } from '@aws-sdk/client-s3';
import { dispatchChecks } from '../../../lambda/orchestrator/dispatch-checks';
import { orchestratorEnvironment } from '../../../lambda/shared/environment';
import { parseRotatorEvent, type OrchestratorEvent } from '../../../lambda/shared/events';
import { RunStore } from '../../../lambda/runs/run-store';
import { accessDenied, namesOf } from '../../helpers/aws';
import { NOW } from '../../helpers/facts';
import { account, id, lambda, mockOrganization, payloads, s3 } from '../../helpers/organization';
import { orchestratorVariables } from '../../helpers/variables';

const region = 'eu-west-1';
const check = (event: OrchestratorEvent = { check: true }) =>
  dispatchChecks(
    {
      environment: orchestratorEnvironment({ ...orchestratorVariables() }),
      organizations: new OrganizationsClient({ region }),
      lambda: new LambdaClient({ region }),
      store: new RunStore(new S3Client({ region }), 'results'),
    },
    event,
    { runId: 'run-1', now: NOW },
  );
const ref = (number: number) => ({ id: id(number), name: `account ${number}`, email: `${number}@example.com` });

beforeEach(() => {
  mockOrganization([account(1), account(2), account(3, { State: 'SUSPENDED' })]);
});

it('has every account checked that a run would rotate, with events that the rotator accepts, and stores no run', async () => {
  await expect(check()).resolves.toEqual({
    runId: 'run-1',
    startedAt: NOW.toISOString(),
    dispatched: [ref(1), ref(2)],
    skipped: [{ account: id(3), name: 'account 3', code: 'not-active', reason: 'its state is SUSPENDED' }],
    failed: [],
  });
  for (const payload of payloads()) expect(parseRotatorEvent(payload)).toMatchObject({ runId: 'run-1', check: true });
  expect(payloads()).toHaveLength(2);
  expect(namesOf(s3)).toEqual([]);
});

it('checks only the accounts asked for', async () => {
  const { dispatched, skipped } = await check({ check: true, accounts: [id(2)] });
  expect(dispatched).toEqual([ref(2)]);
  expect(skipped.map(({ account: one }) => one)).toEqual([id(1), id(3)]);
});

it('names the accounts that could not be asked, and asks the others', async () => {
  lambda.on(InvokeCommand).rejectsOnce(accessDenied()).resolves({ StatusCode: 202 });
  const { dispatched, failed } = await check();
  expect(failed).toEqual([{ account: id(1), error: 'AccessDenied', message: 'not authorized' }]);
  expect(dispatched).toEqual([ref(2)]);
});

it('names an account of which Organizations says no state, and checks the others', async () => {
  mockOrganization([account(1), account(2, { State: undefined })]);
  const { dispatched, failed } = await check();
  expect(dispatched).toEqual([ref(1)]);
  expect(failed).toMatchObject([{ account: id(2), error: 'StateUnknown' }]);
});
