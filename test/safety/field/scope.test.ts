import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AccountResult } from '../../../lambda/runs/schemas';
import { deployStack } from '../../../sandbox/cloudformation/stack';
import type { PolicyDocument, Secret } from '../../../sandbox/kernel/world';
import {
  actionsOf,
  DAY,
  FUNCTIONS,
  MANAGEMENT,
  OTHER,
  START,
  TEAM,
  testOrganization,
  type Account,
  type TestOrganization,
} from '../../helpers/sandbox-organization';
import { days, refuse, runOnDays, secretOf, setVariable, statusesOf, storedKey, timeline } from '../support';

const ALIAS = 'alias/key-rotation';
const organization = testOrganization('enforcing', [TEAM, OTHER], { direct: true });
const house = testOrganization('enforcing', [TEAM, OTHER], { settings: { tags: '{"CostCenter":"42"}', memberKey: ALIAS } });
const central = testOrganization('enforcing', [TEAM], {
  settings: {
    secretStore: 'central',
    tags: '{"CostCenter":"42"}',
    exemptPaths: '/service/',
    exemptTag: 'NoRotation',
    exemptionMaxDays: '30',
  },
});

const due = { ageDays: 95, usedDaysAgo: 0 };
const failuresOf = ({ failures }: AccountResult): string[] => failures.map(({ user, error }) => `${user ?? ''}: ${error}`);
/** Users to whose keys something was done on these days, in order. */
const doneOn = (results: ReadonlyMap<number, AccountResult>, action: string): string[] =>
  [...results].flatMap(([day, { users }]) =>
    users.flatMap(({ user, actions }) =>
      actions.some((one) => one.action === action && one.outcome === 'done') ? [`${user} on day ${day}`] : [],
    ),
  );

/** Somebody else's secret where the user's would be. */
function foreignSecret(org: TestOrganization, user: string): void {
  const name = `Account_${TEAM.id}_User_${user}_AccessKey`;
  const { region } = org.sandbox.kernel;
  const secret: Secret = {
    name,
    region,
    arn: `arn:aws:secretsmanager:${region}:${TEAM.id}:secret:${name}-AbCdEf`,
    created: START,
    changed: START,
    tags: new Map(),
    versions: new Map(),
  };
  org.sandbox.kernel.account(TEAM.id).secrets.set(`${region}/${name}`, secret);
}

