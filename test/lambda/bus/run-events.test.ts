import { runEvents } from '../../../lambda/bus/run-events';
import { EVENT_SOURCE } from '../../../lambda/shared/names';
import { wrongWith } from '../../helpers/bus-events';
import { failures, summary } from '../reporter/factories';

const line = (id: string, status: 'partial' | 'silent' | 'unreadable' | 'not dispatched', more = {}) => ({
  ...{ id, name: `Account ${id[0]}`, status, usersSeen: 0, failures: 0, usersFailed: 0, usersLeft: 0 },
  ...more,
});
const told = (...given: Parameters<typeof runEvents>): Record<string, unknown>[] =>
  runEvents(...given).map(({ detailType, detail }) => {
    expect(wrongWith({ source: EVENT_SOURCE, detailType, detail: JSON.stringify(detail) })).toBeUndefined();
    return { detailType, ...detail };
  });

it('tells what came of a run, in numbers', () => {
  const events = told(
    summary({
      mode: 'dry run',
      forceRotate: 'alice',
      accounts: [line('111111111111', 'partial', { usersSeen: 7, failures: 3, usersFailed: 2, usersLeft: 1 })],
      usersSeen: 7,
      actions: [{ action: 'remove-orphan', done: 1, planned: 2, failed: 3, deferred: 4 }],
      failures: failures(3),
      blocked: [{ account: '111111111111', accountName: 'One', user: 'a', keyId: 'k', reason: 'r' }],
      mails: { sent: 5, failed: 6 },
    }),
    's3://results/runs/run-1/report.html',
  );
  expect(events).toEqual([
    {
      detailType: 'key rotation run reported',
      version: 1,
      id: 'run-1/reported',
      runId: 'run-1',
      at: '2026-11-21T04:00:00.000Z',
      startedAt: '2026-11-21T02:00:00.000Z',
      dryRun: true,
      forceRotate: 'alice',
      accounts: { succeeded: 0, partial: 1, failed: 0, silent: 0, unreadable: 0, notDispatched: 0, skipped: 0 },
      users: { seen: 7, failed: 2, left: 1 },
      actions: { 'remove-orphan': { done: 1, planned: 2, failed: 3, deferred: 4 } },
      blocked: 1,
      failures: 3,
      mails: { sent: 5, failed: 6 },
      report: 's3://results/runs/run-1/report.html',
    },
  ]);
});

it('tells of accounts that could tell nothing themselves, and not again of failures that were told', () => {
  const of = (id: string) => ({ account: id, accountName: `Account ${id[0]}` });
  const [, ...events] = told(
    summary({
      accounts: [
        line('111111111111', 'silent'),
        line('222222222222', 'unreadable', { failures: 1 }),
        line('333333333333', 'not dispatched', { failures: 1 }),
      ],
      failures: [
        ...failures(1),
        { ...of('222222222222'), step: 'read result', error: 'UnreadableResult', message: 'not JSON' },
        { ...of('333333333333'), step: 'dispatch', error: 'TooManyRequestsException', message: 'slow' },
      ],
    }),
    's3://report',
  );
  expect(events.map(({ detailType, account, error, dryRun, id }) => [detailType, account, error, dryRun, id])).toEqual([
    ['key rotation failed', '222222222222', 'UnreadableResult', false, 'run-1/222222222222/failed/read result/UnreadableResult'],
    [
      'key rotation failed',
      '333333333333',
      'TooManyRequestsException',
      false,
      'run-1/333333333333/failed/dispatch/TooManyRequestsException',
    ],
    ['key rotation failed', '111111111111', 'SilentAccount', false, 'run-1/111111111111/failed/account/SilentAccount'],
  ]);
});

it('tells that the manifest of a run cannot be read, without an account and without a mode', () => {
  const unreadable = { account: '', accountName: '', step: 'read manifest', error: 'UnreadableManifest', message: 'not JSON' };
  const [run, failed] = told(summary({ mode: 'unknown', failures: [unreadable] }), 's3://report');
  expect(run).not.toHaveProperty('dryRun');
  expect(failed).toMatchObject({ id: 'run-1/failed/read manifest/UnreadableManifest', error: 'UnreadableManifest' });
  expect(failed).not.toHaveProperty('account');
});
