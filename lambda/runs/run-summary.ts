import type { z } from 'zod';
import { isBlocking } from '../shared/actions';
import { FairLines } from './fair-lines';
import { PolicyLines } from './policy-lines';
import type { Unreadable } from './run-store';
import type { AccountRef, StoredManifest, StoredResult } from './schemas';
import type { runSummary } from './summary-schema';

/** Accounts get this long from the start of a run, in milliseconds; those that have not answered then are silent. */
export const ANSWER_TIME_MS = 30 * 60_000;

/** Everything worth knowing about one run. */
export type RunSummary = z.output<typeof runSummary>;
/** One account in a run's summary. */
type AccountLine = RunSummary['accounts'][number];
/** A failure with the account it happened in; the account is empty when it concerns the run. */
export type FailureLine = RunSummary['failures'][number];
/** A key whose step is due but cannot be taken. */
export type BlockedLine = RunSummary['blocked'][number];
/** How often one kind of action was taken. */
type ActionCount = RunSummary['actions'][number];

/** The counts that mails, reports and metrics show. */
export interface RunTotals {
  succeeded: number;
  partial: number;
  failed: number;
  silent: number;
  unreadable: number;
  notDispatched: number;
  skipped: number;
  usersFailed: number;
  usersLeft: number;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const byAccount = <T extends { account: string }>(lines: readonly T[]): T[] => lines.toSorted((a, b) => compare(a.account, b.account));

/** Lines of one kind in a summary; of each account there is one at the least. */
const MAX_LINES = 10_000;
/** Characters of what AWS or we say of one key; the account's own result has all. */
const MAX_TEXT_CHARACTERS = 600;

const clipped = (text: string): string => (text.length <= MAX_TEXT_CHARACTERS ? text : `${text.slice(0, MAX_TEXT_CHARACTERS - 1)}…`);

type LeftUser = Pick<FailureLine, 'account' | 'accountName'> & { user: string };
type Told<Line> = FairLines<Line>['accounts'][number];

const elsewhere = (more: number): string => `${more} more ${more === 1 ? 'is' : 'are'} in the account's result`;

function failuresOf({ lines, more }: Told<FailureLine>): FailureLine[] {
  const [first] = lines;
  if (!first || more === 0) return lines;
  const { account, accountName } = first;
  return [...lines, { account, accountName, step: 'account', error: 'MoreFailures', message: elsewhere(more) }];
}

function blockedOf({ lines, more }: Told<BlockedLine>): BlockedLine[] {
  const [first] = lines;
  return first && more > 0 ? [...lines, { ...first, user: '', keyId: '', reason: elsewhere(more) }] : lines;
}

function leftOf({ lines, more }: Told<LeftUser>): RunSummary['left'] {
  const [first] = lines;
  return first ? [{ account: first.account, accountName: first.accountName, users: lines.map(({ user }) => user), more }] : [];
}

/**
 * Collects the answers of one run, one after another, so that ten thousand results are never in memory together, nor all their failures.
 */
export class RunSummaryBuilder {
  private readonly lines: AccountLine[] = [];
  private readonly counts = new Map<string, ActionCount>();
  /** Of the run, of accounts that cannot be read or were not reached. */
  private readonly ofRun: FailureLine[] = [];
  private readonly failures = new FairLines<FailureLine>(MAX_LINES);
  private readonly blocked = new FairLines<BlockedLine>(MAX_LINES);
  private readonly left = new FairLines<LeftUser>(MAX_LINES);
  private readonly mails = { sent: 0, failed: 0 };
  private readonly policies = new PolicyLines();
  private readonly answered = new Set<string>();

