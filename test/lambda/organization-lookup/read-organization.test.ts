import { DescribeOrganizationCommand, ListRootsCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import { mockClient } from 'aws-sdk-client-mock';
import { readOrganization } from '../../../lambda/organization-lookup/read-organization';
import { AccountFailedError } from '../../../lambda/shared/errors';

const organizations = mockClient(OrganizationsClient);
const ask = () => readOrganization(new OrganizationsClient({ region: 'eu-west-1' }));
const named = (name: string, message: string): Error => Object.assign(new Error(message), { name });

beforeEach(() => {
  organizations.reset();
  organizations.on(DescribeOrganizationCommand).resolves({ Organization: { Id: 'o-a1b2c3d4e5' } });
  organizations.on(ListRootsCommand).resolves({ Roots: [{ Id: 'r-ab12' }] });
});

it('answers the ids of the organization and its root', async () => {
  await expect(ask()).resolves.toEqual({ OrganizationId: 'o-a1b2c3d4e5', RootId: 'r-ab12' });
});

it('follows pages, also empty ones', async () => {
  organizations
    .on(ListRootsCommand)
    .resolvesOnce({ Roots: [], NextToken: 'more' })
    .resolvesOnce({ Roots: [{ Id: 'r-cd34' }] });
  await expect(ask()).resolves.toMatchObject({ RootId: 'r-cd34' });
  expect(organizations.commandCalls(ListRootsCommand)[1]?.args[0].input).toMatchObject({ NextToken: 'more' });
});

it.each([
  ['AWSOrganizationsNotInUseException', 'Your account is not a member.', 'this account belongs to no organization'],
  [
    'AccessDeniedException',
    "You don't have permissions.",
    "only the organization's management account or a delegated administrator may ask",
  ],
  ['ServiceException', 'Internal.', 'AWS Organizations refused'],
])('says what to do about %s', async (name, message, hint) => {
  organizations.on(DescribeOrganizationCommand).rejects(named(name, message));
  const failure = await ask().catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(AccountFailedError);
  expect((failure as Error).message).toContain(hint);
  expect((failure as Error).message).toContain(`(${name}: ${message})`);
});

it('fails when only the roots may not be listed', async () => {
  organizations.on(ListRootsCommand).rejects(named('AccessDeniedException', 'No.'));
  await expect(ask()).rejects.toThrow('deploy there (AccessDeniedException: No.)');
});

it.each([
  [[], 'o-a1b2c3d4e5 has 0 roots, expected exactly 1'],
  [[{ Id: 'r-ab12' }, { Id: 'r-cd34' }], 'o-a1b2c3d4e5 has 2 roots, expected exactly 1'],
])('fails rather than guess a root among %j', async (Roots, message) => {
  organizations.on(ListRootsCommand).resolves({ Roots });
  await expect(ask()).rejects.toThrow(message);
});

it('fails when AWS answers without an organization', async () => {
  organizations.on(DescribeOrganizationCommand).resolves({});
  await expect(ask()).rejects.toThrow('answered without an id');
});
