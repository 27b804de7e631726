import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Audit } from '../../../cli/rotation/operations/audit';
import type { StoredAudit } from '../../../cli/rotation/operations/stored-audit';
import type { Forecast } from '../../../cli/rotation/operations/forecast';
import type { Rotated } from '../../../cli/rotation/operations/rotate';
import type { UserStatus } from '../../../cli/rotation/operations/status';
import type { Ended } from '../../helpers/commands-host';
import { operate, type Operating } from '../../helpers/operator';
import { activeKey, reportText, userRow } from '../../helpers/report';
import { DAY, FUNCTIONS, MANAGEMENT, OTHER, START, TEAM, TestOrganization } from '../../helpers/sandbox-organization';

interface ShortKey {
  keyId: string | null;
  status: string;
  ageDays: number | null;
  due: boolean;
  next: { action: string; at: string } | null;
}

let org: TestOrganization;
const dayOf = (day: number): string => new Date(START.getTime() + day * DAY).toISOString().slice(0, 10);
const keyOf = (user: string, place = 0): string => org.user(MANAGEMENT, user).keys[place]!.id;

/** Runs `iam-keys` as a process of its own, in the sandbox's time. */
async function iamKeys(args: readonly string[], operating: Operating = {}): Promise<Ended> {
  const ended = await operate(org.sandbox, args, {
    ...operating,
    environment: {
      COLUMNS: '200',
      NODE_OPTIONS: `--require ${join(__dirname, 'clock.cjs')}`,
      TEST_NOW: org.sandbox.clock.now().toISOString(),
      ...operating.environment,
    },
  });
  await org.sandbox.drain();
  return ended;
}

async function json<T>(args: readonly string[], status: number): Promise<T> {
  const ended = await iamKeys([...args, '--output', 'json']);
  expect([ended.error, ended.status]).toEqual(['', status]);
  return JSON.parse(ended.out) as T;
}

beforeAll(async () => {
  org = await TestOrganization.deployed('enforcing', [TEAM, OTHER], { direct: 'by itself' });
  // Makes the administrators of these accounts, whom those of the management account may become.
  for (const { id } of [TEAM, OTHER]) org.sandbox.client(id);
  org.addUser(MANAGEMENT, 'alice', [{ ageDays: 90, usedDaysAgo: 1 }], { owner: 'owner@acme.example' });
  org.addUser(MANAGEMENT, 'bob', [{ ageDays: 20 }]);
  org.addUser(MANAGEMENT, 'robot', [{ ageDays: 400 }], { exempt: true });
  org.addUser(MANAGEMENT, 'no-key', []);
  org.addUser(TEAM, 'carol', [{ ageDays: 100, usedDaysAgo: 60 }]);
  org.goToDay(0, 60);
  await org.run();
  org.goToDay(4);
});
afterAll(async () => {
  await org.stop();
});

