import { chmodSync, mkdirSync, readdirSync, readFileSync, readlinkSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { changeSharedFile, proveWritable, putKeyIntoProfile } from '../../../cli/credentials/shared-file';
import { Person } from './person';

const KEY = { id: 'AKIANEW0000000000001', secret: 'new/secret' };
const SECTION = `[web]\naws_access_key_id = ${KEY.id}\naws_secret_access_key = ${KEY.secret}\n`;

let person: Person;
beforeEach(() => {
  person = new Person();
});
afterEach(() => {
  person.leave();
});

it('makes a file that only its owner reads, where there was none', async () => {
  await putKeyIntoProfile(person.place(), 'web', KEY);
  expect([person.text, statSync(person.places.credentials).mode & 0o777]).toEqual([SECTION, 0o600]);
  expect(statSync(person.places.own).mode & 0o777).toBe(0o700);
});

it('replaces the file at the end of a symbolic link, keeps its mode, and has what it was beside it', async () => {
  const real = join(person.home, 'dotfiles');
  mkdirSync(real);
  writeFileSync(join(real, 'aws'), '# shared\r\n[a]\r\n', { mode: 0o640 });
  chmodSync(join(real, 'aws'), 0o640);
  symlinkSync(join(real, 'aws'), person.places.credentials);
  await putKeyIntoProfile(person.place(), 'web', KEY);
  expect(readlinkSync(person.places.credentials)).toBe(join(real, 'aws'));
  expect(readFileSync(join(real, 'aws'), 'utf8')).toBe(`# shared\r\n[a]\r\n\r\n${SECTION.replaceAll('\n', '\r\n')}`);
  expect(statSync(join(real, 'aws')).mode & 0o777).toBe(0o640);
  const backup = join(real, 'aws.iam-keys-backup');
  expect([readFileSync(backup, 'utf8'), statSync(backup).mode & 0o777]).toEqual(['# shared\r\n[a]\r\n', 0o600]);
});

it('writes nothing when nothing changes', async () => {
  await putKeyIntoProfile(person.place(), 'web', KEY);
  const { ino } = statSync(person.places.credentials);
  await putKeyIntoProfile(person.place(), 'web', KEY);
  expect(statSync(person.places.credentials).ino).toBe(ino);
});

it('makes its edit anew when another program has written the file meanwhile, and gives up on one that always does', async () => {
  let edits = 0;
  const others = (times: number) => (text: string) => {
    edits += 1;
    if (edits <= times) writeFileSync(person.places.credentials, `[other${edits}]\n`);
    return `${text}[mine]\n`;
  };
  await changeSharedFile(person.place(), person.places.credentials, others(2));
  expect(person.text).toBe('[other2]\n[mine]\n');
  edits = 0;
  await expect(changeSharedFile(person.place(), person.places.credentials, others(99))).rejects.toThrow(
    'is being changed by another program all the time',
  );
  expect(readdirSync(join(person.home, '.aws')).filter((name) => name.includes('draft'))).toEqual([]);
});

it('names the file and the reason when it cannot be changed', async () => {
  writeFileSync(person.places.credentials, '[web]\naws_session_token = x\n');
  await expect(putKeyIntoProfile(person.place(), 'web', KEY)).rejects.toThrow(
    `${person.places.credentials} was not changed: the section [web] holds temporary`,
  );
  const refusing = {
    ...person.place().disk,
    openSync: (path: string, ...rest: [string, number]) => {
      if (path.includes('draft')) throw Object.assign(new Error('no'), { code: 'EROFS' });
      return person.place().disk.openSync(path, ...rest);
    },
  };
  await expect(proveWritable({ ...person.place(), disk: refusing as never }, person.places.credentials)).rejects.toThrow(
    `${person.places.credentials} cannot be replaced (EROFS): its folder`,
  );
});
