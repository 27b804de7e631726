import { readFileSync } from 'node:fs';
import type { ClientConfiguration } from '../../sandbox/sandbox';
import type { SentMail } from '../../sandbox/kernel/world';
import { awsCommand } from '../helpers/aws-command';
import { DAY, START, TEAM, testOrganization } from '../helpers/sandbox-organization';
import { Machine } from '../cli/credentials/machine';
import { unreadKinds } from '../helpers/mail-kinds';
import { runOnDays } from '../safety/support';

const CONTACT = '#cloud-security or security@acme.example';
const organization = testOrganization('enforcing', [TEAM], { settings: { contact: CONTACT }, direct: true });
const OWNER = 'owner@acme.example';
const USER = 'web-deploy';
/** The texts of all mails of this file. */
const sent = new Set<string>();
afterEach(() => {
  for (const { text = '' } of organization().sandbox.mails) sent.add(text);
});

interface Value {
  AccessKeyId: string;
  SecretAccessKey: string;
}

const newest = (): SentMail & { text: string } => {
  const mail = organization().sandbox.mails.findLast(({ to }) => to.includes(OWNER));
  if (mail?.text === undefined) throw new Error('the owner got no mail');
  return { ...mail, text: mail.text };
};
/** What a reader copies: the lines that a mail indents twice. */
const commands = (text: string): string[] => [...text.matchAll(/^ {4}(aws .*|iam-keys .*)$/gm)].map(([, line = '']) => line);
const command = (text: string, word: string): string => commands(text).find((line) => line.includes(word)) ?? `no ${word} in the mail`;
const as = (key: { id: string; secret: string } | Value): ClientConfiguration =>
  organization().sandbox.client(
    TEAM.id,
    'id' in key
      ? { accessKeyId: key.id, secretAccessKey: key.secret }
      : { accessKeyId: key.AccessKeyId, secretAccessKey: key.SecretAccessKey },
  );
const keys = () => organization().user(TEAM, USER).keys;
const statuses = (): string[] => keys().map(({ status }) => status);

/** A reader who knows nothing follows the mail: fetches the new key as the user, and tests it. */
async function switchOver(text: string, old = keys()[0]!): Promise<void> {
  const [answer] = (await awsCommand(command(text, 'get-secret-value'), as(old))) as { SecretString: string }[];
  const value = JSON.parse(answer?.SecretString ?? '') as Value;
  expect(value.AccessKeyId).toBe(keys()[1]?.id);
  const [identity] = (await awsCommand(command(text, 'get-caller-identity'), as(value))) as { Arn: string }[];
  expect(text).toContain(`the answer names ${identity?.Arn ?? 'nobody'}:`);
}

const withUser = (...ages: number[]): void => {
  organization().addUser(
    TEAM,
    USER,
    ages.map((ageDays) => ({ ageDays, usedDaysAgo: 1 })),
    { owner: OWNER },
  );
};
const useOldKey = (day: number): void => {
  keys()[0]!.lastUsed = { at: new Date(START.getTime() + day * DAY - DAY / 4), service: 's3', region: 'eu-west-1' };
};

it('a new key: whose, what to do first, by when, with which commands, by itself from now on, and whom to ask', async () => {
  withUser(90);
  organization()
    .sandbox.people(TEAM.id)
    .tagUser(USER, { [keys()[0]!.id]: 'deploys the shop' });
  await runOnDays(organization(), TEAM, [0]);
  const { subject, text } = newest();
  expect(subject).toBe(`Action needed by 15 Jan: switch ${USER} to its new key (Team)`);
  expect(text).toContain('"deploys the shop"');
  expect(text).toContain(`Questions? Ask ${CONTACT}.`);
  expect(text).toContain('Fetch the new key with the old one, which keeps working until 15 Jan 2026:');
  expect(text).toContain(`[profile ${USER}]\n    credential_process = iam-keys credentials --profile ${USER}`);
  await switchOver(text);
});

it('the command at its end sets a machine up, as the mail shows it, and the machine changes over by itself', async () => {
  withUser(90);
  await runOnDays(organization(), TEAM, [0]);
  const { text } = newest();
  const machine = new Machine(organization().sandbox);
  try {
    machine.paste(USER, keys()[0]!);
    const [, ...words] = command(text, 'iam-keys').split(' ');
    expect(await machine.keys(...words)).toMatchObject({ status: 0, error: '' });
    const [, heading, line] = /~\/\.aws\/config:\n {4}(\[.*\])\n {4}(.*)$/m.exec(text) ?? [];
    const config = readFileSync(machine.config, 'utf8');
    expect(config).toContain(heading);
    // Where no iam-keys is installed, it is started by its files.
    expect(config.replaceAll(/"[^"]*" "[^"]*iam-keys\.js"/g, 'iam-keys')).toContain(line);
    // It looks for a successor now and then.
    organization().goToDay(1);
    const { out } = await machine.keys('credentials', '--profile', USER);
    expect((JSON.parse(out) as { AccessKeyId: string }).AccessKeyId).toBe(keys()[1]!.id);
  } finally {
    await machine.leave();
  }
});

