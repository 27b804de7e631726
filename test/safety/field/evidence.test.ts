import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  TagResourceCommand,
} from '@aws-sdk/client-secrets-manager';
import { SendEmailCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { intentTag, keyTag, writeIntent, writeKeyState } from '../../../lambda/core/plan/key-state';
import type { AccountResult } from '../../../lambda/runs/schemas';
import type { AccessKey } from '../../../sandbox/kernel/world';
import { leaveIntent } from '../../helpers/sandbox-intents';
import {
  actionsOf,
  DAY,
  FUNCTIONS,
  MANAGEMENT,
  NAMES,
  START,
  TEAM,
  testOrganization,
  type Account,
  type TestOrganization,
} from '../../helpers/sandbox-organization';
import { days, refuse, runOnDays, setVariable, statusesOf, storedKey, timeline } from '../support';

const organization = testOrganization('enforcing', [TEAM], { direct: true });

const secretName = (user: string): string => `Account_${TEAM.id}_User_${user}_AccessKey`;

/** Somebody of an account who may do these things and nothing else, as the client of their own key. */
function somebody(org: TestOrganization, account: Account, actions: string[]): SecretsManagerClient {
  const people = org.sandbox.people(account.id);
  people.addUser({
    name: 'mallory',
    groups: [],
    policies: { Allowed: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] } },
  });
  const { id, secret } = people.addAccessKey('mallory', { created: org.sandbox.clock.now() });
  return new SecretsManagerClient({ ...org.sandbox.client(account.id, { accessKeyId: id, secretAccessKey: secret }), maxAttempts: 1 });
}

/** Makes a secret which looks as if the rotation had stored this key in it. */
async function forge(client: SecretsManagerClient, user: string, key: AccessKey): Promise<void> {
  const value = { UserName: user, AccessKeyId: key.id, SecretAccessKey: 'x', Status: 'Active', CreateDate: key.created.toISOString() };
  await client.send(
    new CreateSecretCommand({
      Name: secretName(user),
      SecretString: JSON.stringify(value),
      ClientRequestToken: `iam-key-rotation-${key.id}`,
      Tags: [{ Key: 'key-rotation:managed', Value: 'true' }],
    }),
  );
}

const disabledOrDeleted = (results: ReadonlyMap<number, AccountResult>, user: string): string[] =>
  [...results.values()].flatMap((result) =>
    actionsOf([result], user).flatMap(({ action, outcome }) =>
      ['disable', 'delete'].includes(action) && outcome === 'done' ? [action] : [],
    ),
  );

describe('case F1: who may only write secrets makes no step come earlier', () => {
  it.each([
    ['in the member account', TEAM],
    ['in the account of the rotation', MANAGEMENT],
  ])('by a secret that names a young key as the successor: %s', async (_, account) => {
    const org = organization();
    const [, k2] = org.addUser(TEAM, 'alice', [
      { ageDays: 30, usedDaysAgo: 0 },
      { ageDays: 5, usedDaysAgo: 0 },
    ]).keys;
    const client = somebody(org, account, ['secretsmanager:CreateSecret', 'secretsmanager:TagResource', 'secretsmanager:PutSecretValue']);
    await forge(client, 'alice', k2!);
    const results = await runOnDays(org, TEAM, [0, 1, 9, 10, 11, 20, 21, 30]);
    expect(disabledOrDeleted(results, 'alice')).toEqual([]);
    expect(statusesOf(org, TEAM, 'alice')).toEqual(['Active', 'Active']);
  });

  it('by a version written just when the user makes a second key', async () => {
    const org = organization();
    org.addUser(TEAM, 'alice', [{ ageDays: 30, usedDaysAgo: 0 }]);
    const client = somebody(org, TEAM, ['secretsmanager:CreateSecret', 'secretsmanager:TagResource', 'secretsmanager:PutSecretValue']);
    org.goToDay(0);
    const made = org.sandbox.people(TEAM.id).createKey('alice');
    await forge(client, 'alice', made);
    const results = await runOnDays(org, TEAM, [0, 1, 10, 11, 20]);
    expect(disabledOrDeleted(results, 'alice')).toEqual([]);
  });

  it('by marking a foreign secret of the right name as ours', async () => {
    const org = organization();
    const [, k2] = org.addUser(TEAM, 'alice', [
      { ageDays: 95, usedDaysAgo: 0 },
      { ageDays: 5, usedDaysAgo: 0 },
    ]).keys;
    const client = somebody(org, TEAM, ['secretsmanager:*']);
    await client.send(new CreateSecretCommand({ Name: secretName('alice'), SecretString: 'something else' }));
    await client.send(new TagResourceCommand({ SecretId: secretName('alice'), Tags: [{ Key: 'key-rotation:managed', Value: 'true' }] }));
    await client.send(
      new PutSecretValueCommand({ SecretId: secretName('alice'), SecretString: '{}', ClientRequestToken: `iam-key-rotation-${k2!.id}` }),
    );
    const results = await runOnDays(org, TEAM, [0, 1, 9]);
    expect(disabledOrDeleted(results, 'alice')).toEqual([]);
    expect(timeline(results, 'alice', org.user(TEAM, 'alice').keys[0]!.id)).toEqual(['notify on day 0']);
  });
});

