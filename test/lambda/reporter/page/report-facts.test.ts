import { KeyTable } from '../../../../lambda/reporter/page/key-table';
import { blockedId, dayOfRun, failureCount, failureId, historyDay, seenIn, sinceOf } from '../../../../lambda/reporter/page/report-facts';
import type { BlockedLine, FailureLine } from '../../../../lambda/runs/run-summary';
import { NO_HISTORY } from '../../../../lambda/runs/history';
import { NOW } from '../../../helpers/facts';
import { failures, summary } from '../factories';
import { inventoryOf, recordedKey, recordedUser } from './factories';

const OF_ACCOUNT: FailureLine = { account: '1', accountName: 'One', keyId: 'AKIA', step: 'rotate', error: 'E', message: 'm' };
const FAILURE: FailureLine = { ...OF_ACCOUNT, user: 'alice' };
const BLOCKED: BlockedLine = { account: '1', accountName: 'One', user: 'alice', keyId: 'AKIA', reason: 'r' };
const [LINE] = summary().accounts;
const account = (id: string, failed = 0) => ({ ...LINE!, id, failures: failed });

it.each<[string, Partial<FailureLine>, boolean]>([
  ['another message, which may name a date', { message: 'since 20 Nov' }, true],
  ['another name of its account', { accountName: 'Renamed' }, true],
  ['another account', { account: '2' }, false],
  ['another user', { user: 'bob' }, false],
  ['another key', { keyId: 'AKIB' }, false],
  ['another step', { step: 'disable' }, false],
  ['another error', { error: 'F' }, false],
])('a failure with %s', (_, change, same) => {
  expect(failureId({ ...FAILURE, ...change }) === failureId(FAILURE)).toBe(same);
});

it('a failure of an account is none of its users', () => {
  expect(failureId(OF_ACCOUNT)).not.toBe(failureId(FAILURE));
});

it.each<[string, Partial<BlockedLine>, boolean]>([
  ['another reason', { reason: 'since 20 Nov' }, true],
  ['another account', { account: '2' }, false],
  ['another user', { user: 'bob' }, false],
  ['another key', { keyId: 'AKIB' }, false],
])('a blocked key with %s', (_, change, same) => {
  expect(blockedId({ ...BLOCKED, ...change }) === blockedId(BLOCKED)).toBe(same);
});

it('a run saw its failures and its blocked keys, which are not mixed up', () => {
  const seen = seenIn(summary({ failures: [{ ...FAILURE, step: '', error: '' }], blocked: [BLOCKED] }));
  expect(new Set(seen).size).toBe(2);
  expect(seenIn(summary())).toEqual([]);
});

it.each([
  ['2026-11-20T23:59:00.000Z', '2026-11-20'],
  ['', '2026-11-21'],
])('the day of a run that started at "%s" is %s', (startedAt, expected) => {
  expect(dayOfRun(summary({ startedAt, reportedAt: '2026-11-21T00:10:00.000Z' }))).toBe(expected);
});

it.each([
  ['known', '2026-11-18'],
  ['new', '2026-11-21'],
])('what is %s was first seen on %s', (id, expected) => {
  expect(sinceOf({ summary: summary(), history: { ...NO_HISTORY, since: { known: '2026-11-18' } } }, id)).toBe(expected);
});

it.each([
  ['nothing', [], [0], 0],
  ['what the lists name', failures(2), [1, 1], 2],
  ['what they have no room for', failures(2), [1, 300], 301],
  ['those of the run, which are in no account', failures(2), [1], 2],
])('counts %s', (_, lines, ofAccounts, expected) => {
  const accounts = ofAccounts.map((failed, index) => account(String(index), failed));
  expect(failureCount(summary({ failures: lines, accounts }))).toBe(expected);
});

describe('what is remembered of a run', () => {
  it('is the sum over its accounts, and how many told nothing of their keys', () => {
    const keys = new KeyTable(NOW);
    const exemption = { by: 'group', exempt: true, since: '2026-01-01T00:00:00.000Z' } as const;
    keys.add({ id: '1', name: 'One' }, inventoryOf(recordedUser('a', [recordedKey(5), recordedKey(150)])));
    keys.add(
      { id: '2', name: 'Two' },
      inventoryOf(
        recordedUser('b', [recordedKey(5), recordedKey(200, { status: 'Inactive' })]),
        recordedUser('c', [recordedKey(300)], { exemption }),
      ),
    );
    keys.add({ id: '3', name: 'Three' }, undefined);
    const run = summary({
      accounts: [account('1', 3), account('2'), account('3'), account('4')],
      actions: [
        { action: 'rotate', done: 4, planned: 90, failed: 90, deferred: 90 },
        { action: 'disable', done: 5, planned: 0, failed: 0, deferred: 0 },
        { action: 'delete', done: 6, planned: 0, failed: 0, deferred: 0 },
        { action: 'warn', done: 7, planned: 0, failed: 0, deferred: 0 },
      ],
      failures: failures(2),
      blocked: [BLOCKED],
    });
    expect(historyDay({ summary: run, keys })).toEqual({
      day: '2026-11-21',
      runId: 'run-1',
      dryRun: false,
      ...{ keys: 5, active: 4, within: 2, over: 1, exempt: 1 },
      ...{ rotated: 4, disabled: 5, deleted: 6 },
      ...{ failures: 3, blocked: 1, missing: 2 },
    });
  });

  it('is nothing but zeros when it met nothing', () => {
    expect(historyDay({ summary: summary({ mode: 'dry run', accounts: [] }), keys: new KeyTable(NOW) })).toEqual({
      day: '2026-11-21',
      runId: 'run-1',
      dryRun: true,
      ...{ keys: 0, active: 0, within: 0, over: 0, exempt: 0 },
      ...{ rotated: 0, disabled: 0, deleted: 0 },
      ...{ failures: 0, blocked: 0, missing: 0 },
    });
  });
});