describe('audit', () => {
  it('lists every user with what the rotation does next, by what it remembers', async () => {
    const found = await json<Audit>(['audit'], 0);
    expect(found).toMatchObject({ settings: 'those of the stack IamKeyRotation', due: 0, failed: [], notes: [] });
    const [{ users } = { users: [] }] = found.accounts;
    expect(
      users.map(({ user, owner, exempt, keys }) => [
        ...[user, owner, exempt === null ? '' : 'exempt'],
        ...keys.map(({ ageDays, status, next }) => `${ageDays} ${status} ${next === null ? '' : `${next.action} ${next.at.slice(0, 10)}`}`),
      ]),
    ).toEqual([
      ['alice', 'owner@acme.example', '', `94 Active disable ${dayOf(10)}`, `4 Active rotate ${dayOf(90)}`],
      ['bob', null, '', `24 Active rotate ${dayOf(70)}`],
      ['no-key', null, ''],
      ['robot', null, 'exempt', '404 Active '],
    ]);
  });

  it('enters every account of the organization, and is bad when one cannot be entered', async () => {
    const found = await json<Audit>(['audit', '--organization', '--role', 'Administrator'], 0);
    expect(found.accounts.map(({ account, users }) => [account, users.map(({ user }) => user)])).toEqual([
      [MANAGEMENT.id, ['alice', 'bob', 'no-key', 'robot']],
      [TEAM.id, ['carol']],
      [OTHER.id, []],
    ]);
    const partly = await iamKeys(['audit', '--organization', '--role', 'Nobody']);
    expect(partly.status).toBe(1);
    expect(partly.out).toMatch(new RegExp(`Not read: account ${TEAM.id}: cannot assume arn:aws:iam::${TEAM.id}:role/Nobody: AccessDenied`));
  });

  it('is complete beyond one page of users and of accounts', async () => {
    const { sandbox } = org;
    const before = sandbox.snapshot();
    const more = Array.from({ length: 20 }, (_, place) => String(500_000_000_000 + place));
    for (const id of more) {
      sandbox.organization.addAccount({ id, name: id, email: `${id}@acme.example` });
      sandbox.client(id);
    }
    for (let place = 0; place < 105; place += 1) sandbox.people(OTHER.id).addUser({ name: `user-${place}` });
    const found = await json<Audit>(['audit', '--organization', '--role', 'Administrator'], 0);
    sandbox.restore(before);
    expect(found.accounts.map(({ account }) => account)).toEqual([MANAGEMENT.id, TEAM.id, OTHER.id, ...more]);
    expect(found.accounts[2]?.users).toHaveLength(105);
  });

  it('ends with 3 where a key is beyond a limit, and shows those keys alone', async () => {
    const { out, error, status } = await iamKeys([
      'audit',
      '--account',
      TEAM.id,
      '--role',
      'Administrator',
      '--unused-for',
      '45d',
      '--older-than',
      '90d',
      '--output',
      'csv',
    ]);
    expect([error, status]).toEqual(['', 3]);
    const [head = '', ...lines] = out.trim().split('\n');
    expect(head).toMatch(
      /^account,user,owner,exempt,keyId,status,created,ageDays,lastUsed,service,region,beyond,due,next,nextAt,why,asOf,problem$/,
    );
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(new RegExp(`^${TEAM.id},carol,,,AKIA\\w+,Active,.*,104,.*,older than 90d; unused for 45d,false,disable,`));
    expect((await iamKeys(['audit', '--older-than', '95d'])).status).toBe(0);
  });

  it('ends with 3 where the rotation is late, and fits into 60 columns', async () => {
    org.goToDay(71);
    const { out, status } = await iamKeys(['audit'], { environment: { COLUMNS: '60' } });
    org.goToDay(4);
    expect(status).toBe(3);
    expect(out.split('\n').filter((line) => line.length > 60)).toEqual([]);
    expect(out).toContain('2 due');
  });

  it.each([
    [['--organization', '-c', 'rotate=80d'], '-c counts with other settings than the results were made with'],
    [['--organization', '--account', TEAM.id, '--role', 'x'], '--organization and --account exclude each other'],
    [['--older-than', '90'], '--older-than: "90" must be a number with d, h or m, such as 90d'],
    [['-c', 'rotate=10d'], 'delete'],
    [['--stack', 'Nothing'], 'there is no stack Nothing'],
  ])('refuses %j in one message', async (args, message) => {
    const { status, out, error } = await iamKeys(['audit', ...args]);
    expect([status, out]).toEqual([2, '']);
    expect(error).toContain(message);
  });
});

