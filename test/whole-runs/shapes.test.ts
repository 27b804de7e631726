import type { Dispatch } from '../../lambda/orchestrator/orchestrate';
import type { Sandbox } from '../../sandbox/sandbox';
import { assemblyWith } from '../helpers/sandbox-assemblies';
import { liveThrough, type Life } from '../helpers/sandbox-life';
import {
  ADMIN,
  FUNCTIONS,
  MANAGEMENT,
  NAMES,
  OTHER,
  TEAM,
  TestOrganization,
  actionsOf,
  type Account,
  type Shape,
} from '../helpers/sandbox-organization';

let org: TestOrganization | undefined;

afterEach(async () => {
  const broken = org?.rules.broken;
  await org?.stop();
  org = undefined;
  expect(broken ?? []).toEqual([]);
});

async function deployed(shape: Shape, accounts: readonly Account[] = [TEAM, OTHER]): Promise<TestOrganization> {
  org = await TestOrganization.deployed('enforcing', accounts, { direct: true, ...shape });
  return org;
}

/** Deploys the member template as people do it by hand. */
async function deployMember(to: TestOrganization, settings: Record<string, string>, account: Account): Promise<void> {
  const outputs = [...to.sandbox.world.stacks.values()].find(({ name }) => name === 'IamKeyRotation')?.outputs ?? {};
  const { RotatorRoleArn = '', OrganizationId } = outputs;
  const parameters = { RotatorRoleArn, ...(OrganizationId !== undefined && { OrganizationId }) };
  await to.sandbox.deploy(await assemblyWith('enforcing', settings), { account: account.id, stack: 'IamKeyRotationMember', parameters });
}

/** The whole life of a key in every one of the accounts, and a scheduled run with its report, with nothing denied on the way. */
async function expectLives(of: TestOrganization, accounts: readonly Account[]): Promise<void> {
  const before = of.sandbox.denials.length;
  const lives = await liveThrough(of, accounts);
  for (const { id } of accounts) {
    const { steps, fetched, left } = lives[id] as Life;
    expect([id, steps]).toEqual([id, expect.arrayContaining(['0 rotate done', '10 disable done', '20 delete done'])]);
    expect([id, left]).toEqual([id, [{ id: fetched, status: 'Active' }]]);
  }
  await of.judged(() => of.sandbox.runSchedule(FUNCTIONS.orchestrator));
  expect(
    of.results
      .take(20)
      .map(({ account, status }) => [account.id, status])
      .sort(),
  ).toEqual(accounts.map(({ id }) => [id, 'succeeded']).sort());
  await of.sandbox.runSchedule(FUNCTIONS.reporter);
  const [summary] = of.sandbox.mails.filter(({ to, subject }) => to.includes(ADMIN) && subject.startsWith('Access key rotation: '));
  expect(summary?.subject).toContain('all done');
  expect(of.sandbox.mails.filter(({ renderingFailure }) => renderingFailure !== undefined)).toEqual([]);
  expect(of.sandbox.denials.slice(before).map(({ operation, principal }) => [operation, principal])).toEqual([]);
  expect(of.results.failed).toEqual([]);
  expect(of.failedEvents()).toEqual([]);
}

const organizationCalls = (of: TestOrganization) => of.callsOfApp().filter(({ service }) => service === 'organizations');
/** An account that belongs to no organization. */
const leave =
  (...accounts: Account[]) =>
  (sandbox: Sandbox): void => {
    for (const { id } of accounts) sandbox.organization.remove(id);
  };

