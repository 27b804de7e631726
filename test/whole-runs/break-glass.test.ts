import type { PolicyDocument } from '../../sandbox/kernel/world';
import { FUNCTIONS, OTHER, TEAM, testOrganization, type TestOrganization } from '../helpers/sandbox-organization';
import { readAsAdministrator, readSecret, runOnDays, secretOf } from '../safety/support';

const EVERYTHING: PolicyDocument = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } };
const deployed = testOrganization('enforcing', [TEAM, OTHER], { settings: { breakGlassPrincipals: 'Admin*' }, direct: true });
let org: TestOrganization;
beforeEach(() => {
  org = deployed();
});

const refused = { name: 'AccessDeniedException' };

it('lets a break-glass role of the account read by its own policies, and refuses everybody else', async () => {
  const [own] = org.addUser(TEAM, 'alice', [{ ageDays: 95 }]).keys;
  const [neighbour] = org.addUser(TEAM, 'Administrator', [{ ageDays: 5 }]).keys;
  org.sandbox.people(TEAM.id).putUserPolicy('Administrator', 'Own', EVERYTHING);
  await org.rotate(TEAM);
  const { arn } = secretOf(org, TEAM, 'alice')!;
  expect(await readAsAdministrator(org, TEAM, arn)).toContain('SecretAccessKey');
  expect(await readSecret(org, TEAM, own!, arn)).toContain('SecretAccessKey');
  await expect(readSecret(org, TEAM, neighbour!, arn)).rejects.toMatchObject(refused);
  await expect(readAsAdministrator(org, OTHER, arn)).rejects.toMatchObject(refused);
  org.sandbox.kernel.account(TEAM.id).roles.get('Administrator')!.inlinePolicies.clear();
  await expect(readAsAdministrator(org, TEAM, arn)).rejects.toMatchObject(refused);
});

it('brings the policy of an existing secret up to date before the next key, in either direction', async () => {
  const { environment } = org.functionNamed(FUNCTIONS.rotator);
  const roles = environment['BREAK_GLASS']!;
  org.addUser(TEAM, 'alice', [{ ageDays: 95 }]);
  delete environment['BREAK_GLASS'];
  await runOnDays(org, TEAM, [0, 10, 20]);
  const { arn } = secretOf(org, TEAM, 'alice')!;
  await expect(readAsAdministrator(org, TEAM, arn)).rejects.toMatchObject(refused);
  environment['BREAK_GLASS'] = roles;
  await runOnDays(org, TEAM, [90, 100, 110]);
  expect(await readAsAdministrator(org, TEAM, arn)).toContain('SecretAccessKey');
  delete environment['BREAK_GLASS'];
  await runOnDays(org, TEAM, [180]);
  await expect(readAsAdministrator(org, TEAM, arn)).rejects.toMatchObject(refused);
});
