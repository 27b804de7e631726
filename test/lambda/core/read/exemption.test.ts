import { GetGroupCommand, IAMClient } from '@aws-sdk/client-iam';
import { mockClient } from 'aws-sdk-client-mock';
import { exemptionLapsed, readExemptUsers } from '../../../../lambda/core/read/exemption';
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
    expect([...(await readExemptUsers(client, GROUP))]).toEqual(names);
  });

  it('nobody is exempt when there is no such group', async () => {
    iam.on(GetGroupCommand).rejects(noSuchEntity());
    expect((await readExemptUsers(client, GROUP)).size).toBe(0);
  });

  it.each([
    ['access is denied', accessDenied(), 'AccessDenied: not authorized'],
    ['the call is throttled', awsError('ThrottlingException', 400, 'slow down'), 'ThrottlingException: slow down'],
    ['no answer comes', timeout(), 'TimeoutError: TimeoutError says no'],
    ['the service fails', awsError('ServiceFailureException', 500, 'oops'), 'ServiceFailureException: oops'],
  ])('nothing may be changed when %s', async (_, error, told) => {
    iam.on(GetGroupCommand).rejects(error);
    await expect(readExemptUsers(client, GROUP)).rejects.toMatchObject({
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
    await expect(readExemptUsers(client, GROUP)).rejects.toMatchObject({ name: 'AccountFailedError' });
  });

  it('nobody is exempt when the group has no members', async () => {
    iam.on(GetGroupCommand).resolves({ Group: group, Users: [] });
    expect((await readExemptUsers(client, GROUP)).size).toBe(0);
  });

  it('nothing may be changed when a later page fails', async () => {
    iam
      .on(GetGroupCommand)
      .resolvesOnce({ Group: group, Users: [member('a')], IsTruncated: true, Marker: 'a' })
      .rejects(timeout());
    await expect(readExemptUsers(client, GROUP)).rejects.toMatchObject({ name: 'AccountFailedError' });
  });
});

describe('exemptionLapsed', () => {
  const lapsed = (until: string | undefined, now = NOW) =>
    exemptionLapsed(new Map(until === undefined ? [] : [['key-rotation:exempt-until', until]]), now);

  it.each([
    ['2026-11-19', true],
    ['2026-11-20', true],
    ['2026-11-21', false],
    ['2026-11-22', false],
    ['2099-01-01', false],
  ])('on 2026-11-21 an exemption until %s has lapsed: %s', (until, expected) => {
    expect(lapsed(until)).toBe(expected);
  });

  it('the whole last day is still exempt', () => {
    expect(lapsed('2026-11-21', new Date('2026-11-21T23:59:59.999Z'))).toBe(false);
    expect(lapsed('2026-11-21', new Date('2026-11-22T00:00:00.000Z'))).toBe(true);
  });

  it.each([undefined, '', 'never', '2026-13-45', '2026-02-30', '01.01.2020', '2020-01-01T00:00:00Z', '2020', '2020-1-1', '1577836800'])(
    'what is no date (%s) never lapses',
    (until) => {
      expect(lapsed(until)).toBe(false);
    },
  );
});
