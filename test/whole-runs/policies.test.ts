import type { CallRecord } from '../../sandbox/kernel/call-record';
import type { FaultSpecification } from '../../sandbox/kernel/faults';
import type { AccountMemory } from '../../lambda/rotator/memory/account-memory';
import type { AccountResult } from '../../lambda/runs/schemas';
import { awsCommand } from '../helpers/aws-command';
import { fastOrganization, goTo, GROUP, MINUTE, SLOW_GROUP, tick, ticks } from '../helpers/fast-policy';
import { unreadKinds } from '../helpers/mail-kinds';
import { memoryOf, resultsOf } from '../helpers/sandbox-memory';
import { actionsOf, ADMIN, FUNCTIONS, START, TEAM, type TestOrganization } from '../helpers/sandbox-organization';

let org: TestOrganization;

beforeAll(async () => {
  org = await fastOrganization();
}, 120_000);
/** The texts of all mails of this file. */
const sent = new Set<string>();
afterEach(() => {
  for (const { text = '' } of mails()) sent.add(text);
  expect(org.rules.broken).toEqual([]);
  org.reset();
});
afterAll(() => org.stop());

const people = () => org.sandbox.people(TEAM.id);
/** A user of the policy, with a key of so many minutes. */
function addFast(name: string, { minutes = 0, groups = [GROUP] }: { minutes?: number; groups?: string[] } = {}): void {
  people().addUser({ name, groups });
  people().addAccessKey(name, { created: new Date(START.getTime() - minutes * MINUTE), lastUsed: START });
}
const keysOf = (name: string) =>
  people()
    .user(name)
    .keys.map(({ status }) => status);
const did = (result: AccountResult, user: string) => actionsOf([result], user).map(({ action, outcome }) => `${action} ${outcome}`);
const mails = () => org.sandbox.world.mails;
const changes = () => org.sandbox.calls.filter(({ mutating, service }) => mutating && ['iam', 'secretsmanager'].includes(service));

it('a key is replaced after 10 minutes, disabled in the first run after 12 and deleted in the first after 15, again and again', async () => {
  addFast('bot');
  expect(await ticks(org, 1, 43)).toEqual([
    '10 bot rotate done',
    '13 bot disable done',
    '17 bot delete done',
    '20 bot rotate done',
    '23 bot disable done',
    '27 bot delete done',
    '30 bot rotate done',
    '33 bot disable done',
    '37 bot delete done',
    '40 bot rotate done',
    '43 bot disable done',
  ]);
  expect(mails()).toEqual([]);
});

it('each minute makes the calls that docs/policies.md tells of, and none of them is refused', async () => {
  addFast('bot');
  const calls = new Map<number, CallRecord[]>();
  for (let minute = 1; minute <= 30; minute += 1) {
    goTo(org, minute);
    org.sandbox.calls.length = 0;
    await tick(org);
    calls.set(minute, [...org.sandbox.calls]);
  }
  const of = (minute: number) => {
    const made = calls.get(minute)?.filter(({ service }) => ['iam', 'secretsmanager'].includes(service)) ?? [];
    const user = made.filter(({ operation }) => operation !== 'GetGroup');
    return [user.filter(({ service }) => service === 'iam').length, user.filter(({ service }) => service === 'secretsmanager').length];
  };
  expect(Object.fromEntries([9, 10, 11, 13, 17, 20, 30].map((minute) => [minute, of(minute)]))).toEqual({
    9: [3, 0],
    10: [8, 11],
    11: [4, 4],
    13: [7, 6],
    17: [7, 4],
    20: [8, 6],
    30: [8, 8],
  });
  expect([...calls.values()].flat().filter(({ outcome }) => outcome.startsWith('AccessDenied'))).toEqual([]);
});

it('by the schedule of the template, through the orchestrator, in every account', async () => {
  addFast('bot');
  org.sandbox.people('333344445555').addUser({ name: 'other', groups: [GROUP] });
  org.sandbox.people('333344445555').addAccessKey('other', { created: START });
  await org.judged(() => org.sandbox.advanceTo(new Date(START.getTime() + 11 * MINUTE)));
  expect(keysOf('bot')).toEqual(['Active', 'Active']);
  expect(org.user({ id: '333344445555', name: '', email: '' }, 'other').keys).toHaveLength(2);
});

