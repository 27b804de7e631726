import { escapeHtml, templateData } from '../mail/escape';
import type { SummaryData, SummaryRun } from '../mail/model';
import { MAX_HTML_BYTES, MAX_TEMPLATE_DATA_CHARACTERS } from '../mail/pages';
import { clip, count } from '../mail/words';
import { isBlocking } from '../shared/actions';
import { totalsOf, type RunSummary } from '../runs/run-summary';
import { viewRun, type ReportedRun, type ReportPlace } from './run-view';

/** Lines per list in the mail; the report holds all. */
const MAX_LINES = 50;
/** Characters per line in the mail. */
const MAX_TEXT_CHARACTERS = 500;
/** Bytes of HTML that the template has around runs, and that it adds to each run, list, line, action and figure, at most. */
const MARKUP_BYTES = { mail: 16_000, run: 1_500, list: 150, line: 130, action: 180, figure: 90 } as const;

/** In DryRun the state of a replica is planned to be remembered, and the key is blocked all the same. */
const blockedIn = ({ actions }: RunSummary): number =>
  actions.filter(({ action }) => isBlocking(action)).reduce((sum, { done, planned }) => sum + done + planned, 0);

function headlineOf(runs: readonly ReportedRun[]): { headline: string; clean: boolean } {
  const summaries = runs.map(({ summary }) => summary);
  const all = summaries.map(totalsOf);
  const sum = (of: (totals: (typeof all)[number]) => number): number => all.reduce((total, totals) => total + of(totals), 0);
  const problems: [number, string][] = [
    [sum((t) => t.failed), 'failed'],
    [sum((t) => t.notDispatched), 'not dispatched'],
    [sum((t) => t.unreadable), 'unreadable'],
    [sum((t) => t.partial), 'partly done'],
    [sum((t) => t.silent), 'never answered'],
  ];
  const troubled = problems.reduce((total, [number]) => total + number, 0);
  const blocked = summaries.reduce((total, summary) => total + blockedIn(summary), 0);
  const listed = summaries.reduce((total, summary) => total + summary.failures.length + summary.left.length, 0);
  const fresh = runs.reduce((total, { news }) => total + news.failures.fresh.length + news.blocked.fresh.length, 0);
  const accounts = count(
    summaries.reduce((total, { accounts: lines }) => total + lines.length, 0),
    'account',
  );
  const verdict =
    troubled > 0
      ? `${count(troubled, 'needs a look', 'need a look')}: ${problems.flatMap(([number, word]) => (number > 0 ? [`${number} ${word}`] : [])).join(', ')}`
      : listed > 0
        ? 'with failures'
        : 'all done';
  const parts = [
    ...(summaries.every(({ mode }) => mode === 'dry run') ? ['dry run'] : []),
    ...(summaries.length > 1 ? [count(summaries.length, 'run')] : []),
    accounts,
    verdict,
    ...(blocked > 0 ? [`${count(blocked, 'key')} blocked`] : []),
    ...(listed + blocked > 0 ? [fresh > 0 ? count(fresh, 'new', 'new') : 'nothing new'] : []),
  ];
  return { headline: parts.join(', '), clean: troubled + listed + blocked === 0 };
}

function cut(run: SummaryRun, lines: number): SummaryRun {
  return {
    ...run,
    lists: run.lists.map((list) => ({
      ...list,
      lines: list.lines.slice(0, lines).map(({ where, what, todo }) => ({
        where: clip(where, MAX_TEXT_CHARACTERS),
        what: clip(what, MAX_TEXT_CHARACTERS),
        todo: clip(todo, MAX_TEXT_CHARACTERS),
      })),
      more: list.lines.length > lines ? `and ${count(list.lines.length - lines, 'more', 'more')} in the complete report` : '',
    })),
  };
}

const textBytes = (value: unknown): number => {
  if (typeof value === 'string') return Buffer.byteLength(escapeHtml(value));
  return typeof value === 'object' && value !== null ? Object.values(value).reduce((sum: number, one) => sum + textBytes(one), 0) : 0;
};

function htmlBytes({ headline, runs }: SummaryData): number {
  const { mail, run, list, line, action, figure } = MARKUP_BYTES;
  const ofRun = ({ lists, actions, totals }: SummaryRun): number =>
    run + actions.length * action + totals.length * figure + lists.reduce((sum, { lines }) => sum + list + lines.length * line, 0);
  // The headline is also the mail's title.
  return mail + 2 * textBytes(headline) + textBytes(runs) + runs.reduce((sum, one) => sum + ofRun(one), 0);
}

/** Gmail shows it whole, and SES takes its data. */
const fits = (data: SummaryData): boolean =>
  htmlBytes(data) < MAX_HTML_BYTES && Buffer.byteLength(JSON.stringify(templateData(data))) < MAX_TEMPLATE_DATA_CHARACTERS;

/** A run without what it did, action by action, which its report has. */
const withoutActions = (run: SummaryRun): SummaryRun => ({ ...run, hasActions: false, actions: [] });

/** The administrator's mail about these runs; lists are cut, evenly, until Gmail shows it whole and SES takes the data, and actions go last. */
export function adminMail(reported: readonly ReportedRun[], placeOf: (runId: string) => ReportPlace): SummaryData {
  const runs = reported.map((run) => viewRun(run, placeOf(run.summary.runId)));
  for (let lines = MAX_LINES; ; lines = Math.floor(lines / 2)) {
    const data = { ...headlineOf(reported), runs: runs.map((run) => cut(run, lines)) };
    if (fits(data)) return data;
    if (lines === 0) return { ...data, runs: data.runs.map(withoutActions) };
  }
}
