import * as secrets from '@aws-sdk/client-secrets-manager';
import { allow, failure, Harness, management, member, policy, region } from '../harness';

let harness: Harness;
let client: secrets.SecretsManagerClient;
const day = 86_400_000;
beforeEach(async () => {
  harness = await Harness.start();
  client = new secrets.SecretsManagerClient(harness.user('admin'));
});
afterEach(() => {
  client.destroy();
  harness.stop();
});
const create = (input: Partial<secrets.CreateSecretCommandInput> = {}) =>
  client.send(new secrets.CreateSecretCommand({ Name: 'team/key', SecretString: 'one', ...input }));
const put = (SecretString: string, ClientRequestToken?: string) =>
  client.send(new secrets.PutSecretValueCommand({ SecretId: 'team/key', SecretString, ClientRequestToken }));
const value = async (VersionStage?: string, by = client, SecretId = 'team/key') =>
  (await by.send(new secrets.GetSecretValueCommand({ SecretId, VersionStage }))).SecretString;
const describeSecret = (SecretId = 'team/key') => client.send(new secrets.DescribeSecretCommand({ SecretId }));

describe('values', () => {
  it('move from AWSCURRENT to AWSPREVIOUS by themselves', async () => {
    await create();
    await put('two');
    await put('three');
    expect([await value(), await value('AWSPREVIOUS')]).toEqual(['three', 'two']);
    expect(Object.values((await describeSecret()).VersionIdsToStages!).sort()).toEqual([['AWSCURRENT'], ['AWSPREVIOUS']]);
  });

  it('are stored once per token: repeated the same nothing changes, repeated differently it is refused', async () => {
    await create();
    const token = 'a'.repeat(32);
    await put('two', token);
    await put('three');
    await put('two', token);
    expect(await value()).toBe('three');
    expect(await failure(put('other', token))).toMatch(/^ResourceExistsException: You can't use ClientRequestToken a{32}/);
    expect(await failure(put('two', 'short'))).toMatch(/^InvalidParameterException: ClientRequestToken must be 32-64/);
  });

  it('keep other stages out of the way of AWSCURRENT', async () => {
    await create();
    await client.send(new secrets.PutSecretValueCommand({ SecretId: 'team/key', SecretString: 'next', VersionStages: ['AWSPENDING'] }));
    expect([await value(), await value('AWSPENDING')]).toEqual(['one', 'next']);
  });

  it('record the day on which they were fetched', async () => {
    await create();
    expect((await describeSecret()).LastAccessedDate).toBeUndefined();
    await value();
    expect((await describeSecret()).LastAccessedDate).toEqual(new Date('2026-03-01T00:00:00Z'));
  });

  it('never show in the call log', async () => {
    await create({ SecretString: 'very-secret-one' });
    await put('very-secret-two');
    expect(JSON.stringify(harness.kernel.calls)).not.toContain('very-secret');
    expect(harness.kernel.calls.map((call) => call.input['SecretString'])).toEqual(['(secret)', '(secret)']);
  });
});

describe('names', () => {
  it('end in six characters in ARNs, and find the secret with and without them', async () => {
    const { ARN = '' } = await create();
    expect(ARN).toMatch(new RegExp(`^arn:aws:secretsmanager:${region}:${management}:secret:team/key-\\w{6}$`));
    expect(await value(undefined, client, ARN)).toBe('one');
    expect(await value(undefined, client, ARN.slice(0, -7))).toBe('one');
    expect(await failure(describeSecret(`${ARN.slice(0, -6)}XXXXXX`))).toBe(
      "ResourceNotFoundException: Secrets Manager can't find the specified secret.",
    );
  });

  it('are unique, and refuse characters that IAM user names may hold', async () => {
    await create();
    expect(await failure(create({ SecretString: 'two' }))).toBe(
      'ResourceExistsException: The operation failed because the secret team/key already exists.',
    );
    expect(await failure(create({ Name: 'a,b' }))).toMatch(/^ValidationException: Invalid name/);
  });

  it('accept a repeated creation with the same token', async () => {
    const ClientRequestToken = 'b'.repeat(32);
    const first = await create({ ClientRequestToken });
    expect((await create({ ClientRequestToken })).ARN).toBe(first.ARN);
  });

  it('exist per region, and in the regions of replicas', async () => {
    const configuration = harness.user('traveller');
    await create({ AddReplicaRegions: [{ Region: 'us-east-1' }] });
    await create({ Name: 'home' });
    const abroad = new secrets.SecretsManagerClient({ ...configuration, region: 'us-east-1' });
    expect(await value(undefined, abroad)).toBe('one');
    expect(await failure(value(undefined, abroad, 'home'))).toMatch(/^ResourceNotFoundException/);
    expect(await failure(abroad.send(new secrets.PutSecretValueCommand({ SecretId: 'team/key', SecretString: 'x' })))).toMatch(/replica/);
    abroad.destroy();
  });
});

describe('deletion', () => {
  it('waits for its window, is refused to writers meanwhile, and can be taken back', async () => {
    await create();
    const { DeletionDate } = await client.send(new secrets.DeleteSecretCommand({ SecretId: 'team/key', RecoveryWindowInDays: 7 }));
    expect(Math.round((DeletionDate!.getTime() - harness.kernel.clock.now().getTime()) / day)).toBe(7);
    expect(await failure(put('two'))).toBe(
      "InvalidRequestException: You can't perform this operation on the secret because it was marked for deletion.",
    );
    expect(await failure(value())).toMatch(/^InvalidRequestException/);
    expect(await failure(create())).toMatch(/^InvalidRequestException: You can't create this secret because .*scheduled for deletion\.$/);
    expect((await describeSecret()).DeletedDate).toBeDefined();
    await client.send(new secrets.RestoreSecretCommand({ SecretId: 'team/key' }));
    expect(await value()).toBe('one');
  });

  it('is final after the window', async () => {
    await create();
    await client.send(new secrets.DeleteSecretCommand({ SecretId: 'team/key', RecoveryWindowInDays: 7 }));
    harness.kernel.clock.advance(7 * day);
    expect(await failure(describeSecret())).toMatch(/^ResourceNotFoundException/);
    expect(await failure(create())).toBe('it succeeded');
  });
});

describe('lists', () => {
  it('are filtered by the beginning of names and by tags, page by page', async () => {
    for (const name of ['a/1', 'a/2', 'b/1']) await create({ Name: name, Tags: [{ Key: 'team', Value: name }] });
    const names = async (Filters: secrets.Filter[]) =>
      (await client.send(new secrets.ListSecretsCommand({ Filters }))).SecretList?.map((secret) => secret.Name);
    expect(await names([{ Key: 'name', Values: ['a/'] }])).toEqual(['a/1', 'a/2']);
    expect(await names([{ Key: 'tag-value', Values: ['b/'] }])).toEqual(['b/1']);
    const pages: number[] = [];
    for await (const page of secrets.paginateListSecrets({ client, pageSize: 2 }, {})) pages.push(page.SecretList!.length);
    expect(pages).toEqual([2, 1]);
  });
});

describe('permissions', () => {
  const bare = `arn:aws:secretsmanager:${region}:${management}:secret:team/key`;
  const as = (name: string, ...actions: [string | string[], string][]) =>
    new secrets.SecretsManagerClient(
      harness.user(
        name,
        actions.map(([action, resource]) => allow(action, resource)),
      ),
    );

  it('judge an existing secret by its whole ARN, and a missing one by its name', async () => {
    const suffixed = as('suffixed', ['secretsmanager:DescribeSecret', `${bare}-??????`]);
    const wild = as('wild', ['secretsmanager:DescribeSecret', `${bare}*`]);
    const ask = (by: secrets.SecretsManagerClient) => failure(by.send(new secrets.DescribeSecretCommand({ SecretId: 'team/key' })));
    expect(await ask(wild)).toMatch(/^ResourceNotFoundException/);
    expect(await ask(suffixed)).toMatch(/^AccessDeniedException: .* on resource: team\/key because no identity-based policy/);
    await create();
    expect(await ask(suffixed)).toBe('it succeeded');
  });

  it('need TagResource too for a secret that is created with tags', async () => {
    const creator = as('creator', ['secretsmanager:CreateSecret', `${bare}-??????`]);
    const send = (Tags?: secrets.Tag[]) =>
      failure(creator.send(new secrets.CreateSecretCommand({ Name: 'team/key', SecretString: 's', Tags })));
    expect(await send([{ Key: 'a', Value: 'b' }])).toMatch(/^AccessDeniedException: .*secretsmanager:TagResource/);
    expect(await send()).toBe('it succeeded');
  });

  it('come from the secret’s own policy, for one user and nobody else', async () => {
    await create();
    const ana = new secrets.SecretsManagerClient(harness.user('ana', []));
    const bob = new secrets.SecretsManagerClient(harness.user('bob', []));
    const ResourcePolicy = JSON.stringify(
      policy({
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${management}:user/ana` },
        Action: 'secretsmanager:GetSecretValue',
        Resource: '*',
      }),
    );
    await client.send(new secrets.PutResourcePolicyCommand({ SecretId: 'team/key', ResourcePolicy, BlockPublicPolicy: true }));
    expect((await client.send(new secrets.GetResourcePolicyCommand({ SecretId: 'team/key' }))).ResourcePolicy).toBe(ResourcePolicy);
    expect(await value(undefined, ana)).toBe('one');
    expect(await failure(value(undefined, bob))).toMatch(/^AccessDeniedException/);
  });

  it('need the customer managed key as well', async () => {
    const arn = `arn:aws:kms:${region}:${management}:key/1`;
    const keyPolicy = policy({
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${management}:user/admin` },
      Action: 'kms:*',
      Resource: '*',
    });
    harness.kernel.account(management).keys.set(arn, { arn, region, policy: keyPolicy, aliases: new Set() });
    await create({ KmsKeyId: arn });
    const reader = as('reader', [['secretsmanager:*', 'kms:*'], '*']);
    expect(await failure(value(undefined, reader))).toBe('AccessDeniedException: Access to KMS is not allowed');
    expect(await value()).toBe('one');
    expect(await failure(create({ Name: 'other', KmsKeyId: 'alias/none' }))).toMatch(/^InvalidParameterException: The KMS key alias\/none/);
    harness.kernel.account(management).keys.get(arn)!.state = 'Disabled';
    expect(await failure(put('two'))).toMatch(/^EncryptionFailure/);
    expect(await failure(value())).toMatch(/^DecryptionFailure/);
  });

  it('work across accounts only when both sides agree', async () => {
    const { ARN = '' } = await create();
    const other = new secrets.SecretsManagerClient(harness.user('far', [allow('secretsmanager:GetSecretValue')], member));
    expect(await failure(value(undefined, other, ARN))).toMatch(/because no resource-based policy allows/);
    const statement = {
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${member}:user/far` },
      Action: 'secretsmanager:GetSecretValue',
      Resource: '*',
    } as const;
    await client.send(new secrets.PutResourcePolicyCommand({ SecretId: ARN, ResourcePolicy: JSON.stringify(policy(statement)) }));
    expect(await value(undefined, other, ARN)).toBe('one');
  });
});

describe('resource policies are refused', () => {
  const attach = (document: unknown, BlockPublicPolicy = true) =>
    failure(
      client.send(
        new secrets.PutResourcePolicyCommand({
          SecretId: 'team/key',
          BlockPublicPolicy,
          ResourcePolicy: typeof document === 'string' ? document : JSON.stringify(document),
        }),
      ),
    );
  const statement = { Effect: 'Allow', Principal: '*', Action: 'secretsmanager:GetSecretValue', Resource: '*' } as const;
  beforeEach(async () => {
    await create();
  });

  it('when they are public and that is blocked', async () => {
    expect(await attach(policy(statement))).toMatch(/^PublicPolicyException/);
    expect(await attach(policy({ ...statement, Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } }))).toBe('it succeeded');
  });

  it('when they name somebody who does not exist', async () => {
    expect(await attach(policy({ ...statement, Principal: { AWS: `arn:aws:iam::${management}:user/ghost` } }))).toMatch(
      /^MalformedPolicyDocumentException: .*ghost/,
    );
  });

  it('when they are no policy at all', async () => {
    expect(await attach('{')).toMatch(/^MalformedPolicyDocumentException/);
    expect(await attach({ Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] })).toMatch(/without a principal/);
  });
});
