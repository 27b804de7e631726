import type { ClientConfiguration } from '../../sandbox/sandbox';
import type { AccessKey, User } from '../../sandbox/kernel/world';
import { awsCommand } from '../helpers/aws-command';
import { everySituation } from '../helpers/sandbox-situations';
import { DAY, MANAGEMENT, START, sweepDayOf, TEAM, testOrganization } from '../helpers/sandbox-organization';
import { unreadKinds } from '../helpers/mail-kinds';
import { runOnDays } from '../safety/support';

/** What somebody does who knows nothing and gets one of the mails that come seldom. */
const organization = testOrganization('enforcing', [TEAM], {
  settings: { whileInUse: 'hold', maxHold: '30d', deleteSecretAfter: '30d', unusedKeys: 'retire' },
  direct: true,
});
const USER = 'web-deploy';
/** The texts of all mails of this file. */
const sent = new Set<string>();
afterEach(() => {
  for (const { text = '' } of organization().sandbox.mails) sent.add(text);
});

/** The newest mail to the account. */
function newest(): { subject: string; text: string } {
  const { subject = '', text = '' } = organization().sandbox.mails.findLast(({ to }) => to.includes(TEAM.email)) ?? {};
  return { subject, text };
}
/** One user's item of the newest mail, with the title of its section and what the mail says of the section. */
function itemOf(user: string): { title: string; intro: string; text: string; commands: string[] } {
  for (const section of newest().text.split(/^(?=== )/m)) {
    const item = section.split(/^(?=\* )/m).find((one) => [' ', '\n'].some((end) => one.startsWith(`* ${user}${end}`)));
    if (item === undefined || section.includes('From now on without you')) continue;
    const [head = '', intro = ''] = section.split('\n');
    const commands = [...item.matchAll(/^ {4}(aws .*)$/gm)].map(([, line = '']) => line);
    return { title: head.replaceAll('=', '').trim(), intro, text: item, commands };
  }
  throw new Error(`the mail says nothing of ${user}`);
}
const userOf = (name = USER): User => organization().user(TEAM, name);
const secret = () => [...organization().sandbox.kernel.account(TEAM.id).secrets.values()].find(({ name }) => name.includes(USER));
const administrator = (): ClientConfiguration => organization().sandbox.client(TEAM.id);
const as = ({ id, secret }: AccessKey): ClientConfiguration =>
  organization().sandbox.client(TEAM.id, { accessKeyId: id, secretAccessKey: secret });
/** Runs a command of the mail, and gives its answer. */
const type = async (command: string | undefined, who: ClientConfiguration): Promise<Record<string, unknown>> => {
  const [answer] = await awsCommand(command ?? 'no command', who);
  return answer as Record<string, unknown>;
};

