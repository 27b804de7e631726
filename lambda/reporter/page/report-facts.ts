import { firstSeen, sameness, type History, type HistoryDay } from '../../runs/history';
import type { BlockedLine, FailureLine, RunSummary } from '../../runs/run-summary';
import type { KeyTable } from './key-table';
import type { ActionList } from './action-list';

/** Everything that a report shows. */
export interface ReportFacts {
  summary: RunSummary;
  keys: KeyTable;
  actions: ActionList;
  /** Of the runs before this one. */
  history: History;
  /** The run was about the whole organization. */
  whole: boolean;
  /** Where the file with every key is. */
  keysFile: string;
}

/** What makes a failure the same as yesterday's. */
export const failureId = ({ account, user, keyId, step, error }: FailureLine): string => sameness('f', account, user, keyId, step, error);
/** What makes a blocked key the same as yesterday's. */
export const blockedId = ({ account, user, keyId }: BlockedLine): string => sameness('b', account, user, keyId);

/** The day of a run, `2026-11-21`; that of its report when the run's is not known. */
export const dayOfRun = ({ startedAt, reportedAt }: RunSummary): string => (startedAt || reportedAt).slice(0, 10);

/** The day on which a run first saw this, when every run since has seen it. */
export const sinceOf = ({ history, summary }: Pick<ReportFacts, 'history' | 'summary'>, id: string): string =>
  firstSeen(history, id, dayOfRun(summary));

/** Failures of a run, those included that its lists have no room for. */
export const failureCount = ({ accounts, failures }: RunSummary): number =>
  Math.max(
    failures.length,
    accounts.reduce((sum, account) => sum + account.failures, 0),
  );

/** What is remembered of a run of the whole organization. */
export function historyDay({ summary, keys }: Pick<ReportFacts, 'summary' | 'keys'>): HistoryDay {
  const sum = (of: 'keys' | 'active' | 'within' | 'over' | 'exempt'): number =>
    keys.accounts.reduce((total, account) => total + account[of], 0);
  const done = (name: string): number => summary.actions.find(({ action }) => action === name)?.done ?? 0;
  return {
    day: dayOfRun(summary),
    runId: summary.runId,
    dryRun: summary.mode === 'dry run',
    keys: sum('keys'),
    active: sum('active'),
    within: sum('within'),
    over: sum('over'),
    exempt: sum('exempt'),
    rotated: done('rotate'),
    disabled: done('disable'),
    deleted: done('delete'),
    failures: failureCount(summary),
    blocked: summary.blocked.length,
    missing: summary.accounts.length - keys.accounts.length,
  };
}

/** All that fails or is blocked in a run, for the history. */
export const seenIn = ({ failures, blocked }: RunSummary): string[] => [...failures.map(failureId), ...blocked.map(blockedId)];
