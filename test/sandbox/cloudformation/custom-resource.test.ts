import { Sandbox } from '../../../sandbox/sandbox';
import { assembly, functionRole, lambdaFunction, removeAssemblies } from './assembly-directory';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await Sandbox.start({
    now: new Date('2026-01-01T00:00:00Z'),
    managementAccount: { id: '111111111111', name: 'M', email: 'm@example.com' },
  });
});
afterEach(async () => {
  await sandbox.stop();
  removeAssemblies();
});

const put = (response: string) =>
  `console.log(JSON.stringify(event)); await fetch(event.ResponseURL, { method: 'PUT', body: JSON.stringify({ StackId: event.StackId, RequestId: event.RequestId, LogicalResourceId: event.LogicalResourceId, ...(${response}) }) });`;
const answering = put(
  `{ Status: 'SUCCESS', PhysicalResourceId: 'id-' + event.ResourceProperties.Size, Data: { Answer: 'forty', Number: 42 } }`,
);

const template = (Size: unknown, asset = 'custom') => ({
  Resources: {
    Role: functionRole(),
    Fn: lambdaFunction(asset, { FunctionName: 'custom' }),
    Facts: { Type: 'Custom::Facts', Properties: { ServiceToken: { 'Fn::GetAtt': ['Fn', 'Arn'] }, Size } },
  },
  Outputs: {
    Ref: { Value: { Ref: 'Facts' } },
    Answer: { Value: { 'Fn::GetAtt': ['Facts', 'Answer'] } },
    Number: { Value: { 'Fn::GetAtt': ['Facts', 'Number'] } },
  },
});
const requests = () =>
  sandbox
    .logs('custom')
    .filter(({ line }) => line.includes('RequestType'))
    .map(({ line }) => JSON.parse(line.split('\t')[3]!) as Record<string, unknown>);

describe('a custom resource', () => {
  it('is asked through its function, and gives its data to the template', async () => {
    const [stack] = await sandbox.deploy(assembly(template(7), { custom: answering }));
    expect(stack!.outputs).toEqual({ Ref: 'id-7', Answer: 'forty', Number: '42' });
    expect(requests()).toEqual([
      expect.objectContaining({
        RequestType: 'Create',
        ResourceType: 'Custom::Facts',
        LogicalResourceId: 'Facts',
        ResponseURL: expect.stringContaining(sandbox.url) as unknown,
        ResourceProperties: { ServiceToken: 'arn:aws:lambda:eu-west-1:111111111111:function:custom', Size: '7' },
      }),
    ]);
  });

  it('is asked again only when its properties change, and the old one is deleted when its id changes', async () => {
    const code = { custom: answering };
    await sandbox.deploy(assembly(template(7), code));
    await sandbox.deploy(assembly(template(7), code));
    await sandbox.deploy(assembly(template(8), code));
    expect(requests().map(({ RequestType, PhysicalResourceId }) => [RequestType, PhysicalResourceId])).toEqual([
      ['Create', undefined],
      ['Update', 'id-7'],
      ['Delete', 'id-7'],
    ]);
    expect(requests()[1]).toMatchObject({ OldResourceProperties: { Size: '7' }, ResourceProperties: { Size: '8' } });
  });

  it.each([
    [
      'its reason when it answers FAILED',
      put(`{ Status: 'FAILED', PhysicalResourceId: 'x', Reason: 'no organization' }`),
      /Facts \(Custom::Facts\): no organization/,
    ],
    ['the function that crashed', 'throw new Error("broken");', /ended without answering CloudFormation: .*broken/],
    ['the function that answered nothing', 'return 1;', /the function custom ended without answering CloudFormation/],
  ])('fails the deployment with %s', async (_, code, message) => {
    await expect(sandbox.deploy(assembly(template(1), { custom: code }))).rejects.toThrow(message);
    expect(sandbox.world.stacks.size).toBe(0);
  });
});
