import { Logger } from '@aws-lambda-powertools/logger';
import { CreateAccessKeyCommand, GenerateCredentialReportCommand, ListUserTagsCommand } from '@aws-sdk/client-iam';
import { SendEmailCommand } from '@aws-sdk/client-sesv2';
import { accessDenied, callsOf, changesOf, namesOf, noSuchEntity, SECRET, timeout } from '../../helpers/aws';
import { accessKey, ACCOUNT, daysAgo, NEW, NOW, OLD, remembered } from '../../helpers/facts';
import { iam, mockAccount, newKeyOf, run, secrets, ses } from '../../helpers/mock-account';

const keyOf = (name: string, ageDays: number) => accessKey({ id: `AKIA${name.toUpperCase().padEnd(16, '0')}`, ageDays });
const dueUsers = (...names: string[]) => Object.fromEntries(names.map((name, index) => [name, { keys: [keyOf(name, 100 + index)] }]));
const touchedUsers = (): unknown[] =>
  callsOf(iam).flatMap((call) => (/^(Create|Update|Delete|Tag|Untag)/.test(call.name) ? [call.input['UserName']] : []));
const created = (): unknown[] => callsOf(iam).flatMap((call) => (call.name === 'CreateAccessKey' ? [call.input['UserName']] : []));

/** A day on which this account is not swept anyway. */
const reportDay = [0, 1].map((day) => daysAgo(-day)).find((now) => Math.floor(now.getTime() / 86_400_000) % 7 !== Number(ACCOUNT) % 7)!;

describe('a run over an account', () => {
  it('rotates who is due, leaves the others, tells people, and tells everything in its result', async () => {
    mockAccount({ alice: { keys: [keyOf('alice', 95)], tags: { OwnerEmail: 'owner@example.com' } }, bob: { keys: [keyOf('bob', 5)] } });
    const { result, error } = await run();
    expect(error).toBeUndefined();
    expect(result).toMatchObject({
      runId: 'run-1',
      account: { id: ACCOUNT, name: 'Payments', email: 'aws@example.com' },
      dryRun: false,
      status: 'succeeded',
      usersSeen: 2,
      failures: [],
      left: [],
      startedAt: NOW.toISOString(),
      finishedAt: NOW.toISOString(),
      mails: [
        { recipient: 'aws@example.com', template: 'the-digest', outcome: 'sent' },
        { recipient: 'owner@example.com', template: 'the-digest', outcome: 'sent' },
      ],
    });
    expect(result.users).toMatchObject([
      { user: 'alice', owner: 'owner@example.com', actions: [{ action: 'rotate', outcome: 'done', successorId: newKeyOf('alice') }] },
    ]);
    expect(new Set(touchedUsers())).toEqual(new Set(['alice']));
  });

  it('shows no secret in result or mail', async () => {
    mockAccount(dueUsers('alice', 'bob'));
    const { result } = await run();
    expect(created()).toHaveLength(2);
    expect(JSON.stringify([result, callsOf(ses).map((call) => call.input)])).not.toContain(SECRET);
  });

  it('reads no user in detail when nobody’s key is due', async () => {
    mockAccount({ bob: { keys: [keyOf('bob', 5)] } });
    const { result } = await run();
    expect(result).toMatchObject({ status: 'succeeded', usersSeen: 1, users: [], mails: [] });
    // The first run reads every user, and looks for secrets whose user is gone.
    expect(namesOf(secrets, ses)).toEqual(['ListSecrets']);
    expect(namesOf(iam)).not.toContain('ListUserTags');
  });

  it('reads every user when the credential report cannot be had, and says so in the log', async () => {
    mockAccount(dueUsers('alice'));
    iam.on(GenerateCredentialReportCommand).rejects(accessDenied());
    const logger = new Logger({ serviceName: 'test', logLevel: 'SILENT' });
    const warn = jest.spyOn(logger, 'warn');
    const { result } = await run({ services: { logger, clock: () => reportDay }, endsAt: daysAgo(-7) });
    expect(result).toMatchObject({ coverage: 'sweep', status: 'succeeded', users: [{ user: 'alice' }] });
    expect(warn).toHaveBeenCalledWith('credential report not used', { account: ACCOUNT, reason: 'AccessDenied: not authorized' });
  });

  it('leaves out a user who was deleted since the report was made, and says so in the log', async () => {
    mockAccount(dueUsers('alice', 'gone'));
    iam.on(ListUserTagsCommand, { UserName: 'gone' }).rejects(noSuchEntity());
    const logger = new Logger({ serviceName: 'test', logLevel: 'SILENT' });
    const info = jest.spyOn(logger, 'info');
    const { result } = await run({ services: { logger, clock: () => reportDay }, endsAt: daysAgo(-7) });
    expect(result).toMatchObject({
      coverage: 'report',
      status: 'succeeded',
      usersSeen: 2,
      users: [{ user: 'alice' }],
      failures: [],
      left: [],
    });
    expect(result.users).toHaveLength(1);
    expect(info).toHaveBeenCalledWith('user deleted since the report or listing that named them', { account: ACCOUNT, user: 'gone' });
  });

  it('leaves a member of the exemption group alone whom IAM does not know just then: that may be an old answer', async () => {
    mockAccount(dueUsers('alice', 'gone'), ['gone']);
    iam.on(ListUserTagsCommand, { UserName: 'gone' }).rejects(noSuchEntity());
    const { result } = await run();
    expect(result).toMatchObject({ status: 'succeeded', failures: [] });
    expect(result.users.find(({ user }) => user === 'gone')?.actions).toEqual([
      {
        action: 'skip',
        reason: 'the user is a member of IAMKeyRotationExemptionGroup, and IAM shows no tags of theirs',
        outcome: 'done',
      },
    ]);
    expect(created()).toEqual(['alice']);
  });

  it('uses the report on other days', async () => {
    mockAccount(dueUsers('alice'));
    const coverages = new Set<string>();
    for (let day = 0; day < 7; day++) {
      const now = daysAgo(-day);
      coverages.add((await run({ services: { clock: () => now }, endsAt: daysAgo(-day - 1) })).result.coverage);
    }
    expect(coverages).toEqual(new Set(['report', 'sweep']));
  });
});