describe('case F1, siblings: who may only write tags makes no step come earlier', () => {
  const ago = (count: number): Date => new Date(START.getTime() - count * DAY);

  it.each([
    ['a notice that was never given', ({ k2 }: { k2: string }) => ({ notice: ago(20), noticeBeside: k2 })],
    ['a key noted inactive long ago', () => ({ inactive: ago(60) })],
  ])('%s', async (_, state) => {
    const org = organization();
    const [k1, k2] = org.addUser(TEAM, 'alice', [
      { ageDays: 120, usedDaysAgo: 0, status: 'Active' },
      { ageDays: 50, usedDaysAgo: 0 },
    ]).keys;
    org.sandbox.people(TEAM.id).tagUser('alice', { [keyTag(k1!.id)]: writeKeyState(state({ k2: k2!.id })) });
    const results = await runOnDays(org, TEAM, [0, 1, 9]);
    expect(disabledOrDeleted(results, 'alice')).toEqual([]);
  });

  it('an inactive key with a back-dated tag keeps its recovery time from the first mail on', async () => {
    const org = organization();
    const [key] = org.addUser(TEAM, 'alice', [{ ageDays: 300, status: 'Inactive' }]).keys;
    org.sandbox.people(TEAM.id).tagUser('alice', { [keyTag(key!.id)]: writeKeyState({ inactive: ago(60) }) });
    const results = await runOnDays(org, TEAM, days(0, 10));
    expect(timeline(results, 'alice', key!.id)).toEqual(['note-inactive on day 0', 'delete on day 10']);
  });

  it('a key called issued is no successor without its secret', async () => {
    const org = organization();
    const [, k2] = org.addUser(TEAM, 'alice', [
      { ageDays: 30, usedDaysAgo: 0 },
      { ageDays: 25, usedDaysAgo: 0 },
    ]).keys;
    org.sandbox.people(TEAM.id).tagUser('alice', { [keyTag(k2!.id)]: writeKeyState({ issued: k2!.created }) });
    const results = await runOnDays(org, TEAM, [0, 1, 10, 20]);
    expect(disabledOrDeleted(results, 'alice')).toEqual([]);
  });
});

