import { GetGroupCommand, IAMClient } from '@aws-sdk/client-iam';
import { mockClient } from 'aws-sdk-client-mock';
import { readExemptUsers } from '../../../../lambda/core/read/exemption';
import { accessDenied, awsError, noSuchEntity, timeout } from '../../../helpers/aws';
import { NOW } from '../../../helpers/facts';

const iam = mockClient(IAMClient);
const client = new IAMClient({ region: 'us-east-1' });
const GROUP = 'IAMKeyRotationExemptionGroup';
const member = (UserName: string) => ({ UserName, Path: '/', UserId: 'AIDA', Arn: `arn:${UserName}`, CreateDate: NOW });
const group = { Path: '/', GroupName: GROUP, GroupId: 'AGPA', Arn: 'arn', CreateDate: NOW };

beforeEach(() => iam.reset());

describe('readExemptUsers', () => {
  it('reads all pages: 250 members are 250 exempt users', async () => {
    const names = Array.from({ length: 250 }, (_, index) => `user-${index}`);
    const page = (from: number) => ({ Group: group, Users: names.slice(from, from + 100).map(member) });
    iam.on(GetGroupCommand, { GroupName: GROUP }).resolves({ ...page(0), IsTruncated: true, Marker: 'a' });
    iam.on(GetGroupCommand, { GroupName: GROUP, Marker: 'a' }).resolves({ ...page(100), IsTruncated: true, Marker: 'b' });
    iam.on(GetGroupCommand, { GroupName: GROUP, Marker: 'b' }).resolves({ ...page(200), IsTruncated: false });
    expect([...(await readExemptUsers(client, GROUP, { exists: false }))]).toEqual(names);
  });

  it('nobody is exempt when there is no such group, and the deployment makes it', async () => {
    iam.on(GetGroupCommand).rejects(noSuchEntity());
    expect((await readExemptUsers(client, GROUP, { exists: false })).size).toBe(0);
  });

  it('nothing may be changed when there is no such group although the settings say that it exists: it may be misspelled', async () => {
    const error = noSuchEntity();
    iam.on(GetGroupCommand).rejects(error);
    await expect(readExemptUsers(client, GROUP, { exists: true })).rejects.toMatchObject({
      name: 'AccountFailedError',
      message: `cannot read the exemption group ${GROUP}, so nothing was changed: NoSuchEntityException: NoSuchEntityException says no (exemptionGroupExists says that it is there: is its name spelled right?)`,
      cause: error,
    });
  });

  it.each([
    ['access is denied', accessDenied(), 'AccessDenied: not authorized'],
    ['the call is throttled', awsError('ThrottlingException', 400, 'slow down'), 'ThrottlingException: slow down'],
    ['no answer comes', timeout(), 'TimeoutError: TimeoutError says no'],
    ['the service fails', awsError('ServiceFailureException', 500, 'oops'), 'ServiceFailureException: oops'],
  ])('nothing may be changed when %s', async (_, error, told) => {
    iam.on(GetGroupCommand).rejects(error);
    await expect(readExemptUsers(client, GROUP, { exists: false })).rejects.toMatchObject({
      name: 'AccountFailedError',
      message: `cannot read the exemption group ${GROUP}, so nothing was changed: ${told}`,
      cause: error,
    });
  });

  it.each<[string, object]>([
    ['without members', { Group: group }],
    ['with a member without a name', { Group: group, Users: [member('a'), { ...member('b'), UserName: undefined }] }],
    ['that is cut off without saying where it goes on', { Group: group, Users: [member('a')], IsTruncated: true }],
  ])('nothing may be changed after an answer %s', async (_, answer) => {
    iam.on(GetGroupCommand).resolves(answer);
    await expect(readExemptUsers(client, GROUP, { exists: false })).rejects.toMatchObject({ name: 'AccountFailedError' });
  });

  it('nobody is exempt when the group has no members', async () => {
    iam.on(GetGroupCommand).resolves({ Group: group, Users: [] });
    expect((await readExemptUsers(client, GROUP, { exists: false })).size).toBe(0);
  });

  it('nothing may be changed when a later page fails', async () => {
    iam
      .on(GetGroupCommand)
      .resolvesOnce({ Group: group, Users: [member('a')], IsTruncated: true, Marker: 'a' })
      .rejects(timeout());
    await expect(readExemptUsers(client, GROUP, { exists: false })).rejects.toMatchObject({ name: 'AccountFailedError' });
  });
});