describe('in DryRun', () => {
  const users = {
    due: { keys: [keyOf('due', 95)] },
    two: { keys: [accessKey({ id: OLD, ageDays: 400 }), accessKey({ id: NEW, ageDays: 50 })] },
    off: {
      keys: [accessKey({ id: 'AKIAOFF0000000000004', ageDays: 400, status: 'Inactive' })],
      tags: remembered('AKIAOFF0000000000004', { inactive: daysAgo(20) }),
    },
  };

  it.each([
    ['of the deployment', { variables: { DRY_RUN: 'true' } }],
    ['of the deployment, which an event cannot lift', { variables: { DRY_RUN: 'true' }, event: { dryrun: false } }],
    ['of this event', { event: { dryrun: true } }],
  ] as const)('%s: nothing is changed, and the mails say what would happen', async (_, options) => {
    mockAccount(users);
    const { result } = await run(options);
    expect(result).toMatchObject({ dryRun: true, status: 'succeeded' });
    expect(result.users.flatMap((user) => user.actions.map((action) => [action.action, action.outcome])).toSorted()).toEqual([
      ['delete', 'planned'],
      ['notify', 'planned'],
      ['rotate', 'planned'],
      ['wait', 'done'],
    ]);
    expect(changesOf(iam, secrets)).toEqual([]);
    expect(result.mails).toMatchObject([{ template: 'the-audit', outcome: 'sent' }]);
  });

  it('false in an event enforces nothing more than the deployment does', async () => {
    mockAccount(users);
    expect((await run({ event: { dryrun: false } })).result.dryRun).toBe(false);
  });
});