describe('from a delegated administrator', () => {
  const settings = { deployment: 'delegated' };
  const prepare = ({ organization }: Sandbox): void => {
    organization.delegateAdministrator(TEAM.id);
  };

  it('rotates every member account, its own included, and says on every run why the management account is skipped', async () => {
    const of = await deployed({ settings, central: TEAM, prepare });
    of.addUser(MANAGEMENT, 'due', [{ ageDays: 400 }]);
    await expectLives(of, [TEAM, OTHER]);
    const { dispatched, skipped } = (await of.invoke(FUNCTIONS.orchestrator, {})) as Dispatch;
    expect(dispatched.toSorted()).toEqual([TEAM.id, OTHER.id]);
    expect(skipped).toEqual([
      {
        account: MANAGEMENT.id,
        name: MANAGEMENT.name,
        code: 'management-account',
        reason: expect.stringContaining('it is the management account') as string,
      },
    ]);
    expect(of.user(MANAGEMENT, 'due').keys).toHaveLength(1);
    await expect(of.invoke(FUNCTIONS.orchestrator, { account: MANAGEMENT.id, ForceRotate: 'due' })).rejects.toThrow(
      'managementAccount=rotate; nothing was done',
    );
  });

  it('rotates the management account once the member template was deployed there by hand', async () => {
    const rotating = { ...settings, managementAccount: 'rotate' };
    const of = await deployed({ settings: rotating, central: TEAM, prepare });
    await deployMember(of, rotating, MANAGEMENT);
    await expectLives(of, [MANAGEMENT, TEAM, OTHER]);
  });

  it('cannot be deployed from an account that is no delegated administrator', async () => {
    await expect(deployed({ settings, central: TEAM })).rejects.toThrow(/cannot read the organization|not a delegated administrator/);
  });

  it('reads the organization by the delegation policy that it prints, where the registration does not allow it', async () => {
    const of = await deployed({ settings, central: TEAM, prepare });
    const { world } = of.sandbox;
    world.organization.delegatedAdministrators.clear();
    of.addUser(OTHER, 'due', [{ ageDays: 95 }]);
    await expect(of.invoke(FUNCTIONS.orchestrator, {})).rejects.toThrow("You don't have permissions to access this resource");
    const stack = [...world.stacks.values()].find(({ name }) => name === 'IamKeyRotation');
    of.sandbox.organization.putResourcePolicy(JSON.parse(stack?.outputs['DelegationPolicy'] ?? '') as never);
    expect(actionsOf(await of.run(), 'due')).toMatchObject([{ action: 'rotate', outcome: 'done' }]);
  });
});

it('rotates one account that belongs to no organization, without asking for one', async () => {
  const of = await deployed({ settings: { deployment: 'single' }, central: TEAM, prepare: leave(TEAM) });
  await expectLives(of, [TEAM]);
  expect(organizationCalls(of)).toEqual([]);
  expect(of.sandbox.mails.filter(({ to }) => to.includes('key-rotation@example.com'))).not.toEqual([]);
});

it('rotates a list of accounts, in an organization or not, whose roles trust the rotator alone', async () => {
  const settings = { deployment: 'list', accounts: JSON.stringify([{ id: TEAM.id, name: TEAM.name, email: TEAM.email }, OTHER.id]) };
  const of = await deployed({ settings, central: TEAM, prepare: leave(TEAM) });
  for (const account of [TEAM, OTHER]) await deployMember(of, settings, account);
  of.addUser(MANAGEMENT, 'due', [{ ageDays: 400 }]);
  await expectLives(of, [TEAM, OTHER]);
  expect(organizationCalls(of)).toEqual([]);
  expect(of.user(MANAGEMENT, 'due').keys).toHaveLength(1);
  const role = `arn:aws:iam::${OTHER.id}:role/${NAMES.memberRole}`;
  const stranger = of.sandbox.kernel.rolePrincipal(of.functionNamed(FUNCTIONS.orchestrator).role, 'x');
  expect(of.sandbox.kernel.authorize(stranger, 'sts:AssumeRole', role).allowed).toBe(false);
});

it('rotates from inside a VPC, with traces, where Lambda finds every permission that it needs for both', async () => {
  const settings = { subnetIds: 'subnet-0a1b2c3d,subnet-1a2b3c4d', securityGroupIds: 'sg-0a1b2c3d', tracing: 'true' };
  const of = await deployed({ settings });
  await expectLives(of, [MANAGEMENT, TEAM, OTHER]);
});

describe('with a permissions boundary and tags', () => {
  const settings = { permissionsBoundary: 'boundaries/Developer', tags: '{"team":"security"}' };
  const boundary =
    (deny: string) =>
    ({ world }: Sandbox): void => {
      for (const { id, managedPolicies } of world.accounts.values()) {
        const arn = `arn:aws:iam::${id}:policy/boundaries/Developer`;
        const document = {
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow' as const, Action: '*', Resource: '*' },
            { Effect: 'Deny' as const, Action: deny, Resource: '*' },
          ],
        };
        managedPolicies.set(arn, { arn, name: 'Developer', document });
      }
    };

  it('rotates within it, and every role carries the tags', async () => {
    const of = await deployed({ settings, prepare: boundary('iam:CreateUser') });
    await expectLives(of, [MANAGEMENT, TEAM, OTHER]);
    for (const account of [MANAGEMENT, TEAM]) {
      for (const { name, tags } of of.sandbox.kernel.account(account.id).roles.values()) {
        if (name !== 'Administrator') expect([name, tags.get('team')]).toEqual([name, 'security']);
      }
    }
  });

  it('does no more than it allows, and says so', async () => {
    const of = await deployed({ settings, prepare: boundary('iam:CreateAccessKey') });
    of.addUser(TEAM, 'due', [{ ageDays: 95 }]);
    const [result] = await of.run({ accounts: [TEAM.id] });
    expect(result?.failures).toMatchObject([
      { user: 'due', message: expect.stringContaining('explicit deny in a permissions boundary') as string },
    ]);
    expect(of.user(TEAM, 'due').keys).toHaveLength(1);
  });

  it('is refused at deployment where the policy is missing, and nothing is left behind', async () => {
    await expect(deployed({ settings })).rejects.toThrow('the permissions boundary arn:aws:iam::');
  });
});

