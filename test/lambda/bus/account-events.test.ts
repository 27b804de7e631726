import { accountEvents, ids } from '../../../lambda/bus/account-events';
import type { BusEvent } from '../../../lambda/bus/put-events';
import type { AccountResult } from '../../../lambda/runs/schemas';
import { EVENT_SOURCE } from '../../../lambda/shared/names';
import { wrongWith } from '../../helpers/bus-events';
import { ACCOUNT, NEW, NOW, OLD } from '../../helpers/facts';
import { accountResult, action, userResult } from '../../helpers/results';

const seen = { keyId: OLD, status: 'Active', created: '2026-08-18T00:00:00.000Z', ageDays: 95, lastUsed: 'never' } as const;
const alice = (...actions: Parameters<typeof userResult>[1][]) => ({ ...userResult('alice', ...actions), keys: [seen] });
const eventsOf = (overrides: Partial<AccountResult>, overdue: Parameters<typeof accountEvents>[1] = []): BusEvent[] =>
  accountEvents(accountResult(overrides), overdue);
const common = {
  version: 1,
  runId: 'run-1',
  at: NOW.toISOString(),
  account: ACCOUNT,
  accountName: 'Payments',
  dryRun: false,
};
const failure = { user: 'alice', keyId: OLD, step: 'disable', error: 'AccessDenied', message: 'not authorized' };
const problemsOf = (events: readonly BusEvent[]) =>
  events.flatMap(({ detailType, detail }) => wrongWith({ source: EVENT_SOURCE, detailType, detail: JSON.stringify(detail) }) ?? []);

it('tells of each action all that is known of it and of its key', () => {
  const done = action({ successorId: NEW, secretName: 'the-secret', on: '2026-12-01T00:00:00.000Z' });
  const events = eventsOf({ users: [{ ...alice(done), owner: 'owner@example.com' }] });
  expect(events).toEqual([
    {
      detailType: 'access key rotate',
      detail: {
        ...common,
        id: `run-1/${ACCOUNT}/alice/${OLD}/rotate/done`,
        user: 'alice',
        userArn: `arn:aws:iam::${ACCOUNT}:user/alice`,
        owner: 'owner@example.com',
        action: 'rotate',
        keyId: OLD,
        key: { status: 'Active', created: '2026-08-18T00:00:00.000Z', ageDays: 95, lastUsed: 'never' },
        reason: 'it is 95 days old',
        outcome: 'done',
        successorId: NEW,
        secretName: 'the-secret',
        on: '2026-12-01T00:00:00.000Z',
      },
    },
  ]);
  expect(problemsOf(events)).toEqual([]);
});

it('tells who uses a key, where somebody asked', () => {
  const names = [{ name: 's3 ListBuckets', calls: 2 }];
  const caller = { source: '198.51.100.7', agent: 'aws-cli/2', calls: 2, first: NOW.toISOString(), last: NOW.toISOString(), names };
  const usage = { regions: ['eu-west-1'], calls: 2, callers: [caller], otherCallers: 0, failed: [] };
  const events = eventsOf({ users: [alice(action({ action: 'warn', step: 'disable', usage }))] });
  expect(events[0]?.detail).toMatchObject({ usage });
  expect(problemsOf(events)).toEqual([]);
});

it('tells nothing of what nobody reacts to', () => {
  expect(eventsOf({ users: [alice(...(['wait', 'skip', 'forget'] as const).map((kind) => action({ action: kind })))] })).toEqual([]);
});

it('tells of an overdue key, beside the action that says why', () => {
  const events = eventsOf({ users: [alice(action({ action: 'blocked' }))] }, [{ user: 'alice', keyId: OLD, reason: 'two keys' }]);
  expect(events.map(({ detailType }) => detailType)).toEqual(['access key blocked', 'access key overdue']);
  expect(events[1]?.detail).toMatchObject({ ...common, user: 'alice', keyId: OLD, key: { ageDays: 95 }, reason: 'two keys' });
  expect(problemsOf(events)).toEqual([]);
});

it('tells of every failure, those of the account as a whole too', () => {
  const whole = { step: 'account', error: 'AccountFailedError', message: 'no role' };
  const events = eventsOf({ failures: [failure, whole] });
  expect(events.map(({ detailType }) => detailType)).toEqual(['key rotation failed', 'key rotation failed']);
  expect(events.map(({ detail }) => detail)).toEqual([
    { ...common, ...failure, id: `run-1/${ACCOUNT}/failed/alice/${OLD}/disable/AccessDenied` },
    { ...common, ...whole, id: `run-1/${ACCOUNT}/failed/account/AccountFailedError` },
  ]);
  expect(problemsOf(events)).toEqual([]);
});

it('gives two equal failures ids of their own, and the same ones when the run is repeated', () => {
  const idsNow = () => eventsOf({ failures: [failure, failure] }).map(({ detail }) => detail.id);
  expect(new Set(idsNow()).size).toBe(2);
  expect(idsNow()).toEqual(idsNow());
  expect(ids('a')('b', undefined, 'c')).toBe('a/b/c');
});

it('gives an action that was planned, failed or put off another id than one that was done', () => {
  const outcomes = ['done', 'planned', 'failed', 'deferred'] as const;
  const told = outcomes.flatMap((outcome) => eventsOf({ users: [alice(action({ outcome }))] }).map(({ detail }) => detail.id));
  expect(told).toEqual(outcomes.map((outcome) => `run-1/${ACCOUNT}/alice/${OLD}/rotate/${outcome}`));
});

it('keeps ten events smaller than a call may be, however long their sentences are', () => {
  const long = '\u0001'.repeat(500_000);
  const events = eventsOf(
    {
      users: [alice(action({ action: 'blocked', reason: long }))],
      failures: [{ ...failure, message: long }],
    },
    [{ user: 'alice', keyId: OLD, reason: long }],
  );
  expect(events).toHaveLength(3);
  for (const event of events) expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThan(26_214);
});
