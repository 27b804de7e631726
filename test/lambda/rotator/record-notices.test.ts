import { TagUserCommand } from '@aws-sdk/client-iam';
import { SendEmailCommand } from '@aws-sdk/client-sesv2';
import type { Remembered } from '../../../lambda/core/plan/user-facts';
import type { UserWorked } from '../../../lambda/core/rotate-user';
import type { Policy } from '../../../lambda/core/plan/policy';
import type { Account } from '../../../lambda/rotator/account';
import { recordNotices } from '../../../lambda/rotator/record-notices';
import type { ActionResult } from '../../../lambda/runs/schemas';
import { accessDenied, callsOf, changesOf, namesOf } from '../../helpers/aws';
import { accessKey, daysAgo, midnightIn, NEW, NOW, OLD, policy, userFacts } from '../../helpers/facts';
import { everythingWorks, iam as issuingIam, services } from '../../helpers/issuing';
import { iam, mockAccount, run, secrets, ses } from '../../helpers/mock-account';
import { accountResult, action, userResult } from '../../helpers/results';

const on = midnightIn(10).toISOString();
const notify = (keyId = OLD) => action({ action: 'notify', keyId, reason: 'no room', on });
/** What recording a notice needs of an account. */
const account = ({
  clock = () => NOW,
  untold = 'wait',
  remembered = new Map(),
}: { clock?: () => Date; untold?: Policy['untold']; remembered?: ReadonlyMap<string, Remembered> } = {}): Account =>
  ({
    issuing: services(),
    policy: policy({ untold }),
    remembered,
    services: { clock },
    invocation: { endsAt: new Date(NOW.getTime() + 900_000) },
  }) as unknown as Account;
const worked = (actions = [notify()]): UserWorked => ({ result: userResult('alice', ...actions), failures: [], facts: userFacts() });

