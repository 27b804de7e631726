import { DeleteSecretCommand, GetSecretValueCommand, RestoreSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { AccountResult } from '../../../lambda/runs/schemas';
import type { AccessKey } from '../../../sandbox/kernel/world';
import {
  actionsOf,
  DAY,
  FUNCTIONS,
  MANAGEMENT,
  NAMES,
  OTHER,
  sweepDayOf,
  TEAM,
  testOrganization,
  type Account,
  type KeyStory,
  type TestOrganization,
} from '../../helpers/sandbox-organization';
import { callsTo, days, isIssuedTag, killedAt, refuse, runOnDays, setVariable, statusesOf, storedKey, timeline } from '../support';

const organization = testOrganization('enforcing', [TEAM, OTHER], { direct: true });
const due: KeyStory = { ageDays: 95, usedDaysAgo: 0 };
const MINUTE = 60_000;
const NEW = { id: '777788889999', name: 'New', email: 'new@acme.example' };

const people = (account = TEAM) => organization().sandbox.people(account.id);
const named = (result: AccountResult, user: string): string[] => actionsOf([result], user).map(({ action }) => action);
const intents = (org: TestOrganization, user: string): string[] =>
  [...org.user(TEAM, user).tags.keys()].filter((key) => key.startsWith('key-rotation:issuing:'));

/** Keeps the past for so long, for reads of later runs that show it. */
function keepPast(org: TestOrganization, ms: number): void {
  org.sandbox.kernel.settings.lag = { seed: 1, minMs: ms, maxMs: ms, share: 0 };
}

/** Lets these reads show how it was so long ago while something runs, and nothing after it. */
async function late<T>(org: TestOrganization, ms: number, only: readonly string[], work: () => Promise<T>): Promise<T> {
  org.sandbox.kernel.settings.lag = { seed: 1, minMs: ms, maxMs: ms, share: 1, only };
  try {
    return await work();
  } finally {
    keepPast(org, ms);
  }
}

describe('case F23: one answer does not end a trace', () => {
  it.each([1, 2])('a key that a killed run made is found, although %d listings after its end do not show it', async (stale) => {
    const org = organization();
    keepPast(org, 5 * DAY);
    org.goToDay(-6);
    const [old] = org.addUser(TEAM, 'alice', [due]).keys;
    await killedAt(org, TEAM, 'TagUser', isIssuedTag);
    const lost = org.user(TEAM, 'alice').keys[1]!;
    for (const day of days(1, stale)) {
      org.disturbed = true;
      org.goToDay(day);
      const result = await late(org, (day + 0.5) * DAY, ['iam:ListAccessKeys'], () => org.rotate(TEAM));
      org.disturbed = false;
      expect(named(result, 'alice')).not.toContain('forget');
      expect(intents(org, 'alice')).toHaveLength(1);
    }
    const results = await runOnDays(org, TEAM, days(stale + 1, stale + 12));
    expect(named(results.get(stale + 1)!, 'alice')).toEqual(expect.arrayContaining(['remove-orphan', 'rotate']));
    expect(org.user(TEAM, 'alice').keys.map(({ id }) => id)).not.toContain(lost.id);
    expect(timeline(results, 'alice', old!.id)).toEqual([`rotate on day ${stale + 1}`, `disable on day ${stale + 11}`]);
    expect(storedKey(org, TEAM, 'alice')).toMatchObject({ right: true });
  });

  it('the trace of a run that made no key is given up when a later run saw none either, and not a minute later', async () => {
    const org = organization();
    org.addUser(TEAM, 'alice', [due]);
    await killedAt(org, TEAM, 'CreateAccessKey');
    expect(intents(org, 'alice')).toHaveLength(1);
    const [first] = (await runOnDays(org, TEAM, [1])).values();
    expect(named(first!, 'alice')).toContain('note-unfinished');
    org.goToDay(1, 1);
    await org.rotate(TEAM);
    expect(intents(org, 'alice')).toHaveLength(1);
    const [second] = (await runOnDays(org, TEAM, [2])).values();
    expect(named(second!, 'alice')).toContain('forget');
    expect(intents(org, 'alice')).toEqual([]);
  });

  describe('siblings: a minute after a step, an old answer takes no other one', () => {
    /** Lives until the day of a step, and looks again a minute later with these reads two minutes late. */
    async function lookAgain(day: number, only: readonly string[]): Promise<[TestOrganization, AccessKey, AccountResult]> {
      const org = organization();
      keepPast(org, 2 * MINUTE);
      const [old] = org.addUser(TEAM, 'alice', [due]).keys;
      await runOnDays(
        org,
        TEAM,
        [0, 10, 20].filter((one) => one <= day),
      );
      org.goToDay(day, 1);
      const again = await late(org, 2 * MINUTE, only, () => org.rotate(TEAM));
      return [org, old!, again];
    }

    it.each([
      ['after the issue: keys without the new one', 0, ['iam:ListAccessKeys']],
      ['after the issue: tags without ours', 0, ['iam:ListUserTags']],
      ['after the issue: no secret', 0, ['secretsmanager:DescribeSecret']],
      ['after the issue: no version', 0, ['secretsmanager:ListSecretVersionIds']],
      ['after the issue: all of it', 0, ['iam', 'secretsmanager']],
      ['after the disabling: the key active', 10, ['iam:ListAccessKeys']],
      ['after the disabling: tags without it', 10, ['iam:ListUserTags']],
      ['after the disabling: all of it', 10, ['iam', 'secretsmanager']],
      ['after the deletion: the key still there', 20, ['iam:ListAccessKeys']],
      ['after the deletion: all of it', 20, ['iam', 'secretsmanager']],
    ])('%s', async (_, day, only) => {
      const [org, old, again] = await lookAgain(day, only);
      // Two answers that contradict each other may be a failure of this one run.
      for (const { step, error } of again.failures) expect([step, error]).toEqual(['read user', 'ResourceNotFoundException']);
      const done = actionsOf([again], 'alice').flatMap(({ action, outcome }) => (outcome === 'done' ? [action] : []));
      for (const step of ['rotate', 'delete', 'remove-orphan', ...(day < 10 ? ['disable'] : [])]) expect(done).not.toContain(step);
      expect(storedKey(org, TEAM, 'alice')).toMatchObject({ right: true });
      const rest = await runOnDays(
        org,
        TEAM,
        [1, 2, 5, 11, 12, 15, 21, 22, 25, 32, 33, 36, 45].filter((one) => one > day),
      );
      expect([...rest.values()].flatMap(({ failures }) => failures)).toEqual([]);
      expect(org.user(TEAM, 'alice').keys.map(({ id }) => id)).toEqual([storedKey(org, TEAM, 'alice')!.id]);
      expect(org.user(TEAM, 'alice').keys.map(({ id }) => id)).not.toContain(old.id);
    });

    it('a forced rotation is not done twice because the secret is not seen yet', async () => {
      const org = organization();
      keepPast(org, 2 * MINUTE);
      org.addUser(TEAM, 'alice', [{ ageDays: 5, usedDaysAgo: 0 }]);
      org.goToDay(0);
      await org.rotate(TEAM, { ForceRotate: 'alice' });
      org.goToDay(0, 1);
      await late(org, 2 * MINUTE, ['secretsmanager:DescribeSecret', 'iam:ListAccessKeys'], () =>
        org.rotate(TEAM, { ForceRotate: 'alice' }).catch(() => undefined),
      );
      expect(statusesOf(org, TEAM, 'alice')).toEqual(['Active', 'Active']);
      expect(storedKey(org, TEAM, 'alice')).toMatchObject({ id: org.user(TEAM, 'alice').keys[1]!.id, right: true });
    });

    it('a secret that was just made and is not seen yet is not closed to the user who has it', async () => {
      const org = organization();
      keepPast(org, 2 * MINUTE);
      const [old] = org.addUser(TEAM, 'alice', [due]).keys;
      org.goToDay(0);
      await org.rotate(TEAM);
      people().deleteKey('alice', old!.id);
      org.goToDay(0, 1);
      org.disturbed = true;
      refuse(org, { operation: 'PutSecretValue' });
      await late(org, 2 * MINUTE, ['secretsmanager:DescribeSecret'], () =>
        org.rotate(TEAM, { ForceRotate: 'alice' }).catch(() => undefined),
      );
      const [key] = org.user(TEAM, 'alice').keys;
      expect(await read(org, TEAM, key!, 'alice')).toContain(key!.id);
    });
  });

  it('an old list of the group’s members: who left is left alone for one more run', async () => {
    const org = organization();
    keepPast(org, 2 * MINUTE);
    org.goToDay(0, -60);
    org.addUser(TEAM, 'alice', [due], { exempt: true });
    org.goToDay(0, -1);
    people().removeFromGroup('alice', NAMES.exemptionGroup);
    org.goToDay(0);
    const result = await late(org, 2 * MINUTE, ['iam:GetGroup'], () => org.rotate(TEAM));
    expect(named(result, 'alice')).toEqual(['skip']);
    expect(timeline(await runOnDays(org, TEAM, [1]), 'alice', org.user(TEAM, 'alice').keys[0]!.id)).toEqual(['rotate on day 1']);
  });

  describe('an old list of the group’s members: who has just joined is left alone', () => {
    /** The moments at which a first change of a user comes, with the keys that lead to it and the days before it. */
    const CHANGES: [string, KeyStory[], number[]][] = [
      ['before a key is issued', [due], [0]],
      ['before a key is issued into a secret that exists', [due], [0, 10, 20, 90]],
      ['before a key is disabled', [due], [0, 10]],
      ['before a key is deleted', [due], [0, 10, 20]],
      ['before people are told of a disabling', [{ ageDays: 200, usedDaysAgo: 0 }, due], [0]],
      ['before an inactive key is remembered', [{ ageDays: 50, status: 'Inactive' }], [0]],
    ];

    /** Joins the group, which only an old list does not show, just before the last of these days. */
    async function joinedBefore(keys: KeyStory[], [...past]: number[], groups: string[] = []): Promise<TestOrganization> {
      const org = organization();
      keepPast(org, 2 * MINUTE);
      const last = past.pop() ?? 0;
      org.goToDay(Math.min(0, ...past), -60);
      org.addUser(TEAM, 'alice', keys);
      await runOnDays(org, TEAM, past);
      for (const group of groups) {
        people().addGroup(group);
        people().addToGroup('alice', group);
      }
      org.goToDay(last, -1);
      people().addToGroup('alice', NAMES.exemptionGroup);
      org.goToDay(last);
      org.sandbox.calls.length = 0;
      return org;
    }

    it.each(CHANGES)('%s', async (_, keys, past) => {
      const org = await joinedBefore(keys, past);
      const result = await late(org, 2 * MINUTE, ['iam:GetGroup'], () => org.rotate(TEAM));
      expect(result.failures).toEqual([]);
      expect(actionsOf([result], 'alice')).toMatchObject([{ action: 'skip', reason: `the user is a member of ${NAMES.exemptionGroup}` }]);
      expect(org.mutations()).toEqual([]);
    });

    it('when the rotation is forced: it is refused', async () => {
      const org = await joinedBefore([due], [0]);
      await expect(late(org, 2 * MINUTE, ['iam:GetGroup'], () => org.rotate(TEAM, { ForceRotate: 'alice' }))).rejects.toThrow(
        'alice: exempt, because the user is a member of',
      );
      expect(org.mutations()).toEqual([]);
    });

    it('as the tenth of their groups, on whatever page', async () => {
      const org = await joinedBefore(
        [due],
        [0],
        Array.from({ length: 9 }, (_, index) => `Group${index}`),
      );
      const result = await late(org, 2 * MINUTE, ['iam:GetGroup'], () => org.rotate(TEAM));
      expect(named(result, 'alice')).toEqual(['skip']);
      expect(org.mutations()).toEqual([]);
    });

    it.each([
      ['refused', 'AccessDenied', 403],
      ['throttled beyond all repeats', 'Throttling', 400],
      ['failing', 'ServiceFailure', 500],
      ['denying the user', 'NoSuchEntity', 404],
    ])('and so is everybody whose own groups cannot be read, which is a failure by name: %s', async (_, code, status) => {
      const org = await joinedBefore([due], [0]);
      org.addUser(TEAM, 'bob', [due]);
      org.disturbed = true;
      refuse(org, { operation: 'ListGroupsForUser', input: ({ UserName }) => UserName === 'alice' }, code, status);
      const result = await late(org, 2 * MINUTE, ['iam:GetGroup'], () => org.rotate(TEAM));
      expect(result.failures).toMatchObject([
        { user: 'alice', step: 'rotate', message: expect.stringContaining('whether alice is exempt cannot be told') as string },
      ]);
      expect(org.mutations().filter(({ input }) => JSON.stringify(input).includes('alice'))).toEqual([]);
      expect(storedKey(org, TEAM, 'bob')).toMatchObject({ right: true });
    });
  });

  it('an old path in the report: who was moved below an exempt one since is left alone', async () => {
    const org = organization();
    setVariable(org, 'EXEMPT_PATHS', () => '["/system/"]');
    await org.begin(TEAM);
    org.addUser(TEAM, 'alice', [due]);
    org.goToDay(sweepDayOf(TEAM) + 1);
    await org.rotate(TEAM, { dryrun: true });
    people().renameUser('alice', 'alice', '/system/');
    const result = await org.rotate(TEAM);
    expect(result.coverage).toBe('report');
    expect(actionsOf([result], 'alice')).toMatchObject([{ action: 'skip', reason: 'the user is below the path /system/' }]);
    expect(org.mutations()).toEqual([]);
  });

  it('an old list of accounts: a new one is rotated by the next run, one that left fails nobody else', async () => {
    const org = organization();
    keepPast(org, 2 * MINUTE);
    org.goToDay(0, -60);
    org.addUser(TEAM, 'alice', [due]);
    org.goToDay(0, -1);
    org.sandbox.organization.addAccount(NEW);
    org.sandbox.organization.suspend(OTHER.id);
    org.goToDay(0);
    const first = await late(org, 2 * MINUTE, ['organizations'], () => org.run());
    expect(first.map(({ account }) => account.id)).toContain(TEAM.id);
    expect(first.map(({ account }) => account.id)).not.toContain(NEW.id);
    expect(
      named(
        first.find(({ account }) => account.id === TEAM.id)!,
        'alice',
      ),
    ).toEqual(['rotate']);
    org.goToDay(1);
    const dispatched = await org.sandbox.invoke(FUNCTIONS.orchestrator, {}, { account: MANAGEMENT.id });
    await org.sandbox.drain();
    expect(JSON.stringify(dispatched.payload)).toContain(OTHER.id);
    expect(org.sandbox.calls.some(({ operation, input }) => operation === 'Invoke' && JSON.stringify(input).includes(NEW.id))).toBe(true);
  });

  describe('siblings: more keys than IAM allows', () => {
    const several = (count: number, at: (index: number) => KeyStory): KeyStory[] => Array.from({ length: count }, (_, index) => at(index));

    it.each<[string, KeyStory[]]>([
      ['three active ones in use', several(3, (index) => ({ ageDays: 200 - index, usedDaysAgo: 0 }))],
      ['eight active ones in use', several(8, (index) => ({ ageDays: 200 - index, usedDaysAgo: 0 }))],
      ['eight active ones, one of them used', several(8, (index) => ({ ageDays: 200 - index, ...(index === 4 && { usedDaysAgo: 0 }) }))],
      [
        'an active one and four inactive ones',
        several(5, (index) => ({ ageDays: 200 - index, usedDaysAgo: 0, ...(index > 0 && { status: 'Inactive' }) })),
      ],
      [
        'two active ones and three inactive ones',
        several(5, (index) => ({ ageDays: 200 - index, usedDaysAgo: 0, ...(index > 1 && { status: 'Inactive' }) })),
      ],
    ])('%s: are brought down to one, step by step, and a rotation comes then', async (_, keys) => {
      const org = organization();
      people().addUser({ name: 'alice' });
      for (const { ageDays, status, usedDaysAgo } of keys)
        people().addAccessKey('alice', {
          created: new Date(org.sandbox.clock.now().getTime() - ageDays * DAY),
          beyondQuota: true,
          ...(status && { status }),
          ...(usedDaysAgo !== undefined && { lastUsed: org.sandbox.clock.now() }),
        });
      const results = await runOnDays(
        org,
        TEAM,
        days(0, 30).map((tens) => tens * 10),
      );
      expect([...results.values()].flatMap(({ failures }) => failures)).toEqual([]);
      expect(org.user(TEAM, 'alice').keys.length).toBeLessThanOrEqual(2);
      expect(storedKey(org, TEAM, 'alice')).toMatchObject({ right: true });
      expect(callsTo(org, 'CreateAccessKey')).toBeGreaterThan(0);
    });
  });
});

describe('case F24: a status that is neither Active nor Inactive', () => {
  it('Expired counts as inactive, is named, and makes room in its time', async () => {
    const org = organization();
    const [old] = org.addUser(TEAM, 'alice', [{ ageDays: 95, usedDaysAgo: 1 }]).keys;
    people().expireKey('alice', old!.id);
    const results = await runOnDays(org, TEAM, days(0, 16));
    expect([...results.values()].flatMap(({ failures }) => failures)).toEqual([]);
    expect(actionsOf([results.get(0)!], 'alice')).toMatchObject([
      { action: 'note-inactive', reason: expect.stringContaining('expired') as string },
    ]);
    expect(org.sandbox.mails.some(({ text = '' }) => text.includes('expired'))).toBe(true);
    expect(timeline(results, 'alice', old!.id)).toEqual(['note-inactive on day 0', 'delete on day 15']);
  });

  it('an expired key beside a due one holds its rotation up, which says so, and no longer than an inactive one', async () => {
    const org = organization();
    const [expired, active] = org.addUser(TEAM, 'alice', [{ ageDays: 300 }, due]).keys;
    people().expireKey('alice', expired!.id);
    const results = await runOnDays(org, TEAM, days(0, 10));
    expect(actionsOf([results.get(0)!], 'alice')).toContainEqual(
      expect.objectContaining({
        action: 'blocked',
        keyId: active!.id,
        reason: expect.stringContaining(`the expired key ${expired!.id}`) as string,
      }),
    );
    expect(timeline(results, 'alice', expired!.id)).toEqual(['note-inactive on day 0', 'delete on day 10']);
    expect(timeline(await runOnDays(org, TEAM, [11]), 'alice', active!.id)).toEqual(['rotate on day 11']);
  });

  it('a successor that expires is not disabled against, and the old key stays', async () => {
    const org = organization();
    const [old] = org.addUser(TEAM, 'alice', [due]).keys;
    await runOnDays(org, TEAM, [0]);
    people().expireKey('alice', org.user(TEAM, 'alice').keys[1]!.id);
    await runOnDays(org, TEAM, days(1, 12));
    expect(org.user(TEAM, 'alice').keys.find(({ id }) => id === old!.id)?.status).toBe('Active');
  });

  it.each([
    ['a status of times to come', 'Suspended', /IAM calls the key AKIA\w+ of alice "Suspended", a status that this version does not know/],
    ['no status', undefined, /IAM listed a key of alice without id, status or creation date/],
    ['an empty status', '', /IAM listed a key of alice without id, status or creation date/],
  ])('%s: nothing is done about that user, who fails by name, and everybody else goes on', async (_, status, message) => {
    const org = organization();
    const [, odd] = org.addUser(TEAM, 'alice', [{ ageDays: 300, usedDaysAgo: 0 }, due]).keys;
    org.addUser(TEAM, 'bob', [due]);
    Object.assign(odd!, { status });
    const results = await runOnDays(org, TEAM, days(0, 21));
    for (const { failures } of results.values())
      expect(failures).toMatchObject([{ user: 'alice', message: expect.stringMatching(message) as string }]);
    expect(org.mutations().filter(({ input }) => JSON.stringify(input).includes('alice'))).toEqual([]);
    expect(timeline(results, 'bob', org.user(TEAM, 'bob').keys[0]?.id ?? '')).toEqual([]);
    expect(storedKey(org, TEAM, 'bob')).toMatchObject({ right: true });
  });
});

describe('case F25: every phase of an invocation ends in time', () => {
  // Time limits of requests and of the invocation are Lambda's and the SDK's.
  const deployed = testOrganization('enforcing', [TEAM, OTHER]);
  /** The rotator with an allowance of so many seconds. */
  function lasting(seconds: number): TestOrganization {
    const org = deployed();
    const fn = org.functionNamed(FUNCTIONS.rotator);
    fn.timeoutSeconds = seconds;
    return org;
  }
  const resultOf = async (org: TestOrganization): Promise<AccountResult> => {
    const result = await org.rotate(TEAM);
    const stored = [...org.results.take(0)].find(({ runId }) => runId === result.runId);
    expect(stored).toMatchObject({ runId: result.runId, status: result.status });
    return result;
  };
  const passes = (org: TestOrganization, operation: string, ms: number, input?: (given: Record<string, unknown>) => boolean): void => {
    org.sandbox.faults.add({
      match: { operation, ...(input && { input }) },
      when: 'before',
      then: {
        kind: 'call',
        run: () => {
          org.sandbox.clock.advance(ms);
        },
      },
    });
  };

  it('sweeping: a listing of all users goes on where it stopped, and reaches all of them', async () => {
    const org = lasting(160);
    const users = Array.from({ length: 60 }, (_, index) => `user-${String(index).padStart(2, '0')}`);
    for (const name of users) org.addUser(TEAM, name, [['user-03', 'user-31', 'user-59'].includes(name) ? due : { ageDays: 5 }]);
    refuse(org, { operation: 'GenerateCredentialReport' });
    passes(org, 'ListAccessKeys', 250);
    const left: number[] = [];
    for (const day of days(0, 3)) {
      org.goToDay(day);
      left.push((await resultOf(org)).left.length);
    }
    expect(left[0]).toBeGreaterThan(0);
    const listed = new Set(org.callsOfApp().flatMap(({ operation, input }) => (operation === 'ListAccessKeys' ? [input['UserName']] : [])));
    expect(listed.size).toBe(60);
    for (const name of ['user-03', 'user-31', 'user-59']) expect(storedKey(org, TEAM, name)).toMatchObject({ right: true });
  });

  it('sweeping: one user whose keys IAM does not list does not take the time of the account', async () => {
    const org = lasting(160);
    for (const name of ['fast', 'slow']) org.addUser(TEAM, name, [due]);
    const slow = { operation: 'ListAccessKeys', input: ({ UserName }: Record<string, unknown>) => UserName === 'slow' };
    org.sandbox.faults.add({ match: slow, when: 'before', then: { kind: 'delay', ms: 14_000 } });
    org.sandbox.faults.add({ match: slow, when: 'before', then: { kind: 'error', code: 'Throttling', status: 400 } });
    org.goToDay(0);
    expect(await resultOf(org)).toMatchObject({ status: 'partial', failures: [] });
    org.sandbox.faults.clear();
    await runOnDays(org, TEAM, [1]);
    for (const name of ['fast', 'slow']) expect(storedKey(org, TEAM, name)).toMatchObject({ right: true });
  });

  it('reading and issuing: one slow user keeps nobody from their mail, the memory and the result', async () => {
    const org = lasting(160);
    const day = sweepDayOf(TEAM) + 1;
    for (const name of ['fast', 'slow']) org.addUser(TEAM, name, [{ ageDays: 90 - day, usedDaysAgo: 0 }]);
    await runOnDays(org, TEAM, [day - 1]);
    const before = org.sandbox.mails.length;
    org.disturbed = true;
    const about = (input: object): boolean => JSON.stringify(input).includes('slow');
    const slow = { input: about, principal: 'assumed-role/iam-key-rotation-member' };
    org.sandbox.faults.add({ match: slow, when: 'before', then: { kind: 'delay', ms: 14_000 } });
    org.sandbox.faults.add({ match: slow, when: 'before', then: { kind: 'error', code: 'Throttling', status: 400 } });
    org.goToDay(day);
    const result = await resultOf(org);
    expect(result.failures).toMatchObject([{ user: 'slow', error: 'OutOfTimeError' }]);
    expect(named(result, 'fast')).toEqual(['rotate']);
    expect(org.sandbox.mails.slice(before).map(({ to }) => to)).toEqual([[TEAM.email]]);
    org.sandbox.faults.clear();
    const results = await runOnDays(org, TEAM, days(day + 1, day + 10));
    expect(timeline(results, 'fast', org.user(TEAM, 'fast').keys[0]!.id)).toEqual([`disable on day ${day + 10}`]);
    expect(storedKey(org, TEAM, 'slow')).toMatchObject({ right: true });
  });

  it.each([
    ['100 ms', 100],
    ['30 seconds', 30_000],
    ['100 seconds', 100_000],
  ])('issuing: with %s left when the intent was tagged, no key is made', async (_, left) => {
    const org = lasting(900);
    org.disturbed = true;
    org.addUser(TEAM, 'alice', [due]);
    passes(org, 'TagUser', 900_000 - left - 1_000);
    org.goToDay(0);
    await org.rotate(TEAM).catch(() => undefined);
    expect(callsTo(org, 'CreateAccessKey')).toBe(0);
    expect(statusesOf(org, TEAM, 'alice')).toEqual(['Active']);
    org.sandbox.faults.clear();
    await runOnDays(org, TEAM, [1, 2]);
    expect(storedKey(org, TEAM, 'alice')).toMatchObject({ right: true });
    expect(intents(org, 'alice')).toEqual([]);
  });

  it('mailing: SES that takes a mail in ten seconds leaves time for the rest, and the next run tells the others', async () => {
    const org = lasting(160);
    for (const index of days(10, 79))
      org.addUser(TEAM, `user-${index}`, [{ ageDays: 200, usedDaysAgo: 0 }, due], { owner: `owner-${index}@acme.example` });
    const slow = org.sandbox.faults.add({ match: { operation: 'SendEmail' }, when: 'before', then: { kind: 'delay', ms: 14_000 } });
    org.goToDay(0);
    const result = await resultOf(org);
    expect(slow.hits).toBeLessThan(71);
    expect(result.failures.some(({ message }) => message.includes('no time was left'))).toBe(true);
    const untold = result.failures.filter(({ error }) => error === 'NobodyToldError').map(({ user }) => user);
    org.sandbox.faults.clear();
    const [next] = (await runOnDays(org, TEAM, [1])).values();
    expect(next!.failures).toEqual([]);
    expect(next!.users.flatMap(({ user, actions }) => (actions.some(({ action }) => action === 'notify') ? [user] : []))).toEqual(untold);
  });

  it('recording: events that EventBridge does not take cost the result nothing', async () => {
    const org = lasting(160);
    for (const index of days(1, 30)) org.addUser(TEAM, `user-${index}`, [due]);
    org.sandbox.faults.add({ match: { operation: 'PutEvents' }, when: 'before', then: { kind: 'delay', ms: 14_000 } });
    org.sandbox.faults.add({
      match: { operation: 'PutEvents' },
      when: 'before',
      then: { kind: 'error', code: 'ThrottlingException', status: 400 },
    });
    org.goToDay(0);
    const result = await resultOf(org);
    expect(result.failures).toMatchObject([{ step: 'publish events' }]);
  });

  it('publishing: events that EventBridge takes slowly end in time for the result', async () => {
    const org = lasting(160);
    for (const index of days(1, 50)) org.addUser(TEAM, `user-${index}`, [due]);
    // Mails leave little of the time.
    passes(org, 'SendEmail', 100_000);
    const slow = org.sandbox.faults.add({ match: { operation: 'PutEvents' }, when: 'before', then: { kind: 'delay', ms: 14_000 } });
    org.goToDay(0);
    const result = await resultOf(org);
    expect(result.failures).toMatchObject([{ step: 'publish events', error: 'OutOfTimeError' }]);
    expect(slow.hits).toBeLessThan(5);
  });
});

/** Reads a user's secret with this key; the error's name when it is refused. */
async function read(org: TestOrganization, account: Account, key: AccessKey, user: string, holder: Account = account): Promise<string> {
  const { region } = org.sandbox.kernel;
  const secret = [...org.sandbox.kernel.account(holder.id).secrets.values()].find(
    (one) => one.region === region && one.name === `Account_${account.id}_User_${user}_AccessKey`,
  );
  if (!secret) return 'no secret';
  const client = new SecretsManagerClient({
    ...org.sandbox.client(account.id, { accessKeyId: key.id, secretAccessKey: key.secret }),
    maxAttempts: 1,
  });
  try {
    return (await client.send(new GetSecretValueCommand({ SecretId: secret.arn }))).SecretString ?? '';
  } catch (error) {
    return (error as Error).name;
  } finally {
    client.destroy();
  }
}

describe.each([
  ['the account of the user', {}, TEAM],
  ['the central store', { secretStore: 'central' }, MANAGEMENT],
])('case F30: the first version of a secret, in %s', (_, settings, holder) => {
  const deployed = testOrganization('enforcing', [TEAM], { settings });

  /** Lets the user read after every call of the app to Secrets Manager; gives what they read. */
  function readAfterEveryCall(org: TestOrganization, user: string, key: AccessKey): Set<string> {
    const seen = new Set<string>();
    let reading = false;
    org.sandbox.faults.add({
      match: { service: 'secretsmanager', principal: 'assumed-role' },
      when: 'after',
      then: {
        kind: 'call',
        run: async () => {
          if (reading) return;
          reading = true;
          const text = await read(org, TEAM, key, user, holder);
          seen.add(text.startsWith('{') ? Object.keys(JSON.parse(text) as object).join() : text);
          reading = false;
        },
      },
    });
    return seen;
  }
  const KEY = 'UserName,AccessKeyId,SecretAccessKey,Status,CreateDate';
  const stagesOf = (org: TestOrganization): string[][] =>
    [...org.sandbox.kernel.account(holder.id).secrets.values()].flatMap(({ versions }) =>
      [...versions.values()].map(({ stages }) => [...stages].sort()),
    );

  it('is the write check’s note and gets AWSCURRENT, which its user never reads', async () => {
    const org = deployed();
    const [old] = org.addUser(TEAM, 'alice', [due]).keys;
    const seen = readAfterEveryCall(org, 'alice', old!);
    org.goToDay(0);
    await org.rotate(TEAM);
    expect(seen).toEqual(new Set(['no secret', 'AccessDeniedException', KEY].filter((text) => seen.has(text))));
    expect(seen).toContain(KEY);
    expect(await read(org, TEAM, old!, 'alice', holder)).toContain(org.user(TEAM, 'alice').keys[1]!.id);
  });

  it('stays closed while no key can be stored, and opens with the first one', async () => {
    const org = deployed();
    org.disturbed = true;
    const [old] = org.addUser(TEAM, 'alice', [due]).keys;
    refuse(org, { operation: 'PutSecretValue', input: ({ VersionStages }) => VersionStages === undefined }, 'AccessDeniedException', 400);
    org.goToDay(0);
    await org.rotate(TEAM);
    expect(stagesOf(org)).toEqual([['AWSCURRENT', 'KEYROTATIONCHECK']]);
    expect(await read(org, TEAM, old!, 'alice', holder)).toBe('AccessDeniedException');
    org.sandbox.faults.clear();
    const seen = readAfterEveryCall(org, 'alice', old!);
    await runOnDays(org, TEAM, [1]);
    expect([...seen].filter((text) => text !== KEY && text !== 'AccessDeniedException')).toEqual([]);
    expect(await read(org, TEAM, old!, 'alice', holder)).toContain(org.user(TEAM, 'alice').keys[1]!.id);
  });

  it('after a restore: a secret that holds a key stays open to its user, one that holds the note alone stays closed', async () => {
    const org = deployed();
    org.disturbed = true;
    const keys = ['alice', 'bob'].map((name) => org.addUser(TEAM, name, [due]).keys[0]!);
    refuse(
      org,
      {
        operation: 'PutSecretValue',
        input: ({ VersionStages, SecretId }) => VersionStages === undefined && String(SecretId).includes('bob'),
      },
      'AccessDeniedException',
      400,
    );
    org.goToDay(0);
    await org.rotate(TEAM);
    const administrator = new SecretsManagerClient(org.sandbox.client(holder.id));
    for (const { arn: SecretId } of org.sandbox.kernel.account(holder.id).secrets.values()) {
      await administrator.send(new DeleteSecretCommand({ SecretId, RecoveryWindowInDays: 7 }));
      await administrator.send(new RestoreSecretCommand({ SecretId }));
    }
    administrator.destroy();
    expect(await read(org, TEAM, keys[0]!, 'alice', holder)).toContain('SecretAccessKey');
    expect(await read(org, TEAM, keys[1]!, 'bob', holder)).toBe('AccessDeniedException');
    org.sandbox.faults.clear();
    await runOnDays(org, TEAM, [1]);
    expect(await read(org, TEAM, keys[1]!, 'bob', holder)).toContain(org.user(TEAM, 'bob').keys[1]!.id);
  });
});
