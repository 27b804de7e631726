import { escape } from 'html-escaper';
import { pageHead } from '../../lambda/shared/page-head';
import { pageStyle } from '../page-style';
import type { Controls } from './controls';
import { minute } from './passage';
import { PREFIX } from './prefix';

const STYLE = pageStyle('demo/serve/pages.css');

/** HTML that may stand in a page as it is. */
export interface Html {
  html: string;
}
/** What a cell of a table shows; text is escaped. */
export type Cell = string | number | Html;

/** A link below PREFIX. */
export const link = (text: string, ...path: readonly string[]): Html => ({
  html: `<a href="${PREFIX}${path.map(encodeURIComponent).join('/')}">${escape(text)}</a>`,
});

/** Some cells in one, with commas between them. */
export const joined = (cells: readonly Cell[]): Html => ({ html: cells.map(shown).join(', ') });

/** A moment as `minute` writes it, which is not broken into lines. */
const MOMENT = /^\d{4}-\d\d-\d\d \d\d:\d\d UTC$/;
const shown = (cell: Cell): string => {
  if (typeof cell === 'object') return cell.html;
  const text = escape(String(cell));
  return MOMENT.test(text) ? `<span class="moment">${text}</span>` : text;
};

/** A table that a phone shows as cards; `nothing` is said where it has no row. */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[], nothing = 'Nothing yet.'): string {
  if (rows.length === 0) return `<p class="empty">${escape(nothing)}</p>`;
  const cells = (row: readonly Cell[]): string =>
    row.map((cell, at) => `<td data-title="${escape(head[at] ?? '')}"><div>${shown(cell)}</div></td>`).join('');
  const body = rows.map((row) => `<tr>${cells(row)}</tr>`).join('\n');
  return `<table class="rows"><thead><tr>${head.map((name) => `<th scope="col">${escape(name)}</th>`).join('')}</tr></thead><tbody>${body}</tbody></table>`;
}

/** Facts by name, those without a value left out. */
export function facts(all: readonly (readonly [name: string, value: Cell])[]): string {
  const known = all.filter(([, value]) => value !== '' && value !== 0);
  return `<dl class="facts">${known.map(([name, value]) => `<dt>${escape(name)}</dt><dd>${shown(value)}</dd>`).join('')}</dl>`;
}

/** A part of a page under a title; content is HTML. */
export const card = (title: string, content: string): string => `<section class="card whole"><h2>${escape(title)}</h2>${content}</section>`;

/** A page of the sandbox with its ways to all others and the buttons that let time pass; content is HTML. */
export function page(title: string, { sandbox, deployment, mails }: Controls, content: string): string {
  const mode = deployment.dryRun ? '<span class="mark warn">DryRun</span>' : '<span class="mark good">Enforcing</span>';
  return `${pageHead({ title: `${escape(title)} · sandbox`, style: STYLE, frames: "'self'", forms: "'self'" })}<body>
<header>
<p class="product">The sandbox: a simulated AWS organization on this computer</p>
<nav class="places" aria-label="Pages"><a href="${PREFIX}">Accounts</a><a href="${PREFIX}mails">Mails <span>${mails.length}</span></a><a href="${PREFIX}reports">Reports</a><a href="${PREFIX}passage">What happened last</a></nav>
<div class="time"><span>It is <b>${minute(sandbox.clock.now())}</b></span>${mode}
<form method="post" action="${PREFIX}run"><button class="button">Run now</button></form>
<form method="post" action="${PREFIX}clock"><input type="hidden" name="advance" value="1d"><button class="button plain">Next day</button></form></div>
<h1>${escape(title)}</h1>
</header>
<main><div class="cards">
${content}
</div></main>
</body>
</html>
`;
}
