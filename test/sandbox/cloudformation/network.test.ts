import { Sandbox } from '../../../sandbox/sandbox';
import { assembly, functionRole, lambdaFunction, removeAssemblies } from './assembly-directory';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await Sandbox.start({
    now: new Date('2026-01-01T00:00:00Z'),
    managementAccount: { id: '111111111111', name: 'M', email: 'm@example.com' },
    partition: 'aws-us-gov',
    region: 'us-gov-west-1',
  });
});
afterEach(async () => {
  await sandbox.stop();
  removeAssemblies();
});

const ALL = { SubnetIds: ['subnet-0a1b2c3d'], SecurityGroupIds: ['sg-0a1b2c3d'] };
const DESCRIBE = { Effect: 'Allow', Action: ['ec2:DescribeSubnets', 'ec2:DescribeNetworkInterfaces'], Resource: '*' };
const hold = (...actions: string[]) => ({
  Effect: 'Allow',
  Action: actions.map((action) => `ec2:${action}`),
  Resource: 'arn:aws-us-gov:ec2:us-gov-west-1:111111111111:*/*',
});
const HOLD = ['CreateNetworkInterface', 'DeleteNetworkInterface', 'AssignPrivateIpAddresses', 'UnassignPrivateIpAddresses'];
const inVpc = (statements: unknown[], VpcConfig: unknown = ALL) =>
  assembly(
    {
      Resources: {
        Role: functionRole(statements),
        Function: lambdaFunction('code', { VpcConfig }),
      },
    },
    { code: 'return 1;' },
  );

describe('a function in a VPC', () => {
  it('is made when its role lets Lambda hold network interfaces', async () => {
    await sandbox.deploy(inVpc([DESCRIBE, hold(...HOLD)]));
    expect(sandbox.kernel.account('111111111111').functions.size).toBe(1);
    expect(
      sandbox.calls
        .filter(({ service }) => service === 'ec2')
        .map(({ operation }) => operation)
        .sort(),
    ).toEqual([...HOLD, 'DescribeNetworkInterfaces', 'DescribeSubnets'].sort());
  });

  it.each(HOLD)('is refused when its role may not %s', async (missing) => {
    const held = HOLD.filter((action) => action !== missing);
    await expect(sandbox.deploy(inVpc([DESCRIBE, hold(...held)]))).rejects.toThrow(
      `The provided execution role does not have permissions to call ${missing} on EC2`,
    );
  });

  it('is refused when its role may not describe', async () => {
    await expect(sandbox.deploy(inVpc([hold(...HOLD)]))).rejects.toThrow('to call DescribeSubnets on EC2');
  });

  it('is refused without security groups, and with ids that are none', async () => {
    await expect(sandbox.deploy(inVpc([], { ...ALL, SecurityGroupIds: [] }))).rejects.toThrow('SecurityGroupIds');
    await expect(sandbox.deploy(inVpc([], { ...ALL, SubnetIds: ['vpc-0a1b2c3d'] }))).rejects.toThrow('must be a subnet id');
  });
});

describe('a function whose invocations are traced', () => {
  const TRACES = ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'];
  const traced = (actions: string[]) => {
    const role = functionRole([{ Effect: 'Allow', Action: ['s3:ListAllMyBuckets', ...actions], Resource: '*' }]);
    const Function = lambdaFunction('code', { TracingConfig: { Mode: 'Active' } });
    return assembly({ Resources: { Role: role, Function } }, { code: 'return 1;' });
  };

  it('is made when its role lets Lambda send traces', async () => {
    await sandbox.deploy(traced(TRACES));
    expect(sandbox.kernel.account('111111111111').functions.size).toBe(1);
  });

  it.each(TRACES)('is refused when its role may not %s', async (missing) => {
    const call = missing.replace('xray:', '');
    const message = `The provided execution role does not have permissions to call ${call} on XRAY`;
    await expect(sandbox.deploy(traced(TRACES.filter((action) => action !== missing)))).rejects.toThrow(message);
  });
});

it('names the stacks of an assembly when there is none of the name that is asked for', async () => {
  await expect(sandbox.deploy(inVpc([]), { stack: 'Other' })).rejects.toThrow('there is no stack Other; it has Demo');
});
