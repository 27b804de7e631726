import {
  GetAccessKeyLastUsedCommand,
  GetUserCommand,
  IAMClient,
  ListAccessKeysCommand,
  ListUserTagsCommand,
  type AccessKeyMetadata,
  type GetAccessKeyLastUsedCommandOutput,
} from '@aws-sdk/client-iam';
import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import type { UserFacts } from '../../../../lambda/core/plan/user-facts';
import { findUser, listKeys, readTags, readUser } from '../../../../lambda/core/read/read-user';
import { SecretStore } from '../../../../lambda/core/store/secret-store';
import { accessDenied, callsOf, namesOf, noSuchEntity, timeout } from '../../../helpers/aws';
import { ACCOUNT, daysAgo, intent, NEW, NOW, OLD, remembered } from '../../../helpers/facts';

const iam = mockClient(IAMClient);
const secrets = mockClient(SecretsManagerClient);
const client = new IAMClient({ region: 'us-east-1' });
const store = new SecretStore(new SecretsManagerClient({ region: 'us-east-1' }), ACCOUNT);
const alice = { name: 'alice', arn: `arn:aws:iam::${ACCOUNT}:user/alice` };
const read = async (allUses?: boolean): Promise<UserFacts> => {
  const facts = await readUser({ iam: client, store, clock: () => NOW }, alice, allUses ? { allUses } : {});
  if (!facts) throw new Error('alice is gone');
  return facts;
};
const metadata = (AccessKeyId: string, ageDays: number, Status: 'Active' | 'Inactive' = 'Active'): AccessKeyMetadata => ({
  UserName: 'alice',
  AccessKeyId,
  Status,
  CreateDate: daysAgo(ageDays),
});
const holds = (...AccessKeyMetadata: AccessKeyMetadata[]) =>
  iam.on(ListAccessKeysCommand, { UserName: 'alice' }).resolves({ AccessKeyMetadata });
const tagged = (tags: Record<string, string>) =>
  iam.on(ListUserTagsCommand).resolves({ Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) });
const asked = (): unknown[] => callsOf(iam).flatMap((call) => (call.name === 'GetAccessKeyLastUsed' ? [call.input['AccessKeyId']] : []));

beforeEach(() => {
  iam.reset();
  secrets.reset();
  holds(metadata(OLD, 95));
  tagged({});
  iam.on(GetAccessKeyLastUsedCommand).resolves({ AccessKeyLastUsed: { LastUsedDate: daysAgo(1), ServiceName: 's3', Region: 'eu-west-1' } });
  secrets.on(DescribeSecretCommand).resolves({
    ARN: 'arn',
    Tags: [{ Key: 'key-rotation:managed', Value: 'true' }],
    VersionIdsToStages: { [`iam-key-rotation-${NEW}`]: ['AWSCURRENT'] },
  });
});

