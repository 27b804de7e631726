import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { START, TEAM, testOrganization } from '../../helpers/sandbox-organization';
import { IAM_KEYS, Machine } from './machine';

const organization = testOrganization('enforcing', [TEAM]);
let machine: Machine;
beforeEach(() => {
  machine = new Machine(organization().sandbox);
});
afterEach(async () => {
  await machine.leave();
});

/** A user whose key is pasted into the profile of the same name; the rotation issues a successor when it is old. */
function user(name: string, ageDays: number) {
  const org = organization();
  org.addUser(TEAM, name, [{ ageDays, usedDaysAgo: 1 }]);
  const [key] = org.user(TEAM, name).keys;
  machine.paste(name, key!);
  return key!;
}
const keysOf = (name: string) => organization().user(TEAM, name).keys;
const privateFile = (profile: string): string => join(machine.home, '.aws', 'iam-keys', `${profile}.json`);
/** Two minutes later, so that a key of this moment counts as known everywhere. */
const settle = () => {
  organization().sandbox.clock.advance(120_000);
};

it('is set up with one command, looks, follows a rotation, and shows no secret on the way', async () => {
  const old = user('web', 95);
  const init = await machine.keys('credentials', '--init', '--profile', 'web');
  expect(init).toMatchObject({ status: 0, error: '' });
  expect(init.out).toMatch(/^\[profile web\]\ncredential_process = "\S+node" "\S+iam-keys\.js" credentials --profile web\n/);
  expect(readFileSync(machine.config, 'utf8')).toMatch(
    /\[profile web\]\ncredential_process = .* credentials --profile web\nregion = eu-west-1\n$/,
  );
  expect(readFileSync(machine.credentials, 'utf8')).toBe('');
  expect([statSync(privateFile('web')).mode & 0o777, statSync(join(privateFile('web'), '..')).mode & 0o777]).toEqual([0o600, 0o700]);
  // A repeat changes nothing, also when it is started as npm starts it.
  symlinkSync(IAM_KEYS, join(machine.home, 'linked'));
  const again = await machine.run(process.execPath, [join(machine.home, 'linked'), 'credentials', '--init', '--profile', 'web']);
  expect(again).toMatchObject({ status: 0, out: init.out });

  const before = await machine.keys('credentials', '--check', '--profile', 'web');
  expect(before).toMatchObject({ status: 0, error: '', out: expect.stringContaining(`key in use  ${old.id}`) as string });
  await organization().rotate(TEAM);
  settle();
  const after = await machine.keys('credentials', '--check', '--profile', 'web');
  const [, made] = keysOf('web');
  expect(after).toMatchObject({ status: 0, error: '' });
  expect(after.out).toContain(`key in use  ${made!.id}, made `);
  expect(after.out).toContain(`key before  ${old.id}`);

  const answer = await machine.keys('credentials', '--profile', 'web');
  expect(JSON.parse(answer.out)).toEqual({
    Version: 1,
    AccessKeyId: made!.id,
    SecretAccessKey: made!.secret,
    Expiration: expect.any(String) as string,
  });
  const ahead = Date.parse((JSON.parse(answer.out) as { Expiration: string }).Expiration) - organization().sandbox.clock.now().getTime();
  expect(ahead).toBeGreaterThan(0);
  expect(ahead).toBeLessThanOrEqual(3_700_000);
  for (const { out, error } of [init, before, after]) for (const { secret } of [old, made!]) expect(out + error).not.toContain(secret);
});

it('closes a private file that others can read', async () => {
  user('web', 10);
  await machine.keys('credentials', '--init', '--profile', 'web');
  chmodSync(privateFile('web'), 0o644);
  chmodSync(join(privateFile('web'), '..'), 0o755);
  expect((await machine.keys('credentials', '--profile', 'web')).status).toBe(0);
  settle();
  await machine.keys('credentials', '--check', '--profile', 'web');
  expect([statSync(privateFile('web')).mode & 0o777, statSync(join(privateFile('web'), '..')).mode & 0o777]).toEqual([0o600, 0o700]);
});

