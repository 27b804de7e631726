import { mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keysSandbox } from '../../helpers/keys-sandbox';
import { Model, type Connecting } from '../../helpers/model';
import { MANAGEMENT } from '../../helpers/sandbox-organization';
import { inTerminal } from '../../helpers/terminal';

const keysOf = keysSandbox();
const [LIST, CREATE, UPDATE, DELETE, LAST_USED, VERSION] = [
  'aws_iam_list_access_keys',
  'aws_iam_create_access_key',
  'aws_iam_update_access_key',
  'aws_iam_delete_access_key',
  'aws_iam_get_access_key_last_used',
  'aws_iam_get_version',
] as const;
const YES = { action: 'accept', content: { confirm: true } } as const;
const NO = { action: 'decline' } as const;
const QUESTION = 'Shall this be done?';

const open: Model[] = [];
async function model(connecting: Connecting = {}): Promise<Model> {
  const connected = await Model.connected(keysOf(), connecting);
  open.push(connected);
  return connected;
}
const changing = (connecting: Connecting = {}): Promise<Model> => model({ args: ['--allow-changes'], ...connecting });
afterEach(async () => {
  for (const one of open.splice(0)) await one.leave();
});

const approvalsOf = (home: string): string => join(home, '.aws', 'iam-keys', 'approvals');