describe('the mails of a day on which much happens', () => {
  beforeEach(async () => {
    everySituation(organization(), TEAM);
    await organization().rotate(TEAM);
  });

  it.each([
    ['untold', 'Will be disabled: switch to the new key', 'This key will be disabled on 15 Jan 2026.'],
    [
      'renamed',
      'Renamed users can read their secret',
      'The user may read the secret of their former name. This key will be disabled on 15 Jan 2026.',
    ],
  ])('%s: by when, and the new key is fetched with the old one, as that user', async (user, title, what) => {
    const { commands, ...item } = itemOf(user);
    expect(item.title).toBe(title);
    expect(item.text).toContain(what);
    expect(item.text).toContain('Fetch the new key with the old one, which keeps working until 15 Jan 2026:');
    const [old, successor] = userOf(user).keys;
    const { SecretString } = await type(commands[0], as(old!));
    expect(JSON.parse(String(SecretString))).toMatchObject({ AccessKeyId: successor!.id });
    // Once the old key is off, the mail's last command brings it back.
    organization().sandbox.people(TEAM.id).disableKey(user, old!.id);
    await type(commands.at(-1), administrator());
    expect(userOf(user).keys[0]?.status).toBe('Active');
  });

  it('an overdue key that cannot go on: why, until when, how to see what is in the way, and how to have it gone sooner', async () => {
    const { title, text, commands } = itemOf('due-beside-inactive');
    const [, inactive] = userOf('due-beside-inactive').keys;
    expect(title).toBe('Needs attention');
    expect(text).toContain(`the inactive key ${inactive!.id} takes the second place until it is deleted`);
    const { AccessKeyMetadata } = await type(commands[0], administrator());
    expect(AccessKeyMetadata).toEqual(
      expect.arrayContaining([expect.objectContaining({ AccessKeyId: inactive!.id, Status: 'Inactive' }) as unknown]),
    );
    expect(text).toMatch(new RegExp(`Nothing is to be done: ${inactive!.id} is deleted on \\d+ \\w+ 2026, and the rotation goes on then`));
    await type(commands[1], administrator());
    await organization().rotate(TEAM);
    // Nobody ever used it, and unusedKeys is retire.
    expect(itemOf('due-beside-inactive').title).toBe('Will be disabled without a replacement');
  });

  it('tags that somebody takes off: what was done about it, and how to look', async () => {
    const { text, commands } = itemOf('tags-taken-off');
    expect(text).toContain('What we remember of this key in tags of the user was gone, and was written down again.');
    expect(text).not.toContain('cannot be taken');
    const { Tags } = await type(commands[0], administrator());
    expect(JSON.stringify(Tags)).toContain('key-rotation:');
  });

  it('a key that was found switched off: until when it can be enabled again, and with which command', async () => {
    const { text, commands } = itemOf('newly-inactive');
    expect(text).toContain('Nothing is to be done unless it is still needed: then enable it before 15 Jan 2026');
    await type(commands[0], administrator());
    expect(userOf('newly-inactive').keys[0]?.status).toBe('Active');
  });

  it('a young key that somebody enabled again is no deadline for anybody', () => {
    const { title, intro, text } = itemOf('re-enabled');
    expect(title).toBe('Enabled again by a person');
    expect(intro).toContain('Where there is a new key, please change over to it.');
    expect(text).toContain('It gets a successor in its time; nothing is to be done.');
    expect(text).not.toContain('Action needed');
  });

  it.each([
    [
      'secret-gone',
      'A new key is in no secret',
      'The old keys keep working; unless the secret comes back, new keys are issued. Nothing is to be done.',
    ],
    ['orphaned', 'A new key is ready: switch to it now', 'The old key keeps working until the date shown'],
    ['long-inactive', 'Deleted', 'Whatever still used one needs another key.'],
  ])('%s: what it means for the reader', (user, title, intro) => {
    expect(itemOf(user).title).toBe(title);
    expect(itemOf(user).intro).toContain(intro);
  });

  it('an unfinished key that was removed asks nothing of anybody', () => {
    const [, section = ''] = newest().text.split('== Unfinished keys removed ==');
    expect(section).toContain('They are removed and the rotation starts anew; nothing is to be done.');
  });
});

it('a key that is still used after its time: until when at the latest, by which service, and how to switch', async () => {
  organization().addUser(TEAM, USER, [{ ageDays: 90, usedDaysAgo: 1 }]);
  await runOnDays(organization(), TEAM, [0, 3]);
  userOf().keys[0]!.lastUsed = { at: new Date(START.getTime() + 9.75 * DAY), service: 's3', region: 'eu-west-1' };
  await runOnDays(organization(), TEAM, [10]);
  expect(newest().subject).toMatch(/^Action needed by \d+ \w+: switch web-deploy to its new key \(Team\)$/);
  const { title, text, commands } = itemOf(USER);
  expect(title).toBe('Still in use after its time');
  expect(text).toMatch(/This key stays enabled while it is used, until \d+ \w+ 2026 at the latest\./);
  expect(text).toContain('The old key is still used: last used 14 Jan 2026 by s3 in eu-west-1, after the new one was made.');
  const { SecretString } = await type(commands[0], as(userOf().keys[0]!));
  expect(JSON.parse(String(SecretString))).toMatchObject({ AccessKeyId: userOf().keys[1]!.id });
});

it('an expired key in the second place: that it is in the way, and how to see it', async () => {
  organization().addUser(TEAM, USER, [{ ageDays: 120, usedDaysAgo: 1 }, { ageDays: 50 }]);
  organization().addUser(TEAM, 'due', [{ ageDays: 90 }]);
  organization().sandbox.people(TEAM.id).expireKey(USER, userOf().keys[1]!.id);
  await runOnDays(organization(), TEAM, [0]);
  const item =
    newest()
      .text.split(/^(?=\* )/m)
      .find((one) => one.startsWith(`* ${USER}  ${userOf().keys[0]!.id}`)) ?? '';
  expect(item).toContain(`the expired key ${userOf().keys[1]!.id} takes the second place until it is deleted`);
  const [, command] = /^ {4}(aws iam list-access-keys .*)$/m.exec(item) ?? [];
  expect(JSON.stringify(await type(command, administrator()))).toContain(userOf().keys[1]!.id);
});

