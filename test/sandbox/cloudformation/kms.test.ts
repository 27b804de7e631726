import { Sandbox } from '../../../sandbox/sandbox';
import { assembly, removeAssemblies, type Resources } from './assembly-directory';

const account = '111111111111';
const abroad = 'us-east-1';
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

const policy = (...Action: string[]) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action, Resource: '*' }],
});
const primary = (properties: object = { MultiRegion: true }, ...actions: string[]) => ({
  Type: 'AWS::KMS::Key',
  Properties: { KeyPolicy: policy('kms:DescribeKey', ...actions), ...properties },
});
const deploy = (Resources: Resources, region?: string, rest: Record<string, unknown> = {}) =>
  sandbox.deploy(assembly({ Resources, ...rest }, {}), { ...(region !== undefined && { region }) });
const keys = () => sandbox.kernel.account(account).keys;
const replicaOf = (PrimaryKeyArn: string) => ({
  Type: 'AWS::KMS::ReplicaKey',
  Properties: { KeyPolicy: policy('kms:DescribeKey'), PrimaryKeyArn },
});

it('a multi-Region key has replicas of the same id, each with a policy of its own', async () => {
  await deploy({ Key: primary({ MultiRegion: true }, 'kms:ReplicateKey') });
  const [arn = ''] = keys().keys();
  expect(arn).toMatch(/:key\/mrk-[0-9a-f]{32}$/);
  await deploy({ Replica: replicaOf(arn) }, abroad);
  const replica = keys().get(arn.replace('eu-west-1', abroad));
  expect(replica).toMatchObject({ region: abroad, multiRegion: 'replica', policy: policy('kms:DescribeKey') });
});

it.each([
  ['a key of one region', primary({}, 'kms:ReplicateKey'), abroad, 'no multi-Region primary key'],
  ['its own region', primary({ MultiRegion: true }, 'kms:ReplicateKey'), 'eu-west-1', 'is in eu-west-1 itself'],
  ['a key whose policy does not let it', primary(), abroad, 'not authorized to perform: kms:ReplicateKey'],
])('there is no replica of %s', async (_, key, region, message) => {
  await deploy({ Key: key });
  const [arn = ''] = keys().keys();
  await expect(deploy({ Key: key, Replica: replicaOf(arn) }, region)).rejects.toThrow(message);
});

it('a key of one region never becomes a multi-Region key', async () => {
  await deploy({ Key: primary({}) });
  await expect(deploy({ Key: primary() })).rejects.toThrow('MultiRegion of an existing key cannot be changed');
});

it('rules are checked before anything is made', async () => {
  const Assert = { 'Fn::Not': [{ 'Fn::Contains': [[abroad, 'us-west-2'], { Ref: 'AWS::Region' }] }] };
  const Rules = { Region: { Assertions: [{ Assert, AssertDescription: 'not here' }] } };
  await expect(deploy({ Key: primary() }, abroad, { Rules })).rejects.toThrow('rule Region is broken: not here');
  expect(keys().size).toBe(0);
  await deploy({ Key: primary() }, 'eu-west-1', { Rules });
});
