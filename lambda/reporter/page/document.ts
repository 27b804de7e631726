import type { PageData } from '../../../page/view-data';
import { escapeHtml } from '../../mail/escape';
import { showMoment } from '../../mail/words';
import { pageHead } from '../../shared/page-head';
import { jsonOf } from './encode';
import { firstScreen } from './first-screen';
import { number } from './html';
import { dayOfRun, type ReportFacts } from './report-facts';
import { viewsOf } from './views';

/** What makes the page look and work; built with the function. */
export interface PageParts {
  script: string;
  style: string;
}

const MODES = {
  enforcing: '<span class="mark good">Enforcing</span>',
  'dry run': '<span class="mark warn">Dry run: nothing was changed</span>',
  unknown: '<span class="mark bad">The run’s manifest cannot be read</span>',
} as const;

/**
 * A run's report as one page that asks for nothing: its policy lets the one script and the one style run that are in it, whatever users and
 * accounts are called. Given piece by piece, because fifty thousand keys are a long text.
 */
export function* reportPage(facts: ReportFacts, { script, style }: PageParts): Generator<string> {
  const { summary } = facts;
  const day = dayOfRun(summary);
  const views = viewsOf(facts);
  const data: PageData = { name: `access-keys-${day}`, views };
  const links = views.map(({ id, title, rows }) => `<a href="#view=${id}">${title} <span>${number(rows)}</span></a>`);
  const forced = summary.forceRotate === undefined ? '' : `<span>Forced rotation of ${escapeHtml(summary.forceRotate)}</span>`;
  const part = facts.whole ? '' : '<span class="mark warn">Part of the organization</span>';
  yield pageHead({ title: `Access keys, ${showMoment(day)}`, script, style });
  yield `<body>
<header>
<p class="product">Access key rotation</p>
<h1>Access keys on ${showMoment(day)}</h1>
<div class="about">${MODES[summary.mode]}${part}${forced}<span>Started ${escapeHtml(showMoment(summary.startedAt))}</span><span>Run ${escapeHtml(summary.runId)}</span></div>
</header>
<main>
<div class="cards">
${firstScreen(facts)}
</div>
<section id="explore" aria-labelledby="view-title" hidden>
<nav id="views" aria-label="Tables">${links.join('')}</nav>
<h2 id="view-title"></h2>
<p id="view-note" class="soft"></p>
<div id="presets"></div>
<div class="tools"><label class="filter search"><span>Search</span><input id="search" type="search" autocomplete="off" spellcheck="false"></label><div id="filters"></div><button id="download" type="button">Download CSV</button></div>
<p id="count" class="soft" role="status"></p>
<div id="table"></div>
<div id="pager"></div>
</section>
<noscript><p>The tables of this page need JavaScript; nothing is loaded from elsewhere. Every key is also in ${escapeHtml(facts.keysFile)}.</p></noscript>
</main>
<footer>All dates are UTC. This file loads nothing and sends nothing; it names every user, so keep it as you keep the account list.</footer>
<script type="application/json" id="data">`;
  yield* jsonOf(data);
  yield `</script>
<script>${script}</script>
</body>
</html>
`;
}
