import * as events from '@aws-sdk/client-eventbridge';
import * as lambda from '@aws-sdk/client-lambda';
import type { LambdaFunction } from '../../../sandbox/kernel/world';
import { failure, Harness, management, member, region } from '../harness';

let harness: Harness;
beforeEach(async () => {
  harness = await Harness.start();
});
afterEach(() => {
  harness.stop();
});

describe('EventBridge', () => {
  const put = (...Entries: events.PutEventsRequestEntry[]) =>
    new events.EventBridgeClient(harness.user(`u${harness.kernel.next()}`)).send(new events.PutEventsCommand({ Entries }));

  it('keeps events, and says which entries failed', async () => {
    const answer = await put(
      { Source: 'app', DetailType: 'done', Detail: '{"a":1}' },
      { Source: 'app', DetailType: 'done', Detail: 'x' },
      { Source: 'aws.ec2', DetailType: 'd', Detail: '{}' },
    );
    expect(answer.FailedEntryCount).toBe(2);
    expect(answer.Entries?.map((entry) => entry.ErrorCode)).toEqual([undefined, 'MalformedDetail', 'NotAuthorizedForSourceException']);
    expect(harness.kernel.world.events).toEqual([
      expect.objectContaining({ source: 'app', detailType: 'done', detail: '{"a":1}', bus: 'default' }),
    ]);
  });

  it('takes ten entries at most', async () => {
    const entry = { Source: 'app', DetailType: 'done', Detail: '{}' };
    expect(await failure(put(...Array.from({ length: 11 }, () => entry)))).toMatch(/^ValidationException/);
  });
});

describe('Lambda', () => {
  const fn: LambdaFunction = {
    name: 'worker',
    region,
    arn: `arn:aws:lambda:${region}:${management}:function:worker`,
    role: '',
    handler: 'index.handler',
    runtime: 'nodejs24.x',
    timeoutSeconds: 3,
    memoryMb: 128,
    environment: {},
    codeDirectory: '',
    permissions: [],
    asyncConfig: { maxRetries: 2, maxAgeSeconds: 21_600 },
  };
  const invoked: unknown[] = [];
  beforeEach(() => {
    invoked.length = 0;
    harness.kernel.account(management).functions.set(`${region}/worker`, { ...fn });
    harness.kernel.lambda = {
      invoke: (target, payload, type) => {
        invoked.push([target.name, payload, type]);
        return Promise.resolve(
          type === 'Event' ? { statusCode: 202 } : { statusCode: 200, payload: '{"ok":true}', functionError: 'Unhandled', logTail: 'bG9n' },
        );
      },
      drain: () => Promise.resolve(),
    };
  });
  const invoke = (input: Partial<lambda.InvokeCommandInput>, configuration = harness.user(`u${harness.kernel.next()}`)) =>
    new lambda.LambdaClient(configuration).send(new lambda.InvokeCommand({ FunctionName: 'worker', ...input }));

  it('hands a call to whatever runs functions, and its answer back', async () => {
    const answer = await invoke({ Payload: Buffer.from('{"a":1}'), LogType: 'Tail' });
    expect(invoked).toEqual([['worker', '{"a":1}', 'RequestResponse']]);
    expect(answer).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled', LogResult: 'bG9n' });
    expect(answer.Payload?.transformToString()).toBe('{"ok":true}');
  });

  it('says what a function was given as its environment', async () => {
    harness.kernel.account(management).functions.set(`${region}/worker`, { ...fn, environment: { DRY_RUN: 'true' } });
    const client = new lambda.LambdaClient(harness.user('reader'));
    const ask = (FunctionName: string) => client.send(new lambda.GetFunctionConfigurationCommand({ FunctionName }));
    expect(await ask('worker')).toMatchObject({ FunctionArn: fn.arn, Environment: { Variables: { DRY_RUN: 'true' } } });
    expect(await failure(ask('none'))).toMatch(/^ResourceNotFoundException: Function not found: arn:.*:function:none$/);
  });

  it.each(['worker', fn.arn, `${fn.arn}:$LATEST`, `${management}:function:worker`])('finds the function by %s', async (FunctionName) => {
    expect((await invoke({ FunctionName, InvocationType: 'Event' })).StatusCode).toBe(202);
    expect(harness.kernel.calls[0]?.authorized).toEqual([{ action: 'lambda:InvokeFunction', resource: fn.arn, allowed: true }]);
  });

  it('refuses unknown functions, bad JSON and payloads over 1 MB for asynchronous calls', async () => {
    expect(await failure(invoke({ FunctionName: 'none' }))).toMatch(
      /^ResourceNotFoundException: Function not found: arn:.*:function:none$/,
    );
    expect(await failure(invoke({ Payload: Buffer.from('{') }))).toMatch(/^InvalidRequestContentException/);
    expect(await failure(invoke({ InvocationType: 'Event', Payload: Buffer.from(JSON.stringify('x'.repeat(1024 * 1024))) }))).toMatch(
      /^RequestTooLargeException/,
    );
    expect(invoked).toEqual([]);
  });

  it('lets another account call only what the function’s own policy allows', async () => {
    const other = harness.user('far', undefined, member);
    expect(await failure(invoke({ FunctionName: fn.arn }, other))).toMatch(/^AccessDeniedException: .*no resource-based policy/);
    harness.kernel
      .account(management)
      .functions.get(`${region}/worker`)!
      .permissions.push({ Effect: 'Allow', Principal: { AWS: member }, Action: 'lambda:InvokeFunction', Resource: fn.arn });
    expect(await failure(invoke({ FunctionName: fn.arn }, other))).toBe('it succeeded');
  });
});

describe('services without an SDK client here', () => {
  const admin = () => harness.kernel.caller(harness.people().createKey('admin').id)!.principal;
  beforeEach(() => {
    harness.user('admin');
    harness.people().deleteKey('admin', harness.people().user('admin').keys[0]!.id);
  });

  it('SQS gives a message to one receiver at a time, until it is deleted', async () => {
    const url = `${harness.endpoint}/${management}/dead`;
    harness.kernel
      .account(management)
      .queues.set(`${region}/dead`, { name: 'dead', region, arn: `arn:aws:sqs:${region}:${management}:dead`, url, messages: [] });
    const principal = admin();
    const as = (operation: string, input: Record<string, unknown> = {}) =>
      harness.kernel.dispatch('sqs', operation, { QueueUrl: url, ...input }, { principal, region });
    await as('SendMessage', { MessageBody: 'lost' });
    const [message] = (await as('ReceiveMessage'))['Messages'] as { Body: string; ReceiptHandle: string }[];
    expect(message?.Body).toBe('lost');
    expect(await as('ReceiveMessage')).toEqual({});
    expect(await as('GetQueueAttributes', { AttributeNames: ['ApproximateNumberOfMessagesNotVisible'] })).toEqual({
      Attributes: { ApproximateNumberOfMessagesNotVisible: '1' },
    });
    harness.kernel.clock.advance(31_000);
    expect((await as('ReceiveMessage'))['Messages']).toHaveLength(1);
    await as('DeleteMessage', { ReceiptHandle: message?.ReceiptHandle });
    harness.kernel.clock.advance(31_000);
    expect(await as('ReceiveMessage')).toEqual({});
  });
});
