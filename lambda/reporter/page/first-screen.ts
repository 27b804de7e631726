import { escapeHtml } from '../../mail/escape';
import { policyLineWords } from '../../mail/policy-words';
import { count, showDay } from '../../mail/words';
import { totalsOf } from '../../runs/run-summary';
import { DAY_MS } from '../../shared/period';
import type { AccountKeys } from './key-rows';
import { calendar, calendarTwin } from './calendar';
import { DAYS_AHEAD, STEPS, type ComingDay } from './coming-days';
import { controls } from './controls';
import { number, percent, twin } from './html';
import { blockedId, dayOfRun, failureCount, failureId, historyDay, sinceOf, type ReportFacts } from './report-facts';
import { legend, shareBar, type Part } from './share-chart';
import { trendChart } from './trend-chart';

const MOST_ACCOUNTS = 8;
const MOST_FAILURES = 4;
/** From this share on the headline is no alarm. */
const NEARLY_ALL = 0.95;

const card = (title: string, content: string, size = ''): string =>
  `<section class="card${size && ` ${size}`}"><h2>${title}</h2>${content}</section>`;

/** What somebody sees who opens the report and does nothing else. */
export function firstScreen(facts: ReportFacts): string {
  const { days } = facts.keys.coming;
  return [
    shareCard(facts),
    todayCard(facts),
    failureCard(facts),
    card(`Next ${DAYS_AHEAD} days`, `${calendar(days)}${stepLegend(days)}${calendarTwin(days)}`, 'half'),
    trendCard(facts),
    ...policiesCard(facts),
    accountsCard(facts),
    card('Controls', controls(facts), 'half'),
  ].join('\n');
}

const partsOf = (of: Pick<AccountKeys, 'within' | 'over' | 'unknown'>): Part[] => [
  { title: 'within policy', value: of.within, className: 'f-good' },
  { title: 'over policy', value: of.over, className: 'f-bad' },
  ...(of.unknown > 0 ? [{ title: 'age unknown', value: of.unknown, className: 'f-warn' }] : []),
];

function shareCard({ keys }: ReportFacts): string {
  const { accounts, policy } = keys;
  const sum = (of: keyof AccountKeys): number => accounts.reduce((total, account) => total + Number(account[of]), 0);
  const all = { within: sum('within'), over: sum('over'), unknown: sum('unknown') };
  const judged = all.within + all.over + all.unknown;
  if (!policy) return card('Keys within policy', `<p class="big">–</p><p class="soft">No result of this run tells of keys.</p>`);
  const tone = all.within === judged ? 'good' : all.within >= judged * NEARLY_ALL ? 'warn' : 'bad';
  const parts = partsOf(all);
  const days = Math.round(policy.disableMs / DAY_MS);
  const age = policy.disableMs < DAY_MS ? 'the age at which a rotated key is disabled' : `${days} days`;
  return card(
    'Keys within policy',
    `<p class="big ${tone}">${percent(all.within, judged)}</p>
<p class="soft">of ${count(judged, 'active key')} younger than ${age}</p>
${shareBar(parts, parts.map(({ title, value }) => `${number(value)} ${title}`).join(', '))}
${legend(parts, number)}
${looks(keys, sum('unused'))}
<p class="more soft">Not counted: ${count(sum('exempt'), 'active key')} of exempt users, ${count(sum('inactive'), 'inactive key')}.</p>`,
  );
}