it('an exemption without an end: at once and then weekly, why, and how to end it', async () => {
  organization().addUser(TEAM, USER, [{ ageDays: 200 }], { exempt: true });
  organization().sandbox.people(TEAM.id).tagUser(USER, { 'key-rotation:exempt-until': 'soon' });
  const mailed: number[] = [];
  for (let day = 0; day < 15; day += 1) {
    const before = organization().sandbox.mails.length;
    const { users } = (await runOnDays(organization(), TEAM, [day])).get(day) ?? {};
    expect(users?.flatMap(({ actions }) => actions.map(({ action }) => action))).toContain('unclear-exemption');
    if (organization().sandbox.mails.length > before) mailed.push(day);
  }
  expect(mailed).toEqual([0, 7, 14]);
  expect(newest().subject).toBe(`Action needed: say whether ${USER} is exempt (Team)`);
  const { intro, text, commands } = itemOf(USER);
  expect(intro).toContain(
    'Give the tag a last day such as 2027-01-31, have the user put into the group of exempt users, or take the tag off.',
  );
  expect(text).toContain(
    'the tag key-rotation:exempt-until holds "soon", which is no date such as 2027-01-31, so the exemption has no end',
  );
  await type(commands[0], administrator());
  await type(commands[1], administrator());
  expect([...userOf().tags.keys()]).not.toContain('key-rotation:exempt-until');
});

it('the secret of a user who is gone: when it is deleted, and then how to bring it back', async () => {
  organization().addUser(TEAM, 'somebody', [{ ageDays: 1, usedDaysAgo: 0 }]);
  organization().addUser(TEAM, USER, [{ ageDays: 95, usedDaysAgo: 0 }]);
  await runOnDays(organization(), TEAM, [0]);
  organization().sandbox.people(TEAM.id).deleteUser(USER);
  const first = sweepDayOf(TEAM) + 7;
  await runOnDays(organization(), TEAM, [first]);
  expect(itemOf(USER).title).toBe('Secrets of users who are gone');
  expect(itemOf(USER).text).toMatch(/This user is gone, and their secret is still there\. It is deleted on \d+ \w+ 2026 at the earliest\./);
  await runOnDays(organization(), TEAM, [first + 14, first + 35]);
  const { title, text, commands } = itemOf(USER);
  expect(title).toBe('Secret of a gone user deleted');
  expect(text).toMatch(/It can be restored until \d+ \w+ 2026\./);
  expect(secret()?.deleted).toBeDefined();
  await type(commands[0], administrator());
  expect(secret()?.deleted).toBeUndefined();
});

it('a secret that nobody reads any more: that nothing changes, and how to bring it back', async () => {
  organization().addUser(TEAM, USER, [{ ageDays: 90, usedDaysAgo: 1 }]);
  await runOnDays(organization(), TEAM, [0]);
  await type(itemOf(USER).commands[0], as(userOf().keys[0]!));
  await runOnDays(organization(), TEAM, [10, 20]);
  organization().goToDay(50);
  organization().handOver(TEAM, USER, { fetchedDaysAgo: 45 });
  await runOnDays(organization(), TEAM, [50]);
  const { title, intro, text, commands } = itemOf(USER);
  expect(title).toBe('Secret no longer needed');
  expect(intro).toContain('Nothing changes for whoever uses these keys.');
  expect(text).toContain('The secret of this key is scheduled for deletion; the key itself goes on working.');
  await type(commands[0], administrator());
  expect(secret()?.deleted).toBeUndefined();
});

it('a secret that somebody deletes: it is back, and the new key is fetched with the old one', async () => {
  organization().addUser(TEAM, USER, [{ ageDays: 90, usedDaysAgo: 1 }]);
  await runOnDays(organization(), TEAM, [0]);
  await awsCommand(
    `aws secretsmanager delete-secret --secret-id Account_${TEAM.id}_User_${USER}_AccessKey --region eu-west-1`,
    administrator(),
  );
  organization().disturbed = true;
  await runOnDays(organization(), TEAM, [10]);
  const { title, text, commands } = itemOf(USER);
  expect(title).toBe('Secret restored');
  expect(text).toContain('The secret of this key was being deleted and is back.');
  const { SecretString } = await type(commands[0], as(userOf().keys[0]!));
  expect(JSON.parse(String(SecretString))).toMatchObject({ AccessKeyId: userOf().keys[1]!.id });
});