describe('case F26: a failure gives its place within the limits back', () => {
  const limited = (limits: object): TestOrganization => {
    const org = organization();
    setVariable(org, 'LIMITS', () => JSON.stringify(limits));
    return org;
  };

  it('to the next user, when a secret is foreign', async () => {
    const org = limited({ rotate: 1 });
    org.addUser(TEAM, 'alice', [{ ageDays: 200, usedDaysAgo: 0 }]);
    org.addUser(TEAM, 'bob', [due]);
    foreignSecret(org, 'alice');
    const results = await runOnDays(org, TEAM, [0, 1]);
    expect(doneOn(results, 'rotate')).toEqual(['bob on day 0']);
    for (const result of results.values()) expect(failuresOf(result)).toEqual(['alice: SecretUnusableError']);
  });

  it.each([
    ['IAM makes no key', 'CreateAccessKey', 'ServiceFailure', 500],
    ['the intent cannot be tagged', 'TagUser', 'AccessDenied', 403],
    ['the key cannot be stored', 'PutSecretValue', 'AccessDeniedException', 400],
    ['the secret cannot be made', 'CreateSecret', 'LimitExceededException', 400],
  ])('when %s', async (_, operation, code, status) => {
    const org = limited({ rotate: 1 });
    org.disturbed = true;
    org.addUser(TEAM, 'alice', [{ ageDays: 200, usedDaysAgo: 0 }]);
    org.addUser(TEAM, 'bob', [due]);
    const about = (input: object): boolean => JSON.stringify(input).includes('alice');
    refuse(org, { operation, input: about }, code, status);
    const results = await runOnDays(org, TEAM, [0, 1]);
    expect(doneOn(results, 'rotate')).toEqual(['bob on day 0']);
    expect(failuresOf(results.get(0)!)).toHaveLength(1);
  });

  it('each of several places, and no more than there are', async () => {
    const org = limited({ rotate: 2 });
    for (const [index, name] of ['alice', 'bob', 'carol', 'dave', 'erin'].entries())
      org.addUser(TEAM, name, [{ ageDays: 200 - index, usedDaysAgo: 0 }]);
    foreignSecret(org, 'alice');
    foreignSecret(org, 'carol');
    const results = await runOnDays(org, TEAM, [0, 1]);
    expect(doneOn(results, 'rotate')).toEqual(['bob on day 0', 'dave on day 0', 'erin on day 1']);
  });

  it('when a key cannot be disabled, or deleted', async () => {
    const org = limited({ disable: 1, delete: 1 });
    org.disturbed = true;
    org.addUser(TEAM, 'alice', [{ ageDays: 200, usedDaysAgo: 0 }]);
    org.addUser(TEAM, 'bob', [due]);
    await runOnDays(org, TEAM, [0]);
    refuse(org, { operation: 'UpdateAccessKey', input: ({ UserName }) => UserName === 'alice' });
    const disabling = await runOnDays(org, TEAM, days(9, 12));
    expect(doneOn(disabling, 'disable')).toEqual(['bob on day 10']);
    org.sandbox.faults.clear();
    refuse(org, { operation: 'DeleteAccessKey', input: ({ UserName }) => UserName === 'alice' });
    const deleting = await runOnDays(org, TEAM, days(13, 25));
    expect(doneOn(deleting, 'delete')).toEqual(['bob on day 20']);
  });

  it('so does what was put off: the user whose second place was taken meanwhile', async () => {
    const org = limited({ rotate: 1 });
    org.addUser(TEAM, 'alice', [{ ageDays: 200, usedDaysAgo: 0 }]);
    org.addUser(TEAM, 'bob', [due]);
    org.sandbox.faults.add({
      match: { operation: 'CreateAccessKey', input: ({ UserName }) => UserName === 'alice', times: 1 },
      when: 'before',
      then: {
        kind: 'call',
        run: () => {
          org.sandbox.people(TEAM.id).createKey('alice');
        },
      },
    });
    const results = await runOnDays(org, TEAM, [0]);
    expect(doneOn(results, 'rotate')).toEqual(['bob on day 0']);
  });

  it('a DryRun plans for both, and counts nothing', async () => {
    const org = limited({ rotate: 1 });
    org.addUser(TEAM, 'alice', [{ ageDays: 200, usedDaysAgo: 0 }]);
    org.addUser(TEAM, 'bob', [due]);
    foreignSecret(org, 'alice');
    org.goToDay(0);
    const result = await org.rotate(TEAM, { dryrun: true });
    for (const user of ['alice', 'bob']) expect(actionsOf([result], user)).toMatchObject([{ action: 'rotate', outcome: 'planned' }]);
    expect(org.mutations()).toEqual([]);
    const [enforced] = (await runOnDays(org, TEAM, [1])).values();
    expect(actionsOf([enforced!], 'bob')).toMatchObject([{ action: 'rotate', outcome: 'done' }]);
  });
});