describe.each(['modern', 'legacy'] as const)('a client of the %s specification', (era) => {
  it('lists tools with what they answer and whether they change something, and looks', async () => {
    const box = keysOf();
    const [key] = box.user('alice', [{ days: 40, usedDaysAgo: 2 }]);
    const { client, ...rest } = await model({ era });
    expect(client.getNegotiatedProtocolVersion()).toBe(era === 'modern' ? '2026-07-28' : '2025-11-25');
    const { tools } = await client.listTools();
    expect(Object.fromEntries(tools.map(({ name, annotations }) => [name, annotations?.readOnlyHint]))).toEqual({
      [LIST]: true,
      [CREATE]: false,
      [UPDATE]: false,
      [DELETE]: false,
      [LAST_USED]: true,
      [VERSION]: true,
      rotation_status: true,
      rotate_access_key: false,
      audit_access_keys: true,
      rotation_forecast: true,
    });
    for (const { outputSchema } of tools) expect(JSON.stringify(outputSchema)).not.toMatch(/secret_?access/i);
    expect(rest.home).toBeTruthy();
    const alice = open.at(-1)!;
    const shown = { user_name: 'alice', access_key_id: key!.id, status: 'Active', age_days: 40, last_used: { service: 's3' } };
    expect(await alice.call(LIST, { user_name: 'alice' })).toMatchObject({ account: MANAGEMENT.id, access_keys: [shown] });
    expect(await alice.call(LAST_USED, { access_key_id: key!.id })).toMatchObject(shown);
    expect(box.changes()).toEqual([]);
  });

  it('asks the person in the client, and does what they said yes to', async () => {
    const box = keysOf();
    box.user('alice', [{ days: 40, usedDaysAgo: 2 }]);
    const alice = await changing({ era, answers: [YES, NO, { action: 'accept', content: { confirm: false } }, YES] });
    const created = (await alice.call(CREATE, { user_name: 'alice' })) as Record<string, string>;
    expect(created).toMatchObject({ outcome: 'done', stored_in: expect.stringContaining('Account_') as string });
    expect(box.storedKeyOf('alice')).toBe(created['access_key_id']);
    expect(alice.asked[0]).toMatch(
      /^Create an access key for alice, .*\nIt replaces AKIA\w+ \(Active, 40 days old, last used .*\nIn account 111122223333, as arn:/,
    );
    const id = created['access_key_id']!;
    const off = { access_key_id: id, status: 'Inactive', user_name: 'alice' };
    const said = 'nothing was changed: the person who was asked said no, and nothing was changed';
    expect(await alice.call(UPDATE, off)).toContain(said);
    expect(await alice.call(UPDATE, off)).toContain(said);
    expect(box.keysOf('alice')[id]).toBe('Active');
    expect(await alice.call(UPDATE, off)).toMatchObject({ outcome: 'done' });
    expect(await alice.call(UPDATE, off)).toMatchObject({ outcome: 'unchanged' });
    expect(box.keysOf('alice')[id]).toBe('Inactive');
    expect(alice.asked).toHaveLength(4);
  });

  it('sends a person to a terminal where the client cannot ask, and counts what they approve once', async () => {
    const box = keysOf();
    const [old] = box.user('alice', [
      { days: 400, status: 'Inactive' },
      { days: 3, usedDaysAgo: 1 },
    ]);
    const alice = await changing({ era });
    const gone = { access_key_id: old!.id, user_name: 'alice' };
    const waiting = (await alice.call(DELETE, gone)) as { approval: { id: string; command: string } };
    expect(waiting).toMatchObject({ outcome: 'waiting_for_approval', approval: { command: `iam-keys approve ${waiting.approval.id}` } });
    expect(await alice.call(DELETE, gone)).toEqual(waiting);
    const folder = approvalsOf(alice.home);
    expect([statSync(folder).mode & 0o777, statSync(join(folder, `${waiting.approval.id}.json`)).mode & 0o777]).toEqual([0o700, 0o600]);
    expect(box.changes()).toEqual([]);
    const approved = await inTerminal(alice.home, ['approve', waiting.approval.id], [{ key: 'y', at: QUESTION }]);
    expect(approved.out).toMatch(/Delete the access key AKIA\w+ \(Inactive, 400 days old, never used\) of alice\. This cannot be undone\./);
    expect(approved).toMatchObject({ status: 0, out: expect.stringContaining('Approved.') as string });
    expect(await alice.call(DELETE, gone)).toMatchObject({ outcome: 'done' });
    expect(box.changes()).toEqual(['DeleteAccessKey']);
    expect(readdirSync(folder)).toEqual([]);
    expect(await alice.call(DELETE, gone)).toContain(`alice has no access key ${old!.id}; there is`);
  });
});

describe('a person in a terminal', () => {
  it('refuses, and the model is told so', async () => {
    const box = keysOf();
    const [key] = box.user('alice', [{ days: 400 }]);
    const alice = await changing();
    const off = { access_key_id: key!.id, status: 'Inactive', user_name: 'alice' };
    await alice.call(UPDATE, off);
    const refused = await inTerminal(alice.home, ['approve'], [{ key: 'n', at: QUESTION }]);
    expect(refused).toMatchObject({ status: 0, out: expect.stringContaining('Refused.') as string });
    expect(await alice.call(UPDATE, off)).toContain('said no');
    expect(box.keysOf('alice')[key!.id]).toBe('Active');
  });

  it('is asked anew when what would be done has changed since they approved', async () => {
    const box = keysOf();
    const [key] = box.user('alice', [{ days: 400 }]);
    const alice = await changing();
    const off = { access_key_id: key!.id, status: 'Inactive', user_name: 'alice' };
    await alice.call(UPDATE, off);
    await inTerminal(alice.home, ['approve'], [{ key: 'y', at: QUESTION }]);
    box.sandbox.people(MANAGEMENT.id).createKey('alice');
    expect(await alice.call(UPDATE, off)).toMatchObject({ outcome: 'waiting_for_approval' });
    expect(box.keysOf('alice')[key!.id]).toBe('Active');
  });

  it('cannot approve what somebody has changed meanwhile', async () => {
    const box = keysOf();
    const [key] = box.user('alice', [{ days: 400 }]);
    const alice = await changing();
    const off = { access_key_id: key!.id, status: 'Inactive', user_name: 'alice' };
    const { approval } = (await alice.call(UPDATE, off)) as { approval: { id: string } };
    const file = join(approvalsOf(alice.home), `${approval.id}.json`);
    writeFileSync(file, readFileSync(file, 'utf8').replace('Deactivate', 'Look at'));
    expect((await inTerminal(alice.home, ['approve'], [{ key: 'y', at: QUESTION }])).out).toContain('Look at the access key');
    expect(await alice.call(UPDATE, off)).toContain(`${file} was changed after it was written`);
    expect(box.keysOf('alice')[key!.id]).toBe('Active');
  });

  it('finds nothing where nothing waits, and nothing that has waited too long', async () => {
    const home = mkdtempSync(join(tmpdir(), 'home-'));
    expect(await inTerminal(home, ['approve'])).toEqual({ status: 1, out: 'No change is waiting.\n' });
    const late = { version: 1, id: '3fa9c07e', askedAt: '2026-01-01T00:00:00.000Z', expiresAt: '2026-01-01T00:05:00.000Z', what: ['x'] };
    mkdirSync(approvalsOf(home), { recursive: true, mode: 0o700 });
    writeFileSync(join(approvalsOf(home), '3fa9c07e.json'), JSON.stringify(late), { mode: 0o600 });
    expect(await inTerminal(home, ['approve', '3fa9c07e'])).toMatchObject({
      status: 1,
      out: expect.stringContaining('No change 3fa9c07e') as string,
    });
    expect(readdirSync(approvalsOf(home))).toEqual([]);
  });

  it('is needed: without one nothing is approved', async () => {
    expect(await keysOf().keys(['approve'])).toEqual({
      status: 2,
      out: '',
      error: 'nothing was approved: a person approves a change, in a terminal; there is none here, and no option stands for the answer\n',
    });
  });
});

describe('what a server refuses', () => {
  it('changes nothing when it was started read-only, whatever the model says', async () => {
    const box = keysOf();
    const [key] = box.user('alice', [{ days: 400 }]);
    const alice = await model({ answers: [YES] });
    const readOnly = 'this server was started read-only; the person who runs it can start it with --allow-changes';
    expect(await alice.call(CREATE, { user_name: 'alice' })).toContain(`no key was created: ${readOnly}`);
    expect(await alice.call(UPDATE, { access_key_id: key!.id, status: 'Inactive', user_name: 'alice' })).toContain(readOnly);
    expect(await alice.call(DELETE, { access_key_id: key!.id, user_name: 'alice' })).toContain(readOnly);
    expect(await alice.call(DELETE, { access_key_id: key!.id, user_name: 'alice', confirmed: true })).toContain('confirmed');
    expect([alice.asked, box.changes()]).toEqual([[], []]);
  });

  it('names neither users nor profiles beyond its bounds', async () => {
    const box = keysOf();
    box.user('svc-a', [{ days: 1 }]);
    const [admin] = box.user('admin', [{ days: 1 }]);
    const bounded = await model({ args: ['--users', 'svc-*', '--profiles', 'team-?'] });
    expect(await bounded.call(LIST, { user_name: 'svc-a' })).toMatchObject({ user_name: 'svc-a' });
    expect(await bounded.call(LIST, { user_name: 'admin' })).toContain('started for the users svc-*, and admin is none of them');
    expect(await bounded.call(LIST, { user_name: 'xsvc-a' })).toContain('none of them');
    expect(await bounded.call(LAST_USED, { access_key_id: admin!.id })).toMatch(/belongs to none of the users/);
    expect(await bounded.call(LIST, { user_name: 'svc-a', profile: 'prod' })).toContain(
      'started for the profiles team-?, and prod is none',
    );
    expect(await bounded.call(LIST, { user_name: 'svc-a', profile: 'team-x' })).toContain('there is no profile "team-x"; there are none');
  });

  it('deletes no active key, and takes no key away that programs use while there is no other in use', async () => {
    const box = keysOf();
    const [only] = box.user('alice', [{ days: 90, usedDaysAgo: 1 }]);
    const [used, unused] = box.user('bob', [{ days: 90, usedDaysAgo: 1 }, { days: 30 }]);
    const [missed] = box.user('carol', [{ days: 90, usedDaysAgo: 1, status: 'Inactive' }]);
    const [left] = box.user('dave', [
      { days: 90, usedDaysAgo: 9 },
      { days: 30, usedDaysAgo: 1 },
    ]);
    const alice = await changing({ answers: [YES] });
    const off = (user_name: string, access_key_id: string) => alice.call(UPDATE, { access_key_id, status: 'Inactive', user_name });
    expect(await alice.call(DELETE, { access_key_id: unused!.id, user_name: 'bob' })).toContain(`${unused!.id} of bob is active`);
    expect(await off('alice', only!.id)).toContain('alice has no other active key: create one first, and move the programs to it');
    expect(await off('bob', used!.id)).toContain(`${unused!.id} was not used in the last 90 days: move the programs to it first`);
    expect(await alice.call(DELETE, { access_key_id: missed!.id, user_name: 'carol' })).toContain('carol has no other active key');
    expect(box.changes()).toEqual([]);
    expect(await off('dave', left!.id)).toMatchObject({ outcome: 'done' });
    expect(alice.asked).toHaveLength(1);
  });

  it('creates nothing that cannot be stored, and says what would be needed', async () => {
    const box = keysOf();
    const allow = { Effect: 'Allow' as const, Action: ['iam:*'], Resource: '*' };
    const [own] = box.user('operator', [{ days: 1 }], { iam: { Version: '2012-10-17', Statement: [allow] } });
    box.user('alice', [{ days: 40, usedDaysAgo: 2 }]);
    const operator = await changing({ as: box.as(own!), answers: [YES] });
    const refused = await operator.call(CREATE, { user_name: 'alice' });
    expect(refused).toMatch(/^no key was created: .*secretsmanager:/s);
    expect(Object.keys(box.keysOf('alice'))).toHaveLength(1);
  });

  it('understands what is wrong with an argument', async () => {
    keysOf().user('alice', [{ days: 1 }]);
    const alice = await changing();
    expect(await alice.call(LIST, { user_name: 'arn:aws:iam::111122223333:user/alice' })).toContain("must be the user's name");
    expect(await alice.call(LAST_USED, { access_key_id: 'ASIAIOSFODNN7EXAMPLE' })).toContain('temporary credentials');
    expect(await alice.call(LIST, { user_name: 'alcie' })).toContain('has no user "alcie"; did you mean alice?');
  });

  it('names no user beyond its bounds, where one is mistyped either', async () => {
    for (const name of ['svc-a', 'svc-ab', 'svc_a']) keysOf().user(name, [{ days: 1 }]);
    const bounded = await changing({ args: ['--allow-changes', '--users', 'svc-*'], answers: [] });
    for (const tool of [LIST, CREATE, 'rotation_status', 'rotate_access_key']) {
      const refused = await bounded.call(tool, { user_name: 'svc-' });
      expect(refused).toContain('has no user "svc-"; did you mean svc-a or svc-ab?');
    }
  });
});

describe('aws_iam_get_version', () => {
  it('names the AWS CLI where there is one, and does without', async () => {
    const bin = mkdtempSync(join(tmpdir(), 'bin-'));
    writeFileSync(join(bin, 'aws'), '#!/bin/sh\necho "aws-cli/2.99.1 Python/3.13 Linux/6"\n', { mode: 0o755 });
    const withCli = await model({ environment: { PATH: `${bin}:/usr/bin:/bin` } });
    expect(await withCli.call(VERSION)).toMatchObject({ aws_cli: 'aws-cli/2.99.1', changes: 'read-only' });
    writeFileSync(join(bin, 'aws'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    expect(await withCli.call(VERSION)).toMatchObject({ aws_cli: null });
  });
});
