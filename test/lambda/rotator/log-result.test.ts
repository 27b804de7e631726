import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { logResult } from '../../../lambda/rotator/log-result';
import type { AccountResult } from '../../../lambda/runs/schemas';
import { ACCOUNT, NEW, OLD } from '../../helpers/facts';
import { accountResult, action, userResult } from '../../helpers/results';

/** What is logged and counted for one result. */
function report(result: AccountResult) {
  const logger = new Logger({ serviceName: 'test', logLevel: 'SILENT' });
  const metrics = new Metrics({ namespace: 'test', serviceName: 'test' });
  const lines: [string, unknown, unknown][] = [];
  for (const level of ['info', 'warn', 'error'] as const) {
    jest.spyOn(logger, level).mockImplementation((...[message, facts]) => lines.push([level, message, facts]));
  }
  const counts: Record<string, number> = {};
  jest.spyOn(metrics, 'addMetric').mockImplementation((name, _, value) => {
    counts[name] = (counts[name] ?? 0) + value;
    return metrics;
  });
  const dimensions = jest.spyOn(metrics, 'addDimension');
  logResult(logger, metrics, result, { unit: 'days', days: 100 });
  return { lines, counts, dimensions };
}
const run = { runId: 'run-1', account: ACCOUNT, dryRun: false };

it('writes one line per action, with run, account, user, key and reason', () => {
  const { lines } = report(accountResult({ users: [userResult('alice', action(), action({ action: 'wait' }))] }));
  expect(lines).toEqual([
    ['info', 'action', { ...run, user: 'alice', action: 'rotate', keyId: OLD, reason: 'it is 95 days old', outcome: 'done' }],
    ['info', 'account done', { ...run, status: 'succeeded', coverage: 'report', usersSeen: 1, failures: 0 }],
  ]);
});

it('writes one line per failure, and names the users who were left', () => {
  const failure = { user: 'alice', step: 'rotate', error: 'AccessDenied', message: 'no' };
  const { lines } = report(accountResult({ status: 'partial', failures: [failure], left: ['bob'] }));
  expect(lines).toContainEqual(['error', 'failure', { ...run, user: 'alice', step: 'rotate', error: 'AccessDenied', reason: 'no' }]);
  expect(lines).toContainEqual(['warn', 'users left for the next run', { ...run, left: ['bob'] }]);
});

it('counts what was done, not what was planned, failed or deferred', () => {
  const kinds = [
    'rotate',
    'disable',
    'delete',
    'notify',
    'warn',
    'note-reenabled',
    'remove-orphan',
    'hold',
    'blocked',
    'wait-for-replica',
  ] as const;
  const done = kinds.map((kind) => action({ action: kind }));
  const others = (['planned', 'failed', 'deferred'] as const).flatMap((outcome) => kinds.map((kind) => action({ action: kind, outcome })));
  const { counts } = report(accountResult({ users: [userResult('alice', ...done, ...others)] }));
  expect(counts).toEqual({
    KeysRotated: 1,
    KeysDisabled: 1,
    KeysDeleted: 1,
    NoticesGiven: 1,
    WarningsGiven: 1,
    KeysReenabled: 1,
    OrphansRemoved: 1,
    KeysHeld: 1,
    KeysBlocked: 2,
    UsersExamined: 1,
    Failures: 0,
    UsersLeft: 0,
    AccountsFailed: 0,
    KeysOverdue: 0,
    KeysUntold: 0,
  });
});

const key = (keyId: string, ageDays: number, status: 'Active' | 'Inactive' = 'Active') => ({
  keyId,
  status,
  ageDays,
  created: '2026-01-01T00:00:00Z',
});

it('tells the age of the oldest active key that was looked at', () => {
  const alice = { ...userResult('alice', action()), keys: [key(OLD, 95), key(NEW, 400, 'Inactive')] };
  const bob = { ...userResult('bob', action()), keys: [key('AKIABOB', 130)] };
  expect(report(accountResult({ users: [alice, bob] })).counts['OldestActiveKeyDays']).toBe(130);
  expect(report(accountResult()).counts).not.toHaveProperty('OldestActiveKeyDays');
});

it.each([
  ['blocked at the age of its disabling', action({ action: 'blocked' }), key(OLD, 100), 1],
  ['waiting for a replica at that age', action({ action: 'wait-for-replica' }), key(OLD, 100), 1],
  ['blocked before that age', action({ action: 'blocked' }), key(OLD, 99), 0],
  ['blocked in a dry run', action({ action: 'blocked', outcome: 'planned' }), key(OLD, 400), 0],
  ['rotated', action(), key(OLD, 400), 0],
  ['inactive', action({ action: 'blocked' }), key(OLD, 400, 'Inactive'), 0],
  ['another one than the blocked key', action({ action: 'blocked' }), key(NEW, 400), 0],
])('counts a key that is %s: overdue %#', (_, done, seen, overdue) => {
  expect(report(accountResult({ users: [{ ...userResult('alice', done), keys: [seen] }] })).counts['KeysOverdue']).toBe(overdue);
});

it.each([
  ['NobodyToldError', 100, [1, 1]],
  ['NobodyToldError', 99, [1, 0]],
  ['AccessDenied', 100, [0, 0]],
])('counts a key with the failure %s at %d days as untold, and as overdue: %j', (error, ageDays, expected) => {
  const failures = [{ user: 'alice', keyId: OLD, step: 'announce', error, message: 'nobody could be told' }];
  const users = [{ ...userResult('alice', action({ action: 'announce' })), keys: [key(OLD, ageDays), key(NEW, 400)] }];
  const { counts } = report(accountResult({ users, failures }));
  expect([counts['KeysUntold'], counts['KeysOverdue']]).toEqual(expected);
});

it.each([
  ['failed', 1],
  ['partial', 0],
] as const)('counts a %s account %d times', (status, times) => {
  expect(report(accountResult({ status })).counts['AccountsFailed']).toBe(times);
});

it('gives no metric a dimension: each account would cost money', () => {
  expect(report(accountResult({ users: [userResult('alice', action())] })).dimensions).not.toHaveBeenCalled();
});