/** What is not wrong yet, and what somebody should look at. */
function looks({ noted, exempt }: ReportFacts['keys'], unused: number): string {
  const lines: [string, number, string][] = [
    ['Old keys in use after their successor', noted['used after its successor'], 'view=keys&amp;note=used+after+its+successor'],
    ['New keys that nobody fetched', noted['nobody fetched it'], 'view=keys&amp;note=nobody+fetched+it'],
    ['Active keys unused for 45 days', unused, 'view=keys&amp;status=Active&amp;use=unused+for+45+days'],
    ['Exemptions lapsing soon', exempt.filter(({ standing }) => standing === 'lapsing soon').length, 'view=exempt&amp;state=lapsing+soon'],
  ];
  const items = lines.flatMap(([title, value, hash]) =>
    value > 0 ? [`<li><a href="#${hash}">${title}</a><b>${number(value)}</b></li>`] : [],
  );
  return items.length > 0 ? `<ul class="list more">${items.join('')}</ul>` : '';
}

function todayCard({ summary }: ReportFacts): string {
  const dry = summary.mode === 'dry run';
  const of = (name: string): number => {
    const found = summary.actions.find(({ action }) => action === name);
    return (dry ? found?.planned : found?.done) ?? 0;
  };
  const rows: [string, number, string][] = [
    ['New keys issued', of('rotate'), 'Rotate'],
    ['Old keys disabled', of('disable'), 'Disable'],
    ['Old keys deleted', of('delete'), 'Delete'],
    ['Disablings announced', of('notify'), 'Announce disabling'],
    ['Warnings', summary.actions.find(({ action }) => action === 'warn')?.done ?? 0, 'Warn'],
  ];
  const items = rows.map(([title, value, action]) => {
    const shown = value > 0 ? `<a href="#view=actions&amp;action=${encodeURIComponent(action)}">${title}</a>` : `<span>${title}</span>`;
    return `<li><span>${shown}</span><b>${number(value)}</b></li>`;
  });
  const totals = totalsOf(summary);
  const mails = `${count(summary.mails.sent, 'mail')} sent${summary.mails.failed > 0 ? `, <span class="bad">${number(summary.mails.failed)} refused</span>` : ''}`;
  const reached = `${number(totals.succeeded + totals.partial)} of ${count(summary.accounts.length, 'account')} answered`;
  return card(
    dry ? 'What would have changed' : 'What changed',
    `<ul class="list">${items.join('')}</ul><p class="more soft">${reached}; ${mails}.</p>`,
  );
}

function failureCard(facts: ReportFacts): string {
  const { summary } = facts;
  const today = dayOfRun(summary);
  const unwell = summary.accounts.filter(({ status }) => status === 'silent');
  const lines = [
    ...summary.failures.map((failure) => {
      const where = [failure.accountName || failure.account || 'Run', failure.user].filter((part) => part !== undefined).join(' · ');
      return { since: sinceOf(facts, failureId(failure)), where, what: `${failure.step}: ${failure.error}` };
    }),
  ].sort((a, b) => (a.since > b.since ? -1 : a.since < b.since ? 1 : 0));
  const fresh = lines.filter(({ since }) => since === today).length;
  const all = failureCount(summary);
  const head = all === 0 ? '<p class="big good">0</p>' : `<p class="big bad">${number(all)}</p>`;
  const words = lines.length === 0 ? 'Nothing failed.' : `${number(fresh)} new, ${number(lines.length - fresh)} known from before`;
  const items = lines.slice(0, MOST_FAILURES).map(({ since, where, what }) => {
    const mark = since === today ? '<span class="mark bad">new</span>' : `<span class="mark">since ${showDay(since)}</span>`;
    return `<li><span>${escapeHtml(where)}<br><small>${escapeHtml(what)}</small></span>${mark}</li>`;
  });
  const newlyBlocked = summary.blocked.filter((line) => sinceOf(facts, blockedId(line)) === today).length;
  const also = [
    ...(unwell.length > 0 ? [`<a href="#view=accounts&amp;status=silent">${count(unwell.length, 'account')} did not answer</a>`] : []),
    ...(summary.blocked.length > 0
      ? [
          `<a href="#view=blocked">${count(summary.blocked.length, 'blocked key')}</a>${newlyBlocked > 0 ? ` (${number(newlyBlocked)} new)` : ''}`,
        ]
      : []),
    ...(lines.length > 0 ? [`<a href="#view=failures">All failures, with what to do</a>`] : []),
  ];
  return card(
    'What failed',
    `${head}<p class="soft">${words}</p>${items.length > 0 ? `<ul class="list more">${items.join('')}</ul>` : ''}${also.length > 0 ? `<p class="more">${also.join(' · ')}</p>` : ''}`,
  );
}

