import * as iam from '@aws-sdk/client-iam';
import { parse } from 'csv-parse/sync';
import { allow, failure, Harness, management, start } from '../harness';

let harness: Harness;
let client: iam.IAMClient;
beforeEach(async () => {
  harness = await Harness.start();
  client = new iam.IAMClient(harness.user('admin'));
});
afterEach(() => {
  client.destroy();
  harness.stop();
});

describe('managed policies of users', () => {
  const arnOf = (name: string): string => `arn:aws:iam::${management}:policy/${name}`;
  const make = (name: string): void => {
    const document = { Version: '2012-10-17', Statement: { Effect: 'Allow' as const, Action: 's3:ListBucket', Resource: '*' } };
    harness.kernel.account(management).managedPolicies.set(arnOf(name), { arn: arnOf(name), name, document });
  };
  const attach = (name: string) => client.send(new iam.AttachUserPolicyCommand({ UserName: 'ana', PolicyArn: arnOf(name) }));

  it('are attached once, ten at most, and must exist', async () => {
    const { attachedPolicies } = harness.people().addUser({ name: 'ana' });
    for (let number = 0; number <= 10; number += 1) make(`p${number}`);
    for (let number = 0; number < 10; number += 1) await attach(`p${number}`);
    await attach('p0');
    expect(attachedPolicies.size).toBe(10);
    expect(await failure(attach('p10'))).toBe('LimitExceededException: Cannot exceed quota for PoliciesPerUser: 10');
    expect(await failure(attach('none'))).toBe(`NoSuchEntityException: Policy ${arnOf('none')} does not exist or is not attachable.`);
  });

  it('are shown as they are now', async () => {
    make('p');
    const { Policy } = await client.send(new iam.GetPolicyCommand({ PolicyArn: arnOf('p') }));
    const version = (VersionId: string) => client.send(new iam.GetPolicyVersionCommand({ PolicyArn: arnOf('p'), VersionId }));
    const { PolicyVersion } = await version(Policy!.DefaultVersionId!);
    expect(decodeURIComponent(PolicyVersion!.Document!)).toContain('"Action":"s3:ListBucket"');
    expect(await failure(version('v2'))).toMatch(/^NoSuchEntityException: .* version v2 does not exist/);
    expect(await failure(client.send(new iam.GetPolicyCommand({ PolicyArn: arnOf('none') })))).toMatch(/^NoSuchEntityException/);
  });
});

it('simulates what a role may do, by its own policies and its boundary, on things that need not exist', async () => {
  const { roles, managedPolicies } = harness.kernel.account(management);
  const arn = `arn:aws:iam::${management}:role/worker`;
  const document = (Effect: 'Allow' | 'Deny', Action: string[]) => ({
    Version: '2012-10-17',
    Statement: { Effect, Action, Resource: '*' },
  });
  const boundary = `arn:aws:iam::${management}:policy/boundary`;
  managedPolicies.set(boundary, { arn: boundary, name: 'boundary', document: document('Allow', ['sqs:*']) });
  roles.set('worker', {
    ...{ name: 'worker', path: '/', id: 'AROAWORKER', arn, trust: { Statement: [] }, maxSessionSeconds: 3600, tags: new Map() },
    attachedPolicies: new Set(),
    inlinePolicies: new Map([
      ['a', document('Allow', ['sqs:SendMessage', 'sqs:DeleteQueue', 's3:GetObject'])],
      ['b', document('Deny', ['sqs:DeleteQueue'])],
    ]),
    boundary,
  });
  const asked = { PolicySourceArn: arn, ActionNames: ['sqs:SendMessage', 'sqs:DeleteQueue', 's3:GetObject'] };
  const { EvaluationResults } = await client.send(new iam.SimulatePrincipalPolicyCommand({ ...asked, ResourceArns: ['arn:aws:x:::none'] }));
  expect(EvaluationResults?.map(({ EvalDecision }) => EvalDecision)).toEqual(['allowed', 'explicitDeny', 'implicitDeny']);
  const callerless = client.send(new iam.SimulatePrincipalPolicyCommand({ ...asked, CallerArn: arn }));
  expect(await failure(callerless)).toMatch(/^NotImplemented: CallerArn/);
});

