import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { escape } from 'html-escaper';
import { pageHead } from '../../lambda/shared/page-head';
import { LEVEL_WORDS, LEVELS, type Level } from '../../lambda/mail/urgency';
import { pageStyle } from '../page-style';

/** A mail that was sent, and where it lies. */
export interface GalleryMail {
  href: string;
  /** `2026-11-21`. */
  day: string;
  to: string;
  subject: string;
  kind: MailKind;
}

/** What mails are grouped by: how urgent a digest is, or which other mail it is. */
export type MailKind = Level | 'dry-run' | 'summary';

/** A run's report, and where it lies. */
export interface GalleryReport {
  href: string;
  day: string;
  runId: string;
}

/** Everything that is shown. */
export interface Gallery {
  mails: readonly GalleryMail[];
  /** Oldest first. */
  reports: readonly GalleryReport[];
  /** The newest report of the whole organization; absent when there is none. */
  latest?: string;
}

/** Whoever comes to see what this is about is shown such a mail. */
const TYPICAL: MailKind = 'act';
const KINDS: Readonly<Record<MailKind, string>> = {
  ...LEVEL_WORDS,
  'dry-run': 'Dry run: what would happen',
  summary: 'Run summaries for the administrator',
};
/** What people must act on first, the administrator's daily mails last. */
const ORDER: readonly MailKind[] = [...LEVELS, 'dry-run', 'summary'];
const STYLE = pageStyle('demo/story/gallery.css');
const SCRIPT = readFileSync(join(__dirname, 'gallery-script.js'), 'utf8');

const plural = (count: number, word: string): string => `${count.toLocaleString('en-US')} ${word}${count === 1 ? '' : 's'}`;
const shownDay = (day: string): string =>
  new Date(`${day}T00:00:00Z`).toLocaleDateString('en-GB', { timeZone: 'UTC', day: 'numeric', month: 'short', year: 'numeric' });

/** The first page of a demonstration: its newest report, every mail by kind and day, every report by its date. */
export function galleryPage({ mails, reports, latest }: Gallery): string {
  const shown = [TYPICAL, ...ORDER].find((kind) => mails.some((mail) => mail.kind === kind));
  const kinds = ORDER.flatMap((kind) => {
    const of = mails.filter((mail) => mail.kind === kind);
    return of.length === 0 ? [] : [kindList(kind, of, kind === shown)];
  });
  const days = new Set(reports.map(({ day }) => day)).size;
  const newest = latest === undefined ? '' : `<a class="button" href="${encodeURI(latest)}">Open the newest report</a>`;
  return `${pageHead({ title: 'Access key rotation: mails and reports of the demonstration', style: STYLE, script: SCRIPT, frames: "'self' file:" })}<body>
<header>
<p class="product">Access key rotation</p>
<h1>What people got to see</h1>
<p class="about">${plural(mails.length, 'mail')} and ${plural(reports.length, 'report')} of ${plural(days, 'day')} of a simulated organization. Nothing left this computer.</p>
<p class="lead">${newest}<a class="button plain" href="#reports">Reports by date</a></p>
</header>
<main>
<div class="cards"><section class="card whole"><h2>Mails</h2><div class="mails"><div>${kinds.join('\n')}</div><iframe sandbox title="The mail that was chosen"></iframe></div></section>
<section class="card whole" id="reports"><h2>Reports by date</h2>${reportDays(reports)}</section></div>
</main>
<script>${SCRIPT}</script>
</body>
</html>
`;
}

function groupBy<T>(all: readonly T[], of: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) groups.set(of(one), [...(groups.get(of(one)) ?? []), one]);
  return groups;
}

function kindList(kind: MailKind, mails: readonly GalleryMail[], isOpen: boolean): string {
  const days = groupBy(mails.toReversed(), ({ day }) => day);
  const lists = [...days].map(([day, of]) => `<h3>${shownDay(day)}</h3><ul class="list">${of.map(mailLine).join('')}</ul>`);
  return `<details class="kind"${isOpen ? ' open' : ''}><summary>${KINDS[kind]}<span>${mails.length.toLocaleString('en-US')}</span></summary><div class="letters">${lists.join('\n')}</div></details>`;
}

const mailLine = ({ href, to, subject }: GalleryMail): string =>
  `<li class="mail"><div><a href="${encodeURI(href)}">${escape(subject)}</a><small>to ${escape(to)}</small></div></li>`;

function reportDays(reports: readonly GalleryReport[]): string {
  const months = groupBy(reports, ({ day }) => day.slice(0, 7));
  return [...months]
    .map(([month, of]) => {
      const title = new Date(`${month}-01T00:00:00Z`).toLocaleDateString('en-GB', { timeZone: 'UTC', month: 'long', year: 'numeric' });
      const links = of.map(
        ({ href, day, runId }) => `<a href="${encodeURI(href)}" title="Run ${escape(runId)}">${Number(day.slice(8))}</a>`,
      );
      return `<h3>${title}</h3><p class="days">${links.join('')}</p>`;
    })
    .join('\n');
}