it('a key that somebody enables again each time: how often, and how to find out who does', async () => {
  organization().addUser(TEAM, USER, [{ ageDays: 90, usedDaysAgo: 1 }]);
  await runOnDays(organization(), TEAM, [0, 3]);
  organization().disturbed = true;
  for (const day of [10, 21, 32]) {
    await runOnDays(organization(), TEAM, [day]);
    organization().sandbox.people(TEAM.id).enableKey(USER, userOf().keys[0]!.id);
    await runOnDays(organization(), TEAM, [day + 1]);
  }
  const { subject, text } = newest();
  expect(subject).toBe(`Failed: not everything could be done for ${USER}; action needed by 17 Feb: switch ${USER} to its new key (Team)`);
  const [, attention = ''] = text.split('== Failed ==');
  const [item = ''] = attention.split('\n\n\n');
  expect(item).toContain(`* ${USER}  ${userOf().keys[0]!.id}`);
  expect(item).toContain(
    `The next step of ${userOf().keys[0]!.id} was put off 3 times since 16 Jan 2026: somebody enables the key again each time it was disabled`,
  );
  const [who, tags] = [...item.matchAll(/^ {4}(aws .*)$/gm)].map(([, line = '']) => line);
  expect(who).toContain('AttributeValue=UpdateAccessKey');
  await expect(type(who, administrator())).resolves.toHaveProperty('Events');
  expect(JSON.stringify(await type(tags, administrator()))).toContain('key-rotation:');
});

it('a key that nobody ever used: when it ends, how to keep it, and afterwards how to bring it back', async () => {
  organization().addUser(TEAM, USER, [{ ageDays: 95 }]);
  await runOnDays(organization(), TEAM, [0]);
  expect(newest().subject).toBe(`Action needed by 15 Jan: use the key of ${USER} if it is needed (Team)`);
  const { title, text, commands } = itemOf(USER);
  expect(title).toBe('Will be disabled without a replacement');
  expect(text).toContain('This key will be disabled on 15 Jan 2026.');
  expect(text).toContain('Why: it was never used and gets no successor; it is disabled on 15 Jan 2026');
  expect(text).toContain(
    'Nothing is to be done unless it is needed: then use it before 15 Jan 2026, once is enough, and it gets a successor',
  );
  const began = organization().sandbox.snapshot();

  await runOnDays(organization(), TEAM, [3, 9]);
  expect(newest().subject).toBe(`Last day before 15 Jan: use the key of ${USER} if it is needed (Team)`);
  await runOnDays(organization(), TEAM, [10]);
  expect(newest().subject).toBe(`The old key of ${USER} is disabled (Team)`);
  await type(itemOf(USER).commands[0], administrator());
  expect(userOf().keys[0]?.status).toBe('Active');

  organization().goTo(began);
  await expect(type(commands[0], as(userOf().keys[0]!))).resolves.toMatchObject({ Arn: userOf().arn });
  await runOnDays(organization(), TEAM, [1]);
  expect(itemOf(USER).title).toBe('A new key is ready: switch to it now');
});

it('an exemption that has lapsed: until when it lasted, and from then on as for everybody', async () => {
  organization().addUser(TEAM, USER, [{ ageDays: 200, usedDaysAgo: 1 }], { exempt: true });
  organization().sandbox.people(TEAM.id).tagUser(USER, { 'key-rotation:exempt-until': '2026-01-07' });
  await runOnDays(organization(), TEAM, [0, 2]);
  expect(organization().sandbox.mails).toEqual([]);
  await runOnDays(organization(), TEAM, [3]);
  expect(newest().subject).toBe(`Action needed by 18 Jan: switch ${USER} to its new key (Team)`);
  const { text, commands } = itemOf(USER);
  expect(text).toContain('Why: it is 203 days old; the user was exempt until 7 Jan 2026');
  const { SecretString } = await type(commands[0], as(userOf().keys[0]!));
  expect(JSON.parse(String(SecretString))).toMatchObject({ AccessKeyId: userOf().keys[1]!.id });
});