describe('audit --organization by what runs recorded', () => {
  const services = (): string[] => [...new Set(org.sandbox.calls.splice(0).map(({ service }) => service))].sort();
  const asOf = new Date(START.getTime() + 60 * 60_000).toISOString();

  it('shows every account with the day of its record, and asks none of them', async () => {
    services();
    const found = await json<{ accounts: StoredAudit[]; settings: string; due: number; failed: object[] }>(['audit', '--organization'], 0);
    expect(services().filter((service) => ['iam', 'organizations', 'secretsmanager'].includes(service))).toEqual([]);
    expect(found).toMatchObject({ settings: 'results of the stack IamKeyRotation', due: 0, failed: [] });
    expect(found.accounts.map((one) => [one.account, one.asOf.slice(0, 13), one.users.map(({ user }) => user)])).toEqual([
      [MANAGEMENT.id, asOf.slice(0, 13), ['alice', 'bob', 'robot']],
      [TEAM.id, asOf.slice(0, 13), ['carol']],
      [OTHER.id, asOf.slice(0, 13), []],
    ]);
    const live = await json<Audit>(['audit'], 0);
    const inShort = (users: readonly { user: string; exempt: string | null; keys: readonly ShortKey[] }[]) =>
      users.map(({ user, exempt, keys }) => [
        ...[user, exempt !== null],
        ...keys.map(({ keyId, status, ageDays, due, next }) =>
          [keyId, status, ageDays, due, next?.action, next?.at.slice(0, 10)].join(' '),
        ),
      ]);
    // Runs record who has a key or is exempt.
    const users = live.accounts[0]!.users.filter(({ user }) => user !== 'no-key');
    expect(inShort(found.accounts[0]!.users)).toEqual(inShort(users));
  });

  it('ends with 3 where a key is beyond a limit, and tells people the same', async () => {
    const csv = await iamKeys(['audit', '--organization', '--unused-for', '45d', '--output', 'csv']);
    expect([csv.error, csv.status]).toEqual(['', 3]);
    const [, ...lines] = csv.out.trim().split('\n');
    expect(lines).toEqual([
      expect.stringMatching(new RegExp(`^${TEAM.id},carol,,,AKIA\\w+,Active,.*,unused for 45d,false,disable,.*,${asOf.slice(0, 10)}`)),
    ]);
    const { out, status } = await iamKeys(['audit', '--organization', '--unused-for', '45d']);
    expect(status).toBe(3);
    expect(out).toMatch(new RegExp(`${TEAM.id} 2026-01-05 .*carol .* unused for 45d `));
    expect(out).toContain(
      `3 accounts, 4 users with a key or an exemption, 6 keys; 1 beyond a limit. By the results of the stack IamKeyRotation of 2026-01-05.`,
    );
  });

  it('names an account without a record, and is bad', async () => {
    const { objects } = [...org.sandbox.kernel.account(MANAGEMENT.id).buckets.values()].find(({ name }) => name.includes('results'))!;
    const before = org.sandbox.snapshot();
    for (const key of [...objects.keys()]) if (key.endsWith(`/${TEAM.id}.json`) && key.startsWith('runs/')) objects.delete(key);
    const { out, status } = await iamKeys(['audit', '--organization']);
    org.sandbox.restore(before);
    expect([status, out]).toEqual([
      1,
      expect.stringContaining(`No record: account ${TEAM.id} (${TEAM.name}): no run has stored a result of it`),
    ]);
  });
});

