import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KeysSandbox } from '../../helpers/keys-sandbox';
import { Model, type Connecting } from '../../helpers/model';
import { MANAGEMENT, NAMES, TEAM, testOrganization } from '../../helpers/sandbox-organization';

const organization = testOrganization('enforcing', [TEAM]);
const YES = { action: 'accept', content: { confirm: true } } as const;

let box: KeysSandbox;
let model: Model | undefined;
beforeEach(() => {
  const { sandbox } = organization();
  // The server lives in real time.
  sandbox.clock.set(new Date());
  organization().disturbed = true;
  box = new KeysSandbox(sandbox);
});
afterEach(async () => {
  await model?.leave();
  model = undefined;
});
const connected = async (connecting: Connecting): Promise<Model> => (model = await Model.connected(box, connecting));

it('says where a user stands, what is due and what comes when, within the bounds of the server', async () => {
  const [old] = box.user('svc-old', [{ days: 95, usedDaysAgo: 1 }]);
  box.user('svc-new', [{ days: 5 }]);
  box.user('other', [{ days: 95 }]);
  const bounded = await connected({ args: ['--users', 'svc-*'] });
  const status = await bounded.call('rotation_status', { user_name: 'svc-old' });
  expect(status).toMatchObject({ user: 'svc-old', account: MANAGEMENT.id, exempt: null, settings: 'those of the stack IamKeyRotation' });
  expect(status).toMatchObject({
    keys: [{ keyId: old!.id, due: true }],
    secret: { state: 'none' },
    next: expect.arrayContaining([expect.objectContaining({ action: 'rotate', keyId: old!.id })]) as unknown,
  });
  expect(await bounded.call('audit_access_keys')).toMatchObject({
    users: 2,
    keys: 2,
    found: 1,
    entries: [{ keyId: old!.id, due: true }],
    left_out: 0,
  });
  expect(await bounded.call('audit_access_keys', { unused_for_days: 3 })).toMatchObject({ found: 1, entries: [{ user: 'svc-new' }] });
  const forecast = (await bounded.call('rotation_forecast', { days: 30 })) as { entries: { user: string; action: string }[] };
  expect(forecast.entries.map(({ user, action }) => `${user} ${action}`)).toContain('svc-old disable');
  expect(JSON.stringify(forecast)).not.toContain('other');
  expect(await bounded.call('rotation_status', { user_name: 'other' })).toContain('other is none of them');
  expect(box.changes()).toEqual([]);
});

it('has the deployed rotation rotate a key, and says where the new one is', async () => {
  const [old] = box.user('alice', [{ days: 40, usedDaysAgo: 1 }]);
  const alice = await connected({ args: ['--allow-changes'], answers: [YES] });
  const rotated = (await alice.call('rotate_access_key', { user_name: 'alice' })) as Record<string, string>;
  expect(alice.asked[0]).toMatch(new RegExp(`^Rotate alice, by the stack IamKeyRotation\\.\\nalice: rotate ${old!.id} \\(planned\\)`));
  expect(rotated).toMatchObject({ outcome: 'done', stored_in: `Secrets Manager: Account_${MANAGEMENT.id}_User_alice_AccessKey` });
  expect(box.storedKeyOf('alice')).toBe(rotated['access_key_id']);
  expect(box.keysOf('alice')).toEqual({ [old!.id]: 'Active', [rotated['access_key_id']!]: 'Active' });
});

/** The rotation goes on, but nobody finds its stack by the usual name. */
function renameStack(): void {
  const { stacks } = box.sandbox.world;
  const key = `${MANAGEMENT.id}/eu-west-1/IamKeyRotation`;
  stacks.set(`${MANAGEMENT.id}/eu-west-1/Keys`, { ...stacks.get(key)!, name: 'Keys' });
  stacks.delete(key);
}

it('finds a rotation of another name where it was told that, and lets nobody work beside one that it does not find', async () => {
  renameStack();
  const [old] = box.user('alice', [{ days: 40, usedDaysAgo: 1 }]);
  const named = await connected({ args: ['--allow-changes', '--stack', 'Keys'], answers: [YES] });
  expect(await named.call('rotation_status', { user_name: 'alice' })).toMatchObject({ settings: 'those of the stack Keys' });
  await named.leave();
  const unnamed = await connected({ args: ['--allow-changes'], answers: [YES] });
  for (const tool of ['rotate_access_key', 'aws_iam_create_access_key']) {
    const refused = await unnamed.call(tool, { user_name: 'alice' });
    expect(refused).toContain(`alice: a rotation looks after this user, and knows dates and settings that this command does not`);
    expect(refused).toContain('--stack NAME --region REGION');
  }
  expect([unnamed.asked, box.keysOf('alice')]).toEqual([[], { [old!.id]: 'Active' }]);
});