describe('who follows which policy', () => {
  it('the daily run leaves users of a policy alone, and says why', async () => {
    addFast('bot', { minutes: 400 * 1_440 });
    org.addUser(TEAM, 'plain', [{ ageDays: 95, usedDaysAgo: 1 }]);
    const result = await org.rotate(TEAM);
    expect(did(result, 'plain')).toEqual(['rotate done']);
    expect(actionsOf([result], 'bot')).toEqual([
      { action: 'skip', outcome: 'done', reason: 'the user follows the policy fast, whose own runs see to them' },
    ]);
    expect(keysOf('bot')).toEqual(['Active']);
  });

  it('a run of the policy touches nobody else', async () => {
    org.addUser(TEAM, 'plain', [{ ageDays: 400, usedDaysAgo: 1 }]);
    expect((await tick(org)).users).toEqual([]);
    expect(keysOf('plain')).toEqual(['Active']);
  });

  it('an exempt user of the policy is left alone', async () => {
    addFast('bot', { minutes: 11, groups: [GROUP, 'IAMKeyRotationExemptionGroup'] });
    expect(did(await tick(org), 'bot')).toEqual(['skip done']);
    expect(keysOf('bot')).toEqual(['Active']);
  });

  it.each<[string, () => Promise<AccountResult>]>([
    ['the daily run', () => org.rotate(TEAM)],
    ['a run of one of them', () => tick(org)],
    ['a run of the other', () => org.rotate(TEAM, { policy: 'slow' })],
  ])('a user in two policies is a failure by name, and nothing of theirs is changed: %s', async (_, run) => {
    addFast('torn', { minutes: 400 * 1_440, groups: [GROUP, SLOW_GROUP] });
    org.sandbox.calls.length = 0;
    const { failures, status } = await run();
    expect(status).toBe('partial');
    expect(failures).toEqual([
      {
        user: 'torn',
        step: 'policy',
        error: 'TwoPoliciesError',
        message:
          "torn is in the policies fast and slow, and follows one at most, so nothing was changed: take them out of all groups and paths but one's",
      },
    ]);
    expect(changes()).toEqual([]);
  });

  it('a forced rotation of a user in two policies is refused', async () => {
    addFast('torn', { groups: [GROUP, SLOW_GROUP] });
    await expect(org.rotate(TEAM, { ForceRotate: 'torn' })).rejects.toThrow(
      'torn: in the policies fast and slow, of which a user follows one at most',
    );
    expect(keysOf('torn')).toEqual(['Active']);
  });

  it.each<[string, () => Promise<AccountResult>]>([
    ['the daily run', () => org.rotate(TEAM)],
    ['a run of the policy', () => tick(org)],
  ])('without knowing who is in the groups, %s changes nothing in the account, and fails', async (_, run) => {
    addFast('bot', { minutes: 11 });
    org.addUser(TEAM, 'plain', [{ ageDays: 95, usedDaysAgo: 1 }]);
    org.sandbox.calls.length = 0;
    org.sandbox.faults.add(denied('iam', 'GetGroup', GROUP));
    const result = await run().catch((error: unknown) => error as Error);
    const message = result instanceof Error ? result.message : result.failures[0]?.message;
    expect(message).toContain('cannot read the group minutes, whose members follow a policy of their own, so nothing was changed');
    expect(changes()).toEqual([]);
  });

  it('whoever came into a group since its members were read is left to that policy', async () => {
    org.addUser(TEAM, 'plain', [{ ageDays: 95, usedDaysAgo: 1 }]);
    const { kernel } = org.sandbox;
    const observer = {
      before: ({ operation }: { operation: string }) => {
        if (operation === 'ListGroupsForUser') people().addToGroup('plain', GROUP);
      },
    };
    kernel.observers.add(observer);
    const result = await org.rotate(TEAM);
    kernel.observers.delete(observer);
    expect(did(result, 'plain')).toEqual(['skip done']);
    expect(keysOf('plain')).toEqual(['Active']);
  });
});

