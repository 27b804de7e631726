import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { AccessKey } from '../../sandbox/kernel/world';
import { LeakSearch, SecretKeys } from '../../demo/never-rules/leaks';
import { ADMIN, FUNCTIONS, MANAGEMENT, OTHER, TEAM, testOrganization, type Account } from '../helpers/sandbox-organization';

const organization = testOrganization('enforcing', [TEAM, OTHER], { direct: true });

const credentialsOf = ({ id, secret }: AccessKey) => ({ accessKeyId: id, secretAccessKey: secret });

/** Reads a secret over HTTP, signed with this key. */
async function read(account: Account, key: AccessKey, secretId: string): Promise<string | undefined> {
  const client = new SecretsManagerClient(organization().sandbox.client(account.id, credentialsOf(key)));
  try {
    return (await client.send(new GetSecretValueCommand({ SecretId: secretId }))).SecretString;
  } finally {
    client.destroy();
  }
}

const users: { name: string; path?: string; secret: string }[] = [
  { name: 'alice', secret: `Account_${TEAM.id}_User_alice_AccessKey` },
  { name: 'vendor,acme', secret: `Account_${TEAM.id}_User_vendor/2Cacme_AccessKey` },
  { name: 'replicator', path: '/services/db/', secret: `Account_${TEAM.id}_User_replicator_AccessKey` },
  { name: 'a+b=c@d.e_f-g', secret: `Account_${TEAM.id}_User_a+b=c@d.e_f-g_AccessKey` },
];

describe('the new key', () => {
  it.each(users)('of $name is read by its user with the old key, and works', async ({ name, path, secret }) => {
    const org = organization();
    const [old] = org.addUser(TEAM, name, [{ ageDays: 95 }], path === undefined ? {} : { path }).keys;
    await org.run();
    const { keys, arn } = org.user(TEAM, name);
    const live = keys.find(({ id }) => id !== old!.id)!;
    const value = JSON.parse((await read(TEAM, old!, secret)) ?? '') as Record<string, string>;
    expect(value).toEqual({
      UserName: name,
      AccessKeyId: live.id,
      SecretAccessKey: live.secret,
      Status: 'Active',
      CreateDate: live.created.toISOString(),
    });
    const sts = new STSClient(
      org.sandbox.client(TEAM.id, { accessKeyId: value['AccessKeyId']!, secretAccessKey: value['SecretAccessKey']! }),
    );
    expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({ Arn: arn, Account: TEAM.id });
    sts.destroy();
    expect(JSON.parse((await read(TEAM, live, secret)) ?? '')).toEqual(value);
  });

  it('is refused to every other user, in the same account and in another one, whatever their own policies allow there', async () => {
    const org = organization();
    org.addUser(TEAM, 'alice', [{ ageDays: 95 }]);
    const [neighbour] = org.addUser(TEAM, 'bob', [{ ageDays: 1 }]).keys;
    const [stranger] = org.addUser(OTHER, 'alice', [{ ageDays: 1 }]).keys;
    const [administrator] = org.addUser(OTHER, 'admin', [{ ageDays: 1 }]).keys;
    org.sandbox
      .people(OTHER.id)
      .putUserPolicy('admin', 'Everything', { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } });
    await org.run();
    const secret = [...org.sandbox.kernel.account(TEAM.id).secrets.values()].find((one) => one.name.includes('alice'))!;
    const denied = { name: 'AccessDeniedException', message: expect.stringContaining('secretsmanager:GetSecretValue') as string };
    for (const id of [secret.name, secret.arn]) await expect(read(TEAM, neighbour!, id)).rejects.toMatchObject(denied);
    await expect(read(OTHER, stranger!, secret.arn)).rejects.toMatchObject(denied);
    await expect(read(OTHER, administrator!, secret.arn)).rejects.toMatchObject(denied);
  });

  it('replaces the former one in the same secret, which keeps that as AWSPREVIOUS', async () => {
    const org = organization();
    org.addUser(TEAM, 'alice', [{ ageDays: 95 }]);
    for (const day of [0, 10, 20, 90]) {
      org.goToDay(day);
      await org.run({ accounts: [TEAM.id] });
    }
    const [before, now] = org.user(TEAM, 'alice').keys;
    const [secret, ...others] = [...org.sandbox.kernel.account(TEAM.id).secrets.values()];
    expect(others).toEqual([]);
    const holder = (stage: string) => [...secret!.versions.values()].find(({ stages }) => stages.has(stage));
    expect(JSON.parse(holder('AWSCURRENT')!.value)).toMatchObject({ AccessKeyId: now!.id });
    expect(JSON.parse(holder('AWSPREVIOUS')!.value)).toMatchObject({ AccessKeyId: before!.id });
  });
});