describe('users', () => {
  it('come in pages of 100, each one once', async () => {
    for (let index = 0; index < 249; index += 1) harness.people().addUser({ name: `u${index}` });
    const sizes: number[] = [];
    const names = new Set<string>();
    for await (const page of iam.paginateListUsers({ client }, {})) {
      sizes.push(page.Users!.length);
      for (const { UserName } of page.Users!) names.add(UserName!);
    }
    expect(sizes).toEqual([100, 100, 50]);
    expect(names.size).toBe(250);
  });

  it('keep their place when users are deleted between pages', async () => {
    for (const name of ['a', 'b', 'c']) harness.people().addUser({ name });
    const first = await client.send(new iam.ListUsersCommand({ MaxItems: 2 }));
    harness.people().deleteUser('a');
    const second = await client.send(new iam.ListUsersCommand({ MaxItems: 2, Marker: first.Marker }));
    expect([...first.Users!, ...second.Users!].map((user) => user.UserName)).toEqual(['a', 'admin', 'b', 'c']);
    expect(second.IsTruncated).toBe(false);
  });

  it('are shown with tags one by one, and without in lists', async () => {
    harness.people().addUser({ name: 'ana', path: '/team/', tags: { owner: 'ana@example.com' } });
    const one = await client.send(new iam.GetUserCommand({ UserName: 'ana' }));
    expect(one.User).toMatchObject({
      Arn: `arn:aws:iam::${management}:user/team/ana`,
      Tags: [{ Key: 'owner', Value: 'ana@example.com' }],
      CreateDate: start,
    });
    const list = await client.send(new iam.ListUsersCommand({ PathPrefix: '/team/' }));
    expect(list.Users).toEqual([expect.not.objectContaining({ Tags: expect.anything() as unknown })]);
  });

  it('that do not exist are an error with the words of AWS', async () => {
    expect(await failure(client.send(new iam.ListAccessKeysCommand({ UserName: 'eve' })))).toBe(
      'NoSuchEntityException: The user with name eve cannot be found.',
    );
  });

  it('are the caller when no name is given, which a role cannot do', async () => {
    expect((await client.send(new iam.GetUserCommand({}))).User?.UserName).toBe('admin');
  });

  it('show groups and their members', async () => {
    harness.people().addUser({ name: 'ana', groups: ['g'] });
    expect((await client.send(new iam.GetGroupCommand({ GroupName: 'g' }))).Users?.map((user) => user.UserName)).toEqual(['ana']);
    expect((await client.send(new iam.ListGroupsForUserCommand({ UserName: 'ana' }))).Groups?.map((group) => group.GroupName)).toEqual([
      'g',
    ]);
    expect(await failure(client.send(new iam.GetGroupCommand({ GroupName: 'none' })))).toBe(
      'NoSuchEntityException: The group with name none cannot be found.',
    );
  });

  it('list their inline policies, and lose them one by one', async () => {
    const document = { Version: '2012-10-17', Statement: [] };
    harness.people().addUser({ name: 'alice', policies: { two: document, one: document } });
    const names = async () => (await client.send(new iam.ListUserPoliciesCommand({ UserName: 'alice' }))).PolicyNames;
    expect(await names()).toEqual(['one', 'two']);
    await client.send(new iam.DeleteUserPolicyCommand({ UserName: 'alice', PolicyName: 'one' }));
    expect(await names()).toEqual(['two']);
    const again = new iam.DeleteUserPolicyCommand({ UserName: 'alice', PolicyName: 'one' });
    expect(await failure(client.send(again))).toContain('NoSuchEntity');
  });
});

