import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeDisk } from '../../../cli/credentials/disk';
import { commandOf, initialize } from '../../../cli/credentials/init';
import { REGION } from './model-aws';
import { DAY, Person } from './person';

let person: Person;
beforeEach(() => {
  person = new Person();
});
afterEach(() => {
  person.leave();
});
const init = (more: Partial<Parameters<typeof initialize>[1]> = {}) =>
  initialize(person.place(), { profile: 'web', region: REGION, command: 'iam-keys', ...more });
const config = () => readFileSync(person.places.config, 'utf8');

it('leaves other profiles and their lines alone', async () => {
  const key = person.aws.add({ ageMs: DAY });
  writeFileSync(
    person.places.credentials,
    `[other]\naws_access_key_id = X\n\n[web]\naws_access_key_id = ${key.id}\naws_secret_access_key = ${key.secret}\n`,
  );
  writeFileSync(person.places.config, '[profile web]\nregion = us-east-2\noutput = json\n');
  await init();
  expect(person.text).toBe('[other]\naws_access_key_id = X\n\n');
  expect(config()).toBe('[profile web]\ncredential_process = iam-keys credentials --profile web\nregion = us-east-2\noutput = json\n');
});

it('is for the default profile, and for names with spaces, too', async () => {
  const key = person.aws.add({ ageMs: DAY });
  for (const profile of ['default', 'my web']) {
    writeFileSync(person.places.credentials, `[${profile}]\naws_access_key_id = ${key.id}\naws_secret_access_key = ${key.secret}\n`);
    await init({ profile });
  }
  expect(config()).toBe(
    `[default]\ncredential_process = iam-keys credentials --profile default\nregion = ${REGION}\n\n[profile my web]\ncredential_process = iam-keys credentials --profile "my web"\nregion = ${REGION}\n`,
  );
});

it('takes over a key that was pasted later, keeps the one before and the place of the secret', async () => {
  const secret = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:Account_222233334444_User_web-deploy_AccessKey-AbCdEf';
  const first = person.aws.add({ ageMs: DAY });
  person.hasStaticKey(first);
  await init({ secret });
  const second = person.aws.add();
  person.hasStaticKey(second);
  const { state } = await init();
  expect(state).toMatchObject({ current: { id: second.id }, previous: { id: first.id }, secret: { id: secret, region: REGION } });
});

it.each<[string, string, string]>([
  ['role_arn = x', 'web', 'has role_arn, which is another source of credentials'],
  ['sso_session = x', 'web', 'has sso_session'],
  ['credential_process = /opt/other --token abc', 'web', 'has another credential_process: /opt/other …'],
  ['aws_access_key_id = AKIA', 'web', 'has a key in'],
  ['region = x', 'a"b', 'no shell takes as it is'],
])('refuses a profile with %s before anything has changed', async (line, profile, message) => {
  person.hasStaticKey(person.aws.add());
  writeFileSync(person.places.config, `[profile ${profile}]\n${line}\n`);
  const before = [person.text, config()];
  await expect(init({ profile })).rejects.toThrow(message);
  expect([person.text, config(), person.aws.calls]).toEqual([...before, []]);
});

it('refuses a key that AWS does not accept, and one of no user', async () => {
  const key = person.aws.add({ status: 'Inactive' });
  person.hasStaticKey(key);
  await expect(init()).rejects.toThrow(`AWS does not accept ${key.id} of profile web: InvalidClientTokenId`);
  const root = person.aws.add({ owner: { account: '222233334444', userId: '222233334444', arn: 'arn:aws:iam::222233334444:root' } });
  person.hasStaticKey(root);
  await expect(init()).rejects.toThrow('which is no IAM user');
});

it('names itself by its name where programs find that, else by its files', () => {
  mkdirSync(join(person.home, 'bin'));
  writeFileSync(join(person.home, 'bin', 'iam-keys'), '');
  chmodSync(join(person.home, 'bin', 'iam-keys'), 0o755);
  expect(commandOf(nodeDisk, `/nowhere:${person.home}/bin`, '/opt/iam-keys.js')).toBe('iam-keys');
  expect(commandOf(nodeDisk, `${person.home}/bin`, 'C:/iam-keys.js', 'win32')).toBe(`"${process.execPath}" "C:/iam-keys.js"`);
  expect(commandOf(nodeDisk, '/nowhere', '/opt/iam-keys.js')).toBe(`"${process.execPath}" "/opt/iam-keys.js"`);
  expect(commandOf(nodeDisk, undefined, '/opt/iam-keys.js')).toContain('/opt/iam-keys.js');
});
