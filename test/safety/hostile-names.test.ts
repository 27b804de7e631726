import { actionsOf, ADMIN, FUNCTIONS, MANAGEMENT, NAMES, TEAM, testOrganization, type Account } from '../helpers/sandbox-organization';
import { reportCount } from './kit/counts';
import { readSecret, secretOf, storedKey } from './support';

/** Every character that IAM allows in names: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const SPECIAL = '_+=,.@-'.split('');
const USER_NAMES: readonly string[] = [
  ...SPECIAL.flatMap((character) => [character, `${character}a`, `a${character}`, `a${character}b`, character.repeat(3)]),
  LETTERS.slice(0, 31),
  LETTERS.slice(31),
  SPECIAL.join(''),
  'x'.repeat(64),
  `${'_+=,.@-'.repeat(9)}z`,
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'null', 'undefined', 'NaN', 'true', '0'],
  ...['--help', '-rf', '=1+1', '@SUM', '+cmd', '..'],
  ...['Account_1_User_2_AccessKey', '_AccessKey', 'User_', 'AKIAAAAAAAAAAAAAAAAA'],
  ...['due-2C', 'due,', 'due', 'Due.'],
];

/** As Organizations and its console take them, and as an attacker would choose them. */
const ACCOUNT_NAMES: readonly string[] = [
  `<script>alert(1)</script>`,
  `"><img src=x onerror=alert(1)>`,
  `{{#each html.sections}}{{this}}{{/each}}`,
  `{{{html}}} {{> partial}} {{else}}`,
  `\\{{x}} \\"quoted\\" 'it''s' \`tick\``,
  `</td></tr></table><a href="https://evil.example">here</a>`,
  `ACME \u202egnp.exe\u202c \u2066hidden\u2069`,
  `مؤسسة الاختبار 🔐👩‍👩‍👧`,
  `$(rm -rf /) ; \${HOME} %0a%0d`,
  `&amp; &lt;already escaped&gt;`,
];
const accounts: Account[] = ACCOUNT_NAMES.map((name, index) => ({
  id: String(500_000_000_000 + index),
  name,
  email: `a${index}@acme.example`,
}));
const HIDDEN = /[\u202a-\u202e\u2066-\u2069\u200e\u200f]/;

const organization = testOrganization('enforcing', [TEAM, ...accounts], { direct: true });

afterAll(() => {
  reportCount('hostile names', USER_NAMES.length + ACCOUNT_NAMES.length);
});

it(`users with names of every character that IAM allows (${USER_NAMES.length} names) are rotated, and read their own secret`, async () => {
  const org = organization();
  const olds = new Map(
    USER_NAMES.map((name) => [name, org.addUser(TEAM, name, [{ ageDays: 95 }], { owner: 'owner@acme.example' }).keys[0]!]),
  );
  const result = await org.rotate(TEAM);
  expect(result).toMatchObject({ status: 'succeeded', usersSeen: USER_NAMES.length, failures: [] });
  const secrets = new Set<string>();
  for (const name of USER_NAMES) {
    expect([name, actionsOf([result], name)]).toMatchObject([name, [{ action: 'rotate', outcome: 'done' }]]);
    expect([name, storedKey(org, TEAM, name)]).toMatchObject([name, { right: true }]);
    secrets.add(secretOf(org, TEAM, name)!.name);
  }
  expect(secrets.size).toBe(USER_NAMES.length);
  for (const mail of org.sandbox.mails) expect(mail.renderingFailure).toBeUndefined();
  const text = org.sandbox.mails.map((mail) => mail.text ?? '').join('\n');
  for (const name of USER_NAMES) expect(text).toContain(`* ${name}  ${olds.get(name)!.id}`);
  for (const name of [',', '__proto__', '=1+1', 'due,', 'due-2C']) {
    const value = await readSecret(org, TEAM, olds.get(name)!, secretOf(org, TEAM, name)!.arn);
    expect(JSON.parse(value ?? '')).toMatchObject({ UserName: name });
  }
  const others = readSecret(org, TEAM, olds.get('due')!, secretOf(org, TEAM, 'due,')!.arn);
  await expect(others).rejects.toMatchObject({ name: 'AccessDeniedException' });

  org.goToDay(10);
  expect(await org.rotate(TEAM)).toMatchObject({ status: 'succeeded', failures: [] });
  org.goToDay(20);
  expect(await org.rotate(TEAM)).toMatchObject({ status: 'succeeded', failures: [] });
  for (const name of USER_NAMES) {
    expect([name, org.user(TEAM, name).keys.map(({ status }) => status)]).toEqual([name, ['Active']]);
    const { keys, tags } = org.user(TEAM, name);
    expect([name, [...tags.keys()]]).toEqual([name, ['OwnerEmail', `key-rotation:${keys[0]?.id ?? ''}`, 'key-rotation:stored-as']]);
  }
});

