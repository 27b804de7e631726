import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KeyApiOrganization } from '../../helpers/key-api-organization';
import { TEAM } from '../../helpers/sandbox-organization';
import { Machine } from './machine';

let api: KeyApiOrganization;
let machine: Machine;
let keyFile: string;
beforeAll(async () => {
  api = await KeyApiOrganization.start();
});
beforeEach(() => {
  api.reset();
  machine = new Machine(api.sandbox);
  keyFile = join(machine.home, 'api-key');
  writeFileSync(keyFile, `${api.keyOf('billing').value}\n`, { mode: 0o600 });
});
afterEach(() => machine.leave());
afterAll(() => api.org.sandbox.stop());

const privateFile = () => join(machine.home, '.aws', 'iam-keys', 'web.json');
const init = (...args: string[]) =>
  machine.keys('credentials', '--init', '--profile', 'web', '--api', api.url, '--user', 'alice', '--region', 'eu-west-1', ...args);
const answer = async () => JSON.parse((await machine.keys('credentials', '--profile', 'web')).out) as Record<string, string>;
/** The API was asked so often since the last look. */
const asked = () => api.sandbox.calls.splice(0).filter(({ service, operation }) => service === 'kms' && operation === 'Sign').length;

it('is set up with one command and no static key, follows a rotation, and shows no secret on the way', async () => {
  const first = api.activeKeyOf(TEAM, 'alice');
  const done = await init('--api-key-file', keyFile);
  expect(done).toMatchObject({ status: 0, error: '', out: expect.stringContaining(`its key, ${first.id} of alice`) as string });
  expect(readFileSync(machine.config, 'utf8')).toMatch(
    /\[profile web\]\ncredential_process = .* credentials --profile web\nregion = eu-west-1\n$/,
  );
  expect(statSync(privateFile()).mode & 0o777).toBe(0o600);
  expect(readFileSync(privateFile(), 'utf8')).not.toContain(api.keyOf('billing').value);
  expect(asked()).toBe(1);
  api.sandbox.clock.advance(10_000);

  expect(await answer()).toEqual({
    Version: 1,
    AccessKeyId: first.id,
    SecretAccessKey: first.secret,
    Expiration: expect.any(String) as string,
  });
  expect(asked()).toBe(0);

  // Its grace is over, and a person removes it.
  api.sandbox.people(TEAM.id).deleteKey('alice', api.org.user(TEAM, 'alice').keys[0]!.id);
  await api.org.rotate(TEAM, { ForceRotate: 'alice' });
  api.sandbox.clock.advance(3_700_000);
  const second = api.activeKeyOf(TEAM, 'alice');
  expect(second.id).not.toBe(first.id);
  expect((await answer())['AccessKeyId']).toBe(second.id);

  const check = await machine.keys('credentials', '--check', '--profile', 'web');
  expect(check).toMatchObject({ status: 0, error: '', out: expect.stringContaining(`key before  ${first.id}`) as string });
  for (const { out, error } of [done, check])
    for (const secret of [first.secret, second.secret, api.keyOf('billing').value]) expect(out + error).not.toContain(secret);
});

it('goes on with the key that works when the API key is taken away, and says so', async () => {
  await init('--api-key-file', keyFile);
  const { id } = api.activeKeyOf(TEAM, 'alice');
  api.keyOf('billing').enabled = false;
  api.sandbox.clock.advance(3_700_000);
  const { status, out, error } = await machine.keys('credentials', '--profile', 'web');
  expect([status, (JSON.parse(out) as { AccessKeyId: string }).AccessKeyId]).toEqual([0, id]);
  expect(error).toContain(`profile web keeps ${id}: ApiRefusal: the key API answered 403: API key needed`);
  expect((await machine.keys('credentials', '--check', '--profile', 'web')).status).toBe(1);
});

it('takes the API key from the environment, which is then needed each time', async () => {
  const environment = { IAM_KEYS_API_KEY: api.keyOf('billing').value };
  const keys = (...args: string[]) =>
    machine.run(process.execPath, [join(__dirname, '..', '..', '..', 'bin', 'iam-keys.js'), 'credentials', '--profile', 'web', ...args], {
      environment,
    });
  expect((await keys('--init', '--api', api.url, '--user', 'alice', '--region', 'eu-west-1')).status).toBe(0);
  api.sandbox.clock.advance(3_700_000);
  expect(await keys()).toMatchObject({ status: 0, error: '' });
});

it.each<[string, string[], string]>([
  ['another client’s user', ['--user', 'bob'], 'the key API answered 404: No such user'],
  ['an account that has no such user', ['--user', 'alice', '--account', '333344445555'], 'the key API answered 404'],
  ['a name of two accounts', ['--user', 'web'], 'the key API answered 400: Ambiguous username'],
])('refuses %s, and writes nothing', async (_, args, message) => {
  const { status, error } = await machine.keys(
    'credentials',
    '--init',
    '--profile',
    'web',
    '--api',
    api.url,
    '--api-key-file',
    keyFile,
    '--region',
    'eu-west-1',
    ...args,
  );
  expect([status, error]).toEqual([2, expect.stringContaining(message) as string]);
  expect(readFileSync(machine.config, 'utf8')).not.toContain('credential_process');
});

it.each<[string[], string]>([
  [['--init', '--api', 'http://api.example', '--user', 'a'], '--api: "http://api.example" must be an https URL'],
  [['--init', '--api', 'https://api.example'], '--api needs --user'],
  [['--init', '--user', 'a'], 'go with --api'],
  [['--init', '--api', 'https://api.example', '--user', 'a', '--secret', 's'], '--api and --secret exclude each other'],
  [['--api', 'https://api.example', '--user', 'a'], 'are for --init, which remembers them'],
])('refuses %j', async (args, message) => {
  const { status, error } = await machine.keys('credentials', '--profile', 'web', ...args);
  expect([status, error]).toEqual([2, expect.stringContaining(message) as string]);
});

it('leaves a profile with a static key alone, and is left alone by sync', async () => {
  machine.paste('web', api.activeKeyOf(TEAM, 'alice'));
  expect((await init('--api-key-file', keyFile)).error).toContain('has a static key for the profile web');
  writeFileSync(machine.credentials, '');
  await init('--api-key-file', keyFile);
  const { status, error } = await machine.keys('sync', '--profile', 'web');
  expect([status, error]).toEqual([1, expect.stringContaining('gets its key from the key API') as string]);
});
