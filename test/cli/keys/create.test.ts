import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keysSandbox } from '../../helpers/keys-sandbox';

const keysOf = keysSandbox();
const INTENT = 'key-rotation:issuing:';

it('stores the new key where its user alone finds it, and shows no secret', async () => {
  const box = keysOf();
  box.user('a,b+c=d@e');
  const { status, out, error } = await box.keys(['create', 'a,b+c=d@e', '--to', 'secret', '--output', 'json']);
  expect([status, error]).toEqual([0, '']);
  const { keyId, secret } = JSON.parse(out) as { keyId: string; secret: string };
  expect(secret).toBe('Account_111122223333_User_a/2Cb+c=d@e_AccessKey');
  expect(box.keysOf('a,b+c=d@e')).toEqual({ [keyId]: 'Active' });
  expect(box.storedKeyOf('a/2Cb+c=d@e')).toBe(keyId);
});

it('says that the grace of an active key begins, and asks', async () => {
  const box = keysOf();
  const [old] = box.user('alice', [{ days: 100, usedDaysAgo: 0 }]);
  const dry = await box.keys(['create', 'alice', '--to', 'secret', '--dry-run']);
  expect(dry.out).toContain(`It would replace ${old!.id}, last used on`);
  const { status, error } = await box.keys(['create', 'alice', '--to', 'secret']);
  expect([status, box.changes()]).toEqual([2, []]);
  expect(error).toContain(`The new key replaces ${old!.id} of alice`);
  const done = await box.keys(['create', 'alice', '--to', 'secret', '--yes']);
  expect(done).toMatchObject({ status: 0, error: '' });
  expect(done.out).toContain(`It replaces ${old!.id}. No rotation looks after this user: deactivate the old key`);
  expect(box.storedKeyOf('alice')).toBe(Object.keys(box.keysOf('alice')).find((id) => id !== old!.id));
});

it.each([
  ['an inactive one to be deleted', { days: 5, status: 'Inactive' }, /make room: iam-keys delete AKIA/],
  ['an unused one to be deactivated', { days: 5 }, /if nobody has it, make room: iam-keys deactivate AKIA/],
  ['neither', { days: 5, usedDaysAgo: 1 }, /find out which one is needed no more/],
] as const)('refuses a third key and shows both: %s', async (_, second, advice) => {
  const box = keysOf();
  const keys = box.user('alice', [{ days: 100, usedDaysAgo: 0 }, second]);
  const { status, error } = await box.keys(['create', 'alice', '--to', 'secret', '--yes']);
  expect([status, box.changes()]).toEqual([2, []]);
  for (const { id } of keys) expect(error).toContain(id);
  expect(error).toContain('100 days old, last used on');
  expect(error).toMatch(advice);
});

it('leaves a user alone for whom a key is being issued', async () => {
  const box = keysOf();
  box.user('alice', [{ days: 100 }]);
  const [at, until] = [new Date(), new Date(Date.now() + 60_000)].map((moment) => moment.toISOString());
  box.sandbox.people('111122223333').tagUser('alice', {
    'key-rotation:by-hand': `at=${at} keys=`,
    [`${INTENT}0123abcd`]: `at=${at} until=${until} keys=`,
  });
  const { status, error } = await box.keys(['create', 'alice', '--to', 'secret', '--yes']);
  expect([status, box.changes()]).toEqual([2, []]);
  expect(error).toContain(`a key is being issued for alice at the moment; look again after ${until}`);
});

describe('into a profile', () => {
  const home = () => mkdtempSync(join(tmpdir(), 'home-'));
  const fileIn = (folder: string) => join(folder, '.aws', 'credentials');

  it('writes a plain second key, which begins no grace, and leaves everything else in the file', async () => {
    const box = keysOf();
    const [old] = box.user('alice', [{ days: 100, usedDaysAgo: 0 }]);
    const HOME = home();
    mkdirSync(join(HOME, '.aws'));
    writeFileSync(fileIn(HOME), '# mine\n[other]\naws_access_key_id = AKIDOTHER\n', { mode: 0o600 });
    const { status, out, error } = await box.keys(['create', 'alice', '--to', 'profile:alice'], { environment: { HOME } });
    expect([status, error]).toEqual([0, '']);
    const fresh = Object.keys(box.keysOf('alice')).find((id) => id !== old!.id)!;
    expect(out).toContain(`${fresh} of alice is stored in the profile alice of ${fileIn(HOME)}.`);
    expect(out).toContain(`${old!.id} goes on as it is: this begins no grace.`);
    const file = readFileSync(fileIn(HOME), 'utf8');
    expect(file).toMatch(/^# mine\n\[other\]\naws_access_key_id = AKIDOTHER\n/);
    const { keys, tags } = box.sandbox.people('111122223333').user('alice');
    expect(file).toContain(keys.find(({ id }) => id === fresh)!.secret);
    expect([...tags.keys()]).toEqual([]);
  });

  it('makes no key when the profile holds one, or the file cannot be written', async () => {
    const box = keysOf();
    box.user('alice');
    const HOME = home();
    mkdirSync(join(HOME, '.aws'));
    writeFileSync(fileIn(HOME), '[alice]\naws_access_key_id = AKIDOTHER\naws_secret_access_key = x\n');
    const held = await box.keys(['create', 'alice', '--to', 'profile:alice'], { environment: { HOME } });
    expect(held.error).toContain('holds the access key AKIDOTHER, which would be overwritten');
    const elsewhere = { HOME, AWS_SHARED_CREDENTIALS_FILE: join('/dev/null', 'credentials') };
    const unwritable = await box.keys(['create', 'alice', '--to', 'profile:new'], { environment: elsewhere });
    expect([held.status, unwritable.status, box.changes()]).toEqual([2, 2, []]);
  });

  it('killed at any call, leaves a key that is in the file or that the next command finds and removes', async () => {
    const box = keysOf();
    const { sandbox } = box;
    for (const operation of ['TagUser', 'CreateAccessKey', 'UntagUser']) {
      sandbox.clock.set(new Date());
      const name = `alice-${operation}`;
      box.user(name, [{ days: 100, usedDaysAgo: 0 }]);
      const environment = { HOME: home() };
      let child: ChildProcess | undefined;
      const kill = sandbox.faults.add({
        match: { operation, times: 1 },
        when: operation === 'UntagUser' ? 'before' : 'after',
        then: { kind: 'call', run: () => void child?.kill('SIGKILL') },
      });
      const args = ['create', name, '--to', 'profile:mine', '--yes'];
      await box.keys(args, { environment, onStart: (started) => (child = started) });
      sandbox.faults.remove(kill);
      const { tags } = sandbox.people('111122223333').user(name);
      for (const [tag, value] of [...tags])
        sandbox.people('111122223333').tagUser(name, { [tag]: value.replace(/at=(\S+) until=\S+/, 'at=$1 until=$1') });
      await box.keys(args, { environment });
      const file = readFileSync(fileIn(environment.HOME), 'utf8');
      const ids = Object.keys(box.keysOf(name));
      expect([operation, ids.length, ids.filter((id) => file.includes(id)).length]).toEqual([operation, 2, 1]);
    }
  });
});
