import * as secrets from '@aws-sdk/client-secrets-manager';
import { failure, Harness } from '../harness';

let harness: Harness;
let client: secrets.SecretsManagerClient;
const dayMs = 86_400_000;
const SecretId = 'team/key';
beforeEach(async () => {
  harness = await Harness.start();
  client = new secrets.SecretsManagerClient(harness.user('admin'));
  await client.send(new secrets.CreateSecretCommand({ Name: SecretId }));
});
afterEach(() => {
  client.destroy();
  harness.stop();
});

const token = (name: string): string => name.padEnd(32, '-');
const put = (name: string, VersionStages?: string[]) =>
  client.send(new secrets.PutSecretValueCommand({ SecretId, SecretString: name, ClientRequestToken: token(name), VersionStages }));
const fetch = (VersionId: string) => client.send(new secrets.GetSecretValueCommand({ SecretId, VersionId: token(VersionId) }));
const versions = async (IncludeDeprecated?: boolean) =>
  (await client.send(new secrets.ListSecretVersionIdsCommand({ SecretId, IncludeDeprecated }))).Versions ?? [];
const stages = async () =>
  Object.fromEntries((await versions(true)).map(({ VersionId = '', VersionStages = [] }) => [VersionId.replace(/-+$/, ''), VersionStages]));
const move = (VersionStage: string, from?: string, to?: string) =>
  client.send(
    new secrets.UpdateSecretVersionStageCommand({
      SecretId,
      VersionStage,
      ...(from !== undefined && { RemoveFromVersionId: token(from) }),
      ...(to !== undefined && { MoveToVersionId: token(to) }),
    }),
  );

describe('the first version', () => {
  it('is AWSCURRENT even when it is put with other labels only', async () => {
    const { VersionStages } = await put('note', ['check']);
    expect(VersionStages?.sort()).toEqual(['AWSCURRENT', 'check']);
    expect((await client.send(new secrets.GetSecretValueCommand({ SecretId }))).SecretString).toBe('note');
  });

  it('alone is: a later one keeps to its labels', async () => {
    await put('one', ['check']);
    await put('two', ['check']);
    expect(await stages()).toEqual({ one: ['AWSCURRENT'], two: ['check'] });
    await put('three');
    expect(await stages()).toEqual({ one: ['AWSPREVIOUS'], two: ['check'], three: ['AWSCURRENT'] });
  });
});

describe('a list of versions', () => {
  it('shows when each was made, by the clock of the sandbox, and the day on which it was last fetched', async () => {
    await put('one');
    harness.kernel.clock.advance(2 * dayMs);
    await put('two');
    await fetch('one');
    const [one, two] = await versions();
    expect(one).toMatchObject({ VersionStages: ['AWSPREVIOUS'], LastAccessedDate: new Date('2026-03-03T00:00:00Z') });
    expect([one?.CreatedDate, two?.CreatedDate].map((date) => date?.toISOString().slice(0, 10))).toEqual(['2026-03-01', '2026-03-03']);
    expect(two?.LastAccessedDate).toBeUndefined();
  });

  it('leaves out versions without a label unless they are asked for, and comes in pages', async () => {
    for (const name of ['one', 'two', 'three']) await put(name);
    expect(await versions()).toHaveLength(2);
    const ids: number[] = [];
    for await (const { Versions } of secrets.paginateListSecretVersionIds({ client, pageSize: 2 }, { SecretId, IncludeDeprecated: true })) {
      ids.push(Versions!.length);
    }
    expect(ids).toEqual([2, 1]);
    expect((await versions(true)).find(({ VersionId }) => VersionId === token('one'))?.VersionStages).toBeUndefined();
  });

  it('is of a secret that exists', async () => {
    expect(await failure(client.send(new secrets.ListSecretVersionIdsCommand({ SecretId: 'none' })))).toMatch(/^ResourceNotFoundException/);
  });
});

describe('a label', () => {
  beforeEach(async () => {
    await put('one');
    await put('two');
  });

  it('is moved, and AWSPREVIOUS follows AWSCURRENT', async () => {
    await move('AWSCURRENT', 'two', 'one');
    expect(await stages()).toEqual({ one: ['AWSCURRENT'], two: ['AWSPREVIOUS'] });
  });

  it('is put on a version and taken off again', async () => {
    await move('mine', undefined, 'one');
    expect((await stages())['one']).toContain('mine');
    await move('mine', 'one');
    expect((await stages())['one']).toEqual(['AWSPREVIOUS']);
  });

  it.each([
    [
      'is taken only from the version that is named',
      'AWSCURRENT',
      undefined,
      'one',
      /^InvalidParameterException: The parameter RemoveFrom/,
    ],
    ['is not taken from a version that does not carry it', 'AWSCURRENT', 'one', 'two', /^InvalidParameterException: .*isn't currently/],
    ['AWSCURRENT is never only removed', 'AWSCURRENT', 'two', undefined, /^InvalidParameterException: You can only move/],
    ['goes to versions that exist', 'mine', undefined, 'none', /^ResourceNotFoundException/],
  ])('%s', async (_, stage, from, to, message) => {
    const before = await stages();
    expect(await failure(move(stage, from, to))).toMatch(message);
    expect(await stages()).toEqual(before);
  });
});

describe('a hundred versions', () => {
  beforeEach(async () => {
    for (let number = 0; number < 100; number += 1) await put(`v${number}`);
  });

  it('are all that fit within a day: one more is refused, and nothing is removed', async () => {
    expect(await failure(put('more'))).toMatch(/^LimitExceededException/);
    expect((await stages())['v0']).toEqual([]);
    expect((await stages())['v99']).toEqual(['AWSCURRENT']);
  });

  it('make room after a day: the oldest without a label goes', async () => {
    await move('kept', undefined, 'v0');
    harness.kernel.clock.advance(dayMs);
    await put('more');
    const left = await stages();
    expect(Object.keys(left)).toHaveLength(100);
    expect(left).toMatchObject({ v0: ['kept'], more: ['AWSCURRENT'] });
    expect(left['v1']).toBeUndefined();
  });
});

it('a secret is gone at once when its deletion skips the recovery window, and its name is free', async () => {
  await put('one');
  await client.send(new secrets.DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }));
  expect(await failure(fetch('one'))).toMatch(/^ResourceNotFoundException/);
  await client.send(new secrets.CreateSecretCommand({ Name: SecretId }));
  expect(await versions(true)).toEqual([]);
});

it('secrets are found by the beginning of their description, whatever its letter case', async () => {
  await client.send(new secrets.CreateSecretCommand({ Name: 'described', Description: 'Keys of Ana' }));
  const found = async (...Values: string[]) =>
    (await client.send(new secrets.ListSecretsCommand({ Filters: [{ Key: 'description', Values }] }))).SecretList?.map(({ Name }) => Name);
  expect(await found('keys OF')).toEqual(['described']);
  expect(await found('ana')).toEqual([]);
});
