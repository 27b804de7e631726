import { CreateAccessKeyCommand, UntagUserCommand, UpdateAccessKeyCommand } from '@aws-sdk/client-iam';
import { budgetOf } from '../../../lambda/core/budget';
import type { Decision } from '../../../lambda/shared/decision';
import { ACTIONS, isAction } from '../../../lambda/shared/actions';
import type { UserFacts } from '../../../lambda/core/plan/user-facts';
import { plan } from '../../../lambda/core/plan/plan';
import { rotateUser, type UserWork, type UserWorked } from '../../../lambda/core/rotate-user';
import { ForceRotateRefusedError } from '../../../lambda/shared/errors';
import { accessDenied, awsError, namesOf, SECRET, timeout } from '../../helpers/aws';
import { accessKey, daysAgo, intent, midnightIn, NEW, NOW, OLD, policy, remembered, userFacts } from '../../helpers/facts';
import { everythingWorks, iam, SECRET_NAME, secrets, services } from '../../helpers/issuing';

const on = midnightIn(10);
const alice = { name: 'alice', arn: userFacts().arn };
const rotate: Decision = { action: 'rotate', keyId: OLD, reason: 'it is 95 days old', disableOn: on };
const disable: Decision = { action: 'disable', keyId: NEW, reason: 'its grace is over', deleteOn: on };

function work(overrides: Partial<Omit<UserWork, 'read'>> & { reads?: UserFacts[] } = {}) {
  const { reads = [userFacts()], ...rest } = overrides;
  const read = jest.fn<Promise<UserFacts | undefined>, []>();
  for (const facts of reads) read.mockResolvedValueOnce(facts);
  const all: UserWork = {
    services: services(),
    dryRun: false,
    ownerEmailTag: 'OwnerEmail',
    budget: budgetOf({}),
    read,
    decide: (facts) => plan(facts, policy(), NOW),
    exemptNow: () => Promise.resolve(undefined),
    ...rest,
  };
  const run = async (): Promise<UserWorked> => {
    const worked = await rotateUser(all, alice);
    if (!worked) throw new Error('alice is gone');
    return worked;
  };
  return { read, all, run };
}

beforeEach(everythingWorks);

it.each([
  [true, 'planned', []],
  [false, 'done', ['TagUser']],
])('remembers a replica that does not follow, but never in DryRun: %s', async (dryRun, outcome, calls) => {
  const keys = [accessKey({ ageDays: 110 }), accessKey({ id: NEW, ageDays: 15 })];
  const { run } = work({ dryRun, reads: [userFacts({ keys, current: NEW, behind: ['us-east-1 (Failed)'] })] });
  const { result, failures } = await run();
  expect(failures).toEqual([]);
  expect(result.actions).toMatchObject([{ action: 'wait-for-replica', outcome, keyId: OLD }, {}]);
  expect(namesOf(iam)).toEqual(calls);
});

it('reads, decides, acts, and tells everything that was seen and done', async () => {
  const { run } = work({ reads: [userFacts({ tags: { OwnerEmail: 'owner@example.com' } })] });
  const { result, failures } = await run();
  expect(failures).toEqual([]);
  expect(result).toEqual({
    user: 'alice',
    arn: alice.arn,
    owner: 'owner@example.com',
    keys: [
      {
        keyId: OLD,
        status: 'Active',
        created: daysAgo(95).toISOString(),
        ageDays: 95,
        lastUsed: daysAgo(1).toISOString(),
        lastUsedService: 's3',
        lastUsedRegion: 'eu-west-1',
      },
    ],
    actions: [
      {
        action: 'rotate',
        keyId: OLD,
        reason: 'it is 95 days old',
        on: on.toISOString(),
        outcome: 'done',
        successorId: NEW,
        secretName: SECRET_NAME,
      },
    ],
  });
  expect(JSON.stringify(result)).not.toContain(SECRET);
});

it.each([
  ['never', 'never' as const, { lastUsed: 'never' }],
  ['not asked', undefined, {}],
])('tells a last use of %s as it is', async (_, lastUsed, expected) => {
  const { id, status, created } = accessKey();
  const { run } = work({ reads: [userFacts({ keys: [{ id, status, created, ...(lastUsed && { lastUsed }) }] })], decide: () => [] });
  expect((await run()).result.keys).toEqual([{ keyId: OLD, status: 'Active', created: created.toISOString(), ageDays: 95, ...expected }]);
});