describe('status', () => {
  it('says where the secret is, whether it was fetched, what is remembered and who is told', async () => {
    const status = await json<UserStatus>(['status', 'alice'], 0);
    const [old, successor] = [keyOf('alice'), keyOf('alice', 1)];
    expect(status).toMatchObject({
      account: MANAGEMENT.id,
      secret: { name: `Account_${MANAGEMENT.id}_User_alice_AccessKey`, central: false, state: 'in use', current: successor, fetched: null },
      told: ['owner@acme.example', MANAGEMENT.email],
    });
    expect(status.remembered).toMatchObject([
      { keyId: old, told: { disable: { on: `${dayOf(10)}T00:00:00.000Z` } }, issued: false },
      { keyId: successor, issued: true },
    ]);
    expect(Object.keys(status.tags)).toEqual(expect.arrayContaining([`key-rotation:${successor}`]));
    expect(status.next.filter(({ action }) => action !== 'warn').map(({ at, keyId, action }) => [at.slice(0, 10), keyId, action])).toEqual([
      [dayOf(10), old, 'disable'],
      [dayOf(20), old, 'delete'],
      [dayOf(90), successor, 'rotate'],
      [dayOf(100), successor, 'disable'],
      [dayOf(110), successor, 'delete'],
    ]);
  });

  it('tells people the same in words, and nothing secret', async () => {
    const { out, status } = await iamKeys(['status', 'alice']);
    expect(status).toBe(0);
    expect(out).toContain(`Secret: Account_${MANAGEMENT.id}_User_alice_AccessKey; holds ${keyOf('alice', 1)}; nobody has fetched it`);
    expect(out).toContain('Mails go to: owner@acme.example, aws@acme.example');
    for (const { secret } of org.user(MANAGEMENT, 'alice').keys) expect(out).not.toContain(secret);
  });

  it('names a user that there is not', async () => {
    expect(await iamKeys(['status', 'nobody'])).toMatchObject({
      status: 2,
      error: expect.stringContaining(`account ${MANAGEMENT.id} has no user "nobody"`) as string,
    });
  });
});

describe('forecast', () => {
  it('goes on from what the service remembers, and counts with other settings where they are given', async () => {
    const found = await json<Forecast>(['forecast', '--days', '8'], 0);
    expect(found.entries.map(({ at, user, action }) => [at.slice(0, 10), user, action])).toEqual([
      [dayOf(9), 'alice', 'warn'],
      [dayOf(10), 'alice', 'disable'],
    ]);
    const other = await json<Forecast>(
      ['forecast', '--days', '8', '-c', 'rotate=20d', '-c', 'disable=25d', '-c', 'delete=30d', '-c', 'warn=1d'],
      0,
    );
    expect(other.entries.map(({ at, user, action }) => [at.slice(0, 10), user, action])).toContainEqual([dayOf(4), 'bob', 'rotate']);
  });

  it('needs no credentials for a report', async () => {
    const report = join(mkdtempSync(join(tmpdir(), 'report-')), 'credential-report.csv');
    writeFileSync(report, reportText([userRow('alice', activeKey(START))]));
    const nobody = {
      AWS_ACCESS_KEY_ID: undefined,
      AWS_SECRET_ACCESS_KEY: undefined,
      AWS_SESSION_TOKEN: undefined,
      AWS_ENDPOINT_URL: undefined,
      AWS_REGION: undefined,
    };
    const calls = org.sandbox.calls.length;
    const ics = await iamKeys(['forecast', '--report', report, '--from', dayOf(80), '--days', '15', '--output', 'ics'], {
      environment: nobody,
    });
    expect([ics.error, ics.status]).toEqual(['', 0]);
    expect(ics.out.match(/^(DTSTART|SUMMARY).*$/gm)?.map((line) => line.trim())).toEqual([
      ...['DTSTART;VALUE=DATE:20260329', 'SUMMARY:Warn: key-1 of alice'],
      ...['DTSTART;VALUE=DATE:20260404', 'SUMMARY:Warn: key-1 of alice'],
      ...['DTSTART;VALUE=DATE:20260405', 'SUMMARY:Rotate: key-1 of alice'],
      ...['DTSTART;VALUE=DATE:20260408', 'SUMMARY:Warn: key-1 of alice'],
    ]);
    expect(org.sandbox.calls).toHaveLength(calls);
    const users = Array.from({ length: 200 }, (_, place) => userRow(`user-${place}`, activeKey(START)));
    writeFileSync(report, reportText(users));
    const many = await iamKeys(['forecast', '--report', report, '--from', dayOf(80)], { environment: nobody });
    expect(many.out).toMatch(/\n[1-9]\d* more actions are not shown here: --output csv has them all/);
    const mixed = await iamKeys(['forecast', '--report', report, '--profile', 'x'], { environment: nobody });
    expect([mixed.status, mixed.error]).toEqual([2, expect.stringContaining('--report asks nobody') as string]);
  });
});

