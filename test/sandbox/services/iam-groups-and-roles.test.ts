import * as iam from '@aws-sdk/client-iam';
import * as sts from '@aws-sdk/client-sts';
import { allow, failure, Harness, management, policy } from '../harness';

/** What operators repair in IAM. */
let harness: Harness;
let client: iam.IAMClient;
beforeEach(async () => {
  harness = await Harness.start();
  client = new iam.IAMClient(harness.user('admin'));
});
afterEach(() => {
  client.destroy();
  harness.stop();
});

describe('a group', () => {
  const GroupName = 'exempt';
  const create = (input: Partial<iam.CreateGroupCommandInput> = {}) => client.send(new iam.CreateGroupCommand({ GroupName, ...input }));
  const join = (UserName: string, name = GroupName) => client.send(new iam.AddUserToGroupCommand({ GroupName: name, UserName }));
  const leave = (UserName: string) => client.send(new iam.RemoveUserFromGroupCommand({ GroupName, UserName }));
  const members = async () => (await client.send(new iam.GetGroupCommand({ GroupName }))).Users?.map(({ UserName }) => UserName);
  beforeEach(() => {
    harness.people().addUser({ name: 'ana' });
  });

  it('is made, gets members, loses them and goes', async () => {
    expect((await create({ Path: '/rotation/' })).Group?.Arn).toBe(`arn:aws:iam::${management}:group/rotation/exempt`);
    await join('ana');
    await join('ana');
    expect(await members()).toEqual(['ana']);
    const mine = await client.send(new iam.ListGroupsForUserCommand({ UserName: 'ana' }));
    expect(mine.Groups).toMatchObject([{ GroupName, Path: '/rotation/' }]);
    expect(await failure(client.send(new iam.DeleteGroupCommand({ GroupName })))).toMatch(/^DeleteConflictException: .*remove users/);
    await leave('ana');
    await client.send(new iam.DeleteGroupCommand({ GroupName }));
    expect((await client.send(new iam.ListGroupsCommand({}))).Groups).toEqual([]);
  });

  it.each<[string, () => Promise<unknown>, RegExp]>([
    ['a name that is taken in another letter case', () => create({ GroupName: 'EXEMPT' }), /^EntityAlreadyExists/],
    ['a name that IAM does not take', () => create({ GroupName: 'a b' }), /^ValidationError/],
    ['a member that does not exist', () => join('none'), /^NoSuchEntity/],
    ['a group that does not exist', () => join('ana', 'none'), /^NoSuchEntity/],
    ['to remove who is no member', () => leave('ana'), /^NoSuchEntityException: User ana not in group/],
  ])('refuses %s', async (_, run, message) => {
    await create();
    expect(await failure(run())).toMatch(message);
    expect(await members()).toEqual([]);
  });

  it('is one of ten at most that a user is in', async () => {
    for (let number = 0; number < 10; number += 1) {
      await create({ GroupName: `g${number}` });
      await join('ana', `g${number}`);
    }
    await create();
    expect(await failure(join('ana'))).toBe('LimitExceededException: Cannot exceed quota for GroupsPerUser: 10');
    await join('ana', 'g0');
  });
});