describe('access keys', () => {
  beforeEach(() => {
    harness.people().addUser({ name: 'ana' });
  });

  it('are two at most, inactive ones included', async () => {
    const made = await client.send(new iam.CreateAccessKeyCommand({ UserName: 'ana' }));
    expect(made.AccessKey?.AccessKeyId).toMatch(/^AKIA[A-Z2-7]{16}$/);
    expect(made.AccessKey?.SecretAccessKey).toMatch(/^[\w+/]{40}$/);
    expect(made.AccessKey?.CreateDate?.getMilliseconds()).toBe(0);
    await client.send(new iam.UpdateAccessKeyCommand({ UserName: 'ana', AccessKeyId: made.AccessKey?.AccessKeyId, Status: 'Inactive' }));
    await client.send(new iam.CreateAccessKeyCommand({ UserName: 'ana' }));
    expect(await failure(client.send(new iam.CreateAccessKeyCommand({ UserName: 'ana' })))).toBe(
      'LimitExceededException: Cannot exceed quota for AccessKeysPerUser: 2',
    );
    await client.send(new iam.DeleteAccessKeyCommand({ UserName: 'ana', AccessKeyId: made.AccessKey?.AccessKeyId }));
    expect((await client.send(new iam.ListAccessKeysCommand({ UserName: 'ana' }))).AccessKeyMetadata).toHaveLength(1);
  });

  it('have other ids and secrets every time', () => {
    const first = harness.people().createKey('ana');
    harness.people().deleteKey('ana', first.id);
    const second = harness.people().createKey('ana');
    expect([second.id, second.secret]).not.toEqual([first.id, first.secret]);
  });

  it('sign until they are disabled or deleted', async () => {
    harness.people().putUserPolicy('ana', 'all', { Statement: allow('*') });
    const key = harness.people().createKey('ana');
    const ana = new iam.IAMClient(harness.as({ accessKeyId: key.id, secretAccessKey: key.secret }));
    const call = () => failure(ana.send(new iam.GetUserCommand({})));
    expect(await call()).toBe('it succeeded');
    harness.people().disableKey('ana', key.id);
    expect(await call()).toMatch(/^InvalidClientTokenId/);
    harness.people().enableKey('ana', key.id);
    expect(await call()).toBe('it succeeded');
    harness.people().deleteKey('ana', key.id);
    expect(await call()).toMatch(/^InvalidClientTokenId/);
    ana.destroy();
  });

  it('are of one account: another one neither sees nor changes them', async () => {
    const key = harness.people().createKey('ana');
    const other = new iam.IAMClient(harness.user('admin', [allow('*')], '222222222222'));
    expect(await failure(other.send(new iam.DeleteAccessKeyCommand({ UserName: 'ana', AccessKeyId: key.id })))).toMatch(/^NoSuchEntity/);
    expect(await failure(other.send(new iam.GetAccessKeyLastUsedCommand({ AccessKeyId: key.id })))).toMatch(/^NoSuchEntity/);
    other.destroy();
  });

  it('tell when they were used last, or that they never were', async () => {
    const key = harness.people().createKey('ana');
    const ask = async () => (await client.send(new iam.GetAccessKeyLastUsedCommand({ AccessKeyId: key.id }))).AccessKeyLastUsed;
    expect(await ask()).toEqual({ ServiceName: 'N/A', Region: 'N/A' });
    harness.people().useKey('ana', key.id, new Date('2026-02-01T10:00:00Z'));
    expect(await ask()).toEqual({ LastUsedDate: new Date('2026-02-01T10:00:00Z'), ServiceName: 's3', Region: 'eu-west-1' });
  });

  it('count as used when they sign, once in 15 minutes', async () => {
    const { id } = harness.people().user('admin').keys[0]!;
    const used = async () =>
      (await client.send(new iam.GetAccessKeyLastUsedCommand({ AccessKeyId: id }))).AccessKeyLastUsed?.LastUsedDate?.getTime();
    const first = await used();
    harness.kernel.clock.advance(10 * 60_000);
    expect(await used()).toBe(first);
    harness.kernel.clock.advance(10 * 60_000);
    expect(await used()).toBeGreaterThanOrEqual(first! + 20 * 60_000);
  });
});