  /** Takes one account's result, or the reason why it cannot be read. */
  add(account: Pick<AccountRef, 'id' | 'name'>, result: StoredResult | Unreadable): void {
    this.answered.add(account.id);
    const of = { account: account.id, accountName: account.name };
    if ('unreadable' in result) {
      this.ofRun.push({ ...of, step: 'read result', error: 'UnreadableResult', message: result.unreadable });
      this.lines.push({
        id: account.id,
        name: account.name,
        status: 'unreadable',
        usersSeen: 0,
        failures: 1,
        usersFailed: 0,
        usersLeft: 0,
      });
      return;
    }
    const { status, usersSeen, failures, left, mails, users } = result;
    const usersFailed = new Set(failures.flatMap(({ user }) => user ?? [])).size;
    this.lines.push({ ...account, status, usersSeen, failures: failures.length, usersFailed, usersLeft: left.length });
    this.failures.add(failures.map((failure) => ({ ...of, ...failure, message: clipped(failure.message) })));
    this.left.add(left.map((user) => ({ ...of, user })));
    this.policies.add(account, result.policies);
    for (const { outcome } of mails) this.mails[outcome] += 1;
    const blocked: BlockedLine[] = [];
    for (const { user, actions } of users) {
      for (const { action, outcome, keyId, reason } of actions) {
        const counted = this.counts.get(action) ?? { action, done: 0, planned: 0, failed: 0, deferred: 0 };
        counted[outcome] += 1;
        this.counts.set(action, counted);
        if (isBlocking(action)) blocked.push({ ...of, user, keyId: keyId ?? '', reason: clipped(reason) });
      }
    }
    this.blocked.add(blocked);
  }

  /** The summary, once every answer was taken; accounts of the manifest without an answer are silent or were not dispatched. */
  build(run: { runId: string; manifest: StoredManifest | Unreadable; reportedAt: Date }): RunSummary {
    const { runId, manifest } = run;
    const known = 'unreadable' in manifest ? undefined : manifest;
    if ('unreadable' in manifest) {
      this.ofRun.push({
        account: '',
        accountName: '',
        step: 'read manifest',
        error: 'UnreadableManifest',
        message: manifest.unreadable,
      });
    }
    const notDispatched = new Map(known?.failed.map((failed) => [failed.account, failed]));
    const dispatched = new Map(known?.accounts.map(({ id, name }) => [id, name]));
    for (const id of new Set([...dispatched.keys(), ...notDispatched.keys()])) {
      if (this.answered.has(id)) continue;
      const name = dispatched.get(id) ?? '';
      const failed = notDispatched.get(id);
      if (failed) this.ofRun.push({ account: id, accountName: name, step: 'dispatch', error: failed.error, message: failed.message });
      const status = failed ? 'not dispatched' : 'silent';
      this.lines.push({ id, name, status, usersSeen: 0, failures: failed ? 1 : 0, usersFailed: 0, usersLeft: 0 });
    }
    const policies = this.policies.all();
    return {
      runId,
      startedAt: known?.startedAt ?? ('unreadable' in manifest ? (manifest.written ?? '') : ''),
      reportedAt: run.reportedAt.toISOString(),
      mode: known === undefined ? 'unknown' : known.dryRun ? 'dry run' : 'enforcing',
      ...(known?.forceRotate === undefined ? {} : { forceRotate: known.forceRotate }),
      accounts: this.lines.toSorted((a, b) => compare(a.id, b.id)),
      skipped: known?.skipped ?? [],
      usersSeen: this.lines.reduce((sum, line) => sum + line.usersSeen, 0),
      actions: [...this.counts.values()],
      failures: byAccount([...this.ofRun, ...this.failures.accounts.flatMap(failuresOf)]),
      blocked: byAccount(this.blocked.accounts.flatMap(blockedOf)),
      left: byAccount(this.left.accounts.flatMap(leftOf)),
      mails: this.mails,
      ...(policies.length > 0 && { policies }),
    };
  }
}

/** Counts what a summary lists. */
export function totalsOf(summary: RunSummary): RunTotals {
  const of = (status: AccountLine['status']): number => summary.accounts.filter((line) => line.status === status).length;
  return {
    succeeded: of('succeeded'),
    partial: of('partial'),
    failed: of('failed'),
    silent: of('silent'),
    unreadable: of('unreadable'),
    notDispatched: of('not dispatched'),
    skipped: summary.skipped.length,
    usersFailed: summary.accounts.reduce((sum, line) => sum + line.usersFailed, 0),
    usersLeft: summary.accounts.reduce((sum, line) => sum + line.usersLeft, 0),
  };
}
