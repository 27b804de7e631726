import { ACTIONS, isAction } from '../shared/actions';
import type { SummaryAction, SummaryLine, SummaryList, SummaryRun } from '../mail/model';
import { explain, saysAll } from '../mail/explain';
import { policyLineWords } from '../mail/policy-words';
import { count, showMoment, withShownDates } from '../mail/words';
import { totalsOf, type BlockedLine, type FailureLine, type RunSummary } from '../runs/run-summary';
import { knownRemedyFor } from '../mail/remedies';
import type { RunNews } from './page/run-news';

/** A run that is told of, with what is new in it. */
export interface ReportedRun {
  summary: RunSummary;
  news: RunNews;
}

/** Where a run's report is: for commands, and in the console, empty where there is none. */
export interface ReportPlace {
  location: string;
  url: string;
}

const number = (value: number): string => value.toLocaleString('en-US');
const named = (name: string, id: string): string => (name ? `${name} (${id})` : id || 'Run');

function modeOf({ mode, forceRotate }: RunSummary): string {
  const words = { enforcing: 'Enforcing', 'dry run': 'Dry run: nothing was changed', unknown: 'Unknown: the manifest cannot be read' };
  return forceRotate === undefined ? words[mode] : `${words[mode]}; forced rotation of ${forceRotate}`;
}

function actionsOf(summary: RunSummary): SummaryAction[] {
  const order = Object.keys(ACTIONS);
  const rank = (action: string): number => (isAction(action) ? order.indexOf(action) : order.length);
  return summary.actions
    .toSorted((a, b) => rank(a.action) - rank(b.action))
    .flatMap(({ action, done, planned, failed, deferred }) => {
      const label = isAction(action) ? ACTIONS[action].label : action;
      if (label === undefined) return [];
      return { action: label, done: number(done), planned: number(planned), failed: number(failed), deferred: number(deferred) };
    });
}

function list(title: string, lines: SummaryLine[], calm = false): SummaryList[] {
  return lines.length === 0 ? [] : [{ title, lines, more: '', calm }];
}

const failureLine = (failure: FailureLine): SummaryLine => ({
  where: [named(failure.accountName, failure.account), ...(failure.user === undefined ? [] : [failure.user])].join(' · '),
  what: explain(failure),
  todo: remediesOf([failure]),
});

const blockedLine = ({ account, accountName, user, keyId, reason }: BlockedLine): SummaryLine => ({
  where: [named(accountName, account), user, keyId].filter((part) => part !== '').join(' · '),
  what: withShownDates(reason),
  todo: '',
});

/** What a person does about several failures, each remedy once. */
const remediesOf = (failures: readonly { error: string }[]): string =>
  [...new Set(failures.flatMap(({ error }) => (saysAll(error) ? [] : (knownRemedyFor(error) ?? []))))].join(' ');

/** The line of something that was there before, with since when; what to do was said then. */
const again = ({ where, what }: SummaryLine, since: string): SummaryLine => ({ where, what: `since ${since}: ${what}`, todo: '' });

function listsOf(summary: RunSummary, { failures, blocked, gone, coming }: RunNews): SummaryList[] {
  return [
    ...list('New failures', failures.fresh.map(failureLine)),
    ...list(
      'Accounts that never answered',
      summary.accounts
        .filter(({ status }) => status === 'silent')
        .map(({ id, name }) => ({
          where: named(name, id),
          what: 'The account was dispatched, and no result was stored.',
          todo: 'The queue of failed events holds what failed for good: iam-keys redrive lists it and runs it again.',
        })),
    ),
    ...list('Newly blocked keys', blocked.fresh.map(blockedLine)),
    ...list(
      'Still failing',
      failures.known.map((line) => again(failureLine(line), line.since)),
    ),
    ...list(
      'Still blocked',
      blocked.known.map((line) => again(blockedLine(line), line.since)),
    ),
    ...list(
      'Users left for the next run',
      summary.left.map(({ account, accountName, users, more }) => ({
        where: named(accountName, account),
        what: `${count(users.length + more, 'user')}: ${users.join(', ')}${more > 0 ? ` and ${count(more, 'more', 'more')}` : ''}`,
        todo: '',
      })),
    ),
    ...list(
      'No longer failing or blocked',
      gone > 0
        ? [{ where: count(gone, 'of the day before', 'of the day before'), what: 'This run did not meet them again.', todo: '' }]
        : [],
      true,
    ),
    ...(summary.policies ?? []).flatMap((line) =>
      list(
        'Policies of their own',
        [{ where: `Policy ${line.policy}`, what: `${line.policy}: ${policyLineWords(line)}`, todo: remediesOf(line.failures) }],
        line.failed + line.blocked === 0,
      ),
    ),
    ...list(
      'Next seven days',
      coming.map(({ day, what }) => ({ where: day, what, todo: '' })),
      true,
    ),
  ];
}

/** One run as the mail shows it, lists as the summary has them. */
export function viewRun({ summary, news }: ReportedRun, { location: report, url: reportUrl }: ReportPlace): SummaryRun {
  const totals = totalsOf(summary);
  const rows: [string, number, 'always' | 'when any'][] = [
    ['Accounts', summary.accounts.length, 'always'],
    ['Done', totals.succeeded, 'always'],
    ['Partly done', totals.partial, 'always'],
    ['Failed', totals.failed, 'always'],
    ['Never answered', totals.silent, 'always'],
    ['Not dispatched', totals.notDispatched, 'when any'],
    ['Results that cannot be read', totals.unreadable, 'when any'],
    ['Skipped accounts', totals.skipped, 'always'],
    ['Users seen', summary.usersSeen, 'always'],
    ['Users with failures', totals.usersFailed, 'when any'],
    ['Users left for the next run', totals.usersLeft, 'when any'],
    ['Mails sent', summary.mails.sent, 'always'],
    ['Mails failed', summary.mails.failed, 'when any'],
  ];
  const actions = actionsOf(summary);
  return {
    runId: summary.runId,
    started: showMoment(summary.startedAt),
    mode: modeOf(summary),
    totals: rows.filter(([, value, shown]) => shown === 'always' || value > 0).map(([label, value]) => ({ label, value: number(value) })),
    hasActions: actions.length > 0,
    actions,
    lists: listsOf(summary, news),
    report,
    reportUrl,
  };
}