it.each<[Decision, object]>([
  [
    { action: 'warn', keyId: OLD, reason: 'r', step: 'delete', on },
    { step: 'delete', on: on.toISOString() },
  ],
  [{ action: 'hold', keyId: OLD, reason: 'r', until: on }, { on: on.toISOString() }],
  [{ action: 'notify', keyId: OLD, reason: 'r', disableOn: on }, { on: on.toISOString() }],
  [{ action: 'note-inactive', keyId: OLD, reason: 'r', deleteOn: on }, { on: on.toISOString() }],
  [{ action: 'blocked', keyId: OLD, reason: 'r' }, {}],
])('shows the date and the step of %j', async (decision, expected) => {
  const { result } = await work({ decide: () => [decision] }).run();
  expect(result.actions).toEqual([{ action: decision.action, keyId: OLD, reason: 'r', outcome: 'done', ...expected }]);
});

describe('in DryRun', () => {
  const every: Decision[] = [
    { ...rotate, makeRoom: NEW },
    disable,
    { action: 'delete', keyId: OLD, reason: '' },
    { action: 'notify', keyId: OLD, reason: '', disableOn: on },
    { action: 'note-inactive', keyId: OLD, reason: '', deleteOn: on },
    { action: 'note-reenabled', keyId: OLD, reason: '', times: 1 },
    { action: 'remove-orphan', keyId: NEW, reason: '' },
    { action: 'delete-secret', keyId: OLD, reason: '', until: NOW },
    { action: 'restore-secret', keyId: NEW, predecessor: OLD, reason: '' },
    { action: 'forget', tagKeys: ['key-rotation:x'], reason: '' },
    { action: 'wait-for-replica', keyId: OLD, reason: '' },
    { action: 'note-issued', keyId: NEW, reason: '' },
    { action: 'note-lost', keyId: NEW, reason: '' },
    { action: 'follow-rename', keyId: OLD, successor: NEW, from: 'before', reason: '', disableOn: on },
    { action: 'note-unfinished', intent: { tagKey: 'key-rotation:issuing:x', at: NOW, until: NOW, known: [] }, reason: '' },
  ];

  it('every change is planned, none is made, and the user is read once', async () => {
    const { run, read } = work({ dryRun: true, decide: () => every });
    const { result, failures } = await run();
    expect(failures).toEqual([]);
    expect(result.actions.map((action) => action.outcome)).toEqual(every.map(() => 'planned'));
    expect(namesOf(iam, secrets)).toEqual([]);
    expect(read).toHaveBeenCalledTimes(1);
  });

  it('every kind of change is among them', () => {
    const mutating = Object.keys(ACTIONS).filter(
      (action) => isAction(action) && ACTIONS[action].mutates && action !== 'delete-orphaned-secret',
    );
    expect(new Set<string>(every.map((decision) => decision.action))).toEqual(new Set(mutating));
  });

  it('uses nothing up of a run’s limits', async () => {
    const budget = budgetOf({ rotate: 1 });
    await work({ dryRun: true, budget }).run();
    expect(budget.take('rotate')).toBe(true);
  });

  it('what only tells people is done as always', async () => {
    const { result } = await work({ dryRun: true, reads: [userFacts({ keys: [accessKey({ ageDays: 83 })] })] }).run();
    expect(result.actions).toMatchObject([{ action: 'warn', outcome: 'done' }]);
  });
});

describe('when something fails', () => {
  it('a user that cannot be read has a failure and no actions', async () => {
    const { run, read, all } = work({ reads: [] });
    read.mockRejectedValueOnce(timeout());
    const { result, failures, facts } = await run();
    expect(result).toEqual({ user: 'alice', arn: alice.arn, keys: [], actions: [] });
    expect(failures).toEqual([{ user: 'alice', step: 'read user', error: 'TimeoutError', message: 'TimeoutError says no' }]);
    expect(facts).toBeUndefined();
    expect(all.dryRun).toBe(false);
    expect(namesOf(iam, secrets)).toEqual([]);
  });

  it('the first failed step ends the user’s work and is named', async () => {
    iam.on(UpdateAccessKeyCommand).rejects(accessDenied());
    const { result, failures } = await work({ decide: () => [disable, rotate] }).run();
    expect(result.actions).toEqual([
      { action: 'disable', keyId: NEW, reason: 'its grace is over', on: on.toISOString(), outcome: 'failed' },
    ]);
    expect(failures).toEqual([{ user: 'alice', step: 'disable', error: 'AccessDenied', message: 'not authorized' }]);
    expect(namesOf(iam)).toEqual(['UpdateAccessKey']);
  });

  it('steps done before it stay in the result', async () => {
    iam.on(CreateAccessKeyCommand).rejects(accessDenied());
    const { result } = await work({ decide: () => [disable, rotate] }).run();
    expect(result.actions.map((action) => [action.action, action.outcome])).toEqual([
      ['disable', 'done'],
      ['rotate', 'failed'],
    ]);
  });

  it('a refusal is thrown, not hidden in the result', async () => {
    const refusal = new ForceRotateRefusedError('no');
    const decide = () => {
      throw refusal;
    };
    await expect(work({ decide }).run()).rejects.toBe(refusal);
  });

  it('any other error of deciding is a failure of this user', async () => {
    const decide = () => {
      throw new TypeError('bad');
    };
    expect((await work({ decide }).run()).failures).toEqual([{ user: 'alice', step: 'read user', error: 'TypeError', message: 'bad' }]);
  });
});