describe('readUser', () => {
  it('reads keys, tags and the last use, and leaves the secret of a single key alone', async () => {
    const tags = { team: 'payments', ...remembered(OLD, { reenabled: daysAgo(3), times: 2 }) };
    tagged(tags);
    await expect(read()).resolves.toEqual({
      ...alice,
      listedAt: NOW,
      keys: [{ id: OLD, status: 'Active', created: daysAgo(95), lastUsed: { at: daysAgo(1), service: 's3', region: 'eu-west-1' } }],
      tags: new Map(Object.entries(tags)),
      state: { keys: new Map([[OLD, { reenabled: daysAgo(3), times: 2 }]]), intents: [] },
      stored: { versions: new Set() },
    });
    expect(namesOf(secrets)).toEqual([]);
  });

  it('asks the secret when there are two keys', async () => {
    holds(metadata(NEW, 5), metadata(OLD, 95));
    await expect(read()).resolves.toMatchObject({ stored: { current: NEW, versions: new Set([NEW]) }, keys: [{ id: OLD }, { id: NEW }] });
  });

  it('asks the secret and every last use after an interruption', async () => {
    holds(metadata(NEW, 5), metadata(OLD, 95));
    tagged(intent(20, [OLD]));
    await read();
    expect(namesOf(secrets)).toEqual(['DescribeSecret']);
    expect(asked()).toEqual([OLD, NEW]);
  });

  it.each([
    ['the oldest active key', [metadata(OLD, 95), metadata(NEW, 5)], [OLD]],
    ['the only active key', [metadata(OLD, 95, 'Inactive'), metadata(NEW, 5)], [NEW]],
    ['no inactive key', [metadata(OLD, 95, 'Inactive')], []],
  ])('asks the last use of %s', async (_, keys, expected) => {
    holds(...keys);
    const { keys: found } = await read();
    expect(asked()).toEqual(expected);
    expect(found.filter((key) => key.lastUsed !== undefined).map((key) => key.id)).toEqual(expected);
  });

  it('asks every last use when told to', async () => {
    holds(metadata(OLD, 95, 'Inactive'), metadata(NEW, 5));
    await read(true);
    expect(asked()).toEqual([OLD, NEW]);
  });

  it('reads tags once, before the keys, when every key was there before', async () => {
    holds(metadata(OLD, 95), metadata(NEW, 15 / (24 * 60) + 0.001));
    await read();
    expect(namesOf(iam)).toEqual(['ListUserTags', 'ListAccessKeys', 'GetAccessKeyLastUsed']);
  });

  it('sees the intent under which a key was made since the tags were read', async () => {
    holds(metadata(OLD, 95), metadata(NEW, 0));
    iam
      .on(ListUserTagsCommand)
      .resolvesOnce({ Tags: [] })
      .resolves({
        Tags: Object.entries({ ...intent(0, [OLD]), ...remembered(OLD, { inactive: NOW }) }).map(([Key, Value]) => ({ Key, Value })),
      });
    const { state } = await read();
    expect(state).toMatchObject({ intents: [{ known: [OLD] }], keys: new Map() });
  });

  it('says when the keys were listed: after the tags, before the listing', async () => {
    const moments = [1, 2, 3].map((minute) => new Date(NOW.getTime() + minute * 60_000));
    let at = 0;
    const asking = readUser({ iam: client, store, clock: () => moments[at++] ?? NOW }, alice);
    await expect(asking).resolves.toMatchObject({ listedAt: moments[1] });
  });

  it.each([
    ['the tags', () => iam.on(ListUserTagsCommand).rejects(noSuchEntity())],
    ['the keys', () => iam.on(ListAccessKeysCommand, { UserName: 'alice' }).rejects(noSuchEntity())],
  ])('knows nothing of a user who is gone when %s are read', async (_, leave) => {
    leave();
    await expect(readUser({ iam: client, store, clock: () => NOW }, alice)).resolves.toBeUndefined();
  });

  it('says never used only where AWS answered so', async () => {
    iam
      .on(GetAccessKeyLastUsedCommand)
      .resolves({ UserName: 'alice', AccessKeyLastUsed: { ServiceName: 'N/A', Region: 'N/A', LastUsedDate: undefined } });
    expect((await read()).keys[0]?.lastUsed).toBe('never');
    for (const AccessKeyLastUsed of [undefined, {}, { ServiceName: 's3', Region: 'eu-west-1' }]) {
      iam.on(GetAccessKeyLastUsedCommand).resolves({ UserName: 'alice', AccessKeyLastUsed } as GetAccessKeyLastUsedCommandOutput);
      await expect(read()).rejects.toThrow(`IAM did not say when ${OLD} was last used`);
    }
  });

  it.each<[string, () => unknown, string]>([
    ['no list of keys', () => iam.on(ListAccessKeysCommand, { UserName: 'alice' }).resolves({}), 'IAM answered ListAccessKeys without'],
    ['no list of tags', () => iam.on(ListUserTagsCommand).resolves({}), 'IAM answered ListUserTags without'],
    ['a tag without key', () => iam.on(ListUserTagsCommand).resolves({ Tags: [{ Key: undefined, Value: 'a' }] }), 'a tag of alice without'],
    [
      'a tag without value',
      () => iam.on(ListUserTagsCommand).resolves({ Tags: [{ Key: 'a', Value: undefined }] }),
      'a tag of alice without',
    ],
  ])('takes %s for no answer, never for a user without them', async (_, answer, message) => {
    answer();
    await expect(read()).rejects.toThrow(message);
  });

  it('takes a second reading of the tags without a list for no answer', async () => {
    holds(metadata(OLD, 95), metadata(NEW, 0));
    iam.on(ListUserTagsCommand).resolvesOnce({ Tags: [] }).resolves({});
    await expect(read()).rejects.toThrow('IAM answered ListUserTags without the list that was asked for');
  });

  it('takes a description of the secret without ARN for no answer, never for a secret that holds nothing', async () => {
    holds(metadata(OLD, 95), metadata(NEW, 5));
    secrets.on(DescribeSecretCommand).resolves({ Tags: [{ Key: 'key-rotation:managed', Value: 'true' }] });
    await expect(read()).rejects.toThrow(`described the secret Account_${ACCOUNT}_User_alice_AccessKey without its ARN`);
  });

  it.each([
    ['the keys', () => iam.on(ListAccessKeysCommand, { UserName: 'alice' }).rejects(timeout())],
    ['the tags', () => iam.on(ListUserTagsCommand).rejects(timeout())],
    ['the last use', () => iam.on(GetAccessKeyLastUsedCommand).rejects(timeout())],
  ])('fails when %s cannot be read', async (_, fail) => {
    fail();
    await expect(read()).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  it('fails when the secret cannot be asked', async () => {
    holds(metadata(OLD, 95), metadata(NEW, 5));
    secrets.on(DescribeSecretCommand).rejects(accessDenied());
    await expect(read()).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

describe('listKeys', () => {
  it('reads all pages, oldest first, keys of one second by id', async () => {
    iam.reset();
    iam
      .on(ListAccessKeysCommand)
      .resolvesOnce({ AccessKeyMetadata: [metadata('B', 5), metadata('C', 5)], IsTruncated: true, Marker: 'm' })
      .resolves({ AccessKeyMetadata: [metadata('A', 5), metadata('D', 9)] });
    expect((await listKeys(client, 'alice')).map((key) => key.id)).toEqual(['D', 'A', 'B', 'C']);
  });

  it.each<[string, AccessKeyMetadata]>([
    ['id', { Status: 'Active', CreateDate: NOW }],
    ['status', { AccessKeyId: OLD, CreateDate: NOW }],
    ['creation date', { AccessKeyId: OLD, Status: 'Active' }],
    ['known status', { AccessKeyId: OLD, Status: 'Expired', CreateDate: NOW }],
  ])('refuses a key without %s', async (_, key) => {
    holds(key);
    await expect(listKeys(client, 'alice')).rejects.toThrow('IAM listed a key of alice without id, status or creation date');
  });
});

it('readTags reads all pages', async () => {
  iam.reset();
  iam
    .on(ListUserTagsCommand)
    .resolvesOnce({ Tags: [{ Key: 'a', Value: '1' }], IsTruncated: true, Marker: 'm' })
    .resolves({ Tags: [{ Key: 'b', Value: '' }] });
  expect([...(await readTags(client, 'alice'))]).toEqual([
    ['a', '1'],
    ['b', ''],
  ]);
});

describe('findUser', () => {
  it('gives name and ARN as IAM has them', async () => {
    const User = { UserName: 'alice', Arn: `arn:aws:iam::${ACCOUNT}:user/team/alice`, Path: '/team/', UserId: 'AIDA', CreateDate: NOW };
    iam.on(GetUserCommand, { UserName: 'alice' }).resolves({ User });
    await expect(findUser(client, 'alice', ACCOUNT)).resolves.toEqual({ name: 'alice', arn: User.Arn });
  });

  it('refuses a user that does not exist, naming user and account', async () => {
    iam.on(GetUserCommand).rejects(noSuchEntity());
    await expect(findUser(client, 'nobody', ACCOUNT)).rejects.toMatchObject({
      name: 'ForceRotateRefusedError',
      message: `account ${ACCOUNT} has no user "nobody"`,
    });
  });

  it('hands on any other error as it is', async () => {
    iam.on(GetUserCommand).rejects(accessDenied());
    await expect(findUser(client, 'alice', ACCOUNT)).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('does not guess when IAM describes no user', async () => {
    iam.on(GetUserCommand).resolves({});
    await expect(findUser(client, 'alice', ACCOUNT)).rejects.toThrow('IAM described the user "alice" without name or ARN');
  });
});
