import { firstScreen } from '../../../../lambda/reporter/page/first-screen';
import { KeyTable } from '../../../../lambda/reporter/page/key-table';
import type { ReportFacts } from '../../../../lambda/reporter/page/report-facts';
import type { RecordedKey, RecordedUser } from '../../../../lambda/runs/schemas';
import type { RunSummary } from '../../../../lambda/runs/run-summary';
import { NOW } from '../../../helpers/facts';
import { accountId } from '../factories';
import { inventoryOf, recordedKey, recordedUser, reportFacts } from './factories';

const NOTHING: Partial<RunSummary> = { failures: [], blocked: [], actions: [], accounts: [], skipped: [] };

/** A report in which nothing happened, of accounts with these users. */
function quiet(accounts: RecordedUser[][] = [], more: Partial<RunSummary> = {}, days = 0): ReportFacts {
  const keys = new KeyTable(NOW);
  for (const [at, users] of accounts.entries()) keys.add({ id: accountId(at + 1), name: `Account ${at + 1}` }, inventoryOf(...users));
  return { ...reportFacts({ days, summary: { ...NOTHING, ...more } }), keys };
}
/** The card with this title. */
function card(facts: ReportFacts, title: string): string {
  const [found = ''] = firstScreen(facts)
    .split('<section ')
    .filter((part) => part.includes(`<h2>${title}</h2>`));
  return found;
}
const keysOf = (count: number, ageDays: number): RecordedKey[] => Array.from({ length: count }, () => recordedKey(ageDays));

it('has seven cards, also when nothing is known', () => {
  const titles = [...firstScreen(quiet()).matchAll(/<h2>([^<]*)<\/h2>/g)].map(([, title]) => title);
  expect(titles).toEqual([
    'Keys within policy',
    'What changed',
    'What failed',
    'Next 30 days',
    'Keys over time',
    'Accounts, worst first',
    'Controls',
  ]);
  expect(firstScreen(quiet())).not.toMatch(/NaN|undefined|Infinity/);
});

describe('keys within policy', () => {
  const title = 'Keys within policy';

  it.each([
    ['good', '100 %', 20, 0],
    ['warn', '95 %', 19, 1],
    ['bad', '94.7 %', 18, 1],
    ['bad', '0 %', 0, 1],
    ['good', '–', 0, 0],
  ])('is %s at %s', (tone, share, within, over) => {
    const facts = quiet([[recordedUser('alice', [...keysOf(within, 5), ...keysOf(over, 150)])]]);
    expect(card(facts, title)).toContain(`<p class="big ${tone}">${share}</p>`);
  });

  it('tells apart keys that are not judged', () => {
    const users = [
      recordedUser('a', [recordedKey(5), recordedKey(5, { status: 'Inactive' })]),
      recordedUser('b', [recordedKey(300)], { exemption: { by: 'group', exempt: true, since: '2026-01-01', until: '2026-11-30' } }),
      recordedUser('c', [{ status: 'Active', lastUsed: 'never' }]),
    ];
    const html = card(quiet([users]), title);
    expect(html).toContain('of 2 active keys younger than 100 days');
    expect(html).toContain('aria-label="1 within policy, 0 over policy, 1 age unknown"');
    expect(html).toContain('Not counted: 1 active key of exempt users, 1 inactive key.');
    expect(html).toContain('Active keys unused for 45 days</a><b>1</b>');
    expect(html).toContain('Exemptions lapsing soon</a><b>1</b>');
  });

  it('asks nobody to look when all is well', () => {
    expect(card(quiet([[recordedUser('a', [recordedKey(5)])]]), title)).not.toContain('<li><a');
  });

  it('knows no share when no result tells of keys', () => {
    expect(card(quiet(), title)).toContain('No result of this run tells of keys.');
  });

  it('does not call minutes days', () => {
    const keys = new KeyTable(NOW);
    keys.add({ id: '1', name: '' }, { policy: { rotateMs: 1, disableMs: 600_000, deleteMs: 700_000 }, users: [] });
    expect(card({ ...quiet(), keys }, title)).toContain('younger than the age at which a rotated key is disabled');
  });
});

describe('what changed', () => {
  const actions = [
    { action: 'rotate', done: 1_000, planned: 3, failed: 1, deferred: 0 },
    { action: 'warn', done: 9, planned: 0, failed: 0, deferred: 0 },
  ];

  it.each([
    ['enforcing', 'What changed', '1,000'],
    ['dry run', 'What would have changed', '3'],
  ] as const)('%s: counts what was done or planned', (mode, title, rotated) => {
    const html = card(quiet([], { mode, actions }), title);
    expect(html).toContain(`<a href="#view=actions&amp;action=Rotate">New keys issued</a></span><b>${rotated}</b>`);
    expect(html).toContain('<a href="#view=actions&amp;action=Warn">Warnings</a></span><b>9</b>');
    expect(html).toContain('<span>Old keys disabled</span></span><b>0</b>');
  });

  it('says how many accounts answered, and which mails were not taken', () => {
    const { accounts } = reportFacts().summary;
    expect(card(quiet([], { accounts, mails: { sent: 1, failed: 2 } }), 'What changed')).toContain(
      '5 of 6 accounts answered; 1 mail sent, <span class="bad">2 refused</span>.',
    );
  });
});