it.each<[string, string[], string]>([
  [
    'an unknown profile',
    ['credentials', '--profile', 'other'],
    'no credentials: ProfileError: nothing is known of the profile other; take its key over: iam-keys credentials --init --profile other',
  ],
  ['a profile without a key', ['credentials', '--init', '--profile', 'other', '--region', 'eu-west-1'], 'there is no section [other] in'],
  ['no region', ['credentials', '--init', '--profile', 'other'], 'no region for the profile other: give --region'],
  ['--init with --check', ['credentials', '--init', '--check', '--profile', 'web'], '--init and --check exclude each other'],
  [
    '--secret without --init',
    ['credentials', '--profile', 'web', '--secret', 'x'],
    '--region, --secret, --api, --user, --account and --api-key-file are for --init',
  ],
  ['sync without keys', ['sync'], 'has a long-lived key'],
  ['--secret of several profiles', ['sync', '--secret', 'x'], '--secret needs one --profile'],
  ['rotate without --self', ['rotate'], '--self rotates your own key'],
  ['--all with --profile', ['rotate', '--self', '--all', '--profile', 'x'], '--all and --profile exclude each other'],
  [
    'a time that is none',
    ['rotate', '--self', '--older-than', '90'],
    '--older-than: "90" must be a number of days, hours or minutes, such as 90d, 36h or 10m',
  ],
])('refuses %s with exit code 2 and one line', async (_, args, message) => {
  const { status, out, error } = await machine.keys(...args);
  expect([status, out]).toEqual([2, '']);
  expect(error).toContain(message);
});

it('says to a program why there are no credentials when AWS refuses the key', async () => {
  const key = user('web', 10);
  await machine.keys('credentials', '--init', '--profile', 'web');
  organization().sandbox.people(TEAM.id).disableKey('web', key.id);
  settle();
  const { status, out, error } = await machine.keys('credentials', '--profile', 'web');
  expect([status, out]).toEqual([2, '']);
  expect(error).toContain(`AWS refuses ${key.id} (profile web, arn:aws:iam::222233334444:user/web)`);
  expect(error).not.toContain(key.secret);
});

it('syncs every profile, runs --then once for each change, and again when it failed', async () => {
  user('web', 95);
  user('api', 10);
  await organization().rotate(TEAM);
  settle();
  const log = join(machine.home, 'log');
  const then = `echo "$IAM_KEYS_PROFILES" >> ${log}`;
  const failing = await machine.keys('sync', '--then', `${then}; exit 3`);
  expect(failing).toMatchObject({ status: 1, error: 'iam-keys: --then ended with 3; the next start runs it again\n' });
  expect(failing.out).toContain(`web: ${keysOf('web')[1]!.id} in place of ${keysOf('web')[0]!.id}\n`);
  expect(failing.out).toContain(
    `api: ${keysOf('api')[0]!.id} stays; in the secret: nothing that this user may read, as is usual before a first rotation (AccessDeniedException)`,
  );
  expect(await machine.keys('sync', '--then', then)).toMatchObject({ status: 0, error: '' });
  expect(await machine.keys('sync', '--then', then)).toMatchObject({ status: 0, error: '' });
  expect(readFileSync(log, 'utf8')).toBe('web\nweb\n');
  for (const key of [...keysOf('web'), ...keysOf('api')]) expect(failing.out + failing.error).not.toContain(key.secret);
});

it('a real kill in the middle leaves a key that works and a lock that stops nobody', async () => {
  const old = user('web', 95);
  await machine.keys('credentials', '--init', '--profile', 'web');
  const { sandbox } = organization();
  await organization().rotate(TEAM);
  settle();
  const started = machine.run(process.execPath, [IAM_KEYS, 'credentials', '--profile', 'web'], {
    onStart: (child) => {
      sandbox.faults.add({
        match: { service: 'sts', operation: 'GetCallerIdentity', times: 1 },
        when: 'before',
        then: { kind: 'call', run: () => void child.kill('SIGKILL') },
      });
    },
  });
  expect(await started).toMatchObject({ status: null, out: '' });
  expect(existsSync(privateFile('web').replace('.json', '.lock'))).toBe(true);
  expect(JSON.parse(readFileSync(privateFile('web'), 'utf8'))).toMatchObject({ current: { id: old.id } });
  expect(JSON.parse((await machine.keys('credentials', '--profile', 'web')).out)).toMatchObject({ AccessKeyId: keysOf('web')[1]!.id });
  expect(readdirSync(join(privateFile('web'), '..'))).toEqual(expect.not.arrayContaining(['web.lock']));
});

