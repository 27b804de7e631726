import {
  GetAccessKeyLastUsedCommand,
  GetUserCommand,
  IAMClient,
  ListAccessKeysCommand,
  ListUserTagsCommand,
  type AccessKeyMetadata,
  type GetAccessKeyLastUsedCommandOutput,
} from '@aws-sdk/client-iam';
import {
  DescribeSecretCommand,
  GetResourcePolicyCommand,
  ListSecretVersionIdsCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import type { Remembered, UserFacts } from '../../../../lambda/core/plan/user-facts';
import { findUser, listKeys, readTags, readUser } from '../../../../lambda/core/read/read-user';
import type { IntentRecords } from '../../../../lambda/core/store/intent-records';
import type { KeyStore } from '../../../../lambda/core/store/key-store';
import { policyFor } from '../../../../lambda/core/store/secret-policy';
import { SecretStore } from '../../../../lambda/core/store/secret-store';
import { accessDenied, callsOf, namesOf, noSuchEntity, timeout } from '../../../helpers/aws';
import { ACCOUNT, daysAgo, intent, NEW, NOW, OLD, remembered } from '../../../helpers/facts';

const iam = mockClient(IAMClient);
const secrets = mockClient(SecretsManagerClient);
const client = new IAMClient({ region: 'us-east-1' });
const store = new SecretStore(new SecretsManagerClient({ region: 'us-east-1' }), ACCOUNT);
const recorded = jest.fn<Promise<boolean>, Parameters<IntentRecords['isOurs']>>();
const announced = jest.fn<Promise<boolean>, Parameters<IntentRecords['announced']>>();
const intents: IntentRecords = { note: () => Promise.reject(new Error('nothing is recorded')), isOurs: recorded, announced };
const alice = { name: 'alice', arn: `arn:aws:iam::${ACCOUNT}:user/alice` };
const read = async (allUses?: boolean): Promise<UserFacts> => {
  const facts = await readUser({ iam: client, store, intents, clock: () => NOW }, alice, allUses ? { allUses } : {});
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
  recorded.mockReset();
  recorded.mockResolvedValue(true);
  announced.mockReset();
  announced.mockResolvedValue(false);
  iam.reset();
  secrets.reset();
  holds(metadata(OLD, 95));
  tagged({});
  iam.on(GetAccessKeyLastUsedCommand).resolves({ AccessKeyLastUsed: { LastUsedDate: daysAgo(1), ServiceName: 's3', Region: 'eu-west-1' } });
  secrets.on(ListSecretVersionIdsCommand).resolves({ Versions: [] });
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
      memory: new Map(),
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
    expect(namesOf(secrets)).toEqual(['DescribeSecret', 'ListSecretVersionIds']);
    expect(asked()).toEqual([OLD, NEW]);
  });

  describe('with an intent among the tags', () => {
    const TAG = 'key-rotation:issuing:aaaa1111';
    const beside = async (minutesAgo: number) => {
      holds(metadata(OLD, 95), metadata(NEW, 5, 'Inactive'));
      tagged(intent(minutesAgo, [OLD]));
      return (await read()).state.intents;
    };

    it('says that it is ours when the rotator’s own record says the same', async () => {
      await expect(beside(15)).resolves.toMatchObject([{ tagKey: TAG, ours: true }]);
      expect(recorded.mock.calls).toEqual([
        [{ name: 'alice', keyIds: [OLD, NEW] }, expect.objectContaining({ tagKey: TAG, known: [OLD] })],
      ]);
    });

    it('says nothing of the kind when there is no such record, and asks no more than without the tag', async () => {
      recorded.mockResolvedValue(false);
      const [found] = await beside(15);
      expect(found).not.toHaveProperty('ours');
      expect(asked()).toEqual([OLD]);
    });

    it('does not ask while its invocation may be running', async () => {
      const [found] = await beside(14);
      expect(found).not.toHaveProperty('ours');
      expect(recorded).not.toHaveBeenCalled();
    });

    it('fails when the record cannot be read', async () => {
      recorded.mockRejectedValue(accessDenied());
      await expect(beside(15)).rejects.toMatchObject({ name: 'AccessDenied' });
    });
  });

  it('asks for no record when there is no intent', async () => {
    await read();
    expect(recorded).not.toHaveBeenCalled();
  });

  it.each([
    ['both active keys, of which one must make room', [metadata(OLD, 95), metadata(NEW, 5)], [OLD, NEW]],
    [
      'every active key of more than two',
      [metadata(OLD, 95), metadata(NEW, 5), metadata('AKIATHIRD00000000003', 1)],
      [OLD, NEW, 'AKIATHIRD00000000003'],
    ],
    [
      'the only active key of more than two',
      [metadata(OLD, 95, 'Inactive'), metadata(NEW, 5), metadata('AKIATHIRD00000000003', 1, 'Inactive')],
      [NEW],
    ],
    ['the only active key', [metadata(OLD, 95, 'Inactive'), metadata(NEW, 5)], [NEW]],
    ['no inactive key', [metadata(OLD, 95, 'Inactive')], []],
  ])('asks the last use of %s', async (_, keys, expected) => {
    holds(...keys);
    const { keys: found } = await read();
    expect(asked()).toEqual(expected);
    expect(found.filter((key) => key.lastUsed !== undefined).map((key) => key.id)).toEqual(expected);
  });

  it('asks the last use of the older key alone where the younger one is its successor', async () => {
    holds(metadata(OLD, 95), metadata(NEW, 5));
    tagged(remembered(NEW, { issued: daysAgo(5) }));
    secrets.on(ListSecretVersionIdsCommand).resolves({ Versions: [{ VersionId: `iam-key-rotation-${NEW}`, CreatedDate: daysAgo(5) }] });
    await read();
    expect(asked()).toEqual([OLD]);
  });

  it('asks every last use when told to', async () => {
    holds(metadata(OLD, 95, 'Inactive'), metadata(NEW, 5));
    await read(true);
    expect(asked()).toEqual([OLD, NEW]);
  });

  it('reads tags once, before the keys, when every key was there before', async () => {
    holds(metadata(OLD, 95), metadata(NEW, 15 / (24 * 60) + 0.001));
    await read();
    expect(namesOf(iam)).toEqual(['ListUserTags', 'ListAccessKeys', 'GetAccessKeyLastUsed', 'GetAccessKeyLastUsed']);
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

  it('sees what was written of a key that was made since the tags were read, and of that key alone', async () => {
    holds(metadata(OLD, 95), metadata(NEW, 0));
    iam
      .on(ListUserTagsCommand)
      .resolvesOnce({ Tags: [] })
      .resolves({
        Tags: Object.entries({ ...remembered(NEW, { inactive: NOW }), ...remembered(OLD, { inactive: NOW }) }).map(([Key, Value]) => ({
          Key,
          Value,
        })),
      });
    const { state } = await read();
    expect(state.keys).toEqual(new Map([[NEW, { inactive: NOW }]]));
  });

  it('says when the keys were listed: after the tags, before the listing', async () => {
    const moments = [1, 2, 3].map((minute) => new Date(NOW.getTime() + minute * 60_000));
    let at = 0;
    const asking = readUser({ iam: client, store, intents, clock: () => moments[at++] ?? NOW }, alice);
    await expect(asking).resolves.toMatchObject({ listedAt: moments[1] });
  });

  it.each([
    ['the tags', () => iam.on(ListUserTagsCommand).rejects(noSuchEntity())],
    ['the keys', () => iam.on(ListAccessKeysCommand, { UserName: 'alice' }).rejects(noSuchEntity())],
  ])('knows nothing of a user who is gone when %s are read', async (_, leave) => {
    leave();
    await expect(readUser({ iam: client, store, intents, clock: () => NOW }, alice)).resolves.toBeUndefined();
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

describe('when the version that holds the current key was made', () => {
  const made = new Date(daysAgo(5).getTime() + 60_000);
  const since = async (tags: Record<string, string>, memory: [string, Remembered][] = []) => {
    holds(metadata(OLD, 95), metadata(NEW, 5));
    tagged(tags);
    secrets.on(ListSecretVersionIdsCommand).resolves({
      Versions: [
        { VersionId: `iam-key-rotation-${OLD}`, CreatedDate: daysAgo(95) },
        { VersionId: `iam-key-rotation-${NEW}`, CreatedDate: made },
      ],
    });
    const facts = await readUser({ iam: client, store, intents, clock: () => NOW }, alice, { memory: new Map(memory) });
    return facts?.stored.since;
  };

  it.each<[string, Record<string, string>, [string, Remembered][], Date | undefined]>([
    ['is asked when our tag says that we issued it', remembered(NEW, { issued: daysAgo(5) }), [], made],
    ['is asked when we remember that we issued it', {}, [[NEW, { told: {}, issued: true }]], made],
    ['is not asked of anybody’s key', {}, [], undefined],
    ['is not asked when another key is tagged', remembered(OLD, { issued: daysAgo(95) }), [[OLD, { told: {}, issued: true }]], undefined],
    ['is not asked when the tag names another moment', remembered(NEW, { issued: daysAgo(3) }), [], undefined],
  ])('%s', async (_, tags, memory, expected) => {
    await expect(since(tags, memory)).resolves.toEqual(expected);
    expect(namesOf(secrets)).toEqual(expected ? ['DescribeSecret', 'ListSecretVersionIds'] : ['DescribeSecret']);
  });

  it('fails the user when it cannot be asked', async () => {
    holds(metadata(OLD, 95), metadata(NEW, 5));
    tagged(remembered(NEW, { issued: daysAgo(5) }));
    secrets.on(ListSecretVersionIdsCommand).rejects(accessDenied());
    await expect(read()).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

describe('a second key that neither tags nor memory know', () => {
  const unused = () =>
    iam.on(GetAccessKeyLastUsedCommand, { AccessKeyId: NEW }).resolves({ AccessKeyLastUsed: { ServiceName: 'N/A' } as never });
  const rememberedOf = async (memory: [string, Remembered][] = []) =>
    (await readUser({ iam: client, store, intents, clock: () => NOW }, alice, { memory: new Map(memory) }))?.memory;

  it('is looked for in our own records, and counts as remembered when a run announced it', async () => {
    holds(metadata(OLD, 95), metadata(NEW, 5));
    unused();
    announced.mockResolvedValue(true);
    await expect(rememberedOf()).resolves.toEqual(new Map([[NEW, { told: {}, issued: true }]]));
    expect(announced.mock.calls).toMatchObject([
      [
        { name: 'alice', keyIds: [OLD, NEW] },
        { id: NEW, created: daysAgo(5) },
      ],
    ]);
  });

  it('has the date of its version asked when a run announced it', async () => {
    holds(metadata(OLD, 95), metadata(NEW, 5));
    unused();
    announced.mockResolvedValue(true);
    secrets.on(ListSecretVersionIdsCommand).resolves({ Versions: [{ VersionId: `iam-key-rotation-${NEW}`, CreatedDate: daysAgo(5) }] });
    expect((await read()).stored.since).toEqual(daysAgo(5));
  });

  it('is a person’s when no run announced it', async () => {
    holds(metadata(OLD, 95), metadata(NEW, 5));
    unused();
    await expect(rememberedOf()).resolves.toEqual(new Map());
  });

  it.each<[string, AccessKeyMetadata[], Record<string, string>, [string, Remembered][]]>([
    ['the only key', [metadata(NEW, 5)], {}, []],
    ['an inactive one', [metadata(OLD, 95), metadata(NEW, 5, 'Inactive')], {}, []],
    ['one that may still be being issued', [metadata(OLD, 95), metadata(NEW, 14 / 1_440)], {}, []],
    ['one that our tag knows', [metadata(OLD, 95), metadata(NEW, 5)], remembered(NEW, { issued: daysAgo(5) }), []],
    ['one that the memory knows', [metadata(OLD, 95), metadata(NEW, 5)], {}, [[NEW, { told: {}, issued: true }]]],
  ])('is not looked for: %s', async (_, keys, tags, memory) => {
    holds(...keys);
    unused();
    tagged(tags);
    await rememberedOf(memory);
    expect(announced.mock.calls.filter(([, { id }]) => id === NEW)).toEqual([]);
  });

  it('is not looked for when it is used', async () => {
    holds(metadata(OLD, 95), metadata(NEW, 5));
    await rememberedOf();
    expect(announced).not.toHaveBeenCalled();
  });

  it('fails the user when the records cannot be read', async () => {
    holds(metadata(OLD, 95), metadata(NEW, 5));
    unused();
    announced.mockRejectedValue(accessDenied());
    await expect(read()).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

describe('a version that is called by a key of ours', () => {
  const LABELS = ['AWSCURRENT', 'AWSPREVIOUS', 'AWSPENDING', 'KEYROTATIONCHECK', 'mine'];
  const [inTime, later, before] = [0, 901_000, -6_000].map((ms) => new Date(daysAgo(5).getTime() + ms)) as [Date, Date, Date];
  const storedWith = async (label: string, CreatedDate: Date, tags = remembered(NEW, { issued: daysAgo(5) })) => {
    holds(metadata(OLD, 95), metadata(NEW, 5));
    tagged(tags);
    secrets.on(DescribeSecretCommand).resolves({
      ARN: 'arn',
      Tags: [{ Key: 'key-rotation:managed', Value: 'true' }],
      VersionIdsToStages: { [`iam-key-rotation-${NEW}`]: [label], [`iam-key-rotation-${OLD}`]: ['other'] },
    });
    secrets.on(ListSecretVersionIdsCommand).resolves({
      Versions: [
        { VersionId: `iam-key-rotation-${NEW}`, CreatedDate },
        { VersionId: `iam-key-rotation-${OLD}`, CreatedDate: daysAgo(95) },
      ],
    });
    return (await read()).stored;
  };

  it.each(LABELS)('counts when AWS made it within the invocation that made the key: %s', async (label) => {
    const stored = await storedWith(label, inTime);
    expect([...stored.versions].sort()).toEqual([OLD, NEW].sort());
    expect(stored.forged).toBeUndefined();
    expect(stored.current).toBe(label === 'AWSCURRENT' ? NEW : undefined);
  });

  it.each(LABELS.flatMap((label) => [later, before].map((made) => [label, made] as const)))(
    'does not count when AWS made it at another time: %s, %s',
    async (label, made) => {
      expect(await storedWith(label, made)).toEqual({ versions: new Set([OLD]), forged: new Map([[NEW, made]]) });
    },
  );

  it('does not count either where a run of ours was interrupted', async () => {
    expect(await storedWith('AWSPREVIOUS', later, intent(7_200, [OLD]))).toMatchObject({ forged: new Map([[NEW, later]]) });
  });

  it('counts when AWS describes it and does not list it: one of the two answers is old', async () => {
    const asking = storedWith('AWSCURRENT', later);
    secrets.on(ListSecretVersionIdsCommand).resolves({ Versions: [] });
    expect(await asking).toEqual({ current: NEW, versions: new Set([OLD, NEW]) });
  });

  it('brings nobody to the secret of a former name when AWS made it at another time', async () => {
    const tags = { ...remembered(NEW, { issued: daysAgo(5) }), 'key-rotation:stored-as': 'before' };
    const asking = storedWith('AWSCURRENT', later, tags);
    secrets.on(DescribeSecretCommand).resolves({
      ARN: 'arn',
      Tags: [{ Key: 'key-rotation:managed', Value: 'true' }],
      VersionIdsToStages: { [`iam-key-rotation-${NEW}`]: ['AWSCURRENT'] },
    });
    expect((await asking).renamed).toBeUndefined();
    expect(namesOf(secrets)).not.toContain('GetResourcePolicy');
  });
});

describe('a user who has another name than when their key was stored', () => {
  const named = (userName: string) => `Account_${ACCOUNT}_User_${userName}_AccessKey`;
  const OURS = [{ Key: 'key-rotation:managed', Value: 'true' }];
  const before = { SecretId: named('before') };
  const renamed = (more: Partial<KeyStore> = {}) => {
    holds(metadata(OLD, 95), metadata(NEW, 5));
    tagged({ ...remembered(NEW, { issued: daysAgo(5) }), 'key-rotation:stored-as': 'before' });
    secrets.on(DescribeSecretCommand).rejects(Object.assign(new Error('none'), { name: 'ResourceNotFoundException' }));
    secrets
      .on(DescribeSecretCommand, before)
      .resolves({ ARN: 'arn', Tags: OURS, VersionIdsToStages: { [`iam-key-rotation-${NEW}`]: ['AWSCURRENT'] } });
    secrets
      .on(ListSecretVersionIdsCommand, before)
      .resolves({ Versions: [{ VersionId: `iam-key-rotation-${NEW}`, CreatedDate: daysAgo(5) }] });
    secrets.on(GetResourcePolicyCommand).resolves({});
    const places = Object.assign(Object.create(store) as KeyStore, more);
    return readUser({ iam: client, store: places, intents, clock: () => NOW }, alice);
  };

  it('has the secret of the former name, with its key and its date', async () => {
    expect((await renamed())?.stored).toEqual({
      current: NEW,
      versions: new Set([NEW]),
      since: daysAgo(5),
      renamed: { from: 'before', repairable: true, readable: false },
    });
  });

  it('may read it once it was opened to them', async () => {
    const asking = renamed();
    secrets.on(GetResourcePolicyCommand, before).resolves({ ResourcePolicy: JSON.stringify(policyFor(alice.arn)) });
    expect((await asking)?.stored.renamed).toEqual({ from: 'before', repairable: true, readable: true });
  });

  it('cannot be let in by the central store', async () => {
    expect((await renamed({ central: true }))?.stored.renamed).toEqual({ from: 'before', repairable: false, readable: false });
    expect(namesOf(secrets)).not.toContain('GetResourcePolicy');
  });

  it('keeps what is forged in the secret of the former name, so that the key does not count as lost', async () => {
    const asking = renamed();
    secrets
      .on(ListSecretVersionIdsCommand, before)
      .resolves({ Versions: [{ VersionId: `iam-key-rotation-${NEW}`, CreatedDate: daysAgo(1) }] });
    expect((await asking)?.stored).toEqual({ versions: new Set(), forged: new Map([[NEW, daysAgo(1)]]) });
  });

  it('has the secret of the present name when the former one holds no key of theirs', async () => {
    const asking = renamed();
    secrets
      .on(DescribeSecretCommand, before)
      .resolves({ ARN: 'arn', Tags: OURS, VersionIdsToStages: { 'iam-key-rotation-AKIAGONE000000000003': ['AWSCURRENT'] } });
    secrets
      .on(DescribeSecretCommand, { SecretId: named('alice') })
      .resolves({ ARN: 'arn', Tags: OURS, VersionIdsToStages: { [`iam-key-rotation-${OLD}`]: ['AWSCURRENT'] } });
    const stored = (await asking)?.stored;
    expect(stored).toMatchObject({ current: OLD });
    expect(stored).not.toHaveProperty('renamed');
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

  it('takes an expired key for an inactive one, and says so', async () => {
    holds({ AccessKeyId: OLD, Status: 'Expired', CreateDate: NOW });
    await expect(listKeys(client, 'alice')).resolves.toEqual([{ id: OLD, status: 'Inactive', expired: true, created: NOW }]);
  });

  it.each<[string, AccessKeyMetadata]>([
    ['id', { Status: 'Active', CreateDate: NOW }],
    ['status', { AccessKeyId: OLD, CreateDate: NOW }],
    ['creation date', { AccessKeyId: OLD, Status: 'Active' }],
  ])('refuses a key without %s', async (_, key) => {
    holds(key);
    await expect(listKeys(client, 'alice')).rejects.toThrow('IAM listed a key of alice without id, status or creation date');
  });

  it('refuses a status that AWS may add, since such a key may work or not, and names it', async () => {
    holds({ AccessKeyId: OLD, Status: 'Suspended' as never, CreateDate: NOW });
    await expect(listKeys(client, 'alice')).rejects.toThrow(`IAM calls the key ${OLD} of alice "Suspended", a status that this version`);
  });
});

it('readTags gives our own keys as we write them, whatever their letter case, and leaves others alone', async () => {
  iam.reset();
  const Tags = [
    { Key: `Key-Rotation:${OLD.toLowerCase()}`, Value: '1' },
    { Key: 'KEY-ROTATION:Stored-As', Value: '2' },
    { Key: 'OwnerEmail', Value: '3' },
  ];
  iam.on(ListUserTagsCommand).resolves({ Tags });
  expect([...(await readTags(client, 'alice'))]).toEqual([
    [`key-rotation:${OLD}`, '1'],
    ['key-rotation:stored-as', '2'],
    ['OwnerEmail', '3'],
  ]);
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