describe('case F27: the tags of the settings are put on secrets', () => {
  const wanted: PolicyDocument = {
    Version: '2012-10-17',
    Statement: {
      Effect: 'Deny',
      Action: 'secretsmanager:CreateSecret',
      Resource: '*',
      Condition: { Null: { 'aws:RequestTag/CostCenter': 'true' } },
    },
  };

  async function deployKey(org: TestOrganization, account: Account): Promise<void> {
    const { kernel, url } = org.sandbox;
    const file = join(__dirname, '..', '..', '..', 'docs', 'kms-key.template.json');
    const context = { kernel, url, account: account.id, region: kernel.region, assets: new Map<string, string>() };
    const template: unknown = JSON.parse(readFileSync(file, 'utf8'));
    await deployStack(context, { name: 'key-rotation-key', template, parameters: {} });
    org.sandbox.clock.set(START);
  }
  const tagsOf = (org: TestOrganization, account = TEAM): Record<string, string> => {
    const secrets = [...org.sandbox.kernel.account(account.id).secrets.values()];
    return Object.fromEntries(secrets.find(({ name }) => name === `Account_${TEAM.id}_User_alice_AccessKey`)!.tags);
  };

  it('in the account of the user, where a policy of the organization refuses all others', async () => {
    const org = house();
    await deployKey(org, TEAM);
    org.sandbox.organization.putServiceControlPolicy(wanted);
    org.addUser(TEAM, 'alice', [due]);
    const results = await runOnDays(org, TEAM, [0]);
    expect(doneOn(results, 'rotate')).toEqual(['alice on day 0']);
    expect(tagsOf(org)).toEqual({ 'key-rotation:managed': 'true', CostCenter: '42' });
    expect(secretOf(org, TEAM, 'alice')!.kmsKeyId).toBe(ALIAS);
    expect(org.sandbox.denials).toEqual([]);
  });

  it('in the central store, where the policy counts for the account of the rotation', async () => {
    const org = central();
    org.sandbox.organization.putServiceControlPolicy(wanted);
    org.addUser(TEAM, 'alice', [due]);
    const results = await runOnDays(org, TEAM, [0]);
    expect(doneOn(results, 'rotate')).toEqual(['alice on day 0']);
    expect(tagsOf(org, MANAGEMENT)).toEqual({ 'key-rotation:managed': 'true', CostCenter: '42' });
    expect(org.sandbox.denials).toEqual([]);
  });

  it('with another value from the next key on, and nobody else’s tags are touched', async () => {
    const org = house();
    await deployKey(org, TEAM);
    org.addUser(TEAM, 'alice', [due]);
    await runOnDays(org, TEAM, [0, 10, 20]);
    setVariable(org, 'SECRET_TAGS', () => '{"CostCenter":"43"}');
    secretOf(org, TEAM, 'alice')!.tags.set('team', 'theirs');
    await runOnDays(org, TEAM, [90]);
    expect(tagsOf(org)).toEqual({ 'key-rotation:managed': 'true', CostCenter: '43', team: 'theirs' });
    expect(storedKey(org, TEAM, 'alice')).toMatchObject({ right: true });
  });

  it.each([
    ['every sign that AWS takes', '4 2_.:/=+-@'],
    ['letters of other languages', 'Größe 中文 ñ'],
    ['nothing', ''],
    ['256 characters', 'x'.repeat(256)],
  ])('with %s in the value', async (_, value) => {
    const org = house();
    await deployKey(org, TEAM);
    setVariable(org, 'SECRET_TAGS', () => JSON.stringify({ CostCenter: value }));
    org.addUser(TEAM, 'alice', [due]);
    const results = await runOnDays(org, TEAM, [0]);
    expect(doneOn(results, 'rotate')).toEqual(['alice on day 0']);
    expect(tagsOf(org)).toMatchObject({ CostCenter: value });
  });
});

describe('exemption by path and by tag', () => {
  const inDays = (count: number): string => new Date(START.getTime() + count * DAY).toISOString().slice(0, 10);

  it('leaves users below a path alone, whatever it is called above', async () => {
    const org = central();
    org.addUser(TEAM, 'robot', [due], { path: '/service/build/' });
    org.addUser(TEAM, 'alice', [due], { path: '/people/service/' });
    const results = await runOnDays(org, TEAM, [0]);
    expect(doneOn(results, 'rotate')).toEqual(['alice on day 0']);
    expect(actionsOf([results.get(0)!], 'robot')).toMatchObject([{ action: 'skip', reason: 'the user is below the path /service/' }]);
    await expect(org.rotate(TEAM, { ForceRotate: 'robot' })).rejects.toMatchObject({ name: 'ForceRotateRefusedError' });
  });

  it('by tag ends with the day that the tag names', async () => {
    const org = central();
    org.addUser(TEAM, 'alice', [due]);
    org.sandbox.people(TEAM.id).tagUser('alice', { norotation: inDays(3) });
    org.goToDay(0);
    await expect(org.rotate(TEAM, { ForceRotate: 'alice' })).rejects.toMatchObject({ name: 'ForceRotateRefusedError' });
    const results = await runOnDays(org, TEAM, days(0, 4));
    expect(actionsOf([results.get(3)!], 'alice')).toMatchObject([{ action: 'skip', reason: expect.stringContaining(inDays(3)) as string }]);
    expect(doneOn(results, 'rotate')).toEqual(['alice on day 4']);
  });

  it.each([
    ['that is further ahead than allowed', inDays(31), 'more than 30 days ahead'],
    ['that is none', 'for ever', 'which is no date'],
    ['that no calendar has', '2026-02-30', 'which is no date'],
  ])('does not come from a date %s, which is named', async (_, value, named) => {
    const org = central();
    org.addUser(TEAM, 'alice', [due]);
    org.sandbox.people(TEAM.id).tagUser('alice', { NoRotation: value });
    const results = await runOnDays(org, TEAM, [0]);
    expect(actionsOf([results.get(0)!], 'alice')).toMatchObject([
      { action: 'unclear-exemption', reason: expect.stringContaining(named) as string },
      { action: 'rotate', outcome: 'done' },
    ]);
    expect(org.sandbox.mails.some(({ text = '' }) => text.includes(named))).toBe(true);
  });
});