describe('tags', () => {
  const tag = (Key: string, Value = '') => client.send(new iam.TagUserCommand({ UserName: 'ana', Tags: [{ Key, Value }] }));
  beforeEach(() => {
    harness.people().addUser({ name: 'ana' });
  });

  it('are replaced whatever the letter case, and removed', async () => {
    await tag('Owner', 'a');
    await tag('owner', 'b');
    expect((await client.send(new iam.ListUserTagsCommand({ UserName: 'ana' }))).Tags).toEqual([{ Key: 'owner', Value: 'b' }]);
    await client.send(new iam.UntagUserCommand({ UserName: 'ana', TagKeys: ['OWNER'] }));
    expect((await client.send(new iam.ListUserTagsCommand({ UserName: 'ana' }))).Tags).toEqual([]);
  });

  it.each([
    ['a key of 129 characters', 'k'.repeat(129), 'v'],
    ['a value of 257 characters', 'k', 'v'.repeat(257)],
    ['a character outside the set', 'k', 'a,b'],
    ['the reserved prefix', 'aws:x', 'v'],
  ])('refuse %s', async (_, key, value) => {
    expect(await failure(tag(key, value))).toMatch(/^(ValidationError|InvalidInputException)/);
    expect(harness.people().user('ana').tags.size).toBe(0);
  });

  it('are 50 at most', async () => {
    for (let index = 0; index < 50; index += 1) harness.people().tagUser('ana', { [`k${index}`]: '' });
    expect(await failure(tag('k51'))).toMatch(/^LimitExceededException/);
    expect(await failure(tag('k1', 'again'))).toBe('it succeeded');
  });
});

describe('credential report', () => {
  const generate = async () => (await client.send(new iam.GenerateCredentialReportCommand({}))).State;
  const get = async () =>
    parse<Record<string, string>>(Buffer.from((await client.send(new iam.GetCredentialReportCommand({}))).Content!), { columns: true });

  it('is absent until it is generated, in progress until it is ready, and then kept for four hours', async () => {
    harness.kernel.settings.credentialReportDelayMs = 5000;
    expect(await failure(get())).toMatch(/^CredentialReportNotPresentException/);
    expect(await generate()).toBe('STARTED');
    expect(await generate()).toBe('INPROGRESS');
    expect(await failure(get())).toMatch(/^CredentialReportNotReadyException/);
    harness.kernel.clock.advance(6000);
    expect(await generate()).toBe('COMPLETE');
    harness.people().addUser({ name: 'late' });
    expect((await get()).map((row) => row['user'])).toEqual(['<root_account>', 'admin']);
    harness.kernel.clock.advance(4 * 3600_000);
    expect(await failure(get())).toMatch(/^CredentialReportExpiredException/);
    expect(await generate()).toBe('STARTED');
  });

  it('has 22 columns, booleans in lower case, and both keys of a user in either slot', async () => {
    const created = new Date('2025-11-01T08:00:00Z');
    for (let index = 0; index < 20; index += 1) {
      harness.people().addUser({ name: `u${index}`, passwordEnabled: true });
      harness.people().addAccessKey(`u${index}`, { created, status: 'Inactive' });
      harness.people().addAccessKey(`u${index}`, { created: start, lastUsed: new Date('2026-02-01T10:00:00Z') });
    }
    await generate();
    const rows = (await get()).filter((row) => row['user']!.startsWith('u'));
    expect(Object.keys(rows[0]!)).toHaveLength(22);
    const slots = rows.map((row) => (row['access_key_1_active'] === 'false' ? 1 : 2));
    expect(new Set(slots)).toEqual(new Set([1, 2]));
    rows.forEach((row, index) => {
      const [older, younger] = slots[index] === 1 ? [1, 2] : [2, 1];
      expect(row).toMatchObject({
        password_enabled: 'true',
        [`access_key_${older}_active`]: 'false',
        [`access_key_${older}_last_rotated`]: '2025-11-01T08:00:00+00:00',
        [`access_key_${older}_last_used_date`]: 'N/A',
        [`access_key_${younger}_active`]: 'true',
        [`access_key_${younger}_last_used_date`]: '2026-02-01T10:00:00+00:00',
        [`access_key_${younger}_last_used_service`]: 's3',
      });
    });
  });
});