describe('a user who moves', () => {
  it('into the policy in the middle of a grace keeps the date that they were told', async () => {
    org.addUser(TEAM, 'mover', [{ ageDays: 90, usedDaysAgo: 1 }]);
    await org.rotate(TEAM);
    people().addToGroup('mover', GROUP);
    for (const day of [1, 9]) {
      org.goToDay(day);
      await tick(org);
      expect(keysOf('mover')).toEqual(['Active', 'Active']);
    }
    org.goToDay(10);
    expect(did(await tick(org), 'mover')).toContain('disable done');
  });

  it('out of the policy in the middle of a grace gets the deployment’s whole grace, told by mail', async () => {
    addFast('mover');
    await ticks(org, 1, 11);
    people().removeFromGroup('mover', GROUP);
    org.goToDay(1);
    expect(did(await org.rotate(TEAM), 'mover')).toContain('announce done');
    org.goToDay(10);
    await org.rotate(TEAM);
    expect(keysOf('mover')).toEqual(['Active', 'Active']);
    org.goToDay(11);
    expect(did(await org.rotate(TEAM), 'mover')).toContain('disable done');
  });

  it('into the policy with an old key: it is replaced at once, one mail says until when it works, and none follows', async () => {
    addFast('newcomer', { minutes: 400 * 1_440 });
    const done = await ticks(org, 1, 8);
    expect(done).toEqual(['1 newcomer rotate done']);
    expect(mails()).toHaveLength(1);
    expect(mails()[0]?.subject).toContain('Action needed by 15 Jan');
    expect(keysOf('newcomer')).toEqual(['Active', 'Active']);
  });

  describe('out of the policy while its runs have stopped, and back', () => {
    /** The user leaves, deletes the policy's key and makes one by hand, as for a machine that fetches nothing. */
    function leaveWithAKey(): string {
      const [key] = people().user('mover').keys;
      people().removeFromGroup('mover', GROUP);
      people().deleteKey('mover', key?.id ?? '');
      return people().createKey('mover').id;
    }
    const comeBack = () => {
      people().addToGroup('mover', GROUP);
    };
    const own = (id: string) =>
      people()
        .user('mover')
        .keys.find((key) => key.id === id)?.status;

    /** The key by hand is replaced, works for the deployment's whole grace, and ends on the day that the one mail names. */
    async function keepsTheGrace(id: string, from: number): Promise<void> {
      org.goToDay(from, 30);
      await tick(org);
      expect(mails()).toHaveLength(1);
      for (const day of [from, from + 9]) {
        org.goToDay(day, 60);
        await tick(org);
        expect(own(id)).toBe('Active');
      }
      org.goToDay(from + 10);
      expect(did(await tick(org), 'mover')).toContain('disable done');
    }

    it('a key that they made in between keeps the deployment’s grace, told by mail', async () => {
      addFast('mover');
      await ticks(org, 1, 3);
      const id = leaveWithAKey();
      org.goToDay(1);
      await org.rotate(TEAM);
      mails().length = 0;
      comeBack();
      await keepsTheGrace(id, 2);
    });

    it('the same when a run of the policy, which still knew them, ends after the daily one', async () => {
      addFast('mover');
      await ticks(org, 1, 3);
      const id = leaveWithAKey();
      org.goToDay(1);
      const { direct } = org;
      if (!direct) throw new Error('the functions do not run directly');
      let daily: Promise<AccountResult> | undefined;
      direct.hooks = {
        async before({ operation }) {
          // The run has read the memory, and not yet who is in the group.
          if (operation !== 'GetGroup' || daily) return;
          daily = org.rotate(TEAM);
          await daily;
          comeBack();
        },
      };
      await tick(org);
      direct.hooks = {};
      expect((await daily)?.policy).toBeUndefined();
      expect(memory().users?.['mover']?.policy).toBeUndefined();
      mails().length = 0;
      await keepsTheGrace(id, 1);
    });
  });
});

describe('a forced rotation', () => {
  it('follows the user’s policy, whoever asks for it, and proves the key', async () => {
    addFast('bot');
    goTo(org, 1);
    const { policy, users } = await org.rotate(TEAM, { ForceRotate: 'bot' });
    expect(policy).toBe('fast');
    expect(users[0]?.actions[0]).toMatchObject({ action: 'rotate', outcome: 'done' });
    expect(org.sandbox.calls.some(({ operation }) => operation === 'GetCallerIdentity')).toBe(true);
    expect(await ticks(org, 2, 4)).toEqual(['4 bot disable done']);
  });
});