it.each([
  ['aws-us-gov', 'us-gov-west-1'],
  ['aws-cn', 'cn-north-1'],
])('rotates in the partition %s', async (partition, region) => {
  const of = await deployed({ partition, region, direct: false }, [TEAM]);
  await expectLives(of, [MANAGEMENT, TEAM]);
  const foreign = of.sandbox.calls.flatMap(({ authorized }) => authorized).filter(({ resource }) => resource.startsWith('arn:aws:'));
  expect(foreign).toEqual([]);
});

describe('the exemption group', () => {
  const existing = (sandbox: Sandbox): void => {
    for (const { id } of [MANAGEMENT, TEAM, OTHER]) {
      const people = sandbox.people(id);
      people.addGroup(NAMES.exemptionGroup);
      people.addUser({ name: 'exempt', groups: [NAMES.exemptionGroup] });
    }
  };

  it('of somebody else stops the deployment, unless the settings say that it exists', async () => {
    await expect(deployed({ prepare: existing })).rejects.toThrow(`group ${NAMES.exemptionGroup} already exists`);
    const of = await deployed({ settings: { exemptionGroupExists: 'true' }, prepare: existing });
    for (const account of [MANAGEMENT, TEAM]) {
      of.sandbox.people(account.id).addAccessKey('exempt', { created: new Date('2025-01-01T00:00:00Z') });
    }
    await expectLives(of, [MANAGEMENT, TEAM, OTHER]);
    expect(actionsOf(of.results.take(20), 'exempt').filter(({ action }) => action !== 'skip')).toEqual([]);
    for (const account of [MANAGEMENT, TEAM]) expect(of.user(account, 'exempt').keys).toMatchObject([{ status: 'Active' }]);
    await of.sandbox.destroy('IamKeyRotation');
    for (const account of [MANAGEMENT, TEAM]) expect(of.user(account, 'exempt').groups).toContain(NAMES.exemptionGroup);
  });
});

describe('removal', () => {
  it('leaves keys and secrets alone, and takes roles and groups away everywhere', async () => {
    const of = await deployed({});
    for (const account of [MANAGEMENT, TEAM]) of.addUser(account, 'due', [{ ageDays: 95 }]);
    await of.run();
    await of.sandbox.destroy('IamKeyRotation');
    for (const account of [MANAGEMENT, TEAM]) {
      const { roles, groups, secrets, functions } = of.sandbox.kernel.account(account.id);
      expect([...roles.keys(), ...groups.keys(), ...functions.keys()].filter((name) => name !== 'Administrator')).toEqual([]);
      expect(of.user(account, 'due').keys).toHaveLength(2);
      expect([...secrets.values()].map(({ name }) => name)).toEqual([`Account_${account.id}_User_due_AccessKey`]);
    }
    expect([...of.sandbox.kernel.account(MANAGEMENT.id).buckets.keys()]).toHaveLength(1);
  });

  it.each([
    ['the management account', MANAGEMENT],
    ['a member account', TEAM],
  ])('is refused, with everything still there, while the exemption group of %s has members', async (_, account) => {
    const of = await deployed({});
    of.addUser(account, 'exempt', [{ ageDays: 400 }], { exempt: true });
    await expect(of.sandbox.destroy('IamKeyRotation')).rejects.toThrow(
      `group ${NAMES.exemptionGroup} cannot be deleted: it still has users`,
    );
    of.sandbox.people(account.id).removeFromGroup('exempt', NAMES.exemptionGroup);
    await of.sandbox.destroy('IamKeyRotation');
    expect(of.sandbox.kernel.account(account.id).groups.size).toBe(0);
  });
});