describe('case F28: addresses that SES accepts are accepted', () => {
  const recipients = (org: TestOrganization): string[] => org.sandbox.mails.flatMap(({ to }) => to).sort();

  it.each([
    ['an ampersand', 'r&d@acme.example', 'r&d@acme.example'],
    ['a plus', 'aws+prod@acme.example', 'aws+prod@acme.example'],
    ['every sign of an address', "!#$%&'*+/=?^_`{|}~-@acme.example", "!#$%&'*+/=?^_`{|}~-@acme.example"],
    ['a quoted name', '"r and d"@acme.example', '"r and d"@acme.example'],
    ['a quoted @', '"r@d"@acme.example', '"r@d"@acme.example'],
    ['an international domain', 'aws@bücher.example', 'aws@xn--bcher-kva.example'],
    ['a domain of another script', 'aws@例え.テスト', 'aws@xn--r8jz45g.xn--zckzah'],
    ['a single letter', 'a@b.example', 'a@b.example'],
  ])('of an account, with %s: users with two keys there get on', async (_, email, to) => {
    const org = organization();
    const account = { ...TEAM, email };
    org.addUser(TEAM, 'alice', [
      { ageDays: 200, usedDaysAgo: 0 },
      { ageDays: 50, usedDaysAgo: 0 },
    ]);
    const [old] = org.user(TEAM, 'alice').keys;
    const results = await runOnDays(org, account, [0, 10]);
    expect([...results.values()].flatMap(failuresOf)).toEqual([]);
    expect(timeline(results, 'alice', old!.id)).toEqual(['notify on day 0', 'disable on day 10']);
    expect(new Set(recipients(org))).toEqual(new Set([to]));
  });

  it.each([
    ['an equals sign', 'aws=root@acme.example', ['aws=root@acme.example']],
    ['a plus', 'alice+keys@acme.example', ['alice+keys@acme.example']],
    ['an international domain', 'alice@bücher.example', ['alice@xn--bcher-kva.example']],
    ['several addresses', 'alice@acme.example bob=root@acme.example', ['alice@acme.example', 'bob=root@acme.example']],
    ['several addresses, many blanks', '  alice@acme.example   bob@acme.example ', ['alice@acme.example', 'bob@acme.example']],
    ['one address twice', 'alice@acme.example ALICE@acme.example', ['alice@acme.example']],
    ['one domain in both spellings', 'alice@bücher.example alice@xn--bcher-kva.example', ['alice@xn--bcher-kva.example']],
  ])('of an owner, with %s in the tag', async (_, owner, owners) => {
    const org = organization();
    org.addUser(TEAM, 'alice', [due], { owner });
    const results = await runOnDays(org, TEAM, [0]);
    expect(failuresOf(results.get(0)!)).toEqual([]);
    const others = recipients(org).filter((to) => to !== TEAM.email);
    expect(others.map((to) => to.toLowerCase())).toEqual(owners);
  });

  it('an owner at the address of the account gets one mail, in whichever spelling', async () => {
    const org = organization();
    org.addUser(TEAM, 'alice', [due], { owner: 'AWS@xn--bcher-kva.example' });
    await runOnDays(org, { ...TEAM, email: 'aws@bücher.example' }, [0]);
    expect(recipients(org)).toEqual(['aws@xn--bcher-kva.example']);
  });

  it.each([
    ['no address', 'nobody'],
    ['a name beyond ASCII, which SES does not take', 'müller@acme.example'],
    ['a domain that is none', 'alice@acme..example'],
  ])('%s is named, and the good one beside it gets the mail', async (_, bad) => {
    const org = organization();
    org.addUser(TEAM, 'alice', [due], { owner: `${bad} alice@acme.example` });
    const results = await runOnDays(org, TEAM, [0]);
    expect(results.get(0)!.failures).toMatchObject([
      { user: 'alice', error: 'InvalidAddress', message: expect.stringContaining(`"${bad}"`) as string },
    ]);
    expect(recipients(org)).toEqual(['alice@acme.example', TEAM.email].sort());
  });
});