describe('rotate', () => {
  it('says what the service would do, and needs an answer', async () => {
    const before = org.sandbox.invocations.length;
    const would = await json<{ users: Rotated[] }>(['rotate', 'bob', '--dry-run'], 0);
    expect(would.users).toMatchObject([
      { user: 'bob', runId: null, steps: [{ action: 'rotate', keyId: keyOf('bob'), outcome: 'planned' }] },
    ]);
    const unanswered = await iamKeys(['rotate', 'bob']);
    expect([unanswered.status, unanswered.error]).toEqual([2, expect.stringContaining('repeat with --yes') as string]);
    expect(org.sandbox.invocations).toHaveLength(before);
  });

  it('has the service rotate, waits for what it stores, and changes nothing when it is repeated', async () => {
    org.rules.expectForced(MANAGEMENT.id, 'bob');
    const { users } = await json<{ users: Rotated[] }>(['rotate', 'bob', '--yes'], 0);
    const successor = keyOf('bob', 1);
    expect(users).toMatchObject([
      {
        user: 'bob',
        failures: [],
        mails: 1,
        steps: [
          { action: 'rotate', outcome: 'done', keyId: keyOf('bob'), successor, secret: `Account_${MANAGEMENT.id}_User_bob_AccessKey` },
        ],
      },
    ]);
    const again = await iamKeys(['rotate', 'bob', '--yes']);
    expect([again.status, again.out]).toEqual([
      0,
      expect.stringContaining(`nothing to do: it was already replaced by ${successor}`) as string,
    ]);
    expect(org.user(MANAGEMENT, 'bob').keys).toHaveLength(2);
  });

  it('refuses what the service would refuse, before it is asked', async () => {
    const before = org.sandbox.invocations.length;
    expect(await iamKeys(['rotate', 'robot', '--yes'])).toMatchObject({
      status: 2,
      out: '',
      error: expect.stringContaining('robot: exempt, because') as string,
    });
    expect(await iamKeys(['rotate', 'no-key', '--yes'])).toMatchObject({
      status: 2,
      error: expect.stringContaining('the user has no access key') as string,
    });
    expect(org.sandbox.invocations).toHaveLength(before);
  });

  it('rotates all whose keys are old', async () => {
    org.addUser(TEAM, 'dave', [{ ageDays: 50, usedDaysAgo: 1 }]);
    org.rules.expectForced(TEAM.id, 'dave');
    const all = ['rotate', '--all', '--account', TEAM.id, '--role', 'Administrator', '--older-than'];
    const { users } = await json<{ users: Rotated[] }>([...all, '50d', '--yes'], 0);
    expect(users.map(({ user, steps }) => [user, steps.map(({ action, outcome }) => `${action} ${outcome}`)])).toEqual([
      ['carol', ['wait done']],
      ['dave', ['rotate done']],
    ]);
    expect((await iamKeys([...all, '500d'])).out).toContain('No user has such a key.');
  });

  it.each([
    [['rotate'], 'name one user, or give --all with --older-than'],
    [['rotate', 'bob', '--all', '--older-than', '1d'], 'name one user, or give --all with --older-than'],
    [['rotate', '--all'], '--all needs --older-than'],
  ])('refuses %j', async (args, message) => {
    expect(await iamKeys(args)).toMatchObject({ status: 2, out: '', error: expect.stringContaining(message) as string });
  });

  it('says why the service did nothing', async () => {
    const rotator = org.functionNamed(FUNCTIONS.rotator);
    rotator.environment = { ...rotator.environment, DRY_RUN: 'true' };
    org.addUser(MANAGEMENT, 'erin', [{ ageDays: 5 }]);
    org.rules.expectForced(MANAGEMENT.id, 'erin');
    const { status, out } = await iamKeys(['rotate', 'erin', '--yes']);
    expect([status, out]).toEqual([0, expect.stringContaining('dryRun=true: nothing was changed') as string]);
    expect(org.user(MANAGEMENT, 'erin').keys).toHaveLength(1);
  });
});
