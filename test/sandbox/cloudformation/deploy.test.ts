import type { DeploymentEvent } from '../../../sandbox/cloudformation/stack';
import { Sandbox } from '../../../sandbox/sandbox';
import { assembly, functionRole, lambdaFunction, removeAssemblies, type Resources } from './assembly-directory';

const account = '111111111111';
let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await Sandbox.start({
    now: new Date('2026-01-01T00:00:00Z'),
    managementAccount: { id: account, name: 'M', email: 'm@example.com' },
  });
});
afterEach(async () => {
  await sandbox.stop();
  removeAssemblies();
});

const state = () => sandbox.kernel.account(account);
const queue = (QueueName?: string) => ({ Type: 'AWS::SQS::Queue', Properties: QueueName === undefined ? {} : { QueueName } });

async function deploy(Resources: Resources, code: Record<string, string> = {}, rest: Record<string, unknown> = {}) {
  const events: DeploymentEvent[] = [];
  const stacks = await sandbox.deploy(assembly({ Resources, ...rest }, code), { onProgress: (event) => events.push(event) });
  return { outputs: stacks[0]!.outputs, events: events.map(({ logicalId, status }) => `${logicalId} ${status}`) };
}

describe('a deployment', () => {
  it('makes resources in order of their references, and gives outputs', async () => {
    const { outputs, events } = await deploy(
      {
        Fn: lambdaFunction('app', { Environment: { Variables: { QUEUE: { Ref: 'Queue' } } } }),
        Role: functionRole(),
        Queue: queue('q'),
      },
      { app: 'return process.env.QUEUE;' },
      { Outputs: { Name: { Value: { Ref: 'Fn' } }, Arn: { Value: { 'Fn::GetAtt': ['Queue', 'Arn'] } } } },
    );
    expect(events).toEqual(['Role created', 'Queue created', 'Fn created']);
    expect(outputs['Arn']).toBe(`arn:aws:sqs:eu-west-1:${account}:q`);
    expect(await sandbox.invoke(outputs['Name']!, {})).toEqual({ payload: `https://sqs.eu-west-1.amazonaws.com/${account}/q` });
  });

  it('gives names of its own, the same every time', async () => {
    const { outputs } = await deploy({ Queue: queue() }, {}, { Outputs: { Name: { Value: { 'Fn::GetAtt': ['Queue', 'QueueName'] } } } });
    expect(outputs['Name']).toMatch(/^Demo-Queue-[A-Z2-7]{12}$/);
    const again = await deploy({ Queue: queue() }, {}, { Outputs: { Name: { Value: { 'Fn::GetAtt': ['Queue', 'QueueName'] } } } });
    expect(again.outputs).toEqual(outputs);
    expect(again.events).toEqual(['Queue unchanged']);
  });

  it('updates in place, and keeps what the resource holds', async () => {
    await deploy({ Queue: queue('q') });
    state().queues.get('eu-west-1/q')!.messages.push({ at: new Date(), body: 'kept' });
    const { events } = await deploy({ Queue: { ...queue('q'), Properties: { QueueName: 'q', VisibilityTimeout: '60' } } });
    expect(events).toEqual(['Queue updated']);
    expect(state().queues.get('eu-west-1/q')!.messages).toHaveLength(1);
  });

  it('replaces a resource whose name changes, and removes what left the template but for retained resources', async () => {
    await deploy({ Queue: queue('old'), Gone: queue('gone'), Kept: { ...queue('kept'), DeletionPolicy: 'Retain' } });
    const { events } = await deploy({ Queue: queue('new') });
    expect(events).toEqual(['Queue updated', 'Queue deleted', 'Kept retained', 'Gone deleted']);
    expect([...state().queues.keys()]).toEqual(['eu-west-1/kept', 'eu-west-1/new']);
  });

  it('leaves out resources and outputs whose condition does not hold', async () => {
    const { outputs } = await deploy(
      { Yes: { ...queue('yes'), Condition: 'On' }, No: { ...queue('no'), Condition: 'Off' } },
      {},
      {
        Parameters: { Switch: { Type: 'String', Default: 'on' } },
        Conditions: { On: { 'Fn::Equals': [{ Ref: 'Switch' }, 'on'] }, Off: { 'Fn::Not': [{ Condition: 'On' }] } },
        Outputs: { A: { Value: 'a', Condition: 'On' }, B: { Value: 'b', Condition: 'Off' } },
      },
    );
    expect([...state().queues.keys()]).toEqual(['eu-west-1/yes']);
    expect(outputs).toEqual({ A: 'a' });
  });

  it('runs new code and variables after an update, and the same process otherwise', async () => {
    const resources = (version: string) => ({
      Role: functionRole(),
      Fn: lambdaFunction('app', { FunctionName: 'f', Environment: { Variables: { VERSION: version } } }),
    });
    const directory = assembly(
      { Resources: resources('1') },
      { app: 'globalThis.n = (globalThis.n ?? 0) + 1; return [globalThis.n, process.env.VERSION];' },
    );
    await sandbox.deploy(directory);
    await sandbox.invoke('f', {});
    await sandbox.deploy(directory);
    expect(await sandbox.invoke('f', {})).toEqual({ payload: [2, '1'] });
    await deploy(resources('2'), { app: 'return ["other", process.env.VERSION];' });
    expect(await sandbox.invoke('f', {})).toEqual({ payload: ['other', '2'] });
  });

  it('removes an inline policy that left a role, and keeps those of other resources', async () => {
    const document = { Statement: [{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*' }] };
    const role = functionRole();
    const policy = { Type: 'AWS::IAM::Policy', Properties: { PolicyName: 'Own', PolicyDocument: document, Roles: [{ Ref: 'Role' }] } };
    role.Properties = { ...role.Properties, RoleName: 'r' } as typeof role.Properties;
    await deploy({ Role: role, Policy: policy });
    expect([...state().roles.get('r')!.inlinePolicies.keys()]).toEqual(['Permissions', 'Own']);
    await deploy({ Role: { ...role, Properties: { ...role.Properties, Policies: [] } }, Policy: policy });
    expect([...state().roles.get('r')!.inlinePolicies.keys()]).toEqual(['Own']);
    await deploy({ Role: { ...role, Properties: { ...role.Properties, Policies: [] } } });
    expect([...state().roles.get('r')!.inlinePolicies.keys()]).toEqual([]);
  });
});

describe('a refused deployment', () => {
  const bad = (Properties: Record<string, unknown>, Type = 'AWS::SQS::Queue') => ({ First: queue('first'), Bad: { Type, Properties } });
  const role = (overrides: Record<string, unknown>) => ({ ...functionRole().Properties, ...overrides });
  const policies = (Statement: unknown[]) => [{ PolicyName: 'p', PolicyDocument: { Version: '2012-10-17', Statement } }];
  const many = Array.from({ length: 120 }, (_, n) => ({
    Effect: 'Allow',
    Action: 'sqs:SendMessage',
    Resource: `arn:aws:sqs:eu-west-1:${account}:a-queue-${n}`,
  }));

  it.each([
    ['an unknown type', bad({}, 'AWS::EC2::Instance'), /stack Demo, Bad: the sandbox has no resource type AWS::EC2::Instance/],
    ['an unknown property', bad({ QueueNam: 'x' }), /stack Demo .*Bad \(AWS::SQS::Queue\): .*QueueNam/],
    ['a name that is taken', bad({ QueueName: 'first' }), /queue first already exists/],
    ['a missing DependsOn', { Bad: { ...queue(), DependsOn: 'Nothing' } }, /Bad: DependsOn names Nothing, which is not in the template/],
    [
      'a misspelt action',
      bad(role({ Policies: policies([{ Effect: 'Allow', Action: 'iam:ListUser', Resource: '*' }]) }), 'AWS::IAM::Role'),
      /there is no IAM action "iam:ListUser"/,
    ],
    [
      'too much inline policy',
      bad(role({ Policies: policies(many) }), 'AWS::IAM::Role'),
      /inline policies have \d+ characters, the limit is 10240/,
    ],
    ['a long role name', bad(role({ RoleName: 'r'.repeat(65) }), 'AWS::IAM::Role'), /RoleName: must be 1 to 64/],
    [
      'a policy statement for nobody',
      bad(role({ Policies: policies([{ Effect: 'Allow', Action: 'iam:ListUsers' }]) }), 'AWS::IAM::Role'),
      /needs either Resource or NotResource/,
    ],
    [
      'an unknown managed policy',
      bad(role({ ManagedPolicyArns: ['arn:aws:iam::aws:policy/X'] }), 'AWS::IAM::Role'),
      /managed policy arn:aws:iam::aws:policy\/X does not exist/,
    ],
    ['a log retention that does not exist', bad({ RetentionInDays: 8 }, 'AWS::Logs::LogGroup'), /RetentionInDays: must be one of 1, 3, 5/],
  ])('names stack, logical id and reason: %s', async (_, resources, message) => {
    await expect(deploy(resources as Resources)).rejects.toThrow(message);
    expect([...state().queues.keys()]).toEqual([]);
    expect(sandbox.world.stacks.size).toBe(0);
  });

  it.each([
    ['a time limit above 15 minutes', { Timeout: 901 }, /Timeout/],
    ['variables above 4 KB', { Environment: { Variables: { LONG: 'x'.repeat(4096) } } }, /the variables have \d+ bytes, the limit is 4096/],
    ['a reserved variable', { Environment: { Variables: { AWS_REGION: 'x' } } }, /reserved by Lambda: AWS_REGION/],
    ['an odd name of a variable', { Environment: { Variables: { A: 'x' } } }, /at least one more letter.*: A/],
    ['a missing asset', { Code: { S3Bucket: 'b', S3Key: 'other.zip' } }, /Code.S3Key other.zip is not an asset/],
    ['a role that Lambda cannot assume', { Role: { 'Fn::GetAtt': ['Other', 'Arn'] } }, /cannot be assumed by Lambda/],
    ['layers', { Layers: ['arn:layer'] }, /Layers/],
  ])('refuses a function with %s', async (_, overrides, message) => {
    const other = functionRole();
    other.Properties.AssumeRolePolicyDocument.Statement[0]!.Principal.Service = 'ec2.amazonaws.com';
    await expect(deploy({ Role: functionRole(), Other: other, Fn: lambdaFunction('app', overrides) }, { app: '' })).rejects.toThrow(
      message,
    );
  });

  it('refuses an on-failure destination that the role may not send to', async () => {
    const config = {
      Type: 'AWS::Lambda::EventInvokeConfig',
      Properties: {
        FunctionName: { Ref: 'Fn' },
        Qualifier: '$LATEST',
        DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['Queue', 'Arn'] } } },
      },
    };
    const resources = { Queue: queue('failed'), Fn: lambdaFunction('app'), Config: config };
    await expect(deploy({ ...resources, Role: functionRole() }, { app: '' })).rejects.toThrow(
      /does not have permissions to call SendMessage.*sqs:SendMessage/,
    );
    const allowed = functionRole([{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: { 'Fn::GetAtt': ['Queue', 'Arn'] } }]);
    await expect(deploy({ ...resources, Role: allowed }, { app: '' })).resolves.toBeDefined();
  });

  it('leaves an existing stack as it was', async () => {
    await deploy({ Queue: queue('q') });
    await expect(deploy({ Other: queue('other'), Bad: { Type: 'AWS::SQS::Queue', Properties: { Nope: 1 } } })).rejects.toThrow(/Nope/);
    expect([...state().queues.keys()]).toEqual(['eu-west-1/q']);
    expect([...sandbox.world.stacks.values()].map(({ resources }) => [...resources.keys()])).toEqual([['Queue']]);
  });

  it('refuses a directory that is no assembly', async () => {
    await expect(sandbox.deploy('/nowhere')).rejects.toThrow(/cloud assembly \/nowhere: cannot read manifest\.json/);
  });
});