it('a warning: since when the new key waits, that nobody fetched it, and where the old one is still used', async () => {
  withUser(90);
  await runOnDays(organization(), TEAM, [0]);
  useOldKey(3);
  await runOnDays(organization(), TEAM, [3]);
  const { subject, text } = newest();
  expect(subject).toBe(`Action needed by 15 Jan: switch ${USER} to its new key (Team)`);
  expect(text).toContain(
    `The new key ${keys()[1]!.id} has been in AWS Secrets Manager since 5 Jan 2026; nobody has fetched it yet from the secret in eu-west-1.`,
  );
  expect(text).toContain('The old key is still used: last used 7 Jan 2026 by s3 in eu-west-1, after the new one was made.');
  expect(text).toContain(`https://eu-west-1.console.aws.amazon.com/secretsmanager/secret?name=Account_${TEAM.id}_User_${USER}_AccessKey`);
  expect(text).not.toContain('Nothing has happened');
  await switchOver(text);

  await runOnDays(organization(), TEAM, [9]);
  expect(newest().subject).toBe(`Last day before 15 Jan: switch ${USER} to its new key (Team)`);
  expect(newest().text).toContain('it was last fetched on 8 Jan 2026.');
  await switchOver(newest().text);
});

it('a disabled key that was in use: the new key first, then how to bring the old one back', async () => {
  withUser(90);
  const old = keys()[0]!;
  await runOnDays(organization(), TEAM, [0, 3]);
  useOldKey(10);
  await runOnDays(organization(), TEAM, [10]);
  expect(statuses()).toEqual(['Inactive', 'Active']);
  const { subject, text } = newest();
  expect(subject).toBe(`Possible outage: ${USER} used the key that is now disabled (Team)`);
  const [fetch, , back] = commands(text);
  expect([fetch, back]).toEqual([expect.stringContaining('get-secret-value'), expect.stringContaining('update-access-key')]);
  // The old key fetches nothing any more, as the mail says: an administrator enables it first.
  await expect(awsCommand(fetch!, as(old))).rejects.toThrow();
  await awsCommand(back!, organization().sandbox.client(TEAM.id));
  expect(statuses()).toEqual(['Active', 'Active']);
  await switchOver(text);
  organization().disturbed = true;
  await runOnDays(organization(), TEAM, [11]);
  expect(newest().subject).toBe(`Action needed by 26 Jan: switch ${USER} to its new key (Team)`);
  await switchOver(newest().text);
});

it('a key that ends without a successor: by when, and how to see who uses it', async () => {
  withUser(200, 20);
  await runOnDays(organization(), TEAM, [0]);
  const { subject, text } = newest();
  expect(subject).toBe(`Action needed by 15 Jan: stop using an old key of ${USER} (Team)`);
  expect(text).toContain(`second active key ${keys()[1]!.id}`);
  const [answer] = await awsCommand(command(text, 'get-access-key-last-used'), organization().sandbox.client(TEAM.id));
  expect(answer).toMatchObject({ UserName: USER, AccessKeyLastUsed: { ServiceName: 's3' } });
  organization().sandbox.people(TEAM.id).disableKey(USER, keys()[0]!.id);
  await awsCommand(command(text, 'update-access-key'), organization().sandbox.client(TEAM.id));
  expect(statuses()).toEqual(['Active', 'Active']);
});

it('a new key to come, and an old one that goes: when, and that nothing is to be done', async () => {
  withUser(83);
  await runOnDays(organization(), TEAM, [0]);
  expect(newest().subject).toBe(`A new key comes for ${USER} on 12 Jan (Team)`);
  expect(newest().text).toContain('Nothing has happened to these keys yet.');
  await runOnDays(organization(), TEAM, [7, 10, 17]);
  expect(newest().subject).toMatch(/^(The old key of web-deploy is disabled|Possible outage: )/);
  await runOnDays(organization(), TEAM, [20]);
  const { subject, text } = newest();
  expect(subject).toBe(`The disabled key of ${USER} is deleted on 1 Feb (Team)`);
  expect(text).toContain('Nothing is to be done unless it is still needed: then enable it before 1 Feb 2026');
  await awsCommand(command(text, 'update-access-key'), organization().sandbox.client(TEAM.id));
  expect(statuses()).toEqual(['Active', 'Active']);
});

it('a key that is gone: whoever still used it gets the new one, as the user', async () => {
  withUser(90);
  await runOnDays(organization(), TEAM, [0, 3, 9, 10, 19, 20]);
  const [live] = keys();
  const { subject, text } = newest();
  expect(subject).toBe(`The old key of ${USER} is deleted (Team)`);
  expect(text).toContain(`Programs that use the new key ${live!.id} go on. Give it to all others.`);
  const [answer] = (await awsCommand(command(text, 'get-secret-value'), as(live!))) as { SecretString: string }[];
  expect(JSON.parse(answer?.SecretString ?? '')).toMatchObject({ AccessKeyId: live!.id });
});

it('every mail with a date to come carries it as a calendar', async () => {
  withUser(90);
  await runOnDays(organization(), TEAM, [0]);
  const [file] = newest().attachments ?? [];
  expect(file).toMatchObject({ name: 'access-keys.ics', type: 'text/calendar' });
  expect(file?.content).toContain('DTSTART;VALUE=DATE:20260115');
  expect(file?.content).toContain(`SUMMARY:The access key ${keys()[0]!.id} of ${USER} is disabled`);
});

it('every kind of mail whose reader is here was sent', () => {
  expect(unreadKinds('mails-to-act-on', sent)).toEqual([]);
});