describe('one user’s failure', () => {
  it('does not stop the others, and makes the result partial', async () => {
    mockAccount(dueUsers('alice', 'bob', 'carol'));
    iam.on(ListUserTagsCommand, { UserName: 'alice' }).rejects(timeout());
    iam.on(CreateAccessKeyCommand, { UserName: 'bob' }).rejects(accessDenied());
    const { result, error } = await run();
    expect(error).toBeUndefined();
    expect(result.status).toBe('partial');
    expect(result.failures).toEqual([
      { user: 'bob', step: 'rotate', error: 'AccessDenied', message: 'not authorized' },
      { user: 'alice', step: 'read user', error: 'TimeoutError', message: 'TimeoutError says no' },
    ]);
    expect(result.users.find((user) => user.user === 'carol')?.actions).toMatchObject([{ action: 'rotate', outcome: 'done' }]);
  });

  it('a mail that SES refuses is a failure, and undoes nothing', async () => {
    mockAccount(dueUsers('alice'));
    ses.on(SendEmailCommand).rejects(accessDenied());
    const { result } = await run();
    expect(result).toMatchObject({
      status: 'partial',
      failures: [{ step: 'send mail' }, { step: 'rotate', error: 'NobodyToldError' }],
      mails: [{ outcome: 'failed' }],
    });
    expect(result.users[0]?.actions).toMatchObject([{ action: 'rotate', outcome: 'done' }]);
  });
});

describe('exempt users', () => {
  it('are never touched, however old their keys, and it is said', async () => {
    mockAccount(dueUsers('alice', 'bob'), ['alice']);
    const { result } = await run();
    expect(result.users.find((user) => user.user === 'alice')).toMatchObject({
      keys: [],
      actions: [{ action: 'skip', reason: 'the user is a member of IAMKeyRotationExemptionGroup', outcome: 'done' }],
    });
    expect(new Set(touchedUsers())).toEqual(new Set(['bob']));
  });

  it.each([
    ['2026-11-20', ['alice']],
    ['2026-11-21', []],
    ['soon', []],
  ])('whose exemption ends on %s: rotated %j', async (until, rotated) => {
    mockAccount({ alice: { keys: [keyOf('alice', 95)], tags: { 'key-rotation:exempt-until': until } } }, ['alice']);
    await run();
    expect(created()).toEqual(rotated);
  });

  it('whose tags cannot be read are left alone, and are a failure of theirs alone', async () => {
    mockAccount(dueUsers('alice', 'bob'), ['alice']);
    iam.on(ListUserTagsCommand, { UserName: 'alice' }).rejects(timeout());
    const { result } = await run();
    expect(result).toMatchObject({ status: 'partial', failures: [{ user: 'alice', step: 'read user', error: 'TimeoutError' }] });
    expect(created()).toEqual(['bob']);
  });
});

describe('limits per run', () => {
  it('take the oldest keys first and defer the others, without failure', async () => {
    mockAccount(dueUsers('a', 'b', 'c', 'd'));
    const { result } = await run({ variables: { LIMITS: '{"rotate":2}' } });
    expect(created()).toEqual(['d', 'c']);
    expect(result.status).toBe('succeeded');
    expect(result.users.map((user) => [user.user, user.actions[0]?.outcome])).toEqual([
      ['d', 'done'],
      ['c', 'done'],
      ['b', 'deferred'],
      ['a', 'deferred'],
    ]);
  });
});

describe('the time limit', () => {
  it('leaves users whom there is no time for to the next run, names them, and still tells people', async () => {
    mockAccount(dueUsers('a', 'b', 'c'));
    let now = NOW;
    iam.on(CreateAccessKeyCommand, { UserName: 'c' }).callsFake(() => {
      now = new Date(NOW.getTime() + 14 * 60_000);
      return { AccessKey: { UserName: 'c', AccessKeyId: NEW, SecretAccessKey: SECRET, Status: 'Active', CreateDate: now } };
    });
    const { result } = await run({ variables: { LIMITS: '{"rotate":100}' }, services: { clock: () => now } });
    expect(result).toMatchObject({ status: 'partial', left: ['b', 'a'], failures: [], mails: [{ outcome: 'sent' }] });
    expect(result.users.map((user) => user.user)).toEqual(['c']);
    expect(created()).toEqual(['c']);
  });

  it('takes up nobody when it is as good as over', async () => {
    mockAccount(dueUsers('a', 'b'));
    const { result } = await run({ endsAt: new Date(NOW.getTime() + 90_000) });
    expect(result).toMatchObject({ status: 'partial', left: ['b', 'a'], users: [] });
    expect(changesOf(iam, secrets)).toEqual([]);
  });
});