describe('case F1, sibling: a forged intent makes no key of a person a lost one', () => {
  /** What happened to a user's keys, by their number, but for what became of the tag. */
  const story = (results: ReadonlyMap<number, AccountResult>, org: TestOrganization, user: string, ids: readonly string[]): unknown => [
    [...results].flatMap(([day, result]) =>
      actionsOf([result], user)
        .filter(({ action }) => action !== 'forget')
        .map(({ action, outcome, keyId = '' }) => `day ${day}: ${action} ${outcome} ${ids.indexOf(keyId)}`),
    ),
    org.user(TEAM, user).keys.map(({ id, status }) => `${ids.indexOf(id)} ${status}`),
  ];

  it.each([
    ['that was never used', { ages: [30, 5], copies: false, copied: false }],
    ['that was never used and makes room for another', { ages: [95, 20], copies: false, copied: false }],
    ['that was never used, by the tag of another user’s interrupted run', { ages: [30, 5], copies: true, copied: true }],
    ['that was never used, by that tag with a word changed', { ages: [30, 5], copies: true, copied: false }],
  ])('a key %s', async (_, { ages: [older = 0, younger = 0], copies, copied }) => {
    const org = organization();
    const keysOf = (user: string): string[] =>
      org.addUser(TEAM, user, [{ ageDays: older, usedDaysAgo: 0 }, { ageDays: younger }]).keys.map(({ id }) => id);
    const [tagged, untouched] = [keysOf('alice'), keysOf('bob')];
    const made = org.user(TEAM, 'alice').keys[1]!.created.getTime();
    const at = { at: new Date(made - 1_000), until: new Date(made + 14 * 60_000) };
    const [theirs] = org.addUser(TEAM, 'interrupted', [{ ageDays: 30, usedDaysAgo: 0 }]).keys;
    if (copies) leaveIntent(org, TEAM, 'interrupted', { token: 'deadbeef', ...at, known: [theirs!.id] });
    const forged = intentTag('deadbeef');
    // A copy names the other user's key as it is; any other word is not what the record says.
    org.sandbox.people(TEAM.id).tagUser('alice', { [forged]: writeIntent({ ...at, known: [copied ? theirs!.id : tagged[0]!] }) });
    const results = await runOnDays(org, TEAM, days(0, 23));
    expect(story(results, org, 'alice', tagged)).toEqual(story(results, org, 'bob', untouched));
    expect(actionsOf([results.get(0)!], 'alice')).toContainEqual(
      expect.objectContaining({ action: 'forget', outcome: 'done', reason: 'no run of ours announced a key by these tags' }),
    );
    expect([...org.user(TEAM, 'alice').tags.keys()]).not.toContain(forged);
  });
});

describe('case F1, sibling: a version that somebody calls by a successor which is in no secret lifts no hold', () => {
  type Forging = (client: SecretsManagerClient, key: AccessKey) => Promise<void>;
  /** Two writes: the version, and the label that it gets. */
  const labelled =
    (label: string): Forging =>
    async (client, key) => {
      const SecretId = secretName('alice');
      const version = { ClientRequestToken: `iam-key-rotation-${key.id}`, SecretString: '{}' };
      const other = { ClientRequestToken: 'something-else-entirely-of-32-characters', SecretString: '{}' };
      const isFirst = ['AWSCURRENT', 'AWSPREVIOUS'].includes(label);
      const Tags = [{ Key: 'key-rotation:managed', Value: 'true' }];
      await client.send(new CreateSecretCommand({ Name: SecretId, Tags, ...(isFirst ? version : other) }));
      if (label === 'AWSPREVIOUS') await client.send(new PutSecretValueCommand({ SecretId, ...other }));
      if (!isFirst) await client.send(new PutSecretValueCommand({ SecretId, ...version, VersionStages: [label] }));
    };
  const WRITER = ['secretsmanager:CreateSecret', 'secretsmanager:TagResource', 'secretsmanager:PutSecretValue'];
  const stagesOf = (org: TestOrganization, key: AccessKey): string[] => [
    ...([...org.sandbox.kernel.account(TEAM.id).secrets.values()][0]?.versions.get(`iam-key-rotation-${key.id}`)?.stages ?? []),
  ];
  const untag = (org: TestOrganization): void => {
    const ours = [...org.user(TEAM, 'alice').tags.keys()].filter((key) => key.startsWith('key-rotation:'));
    org.sandbox.people(TEAM.id).untagUser('alice', ...ours);
  };

  it.each(
    ['AWSCURRENT', 'AWSPREVIOUS', 'AWSPENDING', 'mine'].flatMap((label) => [
      [label, 'a key in use', { ageDays: 95, usedDaysAgo: 0 }, false] as const,
      [label, 'a key that was never used', { ageDays: 95 }, false] as const,
      [label, 'a key in use, and tags that were taken off', { ageDays: 95, usedDaysAgo: 0 }, true] as const,
    ]),
  )('as %s, beside %s', async (label, _, story, untagged) => {
    const org = organization();
    org.addUser(TEAM, 'alice', [story]);
    await runOnDays(org, TEAM, [0]);
    const successor = org.user(TEAM, 'alice').keys[1]!;
    org.goToDay(1, -5);
    org.sandbox.people(TEAM.id).forceDeleteSecret(secretName('alice'));
    await labelled(label)(somebody(org, TEAM, WRITER), successor);
    expect(stagesOf(org, successor)).toEqual([label]);
    if (untagged) untag(org);
    const results = await runOnDays(org, TEAM, [...days(1, 14), 21, 22, 30]);
    expect(disabledOrDeleted(results, 'alice')).toEqual([]);
    expect(statusesOf(org, TEAM, 'alice')).toEqual(['Active', 'Active']);
    for (const result of results.values())
      expect(actionsOf([result], 'alice')).toContainEqual(
        expect.objectContaining({
          action: 'blocked',
          keyId: successor.id,
          reason: expect.stringMatching(/by somebody else.*a person must decide|nobody used it.*a person must decide/) as string,
        }),
      );
  });

  it.each(['AWSPREVIOUS', 'AWSPENDING', 'mine'])(
    'as %s, of a key that an interrupted run lost: it is removed all the same',
    async (label) => {
      const org = organization();
      org.disturbed = true;
      org.addUser(TEAM, 'alice', [{ ageDays: 95, usedDaysAgo: 0 }]);
      org.sandbox.faults.add({ match: { operation: 'CreateAccessKey' }, when: 'after', then: { kind: 'drop' } });
      await runOnDays(org, TEAM, [0]);
      org.sandbox.faults.clear();
      const lost = org.user(TEAM, 'alice').keys[1]!;
      org.goToDay(1, -5);
      org.sandbox.people(TEAM.id).forceDeleteSecret(secretName('alice'));
      await labelled(label)(somebody(org, TEAM, WRITER), lost);
      const results = await runOnDays(org, TEAM, days(1, 12));
      expect(actionsOf([results.get(1)!], 'alice').map(({ action }) => action)).toEqual(
        expect.arrayContaining(['remove-orphan', 'rotate']),
      );
      expect(org.user(TEAM, 'alice').keys.map(({ id }) => id)).not.toContain(lost.id);
      expect(storedKey(org, TEAM, 'alice')).toMatchObject({ right: true });
    },
  );
});