describe('a run’s limits', () => {
  it('defer what exceeds them, with the reason, and nothing else', async () => {
    const budget = budgetOf({ rotate: 1 });
    budget.take('rotate');
    const { result, failures } = await work({ budget, decide: () => [disable, rotate] }).run();
    expect(failures).toEqual([]);
    expect(result.actions).toMatchObject([
      { action: 'disable', outcome: 'done' },
      { action: 'rotate', outcome: 'deferred', reason: "it is 95 days old; this run's limit for rotate is reached" },
    ]);
    expect(namesOf(iam)).not.toContain('CreateAccessKey');
  });
});

describe('a run’s limit that was taken', () => {
  const left = async (decision: Decision, fail: () => void): Promise<boolean> => {
    const budget = budgetOf({ rotate: 1, disable: 1 });
    fail();
    await work({ budget, decide: () => [decision] }).run();
    return budget.take(decision.action);
  };

  it.each([
    ['is used up by what was done', rotate, () => undefined, false],
    ['is given back by what failed', rotate, () => iam.on(CreateAccessKeyCommand).rejects(accessDenied()), true],
    ['is given back by what was put off', rotate, () => iam.on(CreateAccessKeyCommand).rejects(awsError('LimitExceeded', 409)), true],
    ['is given back by a failed step of another kind', disable, () => iam.on(UpdateAccessKeyCommand).rejects(accessDenied()), true],
  ])('%s', async (_, decision, fail, expected) => {
    await expect(left(decision, fail)).resolves.toBe(expected);
  });
});

it('gives up no trace when IAM refuses for want of room although its list shows some', async () => {
  iam.on(CreateAccessKeyCommand).rejects(awsError('LimitExceeded', 409));
  const { result } = await work({ decide: () => [rotate, { action: 'forget', tagKeys: ['key-rotation:issuing:old'], reason: '' }] }).run();
  expect(result.actions).toMatchObject([{ action: 'rotate', outcome: 'deferred' }]);
  expect(result.actions[0]).not.toHaveProperty('contradicts');
  const untagged = iam.commandCalls(UntagUserCommand).flatMap((one) => one.args[0].input.TagKeys);
  expect(untagged).not.toContain('key-rotation:issuing:old');
});

it('finds the owner’s address whatever the letter case of its tag', async () => {
  const { result } = await work({ reads: [userFacts({ tags: { owneremail: 'owner@example.com' } })] }).run();
  expect(result.owner).toBe('owner@example.com');
});

describe('after an interrupted run', () => {
  const lost = accessKey({ id: NEW, created: new Date(NOW.getTime() - 20 * 60_000), lastUsed: 'never' });
  const interrupted = userFacts({ keys: [accessKey(), lost], tags: intent(20, [OLD]) });

  it('removes the lost key, reads again, and rotates anew', async () => {
    const { run, read } = work({ reads: [interrupted, userFacts()] });
    const { result, failures } = await run();
    expect(failures).toEqual([]);
    expect(read).toHaveBeenCalledTimes(2);
    expect(result.actions.map((action) => [action.action, action.outcome])).toEqual([
      ['remove-orphan', 'done'],
      ['forget', 'done'],
      ['rotate', 'done'],
    ]);
    expect(namesOf(iam)).toEqual(['UpdateAccessKey', 'DeleteAccessKey', 'UntagUser', 'TagUser', 'CreateAccessKey', 'TagUser', 'UntagUser']);
  });

  it('does not read again what it could not clean up', async () => {
    iam.on(UpdateAccessKeyCommand).rejects(accessDenied());
    const { run, read } = work({ reads: [interrupted] });
    const { result, failures } = await run();
    expect(read).toHaveBeenCalledTimes(1);
    expect(result.actions).toMatchObject([{ action: 'remove-orphan', outcome: 'failed' }]);
    expect(failures).toMatchObject([{ step: 'remove-orphan' }]);
  });

  it('tells of a user who is said to be gone right after a key of theirs was removed', async () => {
    const { result, failures } = await work({ reads: [interrupted] }).run();
    expect(result.actions.map((action) => action.action)).toEqual(['remove-orphan', 'forget']);
    expect(failures).toMatchObject([{ user: 'alice', step: 'read user', error: 'NoSuchEntity' }]);
    expect(failures[0]?.message).toContain('IAM knows no such user any more');
  });

  it('tells of both passes when the second fails', async () => {
    const { run, read } = work({ reads: [interrupted] });
    read.mockRejectedValueOnce(timeout());
    const { result, failures } = await run();
    expect(result.actions.map((action) => action.action)).toEqual(['remove-orphan', 'forget']);
    expect(failures).toMatchObject([{ step: 'read user', error: 'TimeoutError' }]);
  });
});