describe('case F29: an account of which something is missing is rotated all the same', () => {
  const run = async (change: (account: { email?: string; name?: string }) => void): Promise<[TestOrganization, AccountResult]> => {
    const org = organization();
    org.addUser(TEAM, 'alice', [due]);
    org.addUser(TEAM, 'bob', [due], { owner: 'bob@acme.example' });
    change(org.sandbox.kernel.world.organization.members.get(TEAM.id)!);
    const results = await org.run();
    return [org, results.find(({ account }) => account.id === TEAM.id)!];
  };
  const mailedTo = (org: TestOrganization): string[] => org.sandbox.mails.flatMap(({ to }) => to);

  it.each<[string, (account: { email?: string }) => void]>([
    ['no address', (account) => delete account.email],
    ['an empty address', (account) => (account.email = '')],
    ['something else as its address', (account) => (account.email = 'none yet')],
  ])('%s: only its mail fails', async (_, change) => {
    const [org, result] = await run(change);
    for (const user of ['alice', 'bob']) expect(actionsOf([result], user)).toMatchObject([{ action: 'rotate', outcome: 'done' }]);
    expect(result.failures).toMatchObject([
      { step: 'send mail', error: 'InvalidAddress' },
      { user: 'alice', error: 'NobodyToldError' },
    ]);
    expect(mailedTo(org)).toEqual(['bob@acme.example']);
  });

  it('whoever can be told goes on, and whoever cannot waits and is named', async () => {
    const org = organization();
    const [alice] = org.addUser(TEAM, 'alice', [due]).keys;
    const [bob] = org.addUser(TEAM, 'bob', [due], { owner: 'bob@acme.example' }).keys;
    const results = await runOnDays(org, { ...TEAM, email: '' }, days(0, 12));
    expect(timeline(results, 'bob', bob!.id)).toEqual(['rotate on day 0', 'disable on day 10']);
    expect(timeline(results, 'alice', alice!.id)).toEqual(['rotate on day 0']);
    expect(statusesOf(org, TEAM, 'alice')).toEqual(['Active', 'Active']);
    expect(results.get(12)!.failures.map(({ error }) => error)).toContain('InvalidAddress');
  });

  it.each<[string, (account: { name?: string }) => void]>([
    ['no name', (account) => delete account.name],
    ['an empty name', (account) => (account.name = '')],
  ])('%s: it is called by its id', async (_, change) => {
    const [org, result] = await run(change);
    expect(result).toMatchObject({ status: 'succeeded', account: { name: TEAM.id } });
    expect(mailedTo(org).sort()).toEqual(['bob@acme.example', TEAM.email].sort());
  });

  it('all of it: every other account is rotated, too', async () => {
    const org = organization();
    for (const account of [TEAM, OTHER]) org.addUser(account, 'alice', [due]);
    const member: { email?: string; name?: string } = org.sandbox.kernel.world.organization.members.get(TEAM.id)!;
    delete member.email;
    delete member.name;
    const results = await org.run();
    expect(results.map(({ account, status }) => [account.id, status]).sort()).toEqual([
      [MANAGEMENT.id, 'succeeded'],
      [TEAM.id, 'partial'],
      [OTHER.id, 'succeeded'],
    ]);
    expect(org.failedEvents()).toEqual([]);
    await expect(org.invoke(FUNCTIONS.reporter, {})).resolves.toBeDefined();
  });
});
