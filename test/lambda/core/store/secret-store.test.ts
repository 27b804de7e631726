import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetResourcePolicyCommand,
  ListSecretsCommand,
  ListSecretVersionIdsCommand,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  type DescribeSecretCommandOutput,
} from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { CLOSED, policyFor } from '../../../../lambda/core/store/secret-policy';
import { SecretStore } from '../../../../lambda/core/store/secret-store';
import { accessDenied, awsError, callsOf, changesOf, namesOf, SECRET, timeout } from '../../../helpers/aws';
import { ACCOUNT, NEW, NOW, OLD } from '../../../helpers/facts';

const secrets = mockClient(SecretsManagerClient);
const client = new SecretsManagerClient({ region: 'us-east-1' });
let store = new SecretStore(client, ACCOUNT);
const alice = { name: 'alice', arn: `arn:aws:iam::${ACCOUNT}:user/alice` };
const mayReplace = () => Promise.resolve('own' as const);
const NAME = `Account_${ACCOUNT}_User_alice_AccessKey`;
const CHECK = 'iam-key-rotation.write-check.version-1';
const OURS = [{ Key: 'key-rotation:managed', Value: 'true' }];
const POLICY = policyFor(alice.arn);
const value = { UserName: 'alice', AccessKeyId: NEW, SecretAccessKey: SECRET, Status: 'Active', CreateDate: NOW.toISOString() } as const;
const notFound = () => awsError('ResourceNotFoundException', 400);
const exists = (more: Partial<DescribeSecretCommandOutput> = {}) =>
  secrets.on(DescribeSecretCommand).resolves({ ARN: 'arn', Name: NAME, Tags: OURS, ...more });

beforeEach(() => {
  store = new SecretStore(client, ACCOUNT);
  secrets.reset();
  secrets.onAnyCommand().resolves({});
});

it.each([
  ['alice', `Account_${ACCOUNT}_User_alice_AccessKey`],
  ['a,b', `Account_${ACCOUNT}_User_a/2Cb_AccessKey`],
])('the secret of %s is named %s', (user, name) => {
  expect(store.nameFor(user)).toBe(name);
});

describe('the secret’s policy', () => {
  it.each([
    ['a name is a role of the user’s account and partition', ['BreakGlass', 'sso/*/Admin_?'], [':role/BreakGlass', ':role/sso/*/Admin_?']],
    ['an ARN is that role', ['arn:aws:iam::999999999999:role/Audit'], ['arn:aws:iam::999999999999:role/Audit']],
  ])('refuses everybody but its user and break-glass roles: %s', (_, roles, expected) => {
    const arn = `arn:aws-cn:iam::${ACCOUNT}:user/alice`;
    const [allow, deny] = (policyFor(arn, { breakGlass: roles }) as { Statement: Record<string, unknown>[] }).Statement;
    expect(allow).toMatchObject({ Effect: 'Allow', Principal: { AWS: arn } });
    const arns = expected.map((role) => (role.startsWith('arn:') ? role : `arn:aws-cn:iam::${ACCOUNT}${role}`));
    expect(deny).toMatchObject({
      Effect: 'Deny',
      Condition: { StringNotEquals: { 'aws:PrincipalArn': arn }, ArnNotLike: { 'aws:PrincipalArn': arns } },
    });
  });

  it('lets its user read, without a policy of their own, and nobody else', () => {
    expect(POLICY).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'OnlyThisUserReads',
          Effect: 'Allow',
          Principal: { AWS: alice.arn },
          Action: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
          Resource: '*',
        },
        {
          Sid: 'NobodyElseReads',
          Effect: 'Deny',
          Principal: '*',
          Action: 'secretsmanager:GetSecretValue',
          Resource: '*',
          Condition: { StringNotEquals: { 'aws:PrincipalArn': alice.arn } },
        },
      ],
    });
  });

  it('takes nothing in a path for a policy variable', () => {
    const arn = `arn:aws:iam::${ACCOUNT}:user/\${aws:username}/alice`;
    expect(policyFor(arn)).toMatchObject({
      Statement: [
        { Principal: { AWS: arn } },
        { Condition: { StringNotEquals: { 'aws:PrincipalArn': `arn:aws:iam::${ACCOUNT}:user/\${$}{aws:username}/alice` } } },
      ],
    });
  });
});

