import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import type { AccountResult } from '../../../lambda/runs/schemas';
import { accessDenied, callsOf, changesOf, namesOf, SECRET } from '../../helpers/aws';
import { accessKey, ACCOUNT } from '../../helpers/facts';
import { lambdaContext, logDuring, type LambdaContext } from '../../helpers/lambda-context';
import { iam, mockAccount, s3, sts } from '../../helpers/mock-account';
import { rotatorVariables } from '../../helpers/variables';

const events = mockClient(EventBridgeClient);
const event = { account: ACCOUNT, email: 'aws@example.com', name: 'Payments' };
const before = { ...process.env };
let handler: (event: unknown, context: LambdaContext) => Promise<AccountResult>;

beforeAll(async () => {
  process.env = { ...before, ...rotatorVariables(), AWS_REGION: 'eu-west-1' };
  ({ handler } = (await import('../../../lambda/rotator/index')) as { handler: typeof handler });
});
afterAll(() => {
  process.env = before;
});
beforeEach(() => {
  jest.useFakeTimers({ now: new Date('2026-11-21T03:00:00Z'), doNotFake: ['nextTick', 'setImmediate', 'setTimeout'] });
  mockAccount({ alice: { keys: [accessKey({ ageDays: 95 })] } });
  events.reset();
  events.on(PutEventsCommand).resolves({ FailedEntryCount: 0 });
});
afterEach(() => jest.useRealTimers());

/** One invocation: what it answered or threw, and what it wrote to the log. */
async function invoke(asked: unknown, context = lambdaContext('rotator')) {
  let [answer, error]: [AccountResult | undefined, Error | undefined] = [undefined, undefined];
  const log = await logDuring(async () => {
    answer = await handler(asked, context).catch((cause: unknown) => {
      error = cause as Error;
      return undefined;
    });
  });
  return { answer: answer as AccountResult | undefined, error: error as Error | undefined, log };
}
/** What was written, beside the rotator's memory and its records of intents. */
const written = () => callsOf(s3).filter(({ name, input }) => name === 'PutObject' && !/^(memory|intents)\//.test(String(input['Key'])));
const stored = (): AccountResult[] => written().map((call) => JSON.parse(call.input['Body'] as string) as AccountResult);

it('returns the account’s result, stores the same, and puts its events', async () => {
  const { answer, error } = await invoke({ ...event, runId: 'run-7' });
  expect(error).toBeUndefined();
  expect(answer).toMatchObject({
    runId: 'run-7',
    status: 'succeeded',
    users: [{ user: 'alice', actions: [{ action: 'rotate', outcome: 'done' }] }],
  });
  expect(stored()).toEqual([answer]);
  expect(written()[0]?.input['Key']).toBe(`runs/run-7/${ACCOUNT}.json`);
  expect(namesOf(events)).toEqual(['PutEvents']);
});

it('answers in short what Lambda would refuse as too large, and stores all of it', async () => {
  const name = 'a'.repeat(3_200_000);
  mockAccount({ [name]: { keys: [accessKey({ ageDays: 95 })] } });
  const { answer, error } = await invoke({ ...event, runId: 'run-7' });
  expect(error).toBeUndefined();
  const [whole] = stored();
  expect(whole).toMatchObject({ status: 'succeeded', users: [{ user: name, actions: [{ action: 'rotate', outcome: 'done' }] }] });
  expect(answer).toEqual({
    ...whole,
    stored: `s3://results/runs/run-7/${ACCOUNT}.json`,
    users: 1,
    inventory: 1,
    failures: 0,
    left: 0,
    mails: whole?.mails.length,
  });
});

it('only looks when it is asked to check: returns and stores what it found, and puts no event', async () => {
  const { answer, error } = await invoke({ ...event, runId: 'run-7', check: true });
  expect(error).toBeUndefined();
  expect(answer).toMatchObject({ runId: 'run-7', failed: [] });
  expect(stored()).toEqual([answer]);
  expect(written()[0]?.input['Key']).toBe(`checks/run-7/${ACCOUNT}.json`);
  expect(changesOf(iam)).toEqual([]);
  expect(namesOf(events)).toEqual([]);
});

it('names a run by hand itself', async () => {
  expect((await invoke(event)).answer?.runId).toBe('manual-20261121T030000Z-1234abcd');
});

it('writes JSON lines, and no secret', async () => {
  const { log } = await invoke(event);
  expect(log).toContain('"action":"rotate"');
  expect(log).toContain('KeysRotated');
  expect(log).not.toContain(SECRET);
  for (const line of log.trim().split('\n')) expect(() => JSON.parse(line) as unknown).not.toThrow();
});

it.each([{}, null, { ...event, force: 'alice' }])('refuses the event %j before any call', async (wrong) => {
  const { error, log } = await invoke(wrong);
  expect(error).toMatchObject({ name: 'InvalidEventError' });
  expect(log).toContain('rotator failed');
  expect(log).toContain("the rotator's event is not valid, nothing was done");
  expect(namesOf(iam, sts, s3, events)).toEqual([]);
});

it('stores the result of an account that failed, and then throws', async () => {
  sts.on(AssumeRoleCommand).rejects(accessDenied());
  const { error } = await invoke(event);
  expect(error).toMatchObject({ name: 'AccountFailedError' });
  expect(stored()).toMatchObject([{ status: 'failed', failures: [{ step: 'account' }] }]);
});

it('stores the result of a refused rotation, and then throws', async () => {
  const { error } = await invoke({ ...event, ForceRotate: 'nobody' });
  expect(error).toMatchObject({ name: 'ForceRotateRefusedError', message: `account ${ACCOUNT} has no user "nobody"` });
  expect(stored()).toMatchObject([{ status: 'failed', forceRotate: 'nobody' }]);
});

it('events that could not be put are a failure in the result, and undo nothing', async () => {
  events.on(PutEventsCommand).rejects(accessDenied());
  const { answer } = await invoke(event);
  expect(answer).toMatchObject({ status: 'partial', failures: [{ step: 'publish events', error: 'AccessDenied' }] });
  expect(stored()).toEqual([answer]);
});

it('throws when the result cannot be stored: nobody would know', async () => {
  s3.on(PutObjectCommand).rejects(accessDenied());
  expect((await invoke(event)).error).toMatchObject({ name: 'AccessDenied' });
});

it('leaves everybody to the next run when hardly any time is left', async () => {
  const { answer } = await invoke(event, lambdaContext('rotator', 60_000));
  expect(answer).toMatchObject({ status: 'partial', left: ['alice'], users: [] });
});
