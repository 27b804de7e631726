import type { DeploymentEvent } from '../../../sandbox/cloudformation/stack';
import { Sandbox } from '../../../sandbox/sandbox';
import { assembly, removeAssemblies } from './assembly-directory';

const management = '111111111111';
const members = ['222222222222', '333333333333', '444444444444'] as const;
let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await Sandbox.start({
    now: new Date('2026-01-01T00:00:00Z'),
    managementAccount: { id: management, name: 'M', email: 'm@example.com' },
  });
  for (const id of members) sandbox.organization.addAccount({ id, name: id, email: `${id}@example.com` });
});
afterEach(async () => {
  await sandbox.stop();
  removeAssemblies();
});

const body = (resources: Record<string, unknown> = {}) =>
  JSON.stringify({
    Parameters: { Prefix: { Type: 'String' } },
    Resources: { Group: { Type: 'AWS::IAM::Group', Properties: { GroupName: { 'Fn::Sub': '${Prefix}-group' } } }, ...resources },
  });
const stackSet = (overrides: Record<string, unknown> = {}) =>
  assembly({
    Resources: {
      Set: {
        Type: 'AWS::CloudFormation::StackSet',
        Properties: {
          StackSetName: 'member',
          PermissionModel: 'SERVICE_MANAGED',
          AutoDeployment: { Enabled: true, RetainStacksOnAccountRemoval: false },
          Capabilities: ['CAPABILITY_NAMED_IAM'],
          Parameters: [{ ParameterKey: 'Prefix', ParameterValue: 'x' }],
          StackInstancesGroup: [
            { DeploymentTargets: { OrganizationalUnitIds: [sandbox.world.organization.rootId] }, Regions: ['eu-west-1'] },
          ],
          TemplateBody: body(),
          ...overrides,
        },
      },
    },
  });
const withGroup = () => [...sandbox.world.accounts.values()].filter(({ groups }) => groups.has('x-group')).map(({ id }) => id);

