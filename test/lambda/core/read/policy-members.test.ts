import { GetGroupCommand, IAMClient, ListUsersCommand } from '@aws-sdk/client-iam';
import { mockClient } from 'aws-sdk-client-mock';
import { readMembership, readUsersBelow } from '../../../../lambda/core/read/policy-members';
import { accessDenied, namesOf, noSuchEntity } from '../../../helpers/aws';
import { NOW } from '../../../helpers/facts';

const iam = mockClient(IAMClient);
const client = new IAMClient({ region: 'us-east-1' });
const user = (UserName: string, path = '/') => ({
  UserName,
  Arn: `arn:aws:iam::111122223333:user${path}${UserName}`,
  Path: path,
  UserId: 'AIDA',
  CreateDate: NOW,
});
const Group = { Path: '/', GroupName: 'g', GroupId: 'AGPA', Arn: 'arn', CreateDate: NOW };
const RULES = [
  { name: 'fast', groups: ['minutes'], paths: ['/fast/'] },
  { name: 'slow', groups: ['monthly'], paths: [] },
];
const named = (name: string, path = '/') => ({ name, arn: user(name, path).Arn });

beforeEach(() => iam.reset());

it('knows who is in which policy, all pages of each group, and by path without a call', async () => {
  iam.on(GetGroupCommand, { GroupName: 'minutes' }).resolves({ Group, Users: [user('bot')], IsTruncated: true, Marker: 'm' });
  iam.on(GetGroupCommand, { GroupName: 'minutes', Marker: 'm' }).resolves({ Group, Users: [user('torn')] });
  iam.on(GetGroupCommand, { GroupName: 'monthly' }).resolves({ Group, Users: [user('torn')] });
  const membership = await readMembership(client, RULES);
  expect(membership.members.map(({ name }) => name)).toEqual(['bot', 'torn']);
  expect(membership.of(named('bot'))).toEqual(['fast']);
  expect(membership.of(named('torn'))).toEqual(['fast', 'slow']);
  expect(membership.of(named('below', '/fast/ci/'))).toEqual(['fast']);
  expect(membership.of(named('plain'))).toEqual([]);
  expect(namesOf(iam)).toEqual(['GetGroup', 'GetGroup', 'GetGroup']);
});

it('a group that the account does not have has nobody in it', async () => {
  iam.on(GetGroupCommand).rejects(noSuchEntity());
  expect((await readMembership(client, RULES)).members).toEqual([]);
});

it.each<[string, () => void]>([
  ['is refused', () => iam.on(GetGroupCommand).rejects(accessDenied())],
  ['is an answer without its list', () => iam.on(GetGroupCommand).resolves({ Group, Users: undefined })],
  ['names nobody', () => iam.on(GetGroupCommand).resolves({ Group, Users: [{ ...user('x'), UserName: undefined }] })],
])('the account fails when a group %s', async (_, answer) => {
  answer();
  await expect(readMembership(client, RULES)).rejects.toMatchObject({
    name: 'AccountFailedError',
    message: expect.stringContaining(
      'cannot read the group minutes, whose members follow a policy of their own, so nothing was changed',
    ) as string,
  });
});

it('lists the users below paths, each once', async () => {
  iam.on(ListUsersCommand).resolves({ Users: [user('bot', '/fast/')] });
  expect(await readUsersBelow(client, ['/fast/', '/faster/'])).toEqual([named('bot', '/fast/')]);
});

it('the account fails when the users below a path cannot be listed', async () => {
  iam.on(ListUsersCommand).rejects(accessDenied());
  await expect(readUsersBelow(client, ['/fast/'])).rejects.toThrow('cannot read the users below /fast/ so nothing was changed');
});
