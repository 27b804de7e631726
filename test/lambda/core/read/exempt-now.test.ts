import { GetUserCommand, IAMClient, ListGroupsForUserCommand } from '@aws-sdk/client-iam';
import { mockClient } from 'aws-sdk-client-mock';
import type { ExemptionRules } from '../../../../lambda/core/plan/exemption';
import { exemptNow } from '../../../../lambda/core/read/exempt-now';
import { accessDenied, awsError, namesOf, noSuchEntity, timeout } from '../../../helpers/aws';
import { NOW, userFacts } from '../../../helpers/facts';

const iam = mockClient(IAMClient);
const client = new IAMClient({ region: 'us-east-1' });
const GROUP = 'IAMKeyRotationExemptionGroup';
const RULES: ExemptionRules = { group: GROUP, paths: [] };
const IS_MEMBER = { exempt: `the user is a member of ${GROUP}`, by: 'group' };
const group = (GroupName: string) => ({ Path: '/', GroupName, GroupId: 'AGPA', Arn: 'arn', CreateDate: NOW });
const groups = (...names: string[]) => ({ Groups: names.map(group), IsTruncated: false });
const ask = (rules: Partial<ExemptionRules> = {}, tags: Record<string, string> = {}) =>
  exemptNow(client, userFacts({ tags }), { ...RULES, ...rules }, NOW);

beforeEach(() => iam.reset());

describe('by the user’s own groups', () => {
  it('a member is exempt, and is asked about by name in one call', async () => {
    iam.on(ListGroupsForUserCommand, { UserName: 'alice' }).resolves(groups('Developers', GROUP));
    await expect(ask()).resolves.toEqual(IS_MEMBER);
    expect(namesOf(iam)).toEqual(['ListGroupsForUser']);
  });

  it('who is in other groups, or in none, is not exempt', async () => {
    iam
      .on(ListGroupsForUserCommand)
      .resolvesOnce(groups('Developers', `${GROUP}2`))
      .resolves(groups());
    await expect(ask()).resolves.toBeUndefined();
    await expect(ask()).resolves.toBeUndefined();
  });

  it('the case of the group’s name does not matter', async () => {
    iam.on(ListGroupsForUserCommand).resolves(groups(GROUP.toUpperCase()));
    await expect(ask()).resolves.toEqual(IS_MEMBER);
  });

  it('all pages are read', async () => {
    iam.on(ListGroupsForUserCommand).resolves({ ...groups('a', 'b'), IsTruncated: true, Marker: 'm' });
    iam.on(ListGroupsForUserCommand, { UserName: 'alice', Marker: 'm' }).resolves(groups('c', GROUP));
    await expect(ask()).resolves.toEqual(IS_MEMBER);
  });

  it.each([
    ['an end that is over', '2020-01-31', undefined],
    ['an end to come', '2099-01-31', { ...IS_MEMBER, until: '2099-01-31' }],
    ['an end that is no date', 'soon', { ...IS_MEMBER, unclear: expect.stringContaining('"soon"') as string }],
  ])('the tag on the user ends the exemption: %s', async (_, value, exemption) => {
    iam.on(ListGroupsForUserCommand).resolves(groups(GROUP));
    await expect(ask({}, { 'key-rotation:exempt-until': value })).resolves.toEqual(exemption);
  });
});

describe('whom a policy of their own is for', () => {
  const rules = [{ name: 'fast', groups: ['minutes'], paths: [] }];
  const askFor = (follows?: string) => exemptNow(client, userFacts(), RULES, NOW, { rules, ...(follows !== undefined && { follows }) });

  it.each<[string, string[], string | undefined, unknown]>([
    ['its run may change them', ['minutes'], 'fast', undefined],
    ['the daily run leaves them to it', ['minutes'], undefined, { elsewhere: expect.stringContaining('the policy fast') as string }],
    ['its run leaves who is not in it any more', ['Developers'], 'fast', { elsewhere: expect.stringContaining('any more') as string }],
    ['the exemption comes first', ['minutes', GROUP], 'fast', IS_MEMBER],
  ])('%s', async (_, names, follows, expected) => {
    iam.on(ListGroupsForUserCommand).resolves(groups(...names));
    await expect(askFor(follows)).resolves.toEqual(expected);
  });

  it('one path of a policy takes the user’s own path, as it is now', async () => {
    iam.on(GetUserCommand).resolves({
      User: {
        UserName: 'alice',
        Arn: 'arn:aws:iam::111122223333:user/minutes/alice',
        Path: '/minutes/',
        UserId: 'AIDA',
        CreateDate: NOW,
      },
    });
    iam.on(ListGroupsForUserCommand).resolves(groups());
    const byPath = { rules: [{ name: 'fast', groups: [], paths: ['/minutes/'] }] };
    await expect(exemptNow(client, userFacts(), RULES, NOW, byPath)).resolves.toMatchObject({
      elsewhere: expect.stringContaining('fast') as string,
    });
  });
});

describe('by path, where paths exempt', () => {
  const described = (Arn?: string) => ({ User: { UserName: 'alice', Arn, Path: '/', UserId: 'AIDA', CreateDate: NOW } });

  it.each([
    ['who was moved there since the report was made', '/system/', { exempt: 'the user is below the path /system/', by: 'path' }],
    ['who is elsewhere', '/people/', undefined],
  ])('a user %s', async (_, path, exemption) => {
    iam.on(ListGroupsForUserCommand).resolves(groups());
    iam.on(GetUserCommand, { UserName: 'alice' }).resolves(described(`arn:aws:iam::111122223333:user${path}alice`));
    await expect(ask({ paths: ['/system/'] })).resolves.toEqual(exemption);
  });

  it('a user whose path IAM does not say is not to be changed', async () => {
    iam.on(GetUserCommand).resolves(described());
    await expect(ask({ paths: ['/system/'] })).rejects.toThrow('whether alice is exempt cannot be told, so nothing was changed');
  });
});

it.each([
  ['access is denied', accessDenied(), 'AccessDenied: not authorized'],
  ['IAM knows no such user', noSuchEntity(), 'NoSuchEntityException: NoSuchEntityException says no'],
  ['no answer comes', timeout(), 'TimeoutError: TimeoutError says no'],
  ['the service fails', awsError('ServiceFailureException', 500, 'oops'), 'ServiceFailureException: oops'],
])('nothing is to be changed when %s', async (_, cause, told) => {
  iam.on(ListGroupsForUserCommand).rejects(cause);
  await expect(ask()).rejects.toMatchObject({
    name: 'RotationError',
    message: `whether alice is exempt cannot be told, so nothing was changed: ${told}`,
    cause,
  });
});

it.each<[string, object]>([
  ['without groups', {}],
  ['with a group without a name', { Groups: [{ ...group('a'), GroupName: undefined }] }],
  ['that is cut off without saying where it goes on', { Groups: [group('a')], IsTruncated: true }],
])('nothing is to be changed after an answer %s', async (_, answer) => {
  iam.on(ListGroupsForUserCommand).resolves(answer);
  await expect(ask()).rejects.toThrow('whether alice is exempt cannot be told');
});

it('nothing is to be changed when a later page fails', async () => {
  iam
    .on(ListGroupsForUserCommand)
    .resolvesOnce({ ...groups('a'), IsTruncated: true, Marker: 'm' })
    .rejects(timeout());
  await expect(ask()).rejects.toThrow('whether alice is exempt cannot be told');
});
