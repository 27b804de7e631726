import { OPERATORS, serviceControlPolicy } from '../../lib/documents/service-control-policy';
import type { PolicyDocument } from '../../sandbox/kernel/world';
import { assemblyWith } from '../helpers/sandbox-assemblies';
import { OTHER, TEAM, TestOrganization, type Account } from '../helpers/sandbox-organization';
import { readSecret, runOnDays } from '../safety/support';

let org: TestOrganization | undefined;

afterEach(async () => {
  const broken = org?.rules.broken;
  await org?.stop();
  org = undefined;
  expect(broken ?? []).toEqual([]);
});

/** A whole life of a key of this account, begun on this day, when its user reads the successor with the old key. */
async function expectLife(of: TestOrganization, account: Account, day: number): Promise<void> {
  const name = 'worker';
  const [old] = of.addUser(account, name, [{ ageDays: 95, usedDaysAgo: 1 }]).keys;
  const first = await runOnDays(of, account, [day]);
  const secretName = first.get(day)?.users[0]?.actions[0]?.secretName ?? '';
  expect(secretName).toContain(`:${of.central.id}:secret:Account_${account.id}_User_${name}_AccessKey-`);
  const { AccessKeyId } = JSON.parse((await readSecret(of, account, old!, secretName)) ?? '') as { AccessKeyId: string };
  for (const [, { failures }] of await runOnDays(of, account, [day + 10, day + 20])) expect(failures).toEqual([]);
  expect(of.user(account, name).keys).toMatchObject([{ id: AccessKeyId, status: 'Active' }]);
}

it('from a delegated administrator: under the service control policy once it excepts the rotator', async () => {
  const settings = { deployment: 'delegated', secretStore: 'central' };
  const prepare = ({ organization }: TestOrganization['sandbox']): void => {
    organization.delegateAdministrator(TEAM.id);
  };
  org = await TestOrganization.deployed('enforcing', [TEAM, OTHER], { settings, central: TEAM, prepare, direct: true });
  const policy = JSON.stringify(serviceControlPolicy());
  org.sandbox.organization.putServiceControlPolicy(JSON.parse(policy) as PolicyDocument);
  org.addUser(OTHER, 'early', [{ ageDays: 95 }]);
  const { failures } = await org.rotate(OTHER);
  expect(failures).toMatchObject([{ user: 'early', message: expect.stringContaining('service control policy') as string }]);
  expect(org.user(OTHER, 'early').keys).toHaveLength(1);
  const keepSecrets = /("Sid":"KeepSecrets".*?"arn:\*:iam::\*:role\/)/;
  const excepting = policy.replace(keepSecrets, '$1IamKeyRotation-RotatorRole*","arn:*:iam::*:role/');
  expect(excepting).toContain(`IamKeyRotation-RotatorRole*","arn:*:iam::*:role/`);
  expect(excepting).toContain(OPERATORS);
  org.sandbox.organization.putServiceControlPolicy(JSON.parse(excepting) as PolicyDocument);
  org.sandbox.people(OTHER.id).deleteUser('early');
  await expectLife(org, OTHER, 1);
  await expectLife(org, TEAM, 30);
});

it('for a list of accounts, whose users decrypt by being listed, and fail before a key exists until the member template is there', async () => {
  const settings = { deployment: 'list', secretStore: 'central', accounts: `${TEAM.id},${OTHER.id}` };
  const leave = ({ organization }: TestOrganization['sandbox']): void => {
    for (const { id } of [TEAM, OTHER]) organization.remove(id);
  };
  org = await TestOrganization.deployed('enforcing', [TEAM, OTHER], { settings, central: TEAM, prepare: leave, direct: true });
  const outputs = [...org.sandbox.world.stacks.values()].find(({ name }) => name === 'IamKeyRotation')?.outputs ?? {};
  const { RotatorRoleArn = '', CentralKeyArn = '' } = outputs;
  const deployMember = async (account: Account, given: Record<string, string>, parameters: Record<string, string>): Promise<void> => {
    const assembly = await assemblyWith('enforcing', given);
    await org?.sandbox.deploy(assembly, { account: account.id, stack: 'IamKeyRotationMember', parameters });
  };
  const now = org.sandbox.clock.now();
  await deployMember(OTHER, { ...settings, secretStore: 'member' }, { RotatorRoleArn });
  org.sandbox.clock.set(now);
  org.addUser(OTHER, 'early', [{ ageDays: 95 }]);
  const { failures } = await org.rotate(OTHER);
  expect(failures).toMatchObject([{ user: 'early', message: expect.stringContaining('iam:AttachUserPolicy') as string }]);
  expect(org.user(OTHER, 'early').keys).toHaveLength(1);
  org.sandbox.people(OTHER.id).deleteUser('early');
  for (const account of [TEAM, OTHER]) await deployMember(account, settings, { RotatorRoleArn, CentralKeyArn });
  org.sandbox.clock.set(now);
  await expectLife(org, OTHER, 1);
  await expectLife(org, TEAM, 30);
});