describe('storedKeys', () => {
  it('reads the ids of the keys from the ids of the versions', async () => {
    exists({
      VersionIdsToStages: {
        [`iam-key-rotation-${NEW}`]: ['AWSCURRENT'],
        [`iam-key-rotation-${OLD}`]: ['AWSPREVIOUS'],
        'iam-key-rotation.write-check.version-1': ['KEYROTATIONCHECK'],
      },
    });
    await expect(store.storedKeys('alice')).resolves.toEqual({ current: NEW, versions: new Set([NEW, OLD]) });
    expect(callsOf(secrets)).toMatchObject([{ name: 'DescribeSecret', input: { SecretId: NAME } }]);
  });

  it('has no current key when somebody else wrote the current version', async () => {
    exists({
      VersionIdsToStages: { '11111111-2222-3333-4444-555555555555': ['AWSCURRENT'], [`iam-key-rotation-${NEW}`]: ['AWSPREVIOUS'] },
    });
    await expect(store.storedKeys('alice')).resolves.toEqual({ versions: new Set([NEW]) });
  });

  it.each([
    ['our write check is current', { 'iam-key-rotation.write-check.version-1': ['AWSCURRENT', 'KEYROTATIONCHECK'] }],
    [
      'a version only looks like ours',
      { [`iam-key-rotation-${NEW.toLowerCase()}`]: ['AWSCURRENT'], [`x-iam-key-rotation-${NEW}`]: ['AWSPREVIOUS'] },
    ],
    ['it has no version', {}],
  ])('holds nothing when %s', async (_, VersionIdsToStages) => {
    exists({ VersionIdsToStages });
    await expect(store.storedKeys('alice')).resolves.toEqual({ versions: new Set() });
  });

  const VersionIdsToStages = { [`iam-key-rotation-${NEW}`]: ['AWSCURRENT'] };
  it.each<[string, Partial<DescribeSecretCommandOutput>]>([
    ['is not ours', { Tags: [], VersionIdsToStages }],
    ['has no tags', { Tags: undefined, VersionIdsToStages }],
    ['is ours no more', { Tags: [{ Key: 'key-rotation:managed', Value: 'false' }], VersionIdsToStages }],
    ['is being deleted and not ours', { Tags: [], DeletedDate: NOW, VersionIdsToStages }],
  ])('holds nothing when the secret %s', async (_, secret) => {
    exists(secret);
    await expect(store.storedKeys('alice')).resolves.toEqual({ versions: new Set() });
  });

  it('holds nothing when the secret is being deleted, and says so', async () => {
    exists({ DeletedDate: NOW, VersionIdsToStages });
    await expect(store.storedKeys('alice')).resolves.toEqual({ versions: new Set(), deleted: true });
  });

  it('holds nothing when there is no secret', async () => {
    secrets.on(DescribeSecretCommand).rejects(notFound());
    await expect(store.storedKeys('alice')).resolves.toEqual({ versions: new Set() });
  });

  it.each([accessDenied(), timeout()])('fails when it cannot be asked: %s', async (error) => {
    secrets.on(DescribeSecretCommand).rejects(error);
    await expect(store.storedKeys('alice')).rejects.toBe(error);
  });
});