it.each(['__proto__', ',', '--help', `${'_+=,.@-'.repeat(9)}z`])('a rotation of %s can be forced', async (name) => {
  const org = organization();
  org.addUser(TEAM, name, [{ ageDays: 5 }]);
  org.addUser(TEAM, 'bystander', [{ ageDays: 400 }]);
  const result = await org.rotate(TEAM, { ForceRotate: name });
  expect(actionsOf([result], name)).toMatchObject([{ action: 'rotate', outcome: 'done' }]);
  expect(org.user(TEAM, 'bystander').keys).toHaveLength(1);
});

it(`account names that are markup, templates, hidden text or emoji (${ACCOUNT_NAMES.length} names) are shown as text and nothing else`, async () => {
  const org = organization();
  for (const account of accounts) {
    org.addUser(account, 'alice', [{ ageDays: 95 }]);
    // The summary lists what failed by account, so that the name is in it, too.
    org.addUser(account, 'wrong-owner', [{ ageDays: 95 }], { owner: 'not an address' });
  }
  const results = await org.run({ accounts: accounts.map(({ id }) => id) });
  expect(results).toHaveLength(accounts.length);
  await org.invoke(FUNCTIONS.reporter, {});
  const stored = [...org.sandbox.kernel.account(MANAGEMENT.id).buckets.values()].flatMap(({ objects }) => [...objects]);
  const pages = stored.filter(([key]) => key.endsWith('.html')).map(([, { body }]) => Buffer.from(body).toString('utf8'));
  expect(pages.length).toBeGreaterThan(0);
  expect(org.sandbox.mails.length).toBe(accounts.length + 1);
  for (const { subject, html = '', text = '', renderingFailure } of org.sandbox.mails) {
    expect(renderingFailure).toBeUndefined();
    expect(`${subject}${html}${text}`).not.toMatch(HIDDEN);
    expect(subject).not.toMatch(/[\r\n]/);
  }
  for (const html of [...pages, ...org.sandbox.mails.map((mail) => mail.html ?? '')]) {
    expect(html).not.toMatch(/<script>alert|<img src=x|evil\.example">/);
  }
  for (const { name, email } of accounts) {
    const mail = org.sandbox.mails.find(({ to }) => to.includes(email))!;
    const shown = name.replaceAll(new RegExp(HIDDEN, 'g'), ' ').trim();
    expect(mail.subject).toContain(shown);
    expect(mail.text).toContain(shown);
    expect(mail.html).toContain(
      shown.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;'),
    );
  }
  expect(org.sandbox.mails.find(({ to }) => to.includes(ADMIN))!.renderingFailure).toBeUndefined();
});

describe('the exemption group', () => {
  it.each(['+=,.@-_', 'Exempt.from=Rotation@acme,all', 'x'.repeat(128)])('may be named %s', async (name) => {
    const org = organization();
    const role = org.sandbox.kernel.account(TEAM.id).roles.get(NAMES.memberRole)!;
    const renamed = [...role.inlinePolicies].map(
      ([policy, document]) =>
        [policy, JSON.parse(JSON.stringify(document).replaceAll(NAMES.exemptionGroup, name)) as typeof document] as const,
    );
    role.inlinePolicies = new Map(renamed);
    org.functionNamed(FUNCTIONS.rotator).environment['EXEMPTION_GROUP'] = name;
    org.addUser(TEAM, 'exempt', [{ ageDays: 400 }]);
    org.sandbox.people(TEAM.id).addGroup(name, { path: '/any/path/' });
    org.sandbox.people(TEAM.id).addToGroup('exempt', name);
    org.addUser(TEAM, 'due', [{ ageDays: 400 }]);
    const result = await org.rotate(TEAM);
    expect(actionsOf([result], 'exempt')).toMatchObject([{ action: 'skip' }]);
    expect(actionsOf([result], 'due')).toMatchObject([{ action: 'rotate', outcome: 'done' }]);
    expect(org.user(TEAM, 'exempt').keys).toHaveLength(1);
  });

  it.each([`${NAMES.exemptionGroup}2`, `Not-${NAMES.exemptionGroup}`, 'IAMKeyRotationExemption'])(
    'is exactly the one named in the settings: members of %s are not exempt',
    async (group) => {
      const org = organization();
      org.addUser(TEAM, 'due', [{ ageDays: 400 }]);
      org.sandbox.people(TEAM.id).addGroup(group);
      org.sandbox.people(TEAM.id).addToGroup('due', group);
      expect(actionsOf([await org.rotate(TEAM)], 'due')).toMatchObject([{ action: 'rotate', outcome: 'done' }]);
    },
  );
});