describe('what people hear', () => {
  it('a failure is one event a day, however often it happens, and in the next daily mail', async () => {
    addFast('bot', { minutes: 5 });
    org.disturbed = true;
    org.sandbox.faults.add(denied('iam', 'CreateAccessKey'));
    const failures = (await ticks(org, 1, 15)).filter((line) => line.includes('FAILED'));
    expect(failures.length).toBeGreaterThan(5);
    const events = org.sandbox.world.events.filter(({ detailType }) => detailType.includes('fail') || detailType.includes('Fail'));
    expect(events.map((event) => JSON.stringify(event).includes('bot'))).toEqual([true]);
    expect(mails()).toEqual([]);
    org.sandbox.faults.clear();
    goTo(org, 60);
    const daily = await org.rotate(TEAM);
    expect(daily.policies).toMatchObject([
      { policy: 'fast', runs: 15, users: 1, failures: [{ user: 'bot', step: 'rotate', times: failures.length }] },
    ]);
    const [mail] = mails();
    expect(mail?.to).toEqual([TEAM.email]);
    expect(mail?.subject).toBe('Failed: not everything could be done for the account (Team)');
    expect(mail?.text).toContain('The policy fast');
    expect(mail?.text).toContain('iam-keys doctor names it.');
  });

  it('nobody gets a mail about a policy that nobody follows, or under which nothing was done', async () => {
    await tick(org);
    await org.rotate(TEAM);
    addFast('bot');
    people().tagUser('bot', { OwnerEmail: 'owner@acme.example' });
    await ticks(org, 1, 3);
    await org.rotate(TEAM);
    expect(mails()).toEqual([]);
  });

  it('the daily run tells nothing of a policy of days, whose own runs do', async () => {
    people().addUser({ name: 'monthly', groups: [SLOW_GROUP], tags: { OwnerEmail: 'owner@acme.example' } });
    people().addAccessKey('monthly', { created: new Date(START.getTime() - 30 * 1_440 * MINUTE), lastUsed: START });
    await org.rotate(TEAM, { policy: 'slow' });
    expect(mails().map(({ subject }) => subject)).toEqual(
      [TEAM.email, 'owner@acme.example'].map(() => 'Action needed by 10 Jan: switch monthly to its new key (Team)'),
    );
    const result = await org.rotate(TEAM);
    expect(result.policies).toMatchObject([{ policy: 'slow', rotated: 1 }]);
    expect(mails()).toHaveLength(2);
  });

  it('the daily run tells of the policy’s day once, and counts anew', async () => {
    addFast('bot');
    people().tagUser('bot', { OwnerEmail: 'owner@acme.example' });
    await ticks(org, 1, 33);
    expect((await org.rotate(TEAM)).policies).toMatchObject([
      { policy: 'fast', runs: 33, users: 1, rotated: 3, disabled: 3, deleted: 2, failures: [], longestPauseMs: MINUTE },
    ]);
    expect(mails().map(({ to, subject }) => [to, subject])).toEqual([
      [[TEAM.email], 'Fetched keys of the account were replaced (Team)'],
      [['owner@acme.example'], 'Fetched keys of bot were replaced (Team)'],
    ]);
    await tick(org);
    expect((await org.rotate(TEAM)).policies).toMatchObject([{ runs: 1 }]);
  });

  it('a reader who knows nothing gets the key that works now, as the mail says', async () => {
    addFast('bot');
    people().tagUser('bot', { OwnerEmail: 'owner@acme.example' });
    await ticks(org, 1, 33);
    await org.rotate(TEAM);
    const { text = '' } = mails().at(-1) ?? {};
    expect(text).toContain('The policy fast has replaced the key of this user 3 times since 5 Jan 2026, 01:01 UTC.');
    const [, command = ''] = /^ {4}(aws secretsmanager .*)$/m.exec(text) ?? [];
    const active = people()
      .user('bot')
      .keys.find(({ status }) => status === 'Active')!;
    const fetch = async (line: string): Promise<Record<string, string>> => {
      const [answer] = (await awsCommand(
        line,
        org.sandbox.client(TEAM.id, { accessKeyId: active.id, secretAccessKey: active.secret }),
      )) as {
        SecretString: string;
      }[];
      return JSON.parse(answer?.SecretString ?? '{}') as Record<string, string>;
    };
    const first = await fetch(command);
    const second = await fetch(command.replace(/--secret-id \S+/, `--secret-id ${first['AlsoIn'] ?? ''}`));
    const later = first['CreateDate']! > second['CreateDate']! ? first : second;
    expect(later['AccessKeyId']).toBe(active.id);
  });

  it('runs that have stopped are a failure of the daily run', async () => {
    addFast('bot');
    addFast('other', { minutes: 95 * 1_440, groups: [] });
    await ticks(org, 1, 3);
    goTo(org, 90);
    expect((await org.rotate(TEAM)).failures).toMatchObject([
      { step: 'policy', error: 'PolicyNotRunning', message: expect.stringContaining('has not run in this account since') as string },
    ]);
    const { text = '' } = mails().at(-1) ?? {};
    expect(text).toContain('the policy "fast" has not run in this account since 5 Jan 2026, 01:03 UTC, so its user keeps the same key');
    expect(text).toContain('The schedule of the policy is off, or its runs do not begin: iam-keys doctor looks at both.');
  });

  it('a run that cannot enter the account is counted, and no error that Lambda repeats', async () => {
    org.sandbox.faults.add(denied('sts', 'AssumeRole'));
    const result = await tick(org);
    expect(result).toMatchObject({ status: 'failed', failures: [{ step: 'account', error: 'AccountFailedError' }] });
    expect(org.failedEvents()).toEqual([]);
    expect(memory().policies?.['fast']).toMatchObject({ runs: 1, failures: [{ step: 'account', times: 1 }] });
  });

  it('the report has each policy’s day as one entry, and no run of it', async () => {
    addFast('bot');
    await ticks(org, 1, 12);
    await org.run();
    goTo(org, 120);
    org.sandbox.world.mails.length = 0;
    await org.invoke(FUNCTIONS.reporter, {});
    const [mail] = mails().filter(({ to }) => to.includes(ADMIN));
    expect(JSON.stringify(mail)).toContain('fast: 1 user in 1 account, 12 runs, 1 rotated, 0 disabled, 0 deleted');
  });
});