describe('what failed', () => {
  const title = 'What failed';

  it('is nothing', () => {
    const html = card(quiet(), title);
    expect(html).toContain('<p class="big good">0</p><p class="soft">Nothing failed.</p>');
    expect(html).not.toContain('<a ');
  });

  it('names the newest first, and no more than four', () => {
    const { summary, ...facts } = reportFacts();
    const more = summary.failures.map((failure, at) => ({ ...failure, user: `late-${at}` }));
    const html = card({ ...facts, summary: { ...summary, failures: [...summary.failures, ...more] } }, title);
    expect(html).toContain('<p class="big bad">6</p><p class="soft">4 new, 2 known from before</p>');
    expect(html.match(/<span class="mark bad">new/g)).toHaveLength(4);
    expect(html).not.toContain('since 1');
  });

  it('leads to silent accounts and blocked keys', () => {
    const html = card(reportFacts(), title);
    expect(html).toContain('<a href="#view=accounts&amp;status=silent">1 account did not answer</a>');
    expect(html).toContain('<a href="#view=blocked">1 blocked key</a> ·');
    expect(card({ ...reportFacts(), history: { version: 1, days: [], since: {} } }, title)).toContain('1 blocked key</a> (1 new)');
  });

  it.each([
    ['Payments · alice', { accountName: 'Payments', account: '1', user: 'alice' }],
    ['1', { accountName: '', account: '1' }],
    ['Run', { accountName: '', account: '' }],
  ])('calls its place %s', (where, about) => {
    const html = card(quiet([], { failures: [{ ...about, step: 'rotate', error: 'E', message: 'm' }] }), title);
    expect(html).toContain(`<li><span>${where}<br><small>rotate: E</small></span>`);
  });
});

describe('keys over time', () => {
  const title = 'Keys over time';

  it.each([
    [0, false],
    [1, true],
  ])('with %s days before this one', (days, drawn) => {
    const html = card(quiet([], {}, days), title);
    expect(html.includes('class="stroke over"')).toBe(drawn);
    expect(html.includes('The second report of the whole organization begins the curve.')).toBe(!drawn);
  });

  it('has a value below each head of its table, the newest day first', () => {
    const { accounts } = reportFacts().summary;
    const html = card(quiet([], { accounts }, 2), title);
    const rows = [...html.matchAll(/<tr>(.*?)<\/tr>/g)].map(([, row = '']) =>
      [...row.matchAll(/<t[hd][^>]*>([^<]*)</g)].map(([, cell]) => cell),
    );
    expect(rows[0]).toEqual(['Day', 'Keys', 'Active', 'Over policy', 'Rotated', 'Deleted', 'Failures', 'Accounts unknown']);
    expect(rows[1]).toEqual(['21 Nov 2026', '0', '0', '0', '0', '0', '0', '6']);
    expect(rows.map(({ length }) => length)).toEqual([8, 8, 8, 8]);
  });

  it('leaves out a run about a part of the organization', () => {
    expect(card({ ...quiet([], {}, 3), whole: false }, title)).not.toContain('21 Nov 2026');
  });
});

describe('accounts, worst first', () => {
  const title = 'Accounts, worst first';
  const named = (html: string): string[] => [...html.matchAll(/account=\d+">([^<]*)</g)].map(([, name = '']) => name);

  it('sets those with most keys over policy before those with most keys', () => {
    const facts = quiet([
      [recordedUser('a', keysOf(1, 5))],
      [recordedUser('a', keysOf(3, 5))],
      [recordedUser('a', [recordedKey(150)])],
      [recordedUser('a', [recordedKey(150), { status: 'Active' }])],
    ]);
    expect(named(card(facts, title))).toEqual(['Account 4', 'Account 3', 'Account 2', 'Account 1']);
  });

  it.each([
    [8, 8, undefined],
    [9, 8, '1 more account<'],
  ])('of %s names %s', (accounts, shown, more) => {
    const html = card(quiet(Array.from({ length: accounts }, () => [])), title);
    expect(named(html)).toHaveLength(shown);
    expect(html.includes('more account')).toBe(more !== undefined);
    expect(html).toContain(more ?? '</table>');
  });

  it('calls an account without a name by its id', () => {
    const keys = new KeyTable(NOW);
    keys.add({ id: '111111111111', name: '' }, inventoryOf());
    expect(named(card({ ...quiet(), keys }, title))).toEqual(['111111111111']);
  });
});

it('shows hostile names as text, wherever they stand', () => {
  const evil = '"><img src=x onerror=alert(1)>\u202e';
  const keys = new KeyTable(NOW);
  keys.add({ id: accountId(1), name: evil }, inventoryOf(recordedUser(evil, [recordedKey(5)], { owner: evil })));
  const failures = [{ account: evil, accountName: evil, user: evil, step: evil, error: evil, message: evil }];
  const html = firstScreen({ ...quiet([], { failures }), keys });
  expect(html).toContain('&lt;img');
  expect(html).not.toMatch(/<img|\u202e/);
});
