import { totalsOf, type RunSummary } from '../runs/run-summary';
import type { Failure } from '../runs/schemas';
import { failureEvent, ids } from './account-events';
import { DETAIL_TYPES, EVENT_VERSION } from './detail-types';
import type { EventDetail } from './event-schemas';
import type { BusEvent } from './put-events';

/** What failed in a run beside what its accounts have told themselves: those that were not reached, never answered or cannot be read. */
const STEPS_OF_RUN = new Set(['dispatch', 'read result', 'read manifest']);

/** Events of one run that is reported: its summary, and each account that told nothing itself. `report` is where the report is. */
export function runEvents(summary: RunSummary, report: string): BusEvent[] {
  const { runId, reportedAt: at } = summary;
  const idOf = ids(runId);
  const dryRun = summary.mode === 'unknown' ? {} : { dryRun: summary.mode === 'dry run' };
  const failures = summary.failures.filter(({ step }) => STEPS_OF_RUN.has(step));
  const silent = summary.accounts.filter(({ status }) => status === 'silent');
  const failed = (account: string, accountName: string, failure: Failure): BusEvent =>
    failureEvent({ version: EVENT_VERSION, runId, at, ...(account !== '' && { account }), accountName, ...dryRun }, failure, (...parts) =>
      idOf(account === '' ? undefined : account, ...parts),
    );
  return [
    { detailType: DETAIL_TYPES.run, detail: runDetail(summary, report, dryRun) },
    ...failures.map(({ account, accountName, ...failure }) => failed(account, accountName, failure)),
    ...silent.map(({ id, name }) =>
      failed(id, name, { step: 'account', error: 'SilentAccount', message: 'the account was dispatched and never answered' }),
    ),
  ];
}

function runDetail(summary: RunSummary, report: string, dryRun: { dryRun?: boolean }): EventDetail<'run'> {
  const { runId, startedAt, reportedAt, forceRotate, usersSeen, actions, blocked, accounts, mails } = summary;
  const { usersFailed, usersLeft, ...totals } = totalsOf(summary);
  return {
    version: EVENT_VERSION,
    id: `${runId}/reported`,
    runId,
    at: reportedAt,
    startedAt,
    ...dryRun,
    ...(forceRotate !== undefined && { forceRotate }),
    accounts: totals,
    users: { seen: usersSeen, failed: usersFailed, left: usersLeft },
    actions: Object.fromEntries(actions.map(({ action, ...counts }) => [action, counts])),
    blocked: blocked.length,
    failures: accounts.reduce((sum, line) => sum + line.failures, 0),
    mails,
    report,
  };
}