it('asks for the stack that it was told of with its own credentials, whichever profile a call names', async () => {
  renameStack();
  const { sandbox } = box;
  const { credentials } = sandbox.client(TEAM.id);
  sandbox.people(TEAM.id).addUser({ name: 'carol' });
  const { id } = sandbox.people(TEAM.id).addAccessKey('carol', { created: new Date(sandbox.clock.now().getTime() - 40 * 86_400_000) });
  const folder = join(mkdtempSync(join(tmpdir(), 'profiles-')), '.aws');
  mkdirSync(folder);
  const file = join(folder, 'credentials');
  const lines = [`aws_access_key_id = ${credentials.accessKeyId}`, `aws_secret_access_key = ${credentials.secretAccessKey}`];
  writeFileSync(file, ['[team]', ...lines, `aws_session_token = ${credentials.sessionToken ?? ''}`, ''].join('\n'), { mode: 0o600 });
  organization().rules.expectForced(TEAM.id, 'carol');
  const environment = { AWS_SHARED_CREDENTIALS_FILE: file };
  const named = await connected({ args: ['--allow-changes', '--stack', 'Keys'], answers: [YES], environment });
  expect(await named.call('rotate_access_key', { user_name: 'carol', profile: 'team' })).toMatchObject({ outcome: 'done' });
  const keys = sandbox.people(TEAM.id).user('carol').keys;
  expect([keys[0]?.id, keys.length]).toEqual([id, 2]);
});

it('takes the step that is due itself where no rotation is deployed', async () => {
  const { sandbox } = box;
  sandbox.world.stacks.delete(`${MANAGEMENT.id}/eu-west-1/IamKeyRotation`);
  sandbox.kernel.account(MANAGEMENT.id).roles.delete(NAMES.memberRole);
  const [old] = box.user('alice', [{ days: 40, usedDaysAgo: 1 }]);
  const alice = await connected({ args: ['--allow-changes'], answers: [YES] });
  const rotated = (await alice.call('rotate_access_key', { user_name: 'alice' })) as Record<string, string>;
  expect(alice.asked[0]).toContain('No rotation looks after alice: there is none where these credentials are');
  expect(rotated).toMatchObject({ outcome: 'done' });
  expect(box.storedKeyOf('alice')).toBe(rotated['access_key_id']);
  expect(box.keysOf('alice')[old!.id]).toBe('Active');
});

it('writes a new key into the file of a profile that is the user’s own, and of no other', async () => {
  const self = { Effect: 'Allow' as const, Action: ['iam:*AccessKey*', 'iam:GetUser'], Resource: '*' };
  const policies = { self: { Version: '2012-10-17' as const, Statement: [self] } };
  const [own] = box.user('alice', [{ days: 100, usedDaysAgo: 1 }], policies);
  box.user('bob', [{ days: 100, usedDaysAgo: 1 }]);
  const folder = join(mkdtempSync(join(tmpdir(), 'profiles-')), '.aws');
  mkdirSync(folder);
  const file = join(folder, 'credentials');
  const before = `# mine\n[web]\naws_access_key_id = ${own!.id}\naws_secret_access_key = ${own!.secret}\n`;
  writeFileSync(file, before, { mode: 0o600 });
  const NODE_OPTIONS = `--require ${join(__dirname, '..', 'credentials', 'settled.cjs')}`;
  const environment = { AWS_SHARED_CREDENTIALS_FILE: file, NODE_OPTIONS };
  const alice = await connected({ args: ['--allow-changes'], answers: [YES, YES], environment });
  expect(await alice.call('aws_iam_create_access_key', { user_name: 'bob', profile: 'web' })).toMatch(/^no key was created: /);
  expect([readFileSync(file, 'utf8'), Object.keys(box.keysOf('bob')).length]).toEqual([before, 1]);
  const created = (await alice.call('aws_iam_create_access_key', { user_name: 'alice', profile: 'web' })) as Record<string, string>;
  expect(created).toMatchObject({ outcome: 'done', stored_in: `${file}, profile web` });
  expect(alice.asked.at(-1)).toContain(`write it into ${file}, profile web, in place of ${own!.id}`);
  const id = created['access_key_id']!;
  expect(readFileSync(file, 'utf8')).toMatch(new RegExp(`^# mine\\n\\[web\\]\\naws_access_key_id = ${id}\\n`));
  expect(box.keysOf('alice')).toEqual({ [own!.id]: 'Active', [id]: 'Active' });
  // The server goes on with the key that it has just written.
  box.sandbox.people(MANAGEMENT.id).disableKey('alice', own!.id);
  expect(await alice.call('aws_iam_list_access_keys', { user_name: 'alice', profile: 'web' })).toMatchObject({ user_name: 'alice' });
});