describe('no secret access key', () => {
  /** Everything that writes something somewhere. */
  async function everythingThatWrites(): Promise<void> {
    const org = organization();
    org.addUser(TEAM, 'alice', [{ ageDays: 95 }], { owner: 'alice@acme.example' });
    org.addUser(TEAM, 'two-keys', [{ ageDays: 95 }, { ageDays: 5 }]);
    org.addUser(OTHER, 'broken', [{ ageDays: 95 }]);
    org.disturbed = true;
    // Refused after the key exists: the product removes the key and reports the failure.
    const fault = org.sandbox.faults.add({
      match: {
        operation: 'PutSecretValue',
        input: ({ SecretId, VersionStages }) => String(SecretId).includes('broken') && VersionStages === undefined,
      },
      when: 'before',
      then: { kind: 'error', code: 'InvalidRequestException', status: 400 },
    });
    await org.run();
    expect(fault.hits).toBe(1);
    org.rules.expectForced(TEAM.id, 'alice');
    await org
      .invoke(FUNCTIONS.rotator, { account: TEAM.id, email: TEAM.email, name: TEAM.name, ForceRotate: 'two-keys' })
      .catch(() => undefined);
    await org.invoke(FUNCTIONS.reporter, {});
  }

  it('is in any log line, mail, result, event, error, report or queue', async () => {
    const org = organization();
    await org.onBundles(everythingThatWrites);
    expect(org.user(OTHER, 'broken').keys).toHaveLength(1);
    expect(org.sandbox.logs().length).toBeGreaterThan(20);
    expect(org.sandbox.world.events.length).toBeGreaterThan(0);
    expect(new Set(org.sandbox.mails.flatMap(({ to }) => to))).toEqual(new Set([TEAM.email, 'alice@acme.example', ADMIN]));
    expect(org.rules.book.secrets.size).toBeGreaterThan(5);
    expect(new LeakSearch(org.sandbox, org.rules.book.secrets).search()).toEqual([]);
  });

  it('is in the call log, which shows inputs without secret values', async () => {
    const org = organization();
    await org.onBundles(everythingThatWrites);
    const log = JSON.stringify(org.sandbox.calls);
    expect(org.rules.book.secrets.areIn(log)).toBe(false);
  });
});

describe('the search for secrets', () => {
  const secret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
  const account = () => organization().sandbox.kernel.account(MANAGEMENT.id);
  const text = `something ${secret} something`;
  const places: [string, () => unknown, RegExp][] = [
    [
      'a mail',
      () =>
        organization().sandbox.world.mails.push({
          at: new Date(),
          account: MANAGEMENT.id,
          region: 'eu-west-1',
          from: ADMIN,
          to: [ADMIN],
          replyTo: [],
          subject: 'Hello',
          html: text,
        }),
      /the mail "Hello"/,
    ],
    [
      'an event',
      () =>
        organization().sandbox.world.events.push({
          at: new Date(),
          account: MANAGEMENT.id,
          bus: 'default',
          source: 'x',
          detailType: 'leak',
          detail: text,
        }),
      /the event leak/,
    ],
    [
      'a stored result',
      () =>
        [...account().buckets.values()][0]!.objects.set('runs/x/1.json', { body: Buffer.from(text), modified: new Date(), metadata: {} }),
      /s3:\/\/.*\/runs\/x\/1.json/,
    ],
    [
      'a queue',
      () => [...account().queues.values()][0]!.messages.push({ at: new Date(), body: text }),
      /the queue iam-key-rotation-failed/,
    ],
    // The error message repeats what the operator typed, in the answer and in the log.
    ['a log line', () => organization().sandbox.invoke(FUNCTIONS.rotator, { account: secret }), /the log of iam-key-rotation-rotator/],
    ['an answer', () => organization().sandbox.invoke(FUNCTIONS.rotator, { account: secret }), /the answer of iam-key-rotation-rotator/],
  ];
  it.each(places)('finds one in %s', async (_, leak, where) => {
    const search = new LeakSearch(organization().sandbox, new SecretKeys(secret));
    search.search();
    expect(search.search()).toEqual([]);
    await organization().onBundles(() => Promise.resolve(leak()));
    expect(search.search()).toContainEqual(expect.stringMatching(where));
  });

  it('finds one in an object that is written again', () => {
    const search = new LeakSearch(organization().sandbox, new SecretKeys(secret));
    const { objects } = [...account().buckets.values()][0]!;
    const body = (value: string, at: number) => ({ body: Buffer.from(value), modified: new Date(at), metadata: {} });
    objects.set('runs/x/1.json', body('harmless', 1));
    search.search();
    expect(search.search()).toEqual([]);
    objects.set('runs/x/1.json', body(text, 1));
    expect(search.search()).toHaveLength(1);
  });
});
