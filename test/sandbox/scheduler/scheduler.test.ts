import { Sandbox } from '../../../sandbox/sandbox';
import { assembly, functionRole, lambdaFunction, removeAssemblies, type Resources } from '../cloudformation/assembly-directory';

const account = '111111111111';
let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await Sandbox.start({
    now: new Date('2026-01-01T12:00:00Z'),
    managementAccount: { id: account, name: 'M', email: 'm@example.com' },
  });
});
afterEach(async () => {
  await sandbox.stop();
  removeAssemblies();
});

const schedule = (Name: string, ScheduleExpression: string, target: Record<string, unknown> = {}, rest: Record<string, unknown> = {}) => ({
  Type: 'AWS::Scheduler::Schedule',
  Properties: {
    Name,
    ScheduleExpression,
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: {
      Arn: { 'Fn::GetAtt': ['Fn', 'Arn'] },
      RoleArn: { 'Fn::GetAtt': ['SchedulerRole', 'Arn'] },
      Input: `{"from":"${Name}"}`,
      ...target,
    },
    ...rest,
  },
});
const schedulerRole = (actions: string[] = ['lambda:InvokeFunction'], sourceAccount = account) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: 'sts:AssumeRole',
          Principal: { Service: 'scheduler.amazonaws.com' },
          Condition: { StringEquals: { 'aws:SourceAccount': sourceAccount } },
        },
      ],
    },
    Policies: [{ PolicyName: 'p', PolicyDocument: { Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] } }],
  },
});
const deploy = (schedules: Resources, role: Resources[string] = schedulerRole(), code = 'console.log(JSON.stringify(event));') =>
  sandbox.deploy(
    assembly(
      {
        Resources: {
          Role: functionRole(),
          Fn: lambdaFunction('app', { FunctionName: 'app' }),
          SchedulerRole: role,
          Dead: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'dead' } },
          ...schedules,
        },
      },
      { app: code },
    ),
  );
const events = () =>
  sandbox
    .logs('app')
    .filter(({ line }) => line.includes('INFO'))
    .map(({ line }) => ({ minute: line.slice(0, 16), event: JSON.parse(line.split('\t')[3]!) as Record<string, string> }));