it('rotates its own key without the service, goes on where it was killed, and ends with one key', async () => {
  const old = user('own', 95);
  const { sandbox } = organization();
  const self = ['iam:ListAccessKeys', 'iam:GetAccessKeyLastUsed', 'iam:CreateAccessKey', 'iam:UpdateAccessKey', 'iam:DeleteAccessKey'];
  sandbox.people(TEAM.id).putUserPolicy('own', 'self', {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: self, Resource: 'arn:aws:iam::222233334444:user/${aws:username}' }],
  });
  // IAM makes the key, and the answer finds nobody.
  const killed = await machine.run(process.execPath, [IAM_KEYS, 'rotate', '--self', '--profile', 'own'], {
    onStart: (child) => {
      sandbox.faults.add({
        match: { service: 'iam', operation: 'CreateAccessKey', times: 1 },
        when: 'after',
        then: { kind: 'call', run: () => void child.kill('SIGKILL') },
      });
    },
  });
  expect([killed.status, keysOf('own').length]).toEqual([null, 2]);
  const lost = keysOf('own')[1]!;
  const again = await machine.keys('rotate', '--self', '--profile', 'own', '--older-than', '90d');
  expect(again).toMatchObject({ status: 0, error: '' });
  expect(again.out).toContain(`own: ${lost.id} was removed: an interrupted start had made it, and nobody has its secret\n`);
  const made = keysOf('own')[1]!;
  expect(again.out).toContain(`own: ${made.id} is in use in place of ${old.id}\n`);
  expect(readFileSync(machine.credentials, 'utf8')).toContain(`aws_access_key_id=${made.id}\n`);
  for (const day of [2, 13]) {
    sandbox.clock.set(new Date(START.getTime() + day * 86_400_000));
    const later = await machine.keys('rotate', '--self', '--profile', 'own', '--older-than', '90d');
    expect(later).toMatchObject({ status: 0, error: '' });
    expect(later.out).toContain(day === 2 ? `${old.id} was deactivated` : `${old.id} was deleted`);
  }
  expect(keysOf('own').map(({ id }) => id)).toEqual([made.id]);
});

it('takes the successor that the service has stored instead of making a key of its own', async () => {
  user('web', 95);
  await organization().rotate(TEAM);
  settle();
  const { status, out } = await machine.keys('rotate', '--self', '--profile', 'web', '--remove', keysOf('web')[1]!.id);
  expect([status, out]).toEqual([
    0,
    `web: ${keysOf('web')[1]!.id}, the successor that the service stored for ${keysOf('web')[0]!.id}, is in use\n`,
  ]);
  expect(keysOf('web').map((key) => key.status)).toEqual(['Active', 'Active']);
});

it('leaves a profile with another source of credentials alone', async () => {
  user('web', 10);
  writeFileSync(machine.config, `${readFileSync(machine.config, 'utf8')}role_arn = arn:aws:iam::222233334444:role/x\n`);
  expect((await machine.keys('credentials', '--init', '--profile', 'web')).error).toContain(
    'has role_arn, which is another source of credentials',
  );
  expect(readFileSync(machine.credentials, 'utf8')).toContain('[web]');
});

/** `script` runs a program on a terminal of its own; it is part of every Debian. */
const hasTerminal = spawnSync('script', ['--version']).status === 0;
(hasTerminal ? it : it.skip)('never writes a secret to a terminal', async () => {
  const key = user('web', 10);
  await machine.keys('credentials', '--init', '--profile', 'web');
  // Both when a look is due and when it is not.
  for (const look of ['due', 'not due']) {
    const { status, out } = await machine.run('script', [
      '-qec',
      `"${process.execPath}" "${IAM_KEYS}" credentials --profile web`,
      '/dev/null',
    ]);
    expect([look, status, out.replaceAll(/\s+/g, ' ')]).toEqual([look, 2, expect.stringContaining('never to a terminal')]);
    expect(out).not.toContain(key.secret);
    await machine.keys('credentials', '--check', '--profile', 'web');
  }
});
