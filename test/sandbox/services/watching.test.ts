import { AwsQueryProtocol } from '@aws-sdk/core/protocols';
import * as cloudwatch from '@aws-sdk/client-cloudwatch';
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import { SmithyRpcV2CborProtocol } from '@smithy/core/cbor';
import type { Invocation } from '../../../sandbox/lambda/invocation';
import type { LogLine } from '../../../sandbox/kernel/contracts';
import { failure, Harness, management, region, start } from '../harness';

/** Logs, metrics and alarms, as operators see them. */
let harness: Harness;
const logGroupName = '/aws/lambda/worker';
const minuteMs = 60_000;
const written: LogLine[] = [];
const invocations: Invocation[] = [];
const ago = (minutes: number): Date => new Date(start.getTime() - minutes * minuteMs);
const write = (line: string, minutes: number, requestId = 'a-1') => {
  written.push({ at: ago(minutes), account: management, region, functionName: 'worker', logGroup: logGroupName, requestId, line });
};
const embedded = (name: string, value: number) =>
  JSON.stringify({
    _aws: { Timestamp: 0, CloudWatchMetrics: [{ Namespace: 'App', Dimensions: [['service']], Metrics: [{ Name: name, Unit: 'Count' }] }] },
    service: 'worker',
    [name]: [value],
  });

beforeEach(async () => {
  harness = await Harness.start();
  written.length = 0;
  invocations.length = 0;
  harness.kernel.lambda = {
    logs: written,
    invocations,
    invoke: () => Promise.reject(new Error('not here')),
    drain: () => Promise.resolve(),
  };
  const arn = `arn:aws:logs:${region}:${management}:log-group:${logGroupName}:*`;
  harness.kernel.account(management).logGroups.set(`${region}/${logGroupName}`, { name: logGroupName, arn, retentionDays: 30 });
});
afterEach(() => {
  harness.stop();
});

describe('logs', () => {
  let client: logs.CloudWatchLogsClient;
  beforeEach(() => {
    client = new logs.CloudWatchLogsClient(harness.user('operator'));
    write('{"level":"ERROR","message":"no access","account":{"id":"1"}}', 5);
    write('{"level":"INFO","message":"all access"}', 4);
    write('plain text', 3, 'b-2');
  });
  afterEach(() => {
    client.destroy();
  });
  const filter = async (input: Partial<logs.FilterLogEventsCommandInput> = {}) =>
    (await client.send(new logs.FilterLogEventsCommand({ logGroupName, ...input }))).events?.map(({ message }) => message?.slice(0, 30));
  const [error, info, plain] = ['{"level":"ERROR","message":"no', '{"level":"INFO","message":"all', 'plain text'];

  it('are found by group, one stream per invocation', async () => {
    const { logGroups } = await client.send(new logs.DescribeLogGroupsCommand({ logGroupNamePrefix: '/aws/' }));
    expect(logGroups).toMatchObject([{ logGroupName, retentionInDays: 30 }]);
    const { logStreams } = await client.send(
      new logs.DescribeLogStreamsCommand({ logGroupName, orderBy: 'LastEventTime', descending: true }),
    );
    expect(logStreams?.map(({ logStreamName }) => logStreamName)).toEqual(['2026/03/01/[$LATEST]b2', '2026/03/01/[$LATEST]a1']);
  });

  it('are read stream by stream, forward and from the end', async () => {
    const read = async (input: Partial<logs.GetLogEventsCommandInput>) =>
      client.send(new logs.GetLogEventsCommand({ logGroupName, logStreamName: '2026/03/01/[$LATEST]a1', limit: 1, ...input }));
    const first = await read({ startFromHead: true });
    expect(first.events).toMatchObject([{ message: written[0]?.line, timestamp: ago(5).getTime() }]);
    const second = await read({ startFromHead: true, nextToken: first.nextForwardToken });
    expect(second.events).toMatchObject([{ message: written[1]?.line }]);
    const end = await read({ startFromHead: true, nextToken: second.nextForwardToken });
    expect([end.events, end.nextForwardToken]).toEqual([[], second.nextForwardToken]);
    expect((await read({})).events).toMatchObject([{ message: written[1]?.line }]);
    expect(await failure(read({ logStreamName: 'none' }))).toMatch(/^ResourceNotFoundException/);
  });

  it.each([
    ['everything', undefined, [error, info, plain]],
    ['all of several words', '"no access" ERROR', [error]],
    ['any of several words', '?plain ?ERROR', [error, plain]],
    ['all without a word', 'access -ERROR', [info]],
    ['a member of JSON', '{ $.level = "ERROR" }', [error]],
    ['several members of JSON, with wildcards', '{ $.account.id = 1 && $.message = "no*" }', [error]],
    ['members that differ', '{ $.level != "ERROR" }', [info]],
  ])('are filtered: %s', async (_, filterPattern, expected) => {
    expect(await filter({ ...(filterPattern !== undefined && { filterPattern }) })).toEqual(expected);
  });

  it('are filtered by time and stream, page by page', async () => {
    expect(await filter({ startTime: ago(4).getTime() })).toEqual([info, plain]);
    expect(await filter({ logStreamNames: ['2026/03/01/[$LATEST]b2'] })).toEqual([plain]);
    const pages: number[] = [];
    for await (const { events } of logs.paginateFilterLogEvents({ client, pageSize: 2 }, { logGroupName })) pages.push(events!.length);
    expect(pages).toEqual([2, 1]);
  });

  it('are refused where there are none, and where the pattern is not understood', async () => {
    expect(await failure(filter({ logGroupName: 'none' }))).toMatch(/^ResourceNotFoundException/);
    expect(await failure(filter({ filterPattern: '{ $.a > 1 }' }))).toMatch(/^NotImplemented/);
  });
});