describe('recordNotices', () => {
  beforeEach(everythingWorks);

  it('begins the grace of a key whose notice was accepted', async () => {
    const user = worked();
    const result = accountResult();
    await recordNotices(account(), result, [user], new Set([OLD]));
    expect(callsOf(issuingIam)).toMatchObject([
      {
        name: 'TagUser',
        input: { UserName: 'alice', Tags: [{ Key: `key-rotation:${OLD}`, Value: `notice=${NOW.toISOString()} beside=none` }] },
      },
    ]);
    expect(result.failures).toEqual([]);
    expect(user.result.actions[0]?.outcome).toBe('done');
  });

  it.each(['failed', 'deferred'] as const)('begins nothing for a notice that was %s, though a mail names the key', async (outcome) => {
    const user = worked([{ ...notify(), outcome }]);
    const result = accountResult();
    await recordNotices(account(), result, [user], new Set([OLD]));
    expect(namesOf(issuingIam)).toEqual([]);
    expect(result.failures).toEqual([]);
  });

  it('begins nothing for a key of which nobody was told, and says so', async () => {
    const user = worked();
    const result = accountResult();
    await recordNotices(account(), result, [user], new Set([NEW]));
    expect(namesOf(issuingIam)).toEqual([]);
    expect(user.result.actions[0]?.outcome).toBe('failed');
    expect(result.failures).toEqual([
      {
        user: 'alice',
        keyId: OLD,
        step: 'notify',
        error: 'NobodyToldError',
        message: `nobody could be told that ${OLD} will be disabled on 2026-12-01, so it waits until somebody was`,
      },
    ]);
  });

  it('a notice that cannot be remembered is a failure and stops no other', async () => {
    issuingIam.on(TagUserCommand).rejectsOnce(accessDenied()).resolves({});
    const [first, second] = [worked(), worked([notify(NEW)])];
    const result = accountResult();
    await recordNotices(account(), result, [first, second], new Set([OLD, NEW]));
    expect([first, second].map((user) => user.result.actions[0]?.outcome)).toEqual(['failed', 'done']);
    expect(result.failures).toMatchObject([{ user: 'alice', step: 'notify', error: 'AccessDenied' }]);
  });

  it('begins the grace although nobody was told where the policy goes on untold, and says so as a failure', async () => {
    const user = worked();
    const result = accountResult();
    await recordNotices(account({ untold: 'proceed' }), result, [user], new Set());
    expect(namesOf(issuingIam)).toEqual(['TagUser']);
    expect(user.result.actions[0]?.outcome).toBe('done');
    expect(result.failures).toMatchObject([{ user: 'alice', step: 'notify', error: 'NobodyToldError' }]);
  });

  it.each([
    [25_001, ['TagUser'], 'done'],
    [25_000, [], 'failed'],
  ])('with %d ms left: %j', async (left, calls, outcome) => {
    const user = worked();
    const result = accountResult();
    await recordNotices(account({ clock: () => new Date(NOW.getTime() + 900_000 - left) }), result, [user], new Set([OLD]));
    expect(namesOf(issuingIam)).toEqual(calls);
    expect(user.result.actions[0]?.outcome).toBe(outcome);
    expect(result.failures).toHaveLength(calls.length === 0 ? 1 : 0);
  });

  it('leaves every other action alone', async () => {
    const user = worked([action({ action: 'warn' }), action({ action: 'rotate' }), action({ action: 'disable' })]);
    await recordNotices(account(), accountResult(), [user], new Set([OLD]));
    expect(namesOf(issuingIam)).toEqual([]);
  });

  describe('that nobody was told', () => {
    const failures = async (done: Partial<ActionResult>, more: Parameters<typeof account>[0] = {}, told: string[] = [NEW]) => {
      const result = accountResult();
      await recordNotices(account(more), result, [worked([action({ on, ...done })])], new Set(told));
      return result.failures;
    };

    it.each<[Partial<ActionResult>, string]>([
      [{ action: 'rotate' }, 'disabled'],
      [{ action: 'announce', step: 'disable' }, 'disabled'],
      [{ action: 'note-reenabled' }, 'disabled'],
      [{ action: 'warn', step: 'disable' }, 'disabled'],
      [{ action: 'disable' }, 'deleted'],
      [{ action: 'note-inactive' }, 'deleted'],
      [{ action: 'warn', step: 'delete' }, 'deleted'],
    ])('of a step is a failure, whatever announces it: %j', async (done, step) => {
      const [failure, ...more] = await failures(done);
      expect(more).toEqual([]);
      expect(failure).toEqual({
        user: 'alice',
        keyId: OLD,
        step: done.action,
        error: 'NobodyToldError',
        message: `nobody could be told that ${OLD} will be ${step} on 2026-12-01, so it waits until somebody was`,
      });
    });

    it('is one, too, where the step does not wait for that, and says so', async () => {
      expect(await failures({ action: 'rotate' }, { untold: 'proceed' })).toMatchObject([
        { message: `nobody could be told that ${OLD} will be disabled on 2026-12-01, and it goes on all the same (untold=proceed)` },
      ]);
    });

    it('is none when a mail that names the key was accepted', async () => {
      expect(await failures({ action: 'rotate' }, {}, [OLD])).toEqual([]);
    });

    it.each<[string, Partial<ActionResult>, Parameters<typeof account>[0]]>([
      ['it was not done', { action: 'disable', outcome: 'deferred' }, {}],
      ['it failed', { action: 'rotate', outcome: 'failed' }, {}],
      ['it names no date', { action: 'note-reenabled', on: undefined as never }, {}],
      ['it is a warning of a rotation', { action: 'warn', step: 'rotate' }, {}],
      ['it says that the key is held', { action: 'hold' }, {}],
      ['the key only waits', { action: 'wait' }, {}],
      [
        'it is a warning of what people were told before',
        { action: 'warn', step: 'disable' },
        { remembered: new Map([[OLD, { told: { disable: { on: midnightIn(10), at: daysAgo(3) } } }]]) },
      ],
    ])('is none when %s', async (_, done, more) => {
      expect(await failures(done, more)).toEqual([]);
    });

    it('is one of a warning when people were told of another step only', async () => {
      const remembered = new Map([[OLD, { told: { delete: { on: midnightIn(10), at: daysAgo(3) } } }]]);
      expect(await failures({ action: 'warn', step: 'disable' }, { untold: 'proceed', remembered })).toHaveLength(1);
    });
  });
});

describe('a user with two active keys, in a whole run', () => {
  const users = { alice: { keys: [accessKey({ id: OLD, ageDays: 400 }), accessKey({ id: NEW, ageDays: 50 })] } };

  it('is told first, and the notice is remembered after that, beside the other key', async () => {
    mockAccount(users);
    const { result } = await run();
    expect(result).toMatchObject({
      status: 'succeeded',
      users: [{ actions: [{ action: 'notify', outcome: 'done', on: midnightIn(10).toISOString() }, {}] }],
    });
    expect(namesOf(iam, ses).slice(-2)).toEqual(['SendEmail', 'TagUser']);
    const Value = `notice=${NOW.toISOString()} beside=${NEW}`;
    expect(callsOf(iam).at(-1)?.input).toMatchObject({ UserName: 'alice', Tags: [{ Key: `key-rotation:${OLD}`, Value }] });
  });

  it('has no grace begun when SES refuses the mail', async () => {
    mockAccount(users);
    ses.on(SendEmailCommand).rejects(accessDenied());
    const { result } = await run();
    expect(result.status).toBe('partial');
    expect(result.failures.map((failure) => failure.step)).toEqual(['send mail', 'notify']);
    expect(result.users[0]?.actions).toMatchObject([{ action: 'notify', outcome: 'failed' }, { action: 'wait' }]);
    expect(changesOf(iam, secrets)).toEqual([]);
  });

  it('has no grace begun in DryRun, though the mail was accepted', async () => {
    mockAccount(users);
    const { result } = await run({ event: { dryrun: true } });
    expect(result).toMatchObject({ mails: [{ outcome: 'sent' }], failures: [] });
    expect(changesOf(iam, secrets)).toEqual([]);
  });
});
