import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { IAMClient, ListAccessKeysCommand, ListUserTagsCommand, type AccessKeyMetadata } from '@aws-sdk/client-iam';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { ListAccountsCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { AccountResult } from '../../../lambda/runs/schemas';
import { serve } from '../../../demo/serve/start';
import { welcome } from '../../../demo/serve/welcome';
import { ask, askJson, configurationOf, MANAGEMENT, SANDBOXES, served } from './served';

const controls = served('enforcing');
const secretName = `Account_${SANDBOXES}_User_alice_AccessKey`;

async function whoAmI(query: string): Promise<string | undefined> {
  return (await new STSClient(await configurationOf(controls(), query)).send(new GetCallerIdentityCommand({}))).Arn;
}

async function aliceKeys(): Promise<AccessKeyMetadata[]> {
  const iam = new IAMClient(await configurationOf(controls(), `account=${SANDBOXES}`));
  return (await iam.send(new ListAccessKeysCommand({ UserName: 'alice' }))).AccessKeyMetadata ?? [];
}

async function readSecret(query: string): Promise<{ AccessKeyId: string }> {
  const secrets = new SecretsManagerClient(await configurationOf(controls(), query));
  const { SecretString = '' } = await secrets.send(new GetSecretValueCommand({ SecretId: secretName }));
  return JSON.parse(SecretString) as { AccessKeyId: string };
}

describe('the served sandbox', () => {
  it.each([
    [
      'the administrator of the management account',
      `account=${MANAGEMENT}`,
      `arn:aws:sts::${MANAGEMENT}:assumed-role/Administrator/operator`,
    ],
    ['the administrator of a member account', `account=${SANDBOXES}`, `arn:aws:sts::${SANDBOXES}:assumed-role/Administrator/operator`],
    ['a user', `account=${SANDBOXES}&user=alice`, `arn:aws:iam::${SANDBOXES}:user/alice`],
    ['a user whose name has a comma', 'account=222233334444&user=vendor%2Cacme', 'arn:aws:iam::222233334444:user/vendor,acme'],
    ['a user with a path', 'account=222233334444&user=replicator', 'arn:aws:iam::222233334444:user/services/db/replicator'],
  ])('lets clients on the host clock be %s', async (_, query, arn) => {
    expect(Math.abs(controls().sandbox.clock.offsetMs)).toBeGreaterThan(86_400_000);
    expect(await whoAmI(query)).toBe(arn);
  });

  it('lists the organization', async () => {
    const { Accounts = [] } = await new OrganizationsClient(await configurationOf(controls(), `account=${MANAGEMENT}`)).send(
      new ListAccountsCommand({}),
    );
    expect(Accounts.map(({ Name }) => Name)).toEqual(expect.arrayContaining(['Production', 'Sandboxes', 'Closed Shop']));
  });

  it('rotates one user with the very event that it prints, and the user fetches the new key with the old one', async () => {
    const [, printed = ''] = /--payload '([^']+)'/.exec(welcome(controls())) ?? [];
    const lambda = new LambdaClient(await configurationOf(controls(), `account=${MANAGEMENT}`));
    const [old] = await aliceKeys();
    const { Payload, FunctionError } = await lambda.send(
      new InvokeCommand({ FunctionName: 'iam-key-rotation-rotator', Payload: Buffer.from(printed) }),
    );
    expect(FunctionError).toBeUndefined();
    const { users } = JSON.parse(Payload!.transformToString()) as AccountResult;
    expect(users.map(({ user }) => user)).toEqual(['alice']);
    expect((await ask(controls(), `credentials?account=${SANDBOXES}&user=alice`)).text).toContain(`active key ${old!.AccessKeyId!}`);
    const secret = await readSecret(`account=${SANDBOXES}&user=alice`);
    expect(secret.AccessKeyId).not.toBe(old!.AccessKeyId);
    // IAM lists keys in no order that anybody may rely on.
    const statuses = (await aliceKeys()).map(({ AccessKeyId = '', Status }) => [AccessKeyId, Status]);
    expect(Object.fromEntries(statuses)).toEqual({ [old!.AccessKeyId!]: 'Active', [secret.AccessKeyId]: 'Active' });
    await expect(readSecret(`account=${SANDBOXES}&user=bob`)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  it('disables the old key ten days after a run, and clients on the host clock are still answered', async () => {
    const [bobs] = (await askJson<{ keys: { id: string }[] }[]>(controls(), 'keys?user=bob')).flatMap(({ keys }) => keys);
    const run = await askJson<{ firings: { schedule: string }[]; mails: number; results: AccountResult[] }>(controls(), 'run', '');
    expect(run.firings.map(({ schedule }) => schedule)).toEqual(['iam-key-rotation-orchestrator', 'iam-key-rotation-reporter']);
    expect(run.mails).toBeGreaterThan(3);
    expect(run.results.map(({ account }) => account.name)).toContain('Production');
    const before = controls().sandbox.clock.now();
    const { firings, now } = await askJson<{ firings: unknown[]; now: string }>(controls(), 'clock', '{"advance":"10d"}');
    expect(firings).toHaveLength(20);
    expect(Date.parse(now) - before.getTime()).toBeGreaterThanOrEqual(10 * 86_400_000);
    const [rotated] = await askJson<{ keys: { id: string; status: string }[]; secret: string }[]>(controls(), 'keys?user=bob');
    expect(rotated!.keys[0]).toMatchObject({ id: bobs!.id, status: 'Inactive' });
    expect(rotated!.secret).toBe(`Account_${SANDBOXES}_User_bob_AccessKey`);
    expect(await whoAmI(`account=${SANDBOXES}&user=bob`)).toBe(`arn:aws:iam::${SANDBOXES}:user/bob`);
    await expect(whoAmI(`account=${SANDBOXES}&user=bob&key=${bobs!.id}`)).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
    const { Tags = [] } = await new IAMClient(await configurationOf(controls(), `account=${SANDBOXES}`)).send(
      new ListUserTagsCommand({ UserName: 'bob' }),
    );
    expect(Tags.map(({ Key }) => Key)).toEqual(expect.arrayContaining(['OwnerEmail', `key-rotation:${bobs!.id}`]));
  });

  it('refuses signatures of neither clock', async () => {
    const configuration = await configurationOf(controls(), `account=${MANAGEMENT}`);
    const sts = new STSClient({ ...configuration, systemClockOffset: -400 * 86_400_000, maxAttempts: 1 });
    await expect(sts.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({ name: 'RequestTimeTooSkewed' });
  });

  it('shows no secret on any page or in any answer, but in credentials', async () => {
    const { sandbox } = controls();
    const secrets = [...sandbox.world.accounts.values()].flatMap(({ users }) =>
      [...users.values()].flatMap(({ keys }) => keys.map(({ secret }) => secret)),
    );
    const users = [...sandbox.world.accounts.values()].flatMap((account) => [...account.users.keys()]);
    const pages = ['', 'mails', ...sandbox.mails.map((__, index) => `mails/${index + 1}`)];
    const holders = [...sandbox.world.accounts.values()].flatMap(({ id, users: people, secrets: kept }) => [
      `accounts/${id}`,
      ...[...people.keys()].map((user) => `users/${id}/${encodeURIComponent(user)}`),
      ...[...kept.values()].map(({ name }) => `secrets/${id}/${encodeURIComponent(name)}`),
    ]);
    expect(holders.filter((path) => path.startsWith('secrets/')).length).toBeGreaterThan(3);
    const paths = [
      ...pages,
      ...holders,
      'reports',
      'reports/latest',
      'passage',
      'clock',
      ...users.map((user) => `keys?user=${encodeURIComponent(user)}`),
    ];
    for (const path of paths) {
      for (const accept of ['text/html', 'application/json', '*/*']) {
        const { status, text } = await ask(controls(), path, { accept });
        expect([path, status]).toEqual([path, 200]);
        expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
      }
    }
    expect((await ask(controls(), `credentials?account=${SANDBOXES}&user=alice`)).text).toContain(
      sandbox
        .people(SANDBOXES)
        .user('alice')
        .keys.find(({ status }) => status === 'Active')!.secret,
    );
  });
});

describe('starting', () => {
  /** A server of somebody else, on a port of its own. */
  async function listening(port = 0): Promise<{ port: number; close: () => Promise<void> }> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
    const close = (): Promise<void> =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      });
    return { port: (server.address() as AddressInfo).port, close };
  }

  it('says which port is in use, and what to do', async () => {
    const { port, close } = await listening();
    const assembly = jest.fn<Promise<string>, []>();
    const message = `port ${port} is in use, perhaps by another sandbox; choose another with --port, or --port 0 for any free one`;
    await serve({ port, assembly })
      .then(
        () => 'served',
        (error: unknown) => (error as Error).message,
      )
      .then((outcome) => {
        expect(outcome).toBe(message);
      })
      .finally(close);
    expect(assembly).not.toHaveBeenCalled();
  });

  it('leaves the port free when the app cannot be deployed', async () => {
    const { port, close } = await listening();
    await close();
    await expect(serve({ port, assembly: () => Promise.reject(new Error('cdk synth failed')) })).rejects.toThrow('cdk synth failed');
    const again = await listening(port);
    await again.close();
  });
});