/** One line for each policy of its own, however many runs it had. */
function policiesCard({ summary: { policies = [] } }: ReportFacts): string[] {
  if (policies.length === 0) return [];
  const items = policies.map((line) => {
    const isWell = line.failed + line.blocked === 0;
    const mark = isWell ? '<span class="mark">all done</span>' : '<span class="mark bad">look</span>';
    return `<li><span>${escapeHtml(line.policy)}<br><small>${escapeHtml(policyLineWords(line))}</small></span>${mark}</li>`;
  });
  return [card('Policies of their own', `<ul class="list">${items.join('')}</ul>`, 'half')];
}

function stepLegend(days: readonly ComingDay[]): string {
  const sum = (step: (typeof STEPS)[number]): number => days.reduce((total, { counts }) => total + counts[step], 0);
  const parts = STEPS.map((step) => ({ title: step, value: sum(step), className: `f-${step}` }));
  return legend(parts, number);
}

function trendCard(facts: ReportFacts): string {
  const today = historyDay(facts);
  const days = facts.whole ? [...facts.history.days.filter(({ day }) => day < today.day), today] : facts.history.days;
  const last = days.at(-1);
  const first = days[0];
  if (!first || !last || days.length < 2) {
    return card('Keys over time', '<p class="soft">The second report of the whole organization begins the curve.</p>', 'half');
  }
  const parts: Part[] = [
    { title: 'keys', value: last.keys, className: 'f-rotate' },
    { title: 'over policy', value: last.over, className: 'f-bad' },
  ];
  const label = `From ${number(first.keys)} keys on ${showDay(first.day)} to ${number(last.keys)} on ${showDay(last.day)}; over policy ${number(first.over)} and ${number(last.over)}`;
  const table = twin(
    'Keys over time',
    ['Day', 'Keys', 'Active', 'Over policy', 'Rotated', 'Deleted', 'Failures', 'Accounts unknown'],
    days
      .toReversed()
      .map(({ day, keys, active, over, rotated, deleted, failures, missing }) => [
        showDay(day),
        keys,
        active,
        over,
        rotated,
        deleted,
        failures,
        missing,
      ]),
  );
  return card('Keys over time', `${trendChart(days, label)}${legend(parts, number)}${table}`, 'half');
}

function accountsCard({ keys }: ReportFacts): string {
  const worst = keys.accounts.toSorted((a, b) => b.over + b.unknown - a.over - a.unknown || b.keys - a.keys).slice(0, MOST_ACCOUNTS);
  const rows = worst.map((account) => {
    const judged = account.within + account.over + account.unknown;
    const parts = partsOf(account);
    const link = `<a href="#view=keys&amp;account=${account.id}">${escapeHtml(account.name || account.id)}</a>`;
    const share = percent(account.within, judged);
    return `<tr><th scope="row">${link}</th><td class="bar">${shareBar(parts, `${share} within policy`)}</td><td class="number">${share}</td><td class="number">${number(account.keys)}</td></tr>`;
  });
  const more = keys.accounts.length - worst.length;
  return card(
    'Accounts, worst first',
    `<table><thead><tr><th scope="col">Account</th><th scope="col" class="bar"><span class="unseen">As a bar</span></th><th scope="col" class="number">Within policy</th><th scope="col" class="number">Keys</th></tr></thead><tbody>${rows.join('')}</tbody></table>
${more > 0 ? `<p class="more"><a href="#view=accounts">${count(more, 'more account')}</a></p>` : ''}`,
    'half',
  );
}