describe('an owner who is not reached', () => {
  const OWNER = 'owner@acme.example';
  const failureOf = (user: string): string => itemsOf(user).find((item) => item.includes('Failed')) ?? 'nothing failed';
  const itemsOf = (user: string): string[] =>
    newest()
      .text.split(/^(?=\* |== )/m)
      .filter((one) => one.startsWith(`* ${user}`));

  it.each<[string, () => void, string]>([
    [
      'because SES delivers nothing to the address',
      () => {
        organization().sandbox.kernel.account(MANAGEMENT.id).suppressed.set(`eu-west-1/${OWNER}`, { reason: 'COMPLAINT', at: START });
      },
      `The owner of ${USER} was not told: SES delivers nothing to ${OWNER} since 5 Jan 2026 (COMPLAINT)`,
    ],
    [
      'because the tag holds none',
      () => {
        organization().sandbox.people(TEAM.id).tagUser(USER, { OwnerEmail: 'the web team' });
      },
      `The tag OwnerEmail of user ${USER} holds "the web team", which is not an e-mail address; the owner was not told.`,
    ],
  ])('%s: the account reads why, and names another one', async (_, happens, why) => {
    organization().addUser(TEAM, USER, [{ ageDays: 90, usedDaysAgo: 1 }], { owner: OWNER });
    await runOnDays(organization(), TEAM, [0]);
    happens();
    organization().disturbed = true;
    await runOnDays(organization(), TEAM, [3]);
    const item = failureOf(USER);
    expect(item).toContain(why);
    const [, command = ''] = /^ {4}(aws iam tag-user .*)$/m.exec(item) ?? [];
    await type(command.replace('owner@your-company.example', 'new@acme.example'), administrator());
    await runOnDays(organization(), TEAM, [9]);
    expect(organization().sandbox.mails.findLast(({ to }) => to.includes('new@acme.example'))?.subject).toBe(
      `Last day before 15 Jan: switch ${USER} to its new key (Team)`,
    );
  });

  it('and nobody else either: the next mail that arrives says that nobody was told, by when it is now, and how to name an owner', async () => {
    organization().addUser(TEAM, USER, [{ ageDays: 90, usedDaysAgo: 1 }], { owner: OWNER });
    const people = organization().sandbox.people(MANAGEMENT.id);
    for (const address of [OWNER, TEAM.email]) people.troubleMails(address, 'reject');
    await runOnDays(organization(), TEAM, [0]);
    for (const address of [OWNER, TEAM.email]) people.troubleMails(address);
    organization().disturbed = true;
    await runOnDays(organization(), TEAM, [1]);
    const untold = itemsOf(USER).find((item) => item.includes('Nobody was told')) ?? '';
    expect(untold).toContain('will be disabled on 15 Jan 2026, because no mail about it was delivered, so it is announced anew');
    expect(untold).toContain('give the account or the owner tag an address that takes mail');
    const [, command = ''] = /^ {4}(aws iam tag-user .*)$/m.exec(untold) ?? [];
    await type(command, administrator());
    expect(userOf().tags.get('OwnerEmail')).toBe('owner@your-company.example');
    expect(itemsOf(USER).join('')).toContain('This key will be disabled on 16 Jan 2026.');
  });
});

it('a rotation that AWS refuses: what was refused, and what to do about it', async () => {
  for (const name of [USER, 'somebody']) organization().addUser(TEAM, name, [{ ageDays: 90, usedDaysAgo: 1 }]);
  organization().sandbox.faults.add({
    match: { operation: 'CreateAccessKey', input: ({ UserName }) => UserName === USER },
    when: 'before',
    then: { kind: 'error', code: 'AccessDenied', status: 403, message: 'not authorized to perform: iam:CreateAccessKey' },
  });
  organization().disturbed = true;
  await runOnDays(organization(), TEAM, [0]);
  expect(newest().subject).toBe(
    `Failed: not everything could be done for ${USER}; action needed by 15 Jan: switch somebody to its new key (Team)`,
  );
  expect(itemOf(USER)).toMatchObject({ title: 'Failed', intro: expect.stringContaining('tried again with every run') as string });
  expect(itemOf(USER).text).toContain('iam-keys doctor names it.');
});

it('every kind of mail whose reader is here was sent', () => {
  expect(unreadKinds('rare-mails-to-act-on', sent)).toEqual([]);
});