it('forgets the memory of keys that are gone in the same run as the step of the day', async () => {
  const facts = userFacts({ keys: [accessKey({ status: 'Inactive' })], tags: remembered(NEW, { inactive: daysAgo(1) }) });
  const { result } = await work({ reads: [facts] }).run();
  expect(result.actions.map((action) => action.action)).toEqual(['forget', 'note-inactive']);
});

it('has nothing to tell of a user who is gone', async () => {
  const { all, read } = work({ reads: [] });
  read.mockResolvedValue(undefined);
  await expect(rotateUser(all, alice)).resolves.toBeUndefined();
});

describe('a user who is exempt after all', () => {
  const member = { exempt: 'the user is a member of Exempt', unclear: 'the exemption has no end', by: 'group' as const };

  it('is left alone: nothing is changed, planned steps and their places in the limits are given up, and the result says why', async () => {
    const budget = budgetOf({ rotate: 1 });
    const unclear: Decision = { action: 'unclear-exemption', reason: 'the user is not in the group' };
    const { run } = work({ budget, decide: () => [unclear, rotate], exemptNow: () => Promise.resolve(member) });
    const { result, failures, facts, exemption } = await run();
    expect(failures).toEqual([]);
    expect(exemption).toEqual(member);
    expect(result.actions).toEqual([
      { action: 'skip', reason: member.exempt, outcome: 'done' },
      { action: 'unclear-exemption', reason: member.unclear, outcome: 'done' },
    ]);
    expect(facts).toBeDefined();
    expect([...namesOf(iam), ...namesOf(secrets)]).toEqual([]);
    expect(budget.take('rotate')).toBe(true);
  });

  it.each<[string, Decision]>([
    ['rotate', rotate],
    ['disable', disable],
    ['notify, whose tag is written when its mail was accepted', { action: 'notify', keyId: OLD, disableOn: on, reason: 'no room' }],
    ['forget', { action: 'forget', tagKeys: ['key-rotation:X'], reason: 'gone' }],
  ])('is asked about right before the first change: %s', async (_, decision) => {
    const exemptNow = jest.fn().mockResolvedValue(member);
    const facts = userFacts();
    const { run } = work({ reads: [facts], decide: () => [{ action: 'wait', keyId: OLD, reason: 'young' }, decision], exemptNow });
    expect((await run()).result.actions).toMatchObject([{ action: 'skip' }, { action: 'unclear-exemption' }]);
    expect(exemptNow.mock.calls).toEqual([[facts]]);
    expect(namesOf(iam)).toEqual([]);
  });

  it.each<[string, Partial<UserWork>]>([
    ['a user who only waits', { decide: () => [{ action: 'wait', keyId: OLD, reason: 'young' }] }],
    ['a DryRun', { dryRun: true }],
    ['a step beyond the limits of the run', { budget: budgetOf({ rotate: 0 }) }],
  ])('is not asked about for %s', async (_, overrides) => {
    const exemptNow = jest.fn();
    await work({ decide: () => [rotate], exemptNow, ...overrides }).run();
    expect(exemptNow).not.toHaveBeenCalled();
  });

  it('is asked about once, whatever there is to change', async () => {
    const exemptNow = jest.fn().mockResolvedValue(undefined);
    const forget: Decision = { action: 'forget', tagKeys: ['key-rotation:X'], reason: 'gone' };
    await work({ decide: () => [forget, disable], exemptNow }).run();
    expect(exemptNow).toHaveBeenCalledTimes(1);
    expect(namesOf(iam)).toEqual(['UntagUser', 'UpdateAccessKey', 'TagUser']);
  });

  it('of whom it cannot be told is not changed, which is a failure by name', async () => {
    const budget = budgetOf({ rotate: 1 });
    const { run } = work({ budget, decide: () => [rotate, disable], exemptNow: () => Promise.reject(accessDenied()) });
    const { result, failures } = await run();
    expect(failures).toMatchObject([{ user: 'alice', step: 'rotate', error: 'AccessDenied' }]);
    expect(result.actions).toMatchObject([{ action: 'rotate', outcome: 'failed' }]);
    expect([...namesOf(iam), ...namesOf(secrets)]).toEqual([]);
    expect(budget.take('rotate')).toBe(true);
  });

  it('is a refusal where an operator forces the rotation', async () => {
    const refused = new ForceRotateRefusedError('alice: exempt');
    await expect(work({ decide: () => [rotate], exemptNow: () => Promise.reject(refused) }).run()).rejects.toBe(refused);
    expect(namesOf(iam)).toEqual([]);
  });
});