it('leaves each result apart from those of daily runs', async () => {
  addFast('bot');
  await tick(org);
  const keys = [...resultsOf(org).keys()];
  expect(keys.filter((key) => key.startsWith('policies/fast/'))).toHaveLength(1);
  expect(keys.filter((key) => key.startsWith('runs/'))).toEqual([]);
});

it('in DryRun plans and counts, and changes nothing', async () => {
  addFast('bot', { minutes: 9 });
  goTo(org, 2);
  const { users } = await org.rotate(TEAM, { policy: 'fast', dryrun: true });
  expect(users[0]?.actions).toMatchObject([{ action: 'rotate', outcome: 'planned' }]);
  expect(keysOf('bot')).toEqual(['Active']);
  expect(memory().users?.['bot']?.policy).toBeUndefined();
});

it.each<[string, object, string]>([
  [
    'a policy that there is not',
    { policy: 'quick' },
    'policy: "quick" is not among the policies of this deployment: "fast", "slow"; nothing was done',
  ],
  [
    'a policy and a forced rotation',
    { policy: 'fast', account: TEAM.id, ForceRotate: 'bot' },
    'policy: cannot be combined with ForceRotate',
  ],
])('the orchestrator refuses %s', async (_, event, message) => {
  await expect(org.invoke(FUNCTIONS.orchestrator, event)).rejects.toThrow(message);
});

function denied(service: string, operation: string, group?: string): FaultSpecification {
  const input = group === undefined ? {} : { input: ({ GroupName }: Record<string, unknown>) => GroupName === group };
  return { match: { service, operation, ...input }, when: 'before', then: { kind: 'error', code: 'AccessDenied', status: 403 } };
}

function memory(): AccountMemory {
  const remembered = memoryOf(org, TEAM);
  if (!remembered) throw new Error('nothing is remembered');
  return remembered;
}

it('every kind of mail whose reader is here was sent', () => {
  expect(unreadKinds('policies', sent)).toEqual([]);
});