describe('a service-managed stack set', () => {
  it('reaches every active member account and not the management account', async () => {
    sandbox.organization.suspend(members[1]);
    await sandbox.deploy(stackSet());
    expect(withGroup()).toEqual([members[0], members[2]]);
  });

  it('reaches accounts in units below its targets only', async () => {
    const outer = sandbox.organization.addUnit('outer');
    const inner = sandbox.organization.addUnit('inner', outer);
    sandbox.organization.moveAccount(members[2], inner);
    await sandbox.deploy(
      stackSet({ StackInstancesGroup: [{ DeploymentTargets: { OrganizationalUnitIds: [outer] }, Regions: ['eu-west-1'] }] }),
    );
    expect(withGroup()).toEqual([members[2]]);
  });

  it('comes to accounts that join and leaves accounts that move away', async () => {
    const unit = sandbox.organization.addUnit('unit');
    for (const id of members) sandbox.organization.moveAccount(id, unit);
    await sandbox.deploy(
      stackSet({ StackInstancesGroup: [{ DeploymentTargets: { OrganizationalUnitIds: [unit] }, Regions: ['eu-west-1'] }] }),
    );
    await sandbox.addAccount({ id: '555555555555', name: 'new', email: 'new@example.com', unit });
    sandbox.organization.moveAccount(members[0], sandbox.world.organization.rootId);
    await sandbox.syncStackSets();
    expect(withGroup()).toEqual([members[1], members[2], '555555555555']);
  });

  it('leaves other accounts alone when one joins', async () => {
    await sandbox.deploy(stackSet());
    sandbox.organization.addAccount({ id: '555555555555', name: 'new', email: 'new@example.com' });
    const reached = new Set<string>();
    await sandbox.syncStackSets(({ account }) => reached.add(account));
    expect([...reached]).toEqual(['555555555555']);
  });

  it('leaves the stack of an account that left where it cannot be deleted', async () => {
    await sandbox.deploy(stackSet({ OperationPreferences: { FailureTolerancePercentage: 100 } }));
    sandbox.people(members[0]).addUser({ name: 'alice', groups: ['x-group'] });
    sandbox.organization.remove(members[0]);
    sandbox.organization.remove(members[1]);
    const failed: DeploymentEvent[] = [];
    await sandbox.syncStackSets((event) => {
      if (event.status === 'failed') failed.push(event);
    });
    expect(failed).toMatchObject([{ account: members[0], reason: 'group x-group cannot be deleted: it still has users' }]);
    expect(withGroup()).toEqual([members[0], members[2]]);
  });

  it('updates its stacks with its template, and removes them when it is removed', async () => {
    await sandbox.deploy(stackSet());
    const role = {
      Type: 'AWS::IAM::Role',
      Properties: {
        RoleName: 'member',
        AssumeRolePolicyDocument: {
          Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: `arn:aws:iam::${management}:root` } }],
        },
      },
    };
    await sandbox.deploy(stackSet({ TemplateBody: body({ Role: role }) }));
    expect(members.filter((id) => sandbox.kernel.account(id).roles.has('member'))).toEqual(members);
    await sandbox.deploy(assembly({ Resources: { Queue: { Type: 'AWS::SQS::Queue' } } }));
    expect(withGroup()).toEqual([]);
    expect(members.filter((id) => sandbox.kernel.account(id).roles.has('member'))).toEqual([]);
    expect([...sandbox.world.stacks.keys()]).toEqual([`${management}/eu-west-1/Demo`]);
  });

  it('fails as a whole when more accounts fail than it tolerates', async () => {
    sandbox.people(members[1]).addGroup('x-group');
    await expect(sandbox.deploy(stackSet())).rejects.toThrow(
      /stack set member: 1 accounts failed, 0 may: .*account 333333333333, Group.*already exists/,
    );
    expect(withGroup()).toEqual([members[1]]);
  });

  it('goes on to other accounts within its tolerance, and tells which failed', async () => {
    sandbox.people(members[1]).addGroup('x-group');
    const failed: DeploymentEvent[] = [];
    await sandbox.deploy(stackSet({ OperationPreferences: { FailureTolerancePercentage: 50 } }), {
      onProgress: (event) => {
        if (event.status === 'failed') failed.push(event);
      },
    });
    expect(failed).toMatchObject([{ account: members[1], reason: 'group x-group already exists' }]);
    expect(sandbox.world.stacks.size).toBe(3);
  });

  it.each([
    [
      'a function, which needs an asset',
      { TemplateBody: body({ F: { Type: 'AWS::Lambda::Function', Properties: { Code: { S3Key: 'k' } } } }) },
      /F needs an asset/,
    ],
    [
      'a bootstrap version',
      { TemplateBody: JSON.stringify({ Parameters: { V: { Type: 'AWS::SSM::Parameter::Value<String>' } }, Resources: {} }) },
      /parameter V reads Systems Manager/,
    ],
    ['a nested stack', { TemplateBody: body({ N: { Type: 'AWS::CloudFormation::Stack' } }) }, /N is a nested stack/],
    [
      'named IAM resources without the capability',
      { Capabilities: ['CAPABILITY_IAM'] },
      /Group needs Capabilities: \[CAPABILITY_NAMED_IAM\]/,
    ],
    ['a body above the limit', { TemplateBody: body() + ' '.repeat(51_200) }, /characters, the limit is 51200/],
    [
      'an unknown target',
      { StackInstancesGroup: [{ DeploymentTargets: { OrganizationalUnitIds: ['ou-none'] }, Regions: ['eu-west-1'] }] },
      /ou-none is neither/,
    ],
    ['self-managed permissions', { PermissionModel: 'SELF_MANAGED' }, /PermissionModel/],
  ])('refuses %s', async (_, overrides, message) => {
    await expect(sandbox.deploy(stackSet(overrides))).rejects.toThrow(message);
  });

  it('is made by the management account as itself, and by a member only as a delegated administrator', async () => {
    const account = members[0];
    await expect(sandbox.deploy(stackSet(), { account })).rejects.toThrow(`account ${account} calls as SELF`);
    await expect(sandbox.deploy(stackSet({ CallAs: 'DELEGATED_ADMIN' }), { account })).rejects.toThrow('is not a delegated administrator');
    sandbox.organization.delegateAdministrator(account);
    await sandbox.deploy(stackSet({ CallAs: 'DELEGATED_ADMIN' }), { account });
    expect(withGroup()).toEqual([...members]);
    await sandbox.destroy('Demo', { account });
    expect(withGroup()).toEqual([]);
  });
});
