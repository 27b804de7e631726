import { AttachUserPolicyCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetResourcePolicyCommand,
  ListSecretsCommand,
  ListSecretVersionIdsCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { CentralStore } from '../../../../lambda/core/store/central-store';
import { policyFor } from '../../../../lambda/core/store/secret-policy';
import { SecretStore } from '../../../../lambda/core/store/secret-store';
import { accessDenied, awsError, callsOf, changesOf, namesOf, SECRET } from '../../../helpers/aws';
import { ACCOUNT, NEW, NOW, OLD } from '../../../helpers/facts';

const iam = mockClient(IAMClient);
const central = new SecretsManagerClient({ region: 'us-east-1' });
const member = new SecretsManagerClient({ region: 'us-east-1' });
const [atCentral, atMember] = [mockClient(central), mockClient(member)];
const HOLDER = '999999999999';
const KEY = `arn:aws:kms:us-east-1:${HOLDER}:key/1234`;
const POLICY = `arn:aws:iam::${ACCOUNT}:policy/read-own-secret-1234`;
const NAME = `Account_${ACCOUNT}_User_alice_AccessKey`;
const ARN = `arn:aws:secretsmanager:us-east-1:${HOLDER}:secret:${NAME}-AbCdEf`;
const GONE = 'AKIAGONE000000000003';
const OURS = { Tags: [{ Key: 'key-rotation:managed', Value: 'true' }] };
const alice = { name: 'alice', arn: `arn:aws:iam::${ACCOUNT}:user/alice` };
const mayReplace = () => Promise.resolve('own' as const);
const storeIn = (key: string) =>
  new CentralStore(new SecretStore(central, ACCOUNT, { key }), new SecretStore(member, ACCOUNT), {
    iam: new IAMClient({ region: 'us-east-1' }),
    policyArn: POLICY,
  });
const POLICY_OF = (arn: string): string => JSON.stringify(policyFor(arn, { key: KEY }));
let store = storeIn(KEY);
const holds = (current: string, ...others: string[]): object => ({
  ...OURS,
  ARN,
  KmsKeyId: KEY,
  VersionIdsToStages: Object.fromEntries<string[]>([
    [`iam-key-rotation-${current}`, ['AWSCURRENT']],
    ...others.map((id): [string, string[]] => [`iam-key-rotation-${id}`, ['AWSPREVIOUS']]),
  ]),
});

beforeEach(() => {
  store = storeIn(KEY);
  iam.reset();
  iam.onAnyCommand().resolves({});
  for (const mock of [atCentral, atMember]) {
    mock.reset();
    mock.onAnyCommand().resolves({});
    mock.on(DescribeSecretCommand).rejects(awsError('ResourceNotFoundException', 400));
  }
  atCentral.on(CreateSecretCommand).resolves({ ARN });
});

const deleted = (secret: object): object => ({ ...secret, DeletedDate: new Date('2026-11-01T00:00:00Z') });

describe('storedKeys', () => {
  it.each<[string, object | undefined, object | undefined, string[], object]>([
    ['the central store', holds(NEW, OLD), undefined, [OLD, NEW], { current: NEW, versions: new Set([NEW, OLD]) }],
    ['the member account alone', undefined, holds(NEW), [OLD, NEW], { current: NEW, versions: new Set([NEW]), own: new Set([NEW]) }],
    [
      'both, of which the younger key is current',
      holds(OLD),
      holds(NEW),
      [OLD, NEW],
      { current: NEW, versions: new Set([OLD, NEW]), own: new Set([NEW]) },
    ],
    [
      'both, of which one key is gone',
      holds(GONE),
      holds(OLD),
      [OLD],
      { current: OLD, versions: new Set([GONE, OLD]), own: new Set([OLD]) },
    ],
    ['no place', undefined, undefined, [OLD], { versions: new Set() }],
    ['one that is being deleted', deleted(holds(NEW)), undefined, [NEW], { versions: new Set(), deleted: true }],
    ['an earlier one that is being deleted', undefined, deleted(holds(NEW)), [NEW], { versions: new Set(), formerDeleted: true }],
  ])('come from %s', async (_, there, here, keyIds, stored) => {
    if (there) atCentral.on(DescribeSecretCommand).resolves(there);
    if (here) atMember.on(DescribeSecretCommand).resolves(here);
    await expect(store.storedKeys('alice', keyIds)).resolves.toEqual({ ...stored, central: true });
  });

  it.each([
    ['the central store', atCentral],
    ['the member account', atMember],
  ])('are unknown when %s cannot be asked', async (_, mock) => {
    mock.on(DescribeSecretCommand).rejects(accessDenied());
    await expect(store.storedKeys('alice', [OLD])).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

it.each<[string, object, object, string[] | undefined]>([
  ['of the place that holds the current key', holds(NEW), holds(OLD), ['us-east-1 (Failed)']],
  ['but of no other place', holds(OLD), holds(NEW), undefined],
])('replicas matter %s', async (_, there, here, behind) => {
  atCentral.on(DescribeSecretCommand).resolves({ ...there, ReplicationStatus: [{ Region: 'us-east-1', Status: 'Failed' }] });
  atMember.on(DescribeSecretCommand).resolves(here);
  expect((await store.storedKeys('alice', [OLD, NEW])).behind).toEqual(behind);
});

describe('prepare', () => {
  it('lets the user read, makes the secret under the key, and touches nothing in the member account', async () => {
    await store.prepare(alice, mayReplace);
    expect(callsOf(iam)).toMatchObject([{ name: 'AttachUserPolicy', input: { UserName: 'alice', PolicyArn: POLICY } }]);
    expect(changesOf(iam, atCentral)).toEqual(['AttachUserPolicy', 'CreateSecret', 'PutResourcePolicy', 'PutSecretValue']);
    expect(callsOf(atCentral)[1]?.input).toMatchObject({ Name: NAME, KmsKeyId: KEY });
    expect(namesOf(atMember)).toEqual([]);
    expect(store.nameFor('alice')).toBe(ARN);
  });

  it('names an existing secret by its ARN, too', async () => {
    atCentral.on(DescribeSecretCommand).resolves(holds(OLD));
    const fresh = storeIn(KEY);
    await fresh.prepare(alice, mayReplace);
    expect(fresh.nameFor('alice')).toBe(ARN);
  });

  it('refuses a user name with a comma before anything has changed', async () => {
    await expect(store.prepare({ ...alice, name: 'a,b' }, mayReplace)).rejects.toMatchObject({
      name: 'SecretUnusableError',
      message: expect.stringContaining('the user name "a,b" has a comma') as string,
    });
    expect([...namesOf(iam), ...namesOf(atCentral)]).toEqual([]);
  });

  it.each([
    [
      'ten policies',
      awsError('LimitExceededException', 409, 'Cannot exceed quota'),
      'SecretUnusableError',
      'detach another managed policy',
    ],
    ['no such policy', awsError('NoSuchEntityException', 404, 'does not exist'), 'SecretUnusableError', 'deploy the member template'],
    ['no right', accessDenied(), 'AccessDenied', 'not authorized'],
  ])('fails with %s, before there is a secret', async (_, error, name, message) => {
    iam.on(AttachUserPolicyCommand).rejects(error);
    await expect(store.prepare(alice, mayReplace)).rejects.toMatchObject({ name, message: expect.stringContaining(message) as string });
    expect(changesOf(atCentral)).toEqual([]);
  });

  it.each([
    ['another key', 'arn:aws:kms:us-east-1:999999999999:key/other'],
    ['the account’s own key', undefined],
  ])('refuses a secret under %s, by which its user could not decrypt', async (_, KmsKeyId) => {
    atCentral.on(DescribeSecretCommand).resolves({ ...OURS, ARN, ...(KmsKeyId !== undefined && { KmsKeyId }) });
    await expect(store.prepare(alice, mayReplace)).rejects.toMatchObject({
      name: 'SecretUnusableError',
      message: expect.stringContaining(`--kms-key-id ${KEY}`) as string,
    });
    expect(changesOf(atCentral)).toEqual([]);
  });

  it('takes a secret of the account that holds the store, whatever its key', async () => {
    atCentral.on(DescribeSecretCommand).resolves({ ...OURS, ARN });
    await storeIn(KEY.replace(HOLDER, ACCOUNT)).prepare(alice, mayReplace);
    expect(changesOf(atCentral)).toEqual(['PutResourcePolicy', 'PutSecretValue']);
  });
});

it('stores a new key in the account that holds the store, and nothing in the member account', async () => {
  await store.put(
    { UserName: 'alice', AccessKeyId: NEW, SecretAccessKey: SECRET, Status: 'Active', CreateDate: NOW.toISOString() },
    alice.arn,
  );
  expect(callsOf(atCentral)).toMatchObject([
    { name: 'PutSecretValue', input: { SecretId: NAME, ClientRequestToken: `iam-key-rotation-${NEW}` } },
  ]);
  expect(namesOf(atMember)).toEqual([]);
});

describe('what AWS says of a version', () => {
  const dated = (mock: typeof atCentral, CreatedDate: Date) =>
    mock.on(ListSecretVersionIdsCommand).resolves({ Versions: [{ VersionId: `iam-key-rotation-${NEW}`, CreatedDate }] });

  it('is that of the central store, where both hold the key', async () => {
    atCentral.on(DescribeSecretCommand).resolves(holds(NEW));
    dated(atCentral, NOW);
    dated(atMember, new Date(0));
    await expect(store.versionsOf('alice', [NEW])).resolves.toEqual(new Map([[NEW, { made: NOW }]]));
    expect(namesOf(atMember)).toEqual([]);
  });

  it.each([
    ['holds another key', () => atCentral.on(DescribeSecretCommand).resolves(holds(OLD))],
    ['has no secret', () => undefined],
  ])('is that of the member account when the central store %s', async (_, seed) => {
    seed();
    dated(atCentral, new Date(0));
    dated(atMember, NOW);
    await expect(store.versionsOf('alice', [NEW])).resolves.toEqual(new Map([[NEW, { made: NOW }]]));
  });

  it('is asked of each key where it is', async () => {
    atCentral.on(DescribeSecretCommand).resolves(holds(NEW));
    dated(atCentral, NOW);
    atMember.on(ListSecretVersionIdsCommand).resolves({ Versions: [{ VersionId: `iam-key-rotation-${OLD}`, CreatedDate: new Date(0) }] });
    await expect(store.versionsOf('alice', [OLD, NEW])).resolves.toEqual(
      new Map([
        [OLD, { made: new Date(0) }],
        [NEW, { made: NOW }],
      ]),
    );
  });

  it('needs no second look at where the keys are', async () => {
    atCentral.on(DescribeSecretCommand).resolves(holds(NEW));
    dated(atCentral, NOW);
    await store.storedKeys('alice', [OLD, NEW]);
    const before = namesOf(atCentral).length;
    await expect(store.versionsOf('alice', [NEW])).resolves.toEqual(new Map([[NEW, { made: NOW }]]));
    expect(namesOf(atCentral).slice(before)).toEqual(['ListSecretVersionIds']);
  });

  it('is looked for anew once another key is stored', async () => {
    await store.storedKeys('alice', [OLD]);
    await store.put(
      { UserName: 'alice', AccessKeyId: NEW, SecretAccessKey: SECRET, Status: 'Active', CreateDate: NOW.toISOString() },
      alice.arn,
    );
    atCentral.on(DescribeSecretCommand).resolves(holds(NEW));
    dated(atCentral, NOW);
    await expect(store.versionsOf('alice', [NEW])).resolves.toEqual(new Map([[NEW, { made: NOW }]]));
  });

  it.each([
    ['described', () => atCentral.on(DescribeSecretCommand).rejects(accessDenied())],
    [
      'listed',
      () => {
        atCentral.on(DescribeSecretCommand).resolves(holds(NEW));
        atCentral.on(ListSecretVersionIdsCommand).rejects(accessDenied());
      },
    ],
  ])('is an error when its secret cannot be %s', async (_, fail) => {
    fail();
    dated(atMember, NOW);
    await expect(store.versionsOf('alice', [NEW])).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

describe('who may read', () => {
  it.each([
    ['the user', POLICY_OF(alice.arn), true, []],
    ['nobody', undefined, false, ['PutResourcePolicy']],
  ])('a central secret: %s', async (_, ResourcePolicy, readable, changes) => {
    atCentral.on(DescribeSecretCommand).resolves(holds(NEW));
    atCentral.on(GetResourcePolicyCommand).resolves({ ...(ResourcePolicy !== undefined && { ResourcePolicy }) });
    await expect(store.isReadable('alice', alice.arn)).resolves.toBe(readable);
    await store.letRead('alice', alice.arn);
    expect(changesOf(atCentral)).toEqual(changes);
  });

  it('a key that is still in the member account was settled by whoever stored it there', async () => {
    atMember.on(DescribeSecretCommand).resolves(holds(NEW));
    await expect(store.isReadable('alice', alice.arn)).resolves.toBe(true);
    await store.letRead('alice', alice.arn);
    expect(changesOf(atCentral, atMember)).toEqual([]);
    expect(namesOf(atCentral)).not.toContain('GetResourcePolicy');
  });

  it('is not known when the central store cannot be asked', async () => {
    atCentral.on(DescribeSecretCommand).rejects(accessDenied());
    await expect(store.isReadable('alice', alice.arn)).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(store.letRead('alice', alice.arn)).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

it('lists the secrets of both places, those of the former one as such, and none twice', async () => {
  const one = (arn: string) => ({ ...OURS, ARN: arn, Name: NAME });
  atCentral.on(ListSecretsCommand).resolves({ SecretList: [one('here')] });
  atMember.on(ListSecretsCommand).resolves({ SecretList: [one('here'), one('before')] });
  expect((await store.secrets()).map(({ arn, former }) => [arn, former])).toEqual([
    ['here', undefined],
    ['before', true],
  ]);
});
