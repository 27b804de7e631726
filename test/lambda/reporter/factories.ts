import type { AccountResult, RunManifest } from '../../../lambda/runs/schemas';
import type { FailureLine, RunSummary } from '../../../lambda/runs/run-summary';
import { KeyTable } from '../../../lambda/reporter/page/key-table';
import { newsOf } from '../../../lambda/reporter/page/run-news';
import type { ReportedRun } from '../../../lambda/reporter/run-view';
import { NO_HISTORY, type History } from '../../../lambda/runs/history';
import type { RecordedKey } from '../../../lambda/runs/schemas';
import { NOW } from '../../helpers/facts';
import { accountResult } from '../mail/factories';

/** `111111111111`, `222222222222`, … */
export const accountId = (n: number): string => String(n).repeat(12);

export const manifest = (accounts: number, overrides: Partial<RunManifest> = {}): RunManifest => ({
  runId: 'run-1',
  startedAt: '2026-11-21T02:00:00.000Z',
  dryRun: false,
  accounts: Array.from({ length: accounts }, (_, n) => ({
    id: accountId(n + 1),
    name: `Account ${n + 1}`,
    email: `a${n + 1}@example.com`,
  })),
  skipped: [],
  failed: [],
  ...overrides,
});

export const resultOf = (n: number, overrides: Partial<AccountResult> = {}): AccountResult =>
  accountResult({ account: { id: accountId(n), name: `Account ${n}`, email: `a${n}@example.com` }, usersSeen: 10, ...overrides });

/** The summary of a run in which one account had nothing to do. */
export const summary = (overrides: Partial<RunSummary> = {}): RunSummary => ({
  runId: 'run-1',
  startedAt: '2026-11-21T02:00:00.000Z',
  reportedAt: '2026-11-21T04:00:00.000Z',
  mode: 'enforcing',
  accounts: [{ id: '111111111111', name: 'One', status: 'succeeded', usersSeen: 3, failures: 0, usersFailed: 0, usersLeft: 0 }],
  skipped: [],
  usersSeen: 3,
  actions: [],
  failures: [],
  blocked: [],
  left: [],
  mails: { sent: 0, failed: 0 },
  ...overrides,
});
const failure = (n: number, message = 'm'): FailureLine => ({
  account: '111111111111',
  accountName: 'One',
  user: `user-${n}`,
  step: 'rotate',
  error: 'E',
  message,
});
/** So many failures of as many users. */
export const failures = (count: number, message?: string) => Array.from({ length: count }, (_, n) => failure(n, message));

/** A run as it is told of, after these runs and with these keys of one user. */
export function reported(summary: RunSummary, history: History = NO_HISTORY, ...keys: RecordedKey[]): ReportedRun {
  const table = new KeyTable(NOW);
  if (keys.length > 0)
    table.add({ id: accountId(1), name: 'One' }, { policy: { rotateMs: 0, disableMs: 0, deleteMs: 0 }, users: [{ user: 'alice', keys }] });
  return { summary, news: newsOf({ summary, history, keys: table, whole: true }) };
}