describe('alarms', () => {
  let client: cloudwatch.CloudWatchClient;
  const alarm = (name: string, properties: Record<string, unknown>) => {
    harness.kernel.account(management).alarms.set(`${region}/${name}`, {
      arn: `arn:aws:cloudwatch:${region}:${management}:alarm:${name}`,
      properties: {
        ...{ Namespace: 'App', MetricName: 'Failed', Dimensions: [{ Name: 'service', Value: 'worker' }], Statistic: 'Sum', Period: 300 },
        ...{ EvaluationPeriods: 1, Threshold: 0, ComparisonOperator: 'GreaterThanThreshold', TreatMissingData: 'notBreaching' },
        ...properties,
      },
    });
  };
  beforeEach(() => {
    client = new cloudwatch.CloudWatchClient(harness.user('operator'));
  });
  afterEach(() => {
    client.destroy();
  });
  const states = async (input: cloudwatch.DescribeAlarmsCommandInput = {}, by = client) =>
    Object.fromEntries(
      ((await by.send(new cloudwatch.DescribeAlarmsCommand(input))).MetricAlarms ?? []).map(({ AlarmName, StateValue }) => [
        AlarmName ?? '',
        StateValue,
      ]),
    );

  it('ring by what functions wrote in the last periods', async () => {
    alarm('failed', {});
    alarm('failed-for-long', { EvaluationPeriods: 2 });
    alarm('of-another', { Dimensions: [{ Name: 'service', Value: 'other' }] });
    expect(await states()).toEqual({ failed: 'OK', 'failed-for-long': 'OK', 'of-another': 'OK' });
    write(embedded('Failed', 2), 4);
    expect(await states()).toEqual({ failed: 'ALARM', 'failed-for-long': 'OK', 'of-another': 'OK' });
    write(embedded('Failed', 1), 9);
    expect(await states({ StateValue: 'ALARM' })).toEqual({ failed: 'ALARM', 'failed-for-long': 'ALARM' });
    harness.kernel.clock.advance(5 * minuteMs);
    expect(await states({ AlarmNames: ['failed'] })).toEqual({ failed: 'OK' });
  });

  it.each([
    ['breaching', 'ALARM'],
    ['notBreaching', 'OK'],
    ['missing', 'INSUFFICIENT_DATA'],
  ])('take data that is missing as %s', async (TreatMissingData, state) => {
    alarm('silent', { TreatMissingData, ComparisonOperator: 'LessThanThreshold', Threshold: 1, EvaluationPeriods: 3 });
    expect(await states()).toEqual({ silent: state });
  });

  it('ring by failed invocations and by what waits in a queue', async () => {
    const account = harness.kernel.account(management);
    const functionArn = `arn:aws:lambda:${region}:${management}:function:worker`;
    account.functions.set(`${region}/worker`, { name: 'worker', region, arn: functionArn } as never);
    account.queues.set(`${region}/dead`, { name: 'dead', region, arn: '', url: '', messages: [] });
    const dimension = (Name: string, Value: string) => ({ Dimensions: [{ Name, Value }] });
    alarm('errors', { Namespace: 'AWS/Lambda', MetricName: 'Errors', ...dimension('FunctionName', 'worker') });
    alarm('queue', {
      ...{
        Namespace: 'AWS/SQS',
        MetricName: 'ApproximateNumberOfMessagesVisible',
        Statistic: 'Maximum',
        ...dimension('QueueName', 'dead'),
      },
    });
    expect(await states()).toEqual({ errors: 'OK', queue: 'OK' });
    invocations.push({ functionArn, acceptedAt: ago(1), attempts: 2, state: 'succeeded' } as Invocation);
    account.queues.get(`${region}/dead`)!.messages.push({ at: start, body: '' });
    expect(await states()).toEqual({ errors: 'ALARM', queue: 'ALARM' });
  });

  it('are what people set them to, until they follow their metric again', async () => {
    alarm('failed', {});
    harness.people().setAlarm('failed', 'ALARM');
    expect(await states()).toEqual({ failed: 'ALARM' });
    harness.people().setAlarm('failed');
    expect(await states()).toEqual({ failed: 'OK' });
  });

  it.each([
    ['CBOR, as the command line does', SmithyRpcV2CborProtocol],
    ['query, as older command lines do', AwsQueryProtocol],
  ])('are told to clients that speak %s', async (_, protocol) => {
    const other = new cloudwatch.CloudWatchClient({ ...harness.user('other'), protocol });
    alarm('failed', {});
    expect(await states({ AlarmNames: ['failed'] }, other)).toEqual({ failed: 'OK' });
    const stranger = new cloudwatch.CloudWatchClient({ ...harness.user('stranger', []), protocol });
    expect(await failure(states({}, stranger))).toMatch(/^AccessDenied.*: .*cloudwatch:DescribeAlarms/);
  });

  it('have metrics that are read by period', async () => {
    for (const [value, minutes] of [
      [1, 1],
      [2, 2],
      [5, 14],
    ] as const)
      write(embedded('Failed', value), minutes);
    const Metric = { Namespace: 'App', MetricName: 'Failed', Dimensions: [{ Name: 'service', Value: 'worker' }] };
    const { MetricDataResults } = await client.send(
      new cloudwatch.GetMetricDataCommand({
        StartTime: ago(15),
        EndTime: start,
        MetricDataQueries: [{ Id: 'm', MetricStat: { Metric, Period: 300, Stat: 'Sum' } }],
      }),
    );
    expect(MetricDataResults).toMatchObject([{ Id: 'm', Values: [3, 5], Timestamps: [ago(5), ago(15)] }]);
  });
});