describe('a role', () => {
  const RoleName = 'worker';
  const trust = (name: string) =>
    JSON.stringify(policy({ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${management}:user/${name}` }, Action: 'sts:AssumeRole' }));
  const create = (input: Partial<iam.CreateRoleCommandInput> = {}) =>
    client.send(new iam.CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust('admin'), ...input }));
  const shown = async () => (await client.send(new iam.GetRoleCommand({ RoleName }))).Role;

  it('is made, and can be taken by whom its trust policy names at the moment', async () => {
    const { Role } = await create({ Tags: [{ Key: 'team', Value: 'blue' }] });
    expect(Role?.Arn).toBe(`arn:aws:iam::${management}:role/worker`);
    const take = (name: string) => {
      const by = new sts.STSClient(harness.user(name, [allow('sts:AssumeRole')]));
      return failure(by.send(new sts.AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: 'me' })));
    };
    expect(await take('bob')).toMatch(/^AccessDenied/);
    await client.send(new iam.UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: trust('bob') }));
    harness.people().deleteUser('bob');
    // The policy names whom it named, not who has the name now.
    expect(await take('bob')).toMatch(/^AccessDenied/);
    await client.send(new iam.UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: trust('bob') }));
    harness.people().renameUser('bob', 'rob');
    expect(decodeURIComponent((await shown())!.AssumeRolePolicyDocument!)).toContain('user/rob');
    expect((await shown())?.Tags).toEqual([{ Key: 'team', Value: 'blue' }]);
  });

  it('has inline policies that are put, read, listed and deleted', async () => {
    await create();
    const PolicyName = 'p';
    const PolicyDocument = JSON.stringify(policy(allow('s3:GetObject')));
    await client.send(new iam.PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }));
    const read = await client.send(new iam.GetRolePolicyCommand({ RoleName, PolicyName }));
    expect(decodeURIComponent(read.PolicyDocument!)).toBe(PolicyDocument);
    expect((await client.send(new iam.ListRolePoliciesCommand({ RoleName }))).PolicyNames).toEqual([PolicyName]);
    expect(await failure(client.send(new iam.DeleteRoleCommand({ RoleName })))).toMatch(/^DeleteConflictException: .*delete policies/);
    await client.send(new iam.DeleteRolePolicyCommand({ RoleName, PolicyName }));
    expect(await failure(client.send(new iam.GetRolePolicyCommand({ RoleName, PolicyName })))).toMatch(/^NoSuchEntity/);
    await client.send(new iam.DeleteRoleCommand({ RoleName }));
    expect(await failure(shown())).toMatch(/^NoSuchEntityException: The role with name worker cannot be found/);
  });

  it('has managed policies that are attached and detached', async () => {
    const PolicyArn = `arn:aws:iam::${management}:policy/p`;
    harness.kernel.account(management).managedPolicies.set(PolicyArn, { arn: PolicyArn, name: 'p', document: policy() });
    await create();
    await client.send(new iam.AttachRolePolicyCommand({ RoleName, PolicyArn }));
    const attached = async () => (await client.send(new iam.ListAttachedRolePoliciesCommand({ RoleName }))).AttachedPolicies;
    expect(await attached()).toEqual([{ PolicyArn, PolicyName: 'p' }]);
    expect(await failure(client.send(new iam.DeleteRoleCommand({ RoleName })))).toMatch(/detach all policies/);
    await client.send(new iam.DetachRolePolicyCommand({ RoleName, PolicyArn }));
    expect(await attached()).toEqual([]);
    expect(await failure(client.send(new iam.AttachRolePolicyCommand({ RoleName, PolicyArn: `${PolicyArn}2` })))).toMatch(/^NoSuchEntity/);
  });

  it.each<[string, Partial<iam.CreateRoleCommandInput>, RegExp]>([
    ['a name that is taken', { RoleName: 'WORKER' }, /^EntityAlreadyExists/],
    ['a name of 65 letters', { RoleName: 'a'.repeat(65) }, /^ValidationError/],
    ['sessions of more than twelve hours', { RoleName: 'b', MaxSessionDuration: 43_201 }, /^ValidationError/],
    ['a trust policy that is none', { RoleName: 'b', AssumeRolePolicyDocument: '{' }, /^MalformedPolicyDocument/],
    [
      'to trust somebody who does not exist',
      { RoleName: 'b', AssumeRolePolicyDocument: trust('ghost') },
      /^MalformedPolicyDocument.*ghost/,
    ],
  ])('refuses %s', async (_, input, message) => {
    await create();
    expect(await failure(create(input))).toMatch(message);
    expect((await client.send(new iam.ListRolesCommand({}))).Roles?.map((role) => role.RoleName)).toEqual([RoleName]);
  });
});
