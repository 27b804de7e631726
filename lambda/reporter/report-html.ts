import { escapeHtml } from '../mail/escape';
import type { SummaryList } from '../mail/model';
import type { RunSummary } from '../runs/run-summary';
import { viewRun } from './run-view';

const STYLE = `
body{margin:0 auto;padding:32px 24px;max-width:960px;color:#1c2733;font:15px/1.5 -apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif}
h1{font-size:24px;line-height:1.3;margin:0 0 4px}h2{font-size:18px;margin:32px 0 8px;color:#0b5394}p{margin:0 0 8px;color:#5a6775}
table{border-collapse:collapse;width:100%;font-size:14px}th,td{padding:6px 12px;border:1px solid #dfe5eb;text-align:left;vertical-align:top;overflow-wrap:anywhere}
th{background:#f2f6fa;font-weight:600}.n{text-align:right;white-space:nowrap}.narrow{max-width:420px}
@media print{body{padding:0;max-width:none}h2{break-after:avoid}tr{break-inside:avoid}thead{display:table-header-group}}`;

const cell = (text: string, numeric = false): string => `<td${numeric ? ' class="n"' : ''}>${escapeHtml(text)}</td>`;
const row = (cells: readonly string[]): string => `<tr>${cells.join('')}</tr>\n`;

function table(headings: readonly string[], rows: readonly string[], numericFrom = headings.length, name = ''): string {
  const head = headings.map((heading, index) => `<th${index >= numericFrom ? ' class="n"' : ''}>${escapeHtml(heading)}</th>`);
  return `<table${name && ` class="${name}"`}><thead>${row(head)}</thead><tbody>\n${rows.join('')}</tbody></table>\n`;
}

const listTable = ({ title, lines }: SummaryList): string =>
  `<h2>${escapeHtml(title)} (${lines.length})</h2>\n${table(
    ['Where', 'What'],
    lines.map(({ where, what }) => row([cell(where), cell(what)])),
  )}`;

/** The run as one HTML page that needs nothing else: lists as the summary has them, every value escaped, printable. */
export function reportHtml(summary: RunSummary): string {
  const view = viewRun(summary, '');
  const skipped: SummaryList = {
    title: 'Skipped accounts',
    lines: summary.skipped.map(({ account, name, reason }) => ({ where: `${name} (${account})`, what: reason })),
    more: '',
  };
  const lists = [...view.lists, ...(skipped.lines.length > 0 ? [skipped] : [])];
  const totals = view.totals.map(({ label, value }) => row([cell(label), cell(value, true)]));
  const actions = view.actions.map((one) =>
    row([cell(one.action), ...[one.done, one.planned, one.failed, one.deferred].map((value) => cell(value, true))]),
  );
  const accounts = summary.accounts.map(({ id, name, status, usersSeen, failures }) =>
    row([cell(name), cell(id), cell(status), cell(String(usersSeen), true), cell(String(failures), true)]),
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Access key rotation: run ${escapeHtml(summary.runId)}</title>
<style>${STYLE}
</style>
</head>
<body>
<h1>Access key rotation: run report</h1>
<p>${escapeHtml(view.mode)} &middot; started ${escapeHtml(view.started)} &middot; run ${escapeHtml(summary.runId)}</p>
<h2>Totals</h2>
${table(['', 'Count'], totals, 1, 'narrow')}
${actions.length > 0 ? `<h2>Actions</h2>\n${table(['Action', 'Done', 'Planned', 'Failed', 'Postponed'], actions, 1)}` : ''}
${lists.map(listTable).join('\n')}
<h2>Accounts (${summary.accounts.length})</h2>
${table(['Account', 'Id', 'Status', 'Users seen', 'Failures'], accounts, 3)}
</body>
</html>
`;
}
