import * as organizations from '@aws-sdk/client-organizations';
import { organization } from '../../../sandbox/kernel/organization';
import { allow, failure, Harness, management, member, policy } from '../harness';

let harness: Harness;
let client: organizations.OrganizationsClient;
beforeEach(async () => {
  harness = await Harness.start();
  client = new organizations.OrganizationsClient(harness.user('admin'));
});
afterEach(() => {
  client.destroy();
  harness.stop();
});
async function list(by = client): Promise<organizations.Account[][]> {
  const pages: organizations.Account[][] = [];
  for await (const page of organizations.paginateListAccounts({ client: by }, {})) pages.push(page.Accounts!);
  return pages;
}

it('lists accounts in pages of 20', async () => {
  for (let index = 0; index < 43; index += 1)
    organization(harness.kernel).addAccount({ id: String(300000000000 + index), name: `a${index}`, email: `a${index}@example.com` });
  expect((await list()).map((page) => page.length)).toEqual([20, 20, 5]);
});

it('gives an empty page with a token when it is told to', async () => {
  for (let index = 0; index < 30; index += 1)
    organization(harness.kernel).addAccount({ id: String(300000000000 + index), name: `a${index}`, email: `a${index}@example.com` });
  harness.kernel.settings.organizations.emptyPageBefore = 2;
  expect((await list()).map((page) => page.length)).toEqual([20, 0, 12]);
  harness.kernel.settings.organizations.emptyPageBefore = 1;
  expect((await list()).map((page) => page.length)).toEqual([0, 20, 12]);
});

it('gives State and Paths, and the retired Status only on demand', async () => {
  const administration = organization(harness.kernel);
  const unit = administration.addUnit('Workloads');
  administration.moveAccount(member, administration.addUnit('Production', unit));
  administration.suspend(member);
  const found = async () => (await list()).flat().find((account) => account.Id === member);
  expect(await found()).toMatchObject({
    State: 'SUSPENDED',
    Paths: [expect.stringMatching(/^o-\w+\/r-\w+\/ou-\S+\/ou-\S+\/222222222222\/$/) as unknown],
  });
  expect(await found()).not.toHaveProperty('Status');
  harness.kernel.settings.organizations.accountMembers = { Status: true, State: false, Paths: false };
  expect(await found()).toMatchObject({ Status: 'SUSPENDED' });
  expect(await found()).not.toHaveProperty('State');
});

it('answers nobody but the management account, delegated administrators and those the delegation policy names', async () => {
  const other = new organizations.OrganizationsClient(harness.user('reader', [allow('organizations:*')], member));
  expect(await failure(list(other))).toBe("AccessDeniedException: You don't have permissions to access this resource.");
  expect(await failure(other.send(new organizations.DescribeOrganizationCommand({})))).toBe('it succeeded');
  const statement = { Effect: 'Allow', Principal: { AWS: member }, Action: 'organizations:ListAccounts', Resource: '*' } as const;
  organization(harness.kernel).putResourcePolicy(policy(statement));
  expect(await failure(list(other))).toBe('it succeeded');
  organization(harness.kernel).putResourcePolicy(policy());
  organization(harness.kernel).delegateAdministrator(member);
  expect(await failure(list(other))).toBe('it succeeded');
  other.destroy();
});

it('describes the organization, its root and its accounts', async () => {
  const { Organization } = await client.send(new organizations.DescribeOrganizationCommand({}));
  expect(Organization).toMatchObject({ Id: 'o-a1b2c3d4e5', MasterAccountId: management, FeatureSet: 'ALL' });
  expect((await client.send(new organizations.ListRootsCommand({}))).Roots?.[0]?.Id).toBe('r-a1b2');
  expect((await client.send(new organizations.DescribeAccountCommand({ AccountId: member }))).Account?.Email).toBe('member@example.com');
  expect(await failure(client.send(new organizations.DescribeAccountCommand({ AccountId: '999999999999' })))).toMatch(
    /^AccountNotFoundException/,
  );
});