describe('case F2: who keeps writing their own tags puts off their step a few times, and is then named', () => {
  const failuresOf = (results: ReadonlyMap<number, AccountResult>, from: number): string[] =>
    [...results].flatMap(([day, { failures }]) => (day >= from ? failures.map(({ error }) => error) : []));

  it('with a tag that calls a due key inactive: it is rotated all the same', async () => {
    const org = organization();
    const [key] = org.addUser(TEAM, 'alice', [{ ageDays: 95, usedDaysAgo: 0 }]).keys;
    org.sandbox.people(TEAM.id).tagUser('alice', { [keyTag(key!.id)]: writeKeyState({ inactive: START }) });
    const results = await runOnDays(org, TEAM, [1]);
    expect(timeline(results, 'alice', key!.id)).toEqual(['rotate on day 1']);
  });

  it.each([
    ['inactive', () => writeKeyState({ inactive: new Date(START.getTime()) })],
    ['behind', (now: Date) => writeKeyState({ behind: now })],
  ])('with %s= on the old key of two', async (_, tag) => {
    const org = organization();
    const [key] = org.addUser(TEAM, 'alice', [{ ageDays: 95, usedDaysAgo: 0 }]).keys;
    const results = await runOnDays(org, TEAM, [0]);
    for (const day of days(1, 14)) {
      org.goToDay(day, -5);
      org.sandbox.people(TEAM.id).tagUser('alice', { [keyTag(key!.id)]: tag(org.sandbox.clock.now()) });
      for (const [on, result] of await runOnDays(org, TEAM, [day])) results.set(on, result);
    }
    expect(disabledOrDeleted(results, 'alice')).toEqual([]);
    expect(failuresOf(results, 13)).toContain('StepPutOffError');
    expect(results.get(14)?.failures.find(({ error }) => error === 'StepPutOffError')).toMatchObject({ user: 'alice', keyId: key!.id });
  });

  it('with an intent that never ends', async () => {
    const org = organization();
    org.addUser(TEAM, 'alice', [{ ageDays: 95, usedDaysAgo: 0 }]);
    const results = new Map<number, AccountResult>();
    for (const day of days(0, 4)) {
      org.goToDay(day, -5);
      const now = org.sandbox.clock.now();
      const until = new Date(now.getTime() + 14 * 60_000);
      org.sandbox.people(TEAM.id).tagUser('alice', {
        'key-rotation:issuing:deadbeef': `at=${now.toISOString()} until=${until.toISOString()} keys=`,
      });
      for (const [on, result] of await runOnDays(org, TEAM, [day])) results.set(on, result);
    }
    expect(failuresOf(results, 3)).toContain('StepPutOffError');
  });
});

