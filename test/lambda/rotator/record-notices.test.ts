import { TagUserCommand } from '@aws-sdk/client-iam';
import { SendEmailCommand } from '@aws-sdk/client-sesv2';
import type { UserWorked } from '../../../lambda/core/rotate-user';
import type { Policy } from '../../../lambda/core/plan/policy';
import type { Account } from '../../../lambda/rotator/account';
import { recordNotices } from '../../../lambda/rotator/record-notices';
import { accessDenied, callsOf, changesOf, namesOf } from '../../helpers/aws';
import { accessKey, midnightIn, NEW, NOW, OLD, policy, userFacts } from '../../helpers/facts';
import { everythingWorks, iam as issuingIam, services } from '../../helpers/issuing';
import { iam, mockAccount, run, secrets, ses } from '../../helpers/mock-account';
import { accountResult, action, userResult } from '../../helpers/results';

const notify = (keyId = OLD) => action({ action: 'notify', keyId, reason: 'no room' });
/** What recording a notice needs of an account. */
const account = ({ clock = () => NOW, untold = 'wait' }: { clock?: () => Date; untold?: Policy['untold'] } = {}): Account =>
  ({
    issuing: services(),
    policy: policy({ untold }),
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

  it('begins nothing for a key of which nobody was told, and says so', async () => {
    const user = worked();
    const result = accountResult();
    await recordNotices(account(), result, [user], new Set([NEW]));
    expect(namesOf(issuingIam)).toEqual([]);
    expect(user.result.actions[0]?.outcome).toBe('failed');
    expect(result.failures).toEqual([
      {
        user: 'alice',
        step: 'notify',
        error: 'NobodyToldError',
        message: `nobody could be told that ${OLD} will be disabled, so its grace did not begin`,
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