describe('prepare', () => {
  it('makes a new secret with our tag, its policy, and a version that is not current', async () => {
    secrets.on(DescribeSecretCommand).rejects(notFound());
    await store.prepare(alice, mayReplace);
    expect(namesOf(secrets)).toEqual(['DescribeSecret', 'CreateSecret', 'PutResourcePolicy', 'PutSecretValue']);
    const [, create, policy, put] = callsOf(secrets).map((call) => call.input);
    expect(create).toMatchObject({ Name: NAME, Tags: OURS });
    expect(create).not.toHaveProperty('SecretString');
    expect(policy).toMatchObject({ SecretId: NAME, BlockPublicPolicy: true });
    expect(JSON.parse(policy!['ResourcePolicy'] as string)).toEqual(CLOSED);
    expect(put).toMatchObject({ SecretId: NAME, VersionStages: ['KEYROTATIONCHECK'] });
  });

  const holding = (keyId = OLD) => exists({ VersionIdsToStages: { [`iam-key-rotation-${keyId}`]: ['AWSCURRENT'] } });

  it.each<[string, Partial<DescribeSecretCommandOutput>]>([
    ['it has no version', {}],
    [
      'the write check’s note is current, as AWS makes a first version',
      { VersionIdsToStages: { [CHECK]: ['AWSCURRENT', 'KEYROTATIONCHECK'] } },
    ],
    ['it has the note alone, and nothing current', { VersionIdsToStages: { [CHECK]: ['KEYROTATIONCHECK'] } }],
  ])('closes an existing secret to everybody when %s', async (_, secret) => {
    exists(secret);
    await store.prepare(alice, mayReplace);
    expect(changesOf(secrets)).toEqual(['PutResourcePolicy', 'PutSecretValue']);
    expect(JSON.parse(callsOf(secrets).find(({ name }) => name === 'PutResourcePolicy')?.input['ResourcePolicy'] as string)).toEqual(
      CLOSED,
    );
  });

  it('leaves a secret open to its user that holds anything else', async () => {
    exists({ VersionIdsToStages: { '11111111-2222-3333-4444-555555555555': ['AWSCURRENT'] } });
    secrets.on(GetResourcePolicyCommand).resolves({ ResourcePolicy: JSON.stringify(POLICY) });
    await store.prepare(alice, mayReplace);
    expect(changesOf(secrets)).toEqual(['PutSecretValue']);
  });

  it('asks whether the current key may be replaced, before anything is changed, and of no other', async () => {
    exists({ VersionIdsToStages: { [`iam-key-rotation-${OLD}`]: ['AWSPREVIOUS'], [`iam-key-rotation-${NEW}`]: ['AWSCURRENT'] } });
    const asked: string[] = [];
    const refusal = new Error('no');
    const refuses = (keyId: string): Promise<never> => {
      asked.push(keyId);
      return Promise.reject(refusal);
    };
    await expect(store.prepare(alice, refuses)).rejects.toBe(refusal);
    expect(asked).toEqual([NEW]);
    expect(changesOf(secrets)).toEqual([]);
  });

  it.each<[string, Partial<DescribeSecretCommandOutput>]>([
    ['there is none', {}],
    ['somebody else wrote the current version', { VersionIdsToStages: { '11111111-2222-3333-4444-555555555555': ['AWSCURRENT'] } }],
    ['it holds the note alone', { VersionIdsToStages: { [CHECK]: ['AWSCURRENT'] } }],
  ])('asks about no current key when %s', async (_, secret) => {
    exists(secret);
    await expect(store.prepare(alice, () => Promise.reject(new Error('asked')))).resolves.toBeUndefined();
  });

  it('puts the deployment’s tags on a new secret, beside our own', async () => {
    secrets.on(DescribeSecretCommand).rejects(notFound());
    await new SecretStore(client, ACCOUNT, { tags: { CostCenter: '42' } }).prepare(alice, mayReplace);
    expect(callsOf(secrets)[1]).toMatchObject({ name: 'CreateSecret', input: { Tags: [...OURS, { Key: 'CostCenter', Value: '42' }] } });
  });

  it('leaves the policy of an existing secret alone when it is the right one, in any spelling', async () => {
    holding();
    const reversed = Object.fromEntries(Object.entries(POLICY).toReversed());
    secrets.on(GetResourcePolicyCommand).resolves({ ResourcePolicy: JSON.stringify(reversed, null, 2) });
    await store.prepare(alice, mayReplace);
    expect(changesOf(secrets)).toEqual(['PutSecretValue']);
  });

  it.each([
    ['has none', undefined],
    ['has another user’s', JSON.stringify(POLICY).replaceAll('user/alice', 'user/bob')],
    ['has a wider one', JSON.stringify(POLICY).replace('secretsmanager:DescribeSecret', 'secretsmanager:*')],
    ['names a user of the same name that was deleted', JSON.stringify(POLICY).replace(alice.arn, 'AIDAEXAMPLE')],
  ])('gives an existing secret its policy when it %s', async (_, ResourcePolicy) => {
    holding();
    secrets.on(GetResourcePolicyCommand).resolves({ ResourcePolicy });
    await store.prepare(alice, mayReplace);
    expect(changesOf(secrets)).toEqual(['PutResourcePolicy', 'PutSecretValue']);
  });

  it('lets the user with a path read: the ARN is the user’s own', async () => {
    holding();
    const arn = `arn:aws-cn:iam::${ACCOUNT}:user/team/a/alice`;
    await store.prepare({ name: 'alice', arn }, mayReplace);
    const put = callsOf(secrets).find((call) => call.name === 'PutResourcePolicy');
    expect(put?.input['ResourcePolicy']).toContain(`"AWS":"${arn}"`);
  });

  it('refuses a secret that is being deleted, and says how to restore it', async () => {
    exists({ DeletedDate: NOW });
    await expect(store.prepare(alice, mayReplace)).rejects.toMatchObject({
      name: 'SecretUnusableError',
      message: `the secret ${NAME} is scheduled for deletion since 2026-11-21T03:00:00.000Z; restore it (aws secretsmanager restore-secret --secret-id ${NAME}) or wait until it is gone`,
    });
    expect(changesOf(secrets)).toEqual([]);
  });

  it('refuses a secret that is not ours, and says what to do', async () => {
    exists({ Tags: [] });
    await expect(store.prepare(alice, mayReplace)).rejects.toMatchObject({
      name: 'SecretUnusableError',
      message: expect.stringContaining(`the secret ${NAME} was not made by this rotation and is left alone`) as string,
    });
    expect(changesOf(secrets)).toEqual([]);
  });

  it.each([
    ['under a key that it may not use', 'Access to KMS is not allowed', 'arn:aws:kms:us-east-1:1:key/2', 'SecretUnusableError'],
    ['that it may not write to', 'not authorized', 'arn:aws:kms:us-east-1:1:key/2', 'AccessDeniedException'],
    ['of the usual key', 'Access to KMS is not allowed', undefined, 'AccessDeniedException'],
  ])('fails at a secret %s: %s, with the step to take where that is the key', async (_, says, KmsKeyId, name) => {
    exists(KmsKeyId === undefined ? {} : { KmsKeyId });
    secrets.on(PutSecretValueCommand).rejects(awsError('AccessDeniedException', 400, says));
    const message = name === 'SecretUnusableError' ? `--secret-id ${NAME} --kms-key-id alias/aws/secretsmanager)` : says;
    await expect(store.prepare(alice, mayReplace)).rejects.toMatchObject({ name, message: expect.stringContaining(message) as string });
  });

  it('goes on when another invocation makes the secret at the same moment', async () => {
    secrets.on(DescribeSecretCommand).rejectsOnce(notFound()).resolves({ ARN: 'arn', Tags: OURS });
    secrets.on(CreateSecretCommand).rejects(awsError('ResourceExistsException', 400));
    await store.prepare(alice, mayReplace);
    expect(changesOf(secrets)).toEqual(['CreateSecret', 'PutResourcePolicy', 'PutSecretValue']);
  });

  it('leaves a secret open that already holds a key, although the first description did not show it', async () => {
    const holding = { ARN: 'arn', Tags: OURS, VersionIdsToStages: { 'iam-key-rotation-AKIAEXAMPLE000000009': ['AWSCURRENT'] } };
    secrets.on(DescribeSecretCommand).rejectsOnce(notFound()).resolves(holding);
    secrets.on(CreateSecretCommand).rejects(awsError('ResourceExistsException', 400));
    await store.prepare(alice, mayReplace);
    const policies = callsOf(secrets).filter(({ name }) => name === 'PutResourcePolicy');
    expect(policies.map(({ input }) => input['ResourcePolicy'])).toEqual([JSON.stringify(policyFor(alice.arn))]);
  });

  it('does nothing to a secret that exists and is not shown: it may hold a key that its user reads', async () => {
    secrets.on(DescribeSecretCommand).rejects(notFound());
    secrets.on(CreateSecretCommand).rejects(awsError('ResourceExistsException', 400));
    await expect(store.prepare(alice, mayReplace)).rejects.toMatchObject({
      name: 'SecretUnusableError',
      message: expect.stringContaining('does not show it yet') as string,
    });
    expect(changesOf(secrets)).toEqual(['CreateSecret']);
  });

  it('refuses a secret that somebody else makes at the same moment', async () => {
    secrets.on(DescribeSecretCommand).rejectsOnce(notFound()).resolves({ ARN: 'arn', Tags: [] });
    secrets.on(CreateSecretCommand).rejects(awsError('ResourceExistsException', 400));
    await expect(store.prepare(alice, mayReplace)).rejects.toMatchObject({ name: 'SecretUnusableError' });
    expect(changesOf(secrets)).toEqual(['CreateSecret']);
  });

  it.each([
    ['describe', () => secrets.on(DescribeSecretCommand).rejects(accessDenied())],
    ['create', () => secrets.on(CreateSecretCommand).rejects(accessDenied())],
    ['give its policy to', () => secrets.on(PutResourcePolicyCommand).rejects(accessDenied())],
    ['write to', () => secrets.on(PutSecretValueCommand).rejects(accessDenied())],
  ])('fails when it may not %s the secret', async (_, fail) => {
    secrets.on(DescribeSecretCommand).rejects(notFound());
    fail();
    await expect(store.prepare(alice, mayReplace)).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

describe('put', () => {
  it('stores the key as the current version, under an id that names it', async () => {
    await store.put(value, alice.arn);
    expect(callsOf(secrets)).toMatchObject([
      {
        name: 'PutSecretValue',
        input: { SecretId: NAME, ClientRequestToken: `iam-key-rotation-${NEW}`, SecretString: JSON.stringify(value) },
      },
    ]);
    expect(callsOf(secrets)[0]?.input).not.toHaveProperty('VersionStages');
  });

  it('writes exactly the fields that readers know, in their order', async () => {
    await store.put(value, alice.arn);
    expect(Object.keys(JSON.parse(callsOf(secrets)[0]?.input['SecretString'] as string) as object)).toEqual([
      'UserName',
      'AccessKeyId',
      'SecretAccessKey',
      'Status',
      'CreateDate',
    ]);
  });

  it('opens a secret to its user once it holds a key, and not before', async () => {
    secrets.on(DescribeSecretCommand).rejects(notFound());
    await store.prepare(alice, mayReplace);
    secrets.resetHistory();
    await store.put(value, alice.arn);
    expect(changesOf(secrets)).toEqual(['PutSecretValue', 'PutResourcePolicy']);
    expect(JSON.parse(callsOf(secrets).at(-1)?.input['ResourcePolicy'] as string)).toEqual(POLICY);
    secrets.resetHistory();
    await store.put(value, alice.arn);
    expect(namesOf(secrets)).toEqual(['PutSecretValue']);
  });

  it.each([
    [
      'opens a secret again that another invocation has just stored a key in',
      { VersionIdsToStages: { [`iam-key-rotation-${OLD}`]: ['AWSCURRENT'] } },
      ['PutResourcePolicy'],
    ],
    ['leaves a secret closed that holds no key', {}, []],
  ])('or gives up, and %s', async (_, secret, changes) => {
    exists();
    await store.prepare(alice, mayReplace);
    secrets.resetHistory();
    exists(secret);
    await store.giveUp(alice);
    expect(changesOf(secrets)).toEqual(changes);
    for (const { input } of callsOf(secrets).filter(({ name }) => name === 'PutResourcePolicy'))
      expect(JSON.parse(input['ResourcePolicy'] as string)).toEqual(POLICY);
    secrets.resetHistory();
    await store.giveUp(alice);
    expect(namesOf(secrets)).toEqual([]);
  });

  it('leaves a secret closed when the key could not be stored', async () => {
    secrets.on(DescribeSecretCommand).rejects(notFound());
    await store.prepare(alice, mayReplace);
    secrets.resetHistory();
    secrets.on(PutSecretValueCommand).rejects(accessDenied());
    await expect(store.put(value, alice.arn)).rejects.toMatchObject({ name: 'AccessDenied' });
    expect(namesOf(secrets)).toEqual(['PutSecretValue']);
  });

  it('fails when the secret could not be opened', async () => {
    secrets.on(DescribeSecretCommand).rejects(notFound());
    await store.prepare(alice, mayReplace);
    secrets.on(PutResourcePolicyCommand).rejects(accessDenied());
    await expect(store.put(value, alice.arn)).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('hands its error on', async () => {
    secrets.on(PutSecretValueCommand).rejects(accessDenied());
    await expect(store.put(value, alice.arn)).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

describe('who may read', () => {
  it.each([
    ['the user alone', JSON.stringify(POLICY), true],
    ['the user alone, in another spelling', JSON.stringify(Object.fromEntries(Object.entries(POLICY).toReversed()), null, 2), true],
    ['nobody yet', JSON.stringify(CLOSED), false],
    ['another user', JSON.stringify(POLICY).replaceAll('user/alice', 'user/bob'), false],
    ['more than the user', JSON.stringify(POLICY).replace('"Deny"', '"Allow"'), false],
    ['whoever the account lets', undefined, false],
  ])('is known from the policy: %s', async (_, ResourcePolicy, readable) => {
    secrets.on(GetResourcePolicyCommand).resolves({ ResourcePolicy });
    await expect(store.isReadable('alice', alice.arn)).resolves.toBe(readable);
    expect(changesOf(secrets)).toEqual([]);
    await store.letRead('alice', alice.arn);
    expect(changesOf(secrets)).toEqual(readable ? [] : ['PutResourcePolicy']);
  });

  it('can be another user of the same secret, when that user was renamed', async () => {
    await store.letRead('before', alice.arn);
    expect(callsOf(secrets).at(-1)?.input).toEqual({
      SecretId: NAME.replace('alice', 'before'),
      ResourcePolicy: JSON.stringify(POLICY),
      BlockPublicPolicy: true,
    });
  });

  it('is an error when it cannot be asked', async () => {
    secrets.on(GetResourcePolicyCommand).rejects(accessDenied());
    await expect(store.isReadable('alice', alice.arn)).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(store.letRead('alice', alice.arn)).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

describe('what AWS says of a version', () => {
  const versions = (...ids: string[]) => ids.map((VersionId, index) => ({ VersionId, CreatedDate: new Date(NOW.getTime() - index) }));

  it('gives the dates of the versions that are named by the keys, on whatever page, deprecated or not', async () => {
    secrets
      .on(ListSecretVersionIdsCommand)
      .resolvesOnce({ Versions: versions('x', `iam-key-rotation-${OLD}`), NextToken: 't' })
      .resolves({ Versions: [{ VersionId: `iam-key-rotation-${NEW}`, CreatedDate: NOW }] });
    await expect(store.versionsOf('alice', [OLD, NEW])).resolves.toEqual(
      new Map([
        [OLD, { made: new Date(NOW.getTime() - 1) }],
        [NEW, { made: NOW }],
      ]),
    );
    expect(callsOf(secrets)).toMatchObject([{ input: { SecretId: NAME, IncludeDeprecated: true } }, { input: { NextToken: 't' } }]);
  });

  it('holds the day on which that version was fetched, whatever was fetched of others', async () => {
    const fetched = new Date('2026-01-02T00:00:00Z');
    const [older, newer] = versions(`iam-key-rotation-${OLD}`, `iam-key-rotation-${NEW}`);
    secrets.on(ListSecretVersionIdsCommand).resolves({ Versions: [{ ...older, LastAccessedDate: fetched }, newer!] });
    const found = await store.versionsOf('alice', [OLD, NEW]);
    expect(found.get(OLD)).toMatchObject({ fetched });
    expect(found.get(NEW)).not.toHaveProperty('fetched');
  });

  it('gives nothing of a key that no version is named by, or that was not asked about', async () => {
    secrets.on(ListSecretVersionIdsCommand).resolves({ Versions: versions(NEW, `iam-key-rotation-${OLD}`) });
    await expect(store.versionsOf('alice', [NEW])).resolves.toEqual(new Map());
  });

  it('takes a version without its date for no answer', async () => {
    secrets.on(ListSecretVersionIdsCommand).resolves({ Versions: [{ VersionId: `iam-key-rotation-${NEW}` }] });
    await expect(store.versionsOf('alice', [NEW])).rejects.toThrow(
      `listed the version iam-key-rotation-${NEW} of ${NAME} without its date`,
    );
  });
});

it('every version id has the 32 to 64 characters that Secrets Manager asks for', async () => {
  exists();
  for (const AccessKeyId of ['AKIA000000000016', NEW, 'A'.repeat(43)]) {
    await store.prepare(alice, mayReplace);
    await store.put({ ...value, AccessKeyId }, alice.arn);
  }
  const tokens = callsOf(secrets).flatMap((call) => (call.name === 'PutSecretValue' ? [String(call.input['ClientRequestToken'])] : []));
  expect(tokens).toHaveLength(6);
  for (const token of tokens) expect(token).toMatch(/^[A-Za-z0-9.-]{32,64}$/);
});

describe('the secrets of an account', () => {
  const listed = (user: string, more: object = {}) => ({
    ARN: `arn:${user}`,
    Name: `Account_${ACCOUNT}_User_${user}_AccessKey`,
    Tags: OURS,
    SecretVersionsToStages: { [`iam-key-rotation-${NEW}`]: ['AWSCURRENT'], [`iam-key-rotation-${OLD}`]: ['AWSPREVIOUS'], [CHECK]: [] },
    ...more,
  });

  it('are asked for by name and tag, all pages, with every key that they hold', async () => {
    secrets
      .on(ListSecretsCommand)
      .resolvesOnce({ SecretList: [listed('alice')], NextToken: 'next' })
      .resolves({ SecretList: [listed('a/2Cb')] });
    expect(await store.secrets()).toMatchObject([
      { arn: 'arn:alice', name: NAME, user: 'alice', keyIds: [NEW, OLD] },
      { arn: 'arn:a/2Cb', user: 'a,b' },
    ]);
    expect(callsOf(secrets)[0]?.input['Filters']).toEqual([
      { Key: 'name', Values: [`Account_${ACCOUNT}_User_`] },
      { Key: 'tag-key', Values: ['key-rotation:managed'] },
    ]);
  });

  it.each([
    ['of somebody else', { Tags: [{ Key: 'key-rotation:managed', Value: 'no' }] }],
    ['of another account', { Name: 'Account_999999999999_User_alice_AccessKey' }],
    ['called otherwise', { Name: `Account_${ACCOUNT}_User_alice_Password` }],
    ['that is being deleted', { DeletedDate: NOW }],
  ])('are without one %s', async (_, more) => {
    secrets.on(ListSecretsCommand).resolves({ SecretList: [listed('alice', more)] });
    expect(await store.secrets()).toEqual([]);
  });

  it.each([{}, { SecretList: [{ Name: NAME }] }])('are not known by the answer %j', async (answer) => {
    secrets.on(ListSecretsCommand).resolves(answer);
    await expect(store.secrets()).rejects.toMatchObject({ name: 'RotationError' });
  });
});