it('case F3: no role of ours reads a secret, even one that it opens to itself', async () => {
  const org = organization();
  org.addUser(TEAM, 'alice', [{ ageDays: 95, usedDaysAgo: 0 }]);
  await runOnDays(org, TEAM, [0]);
  const role = `arn:aws:iam::${TEAM.id}:role/${NAMES.memberRole}`;
  const client = new SecretsManagerClient({
    ...org.sandbox.client(TEAM.id, org.sandbox.kernel.functionCredentials(role, 'test', 'test', role)),
    maxAttempts: 1,
  });
  const opened = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: role }, Action: 'secretsmanager:GetSecretValue', Resource: '*' }],
  };
  await client.send(
    new PutResourcePolicyCommand({ SecretId: secretName('alice'), ResourcePolicy: JSON.stringify(opened), BlockPublicPolicy: true }),
  );
  await expect(client.send(new GetSecretValueCommand({ SecretId: secretName('alice') }))).rejects.toMatchObject({
    name: 'AccessDeniedException',
  });
});

describe('case F4: a role that may mail is bounded by its sender, and nothing more is claimed of it', () => {
  const mail = (FromEmailAddress: string) =>
    new SendEmailCommand({
      FromEmailAddress,
      Destination: { ToAddresses: ['anybody@elsewhere.example'] },
      Content: { Simple: { Subject: { Data: 'Your account' }, Body: { Text: { Data: 'Click here' } } } },
    });

  it.each(['rotator', 'reporter'] as const)('the %s', async (name) => {
    const org = organization();
    const { role } = org.functionNamed(FUNCTIONS[name]);
    const client = new SESv2Client({
      ...org.sandbox.client(MANAGEMENT.id, org.sandbox.kernel.functionCredentials(role, 'test', 'test', role)),
      maxAttempts: 1,
    });
    await client.send(mail('key-rotation@example.com'));
    expect(org.sandbox.mails).toMatchObject([{ from: 'key-rotation@example.com' }]);
    await expect(client.send(mail('ceo@example.com'))).rejects.toThrow(/is not authorized to perform/);
    const page = readFileSync(join(__dirname, '../../../docs/security.md'), 'utf8');
    expect(page).not.toContain('these templates and nothing else');
  });
});

describe('case F5: a group that exists by settings and is missing or misspelled exempts nobody by mistake', () => {
  it('the account fails closed', async () => {
    const org = organization();
    setVariable(org, 'EXEMPTION_GROUP_EXISTS', () => 'true');
    setVariable(org, 'EXEMPTION_GROUP', () => 'IAMKeyRotationExemptionGruop');
    org.addUser(TEAM, 'alice', [{ ageDays: 95, usedDaysAgo: 0 }]);
    org.goToDay(0);
    await expect(org.rotate(TEAM)).rejects.toThrow('cannot read the exemption group IAMKeyRotationExemptionGruop, so nothing was changed');
    expect(org.mutations()).toEqual([]);
  });
});

describe('case F6: a member of the exemption group is left alone, whatever one answer says', () => {
  it.each([
    ['NoSuchEntity', 404],
    ['AccessDenied', 403],
    ['ServiceFailure', 500],
  ])('when their tags answer %s once', async (code, status) => {
    const org = organization();
    org.addUser(TEAM, 'exempt', [{ ageDays: 200, usedDaysAgo: 0 }], { exempt: true });
    refuse(org, { operation: 'ListUserTags', input: ({ UserName }) => UserName === 'exempt' }, code, status);
    await runOnDays(org, TEAM, [0, 1]);
    expect(org.mutations()).toEqual([]);
  });
});