describe('schedules', () => {
  it('fire in order of time while the clock moves, each at its own time', async () => {
    await deploy({ A: schedule('daily', 'cron(0 2 * * ? *)'), B: schedule('often', 'rate(12 hours)') });
    await sandbox.advanceTo(new Date('2026-01-03T01:59:59Z'));
    expect(events().map(({ minute, event }) => `${minute} ${event['from']!}`)).toEqual([
      '2026-01-02T00:00 often',
      '2026-01-02T02:00 daily',
      '2026-01-02T12:00 often',
      '2026-01-03T00:00 often',
    ]);
    expect(sandbox.clock.now().toISOString()).toMatch(/^2026-01-03T01:59:59/);
  });

  it('fire once for a moment reached exactly, and not again afterwards', async () => {
    await deploy({ A: schedule('daily', 'cron(0 2 * * ? *)') });
    const due = new Date('2026-01-02T02:00:00Z');
    expect(await sandbox.advanceTo(due)).toEqual([{ account, schedule: 'daily', due }]);
    expect(await sandbox.advanceTo(new Date('2026-01-02T03:00:00Z'))).toEqual([]);
    expect(sandbox.invocations).toHaveLength(1);
  });

  it('finish what one firing set in motion, retries included, before the next', async () => {
    const code = 'console.log(JSON.stringify(event)); if (new Date().getMinutes() < 2) throw new Error("not yet");';
    await deploy({ A: schedule('first', 'cron(0 2 * * ? *)'), B: schedule('second', 'cron(1 2 * * ? *)') }, schedulerRole(), code);
    await sandbox.advanceTo(new Date('2026-01-02T02:01:00Z'));
    expect(events().map(({ minute, event }) => `${minute.slice(11)} ${event['from']!}`)).toEqual([
      '02:00 first',
      '02:01 first',
      '02:03 first',
      '02:03 second',
    ]);
  });

  it('get the context attributes in their input', async () => {
    const Input = '{"time":"<aws.scheduler.scheduled-time>","id":"<aws.scheduler.execution-id>","keep":"<aws.other>"}';
    await deploy({ A: schedule('daily', 'cron(0 2 * * ? *)', { Input }) });
    await sandbox.advanceTo(new Date('2026-01-02T02:00:00Z'));
    expect(events()[0]!.event).toEqual({
      time: '2026-01-02T02:00:00Z',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown,
      keep: '<aws.other>',
    });
  });

  it('stay silent while disabled, but can be fired by hand', async () => {
    await deploy({ A: schedule('off', 'rate(1 hour)', {}, { State: 'DISABLED' }) });
    expect(await sandbox.advanceTo(new Date('2026-01-02T00:00:00Z'))).toEqual([]);
    await sandbox.runSchedule('off');
    expect(events()).toHaveLength(1);
  });

  it('are authorized as their role, which Scheduler assumes', async () => {
    await deploy({ A: schedule('daily', 'cron(0 2 * * ? *)') });
    sandbox.calls.length = 0;
    await sandbox.runSchedule('daily');
    const invoke = sandbox.calls.find(({ operation }) => operation === 'Invoke')!;
    expect(invoke).toMatchObject({ outcome: 'ok', authorized: [{ action: 'lambda:InvokeFunction', allowed: true }] });
    expect(invoke.principal).toMatch(/:assumed-role\/Demo-SchedulerRole-/);
    expect(sandbox.calls.find(({ operation }) => operation === 'AssumeRole')).toMatchObject({
      principal: 'scheduler.amazonaws.com',
      outcome: 'ok',
    });
  });

  it('tell why their target was not invoked, and use the dead-letter queue', async () => {
    const target = { DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['Dead', 'Arn'] } } };
    await deploy({ A: schedule('daily', 'cron(0 2 * * ? *)', target) }, schedulerRole(['sqs:SendMessage']));
    const [firing] = await sandbox.advanceTo(new Date('2026-01-02T02:00:00Z'));
    expect(firing!.error).toMatch(/not authorized to perform: lambda:InvokeFunction/);
    expect(
      sandbox.kernel
        .account(account)
        .queues.get('eu-west-1/dead')!
        .messages.map(({ body }) => body),
    ).toEqual(['{"from":"daily"}']);
    expect(sandbox.denials).toHaveLength(1);
    await expect(sandbox.runSchedule('daily')).rejects.toThrow(/schedule daily: .*lambda:InvokeFunction/);
  });

  it('are not deployed with a role that Scheduler cannot assume for this account', async () => {
    await expect(deploy({ A: schedule('daily', 'cron(0 2 * * ? *)') }, schedulerRole(undefined, '999999999999'))).rejects.toThrow(
      /must allow AWS EventBridge Scheduler to assume the role/,
    );
  });

  it.each([
    ['an expression that is not understood', 'cron(0 2 * * *)', {}, /ScheduleExpression: .*takes 6 fields/],
    ['another time zone', 'rate(1 day)', { ScheduleExpressionTimezone: 'Europe/Berlin' }, /ScheduleExpressionTimezone/],
    ['a flexible window', 'rate(1 day)', { FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 5 } }, /FlexibleTimeWindow/],
  ])('are not deployed with %s', async (_, expression, rest, message) => {
    await expect(deploy({ A: schedule('s', expression, {}, rest) })).rejects.toThrow(message);
  });

  it('names the schedules there are when asked for another', async () => {
    await deploy({ A: schedule('daily', 'rate(1 day)') });
    await expect(sandbox.runSchedule('weekly')).rejects.toThrow('there is no schedule "weekly"; there are: daily');
  });
});
