import { InvokeCommand } from '@aws-sdk/client-lambda';
import { ListAccountsCommand } from '@aws-sdk/client-organizations';
import type { Dispatch } from '../../../lambda/orchestrator/orchestrate';
import { accessDenied, namesOf } from '../../helpers/aws';
import { lambdaContext, logDuring, type LambdaContext } from '../../helpers/lambda-context';
import { account, id, lambda, manifests, mockOrganization, organizations, payloads, s3 } from '../../helpers/organization';
import { orchestratorVariables } from '../../helpers/variables';

const before = { ...process.env };
let handler: (event: unknown, context: LambdaContext) => Promise<Dispatch>;

beforeAll(async () => {
  process.env = {
    ...before,
    ...orchestratorVariables({ POLICIES: JSON.stringify([{ name: 'fast', pauseMs: 60_000 }]) }),
    AWS_REGION: 'eu-west-1',
  };
  ({ handler } = (await import('../../../lambda/orchestrator/index')) as { handler: typeof handler });
});
afterAll(() => {
  process.env = before;
});
beforeEach(() => {
  mockOrganization([account(1), account(2)]);
});

/** One invocation: what it answered or threw, and what it wrote to the log. */
async function invoke(event: unknown) {
  let outcome: { answer?: Dispatch; error?: Error } = {};
  const log = await logDuring(async () => {
    outcome = await handler(event, lambdaContext('orchestrator')).then(
      (answer) => ({ answer }),
      (error: unknown) => ({ error: error as Error }),
    );
  });
  return { ...outcome, log };
}

it('answers what it dispatched, and logs and counts it', async () => {
  const { answer, log } = await invoke({});
  expect(answer).toMatchObject({ dryRun: false, dispatched: [id(1), id(2)], skipped: [], failed: [] });
  expect(answer?.runId).toMatch(/^\d{8}T\d{6}Z-1234abcd$/);
  expect(payloads().map((payload) => payload['runId'])).toEqual([answer?.runId, answer?.runId]);
  expect(log).toContain('"AccountsDispatched":2');
});

it('counts runs of a policy by its name, and none of the deployment’s own', async () => {
  const { answer, log } = await invoke({ policy: 'fast' });
  expect(answer).toMatchObject({ policy: 'fast', dispatched: [id(1), id(2)] });
  expect(log).toContain('"AccountsDispatchedFor-fast":2');
  expect(log).not.toContain('"AccountsDispatched":');
  expect(manifests()).toEqual([]);
});

it('answers whom it asked to check, and stores and counts no run', async () => {
  const { answer, log } = await invoke({ check: true });
  expect(answer?.dispatched).toEqual([account(1), account(2)].map(({ Id, Name, Email }) => ({ id: Id, name: Name, email: Email })));
  expect(payloads().map((payload) => payload['check'])).toEqual([true, true]);
  expect(manifests()).toEqual([]);
  expect(log).not.toContain('AccountsDispatched');
});

it.each([null, { acounts: [] }, { ForceRotate: 'alice' }])('refuses the event %j before any call', async (event) => {
  const { error } = await invoke(event);
  expect(error).toMatchObject({ name: 'InvalidEventError' });
  expect(namesOf(organizations, lambda, s3)).toEqual([]);
});

it('throws after trying all accounts when any could not be dispatched, naming them', async () => {
  lambda.on(InvokeCommand).rejectsOnce(accessDenied()).resolves({ StatusCode: 202 });
  const { error, log } = await invoke({});
  expect(error).toMatchObject({ name: 'DispatchFailedError' });
  expect(error?.message).toMatch(new RegExp(`1 accounts could not be dispatched: ${id(1)} \\(AccessDenied\\)$`));
  expect(namesOf(lambda)).toEqual(['Invoke', 'Invoke']);
  expect(manifests().at(-1)?.failed).toHaveLength(1);
  expect(log).toContain('"DispatchesFailed":1');
});

it('stays within what a log line and a queue can hold, however many accounts fail', async () => {
  mockOrganization(Array.from({ length: 10_000 }, (_, number) => account(number)));
  lambda.on(InvokeCommand).rejects(accessDenied());
  const { error, log } = await invoke({});
  expect(error?.message).toMatch(/10000 accounts could not be dispatched: .* and 9900 more$/);
  expect(error?.message.length).toBeLessThan(10_000);
  expect(Math.max(...log.split('\n').map((line) => line.length))).toBeLessThan(10_000);
  expect(log.split('"not dispatched"')).toHaveLength(10_001);
  expect(manifests().at(-1)?.failed).toHaveLength(10_000);
});

it('throws an Organizations error, and says so in the log', async () => {
  organizations.on(ListAccountsCommand).rejects(accessDenied());
  const { error, log } = await invoke({});
  expect(error).toMatchObject({ name: 'AccessDenied' });
  expect(log).toContain('orchestrator failed');
  expect(log).toContain('"reason":"not authorized"');
  expect(namesOf(lambda, s3)).toEqual([]);
});
