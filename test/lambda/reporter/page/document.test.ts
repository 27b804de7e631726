import { createHash } from 'node:crypto';
import type { PageData } from '../../../../page/view-data';
import { valueAt } from '../../../../page/view-data';
import { reportPage } from '../../../../lambda/reporter/page/document';
import { KeyTable } from '../../../../lambda/reporter/page/key-table';
import type { ReportFacts } from '../../../../lambda/reporter/page/report-facts';
import { NOW } from '../../../helpers/facts';
import { inventoryOf, recordedKey, recordedUser, reportFacts } from './factories';

const PARTS = { script: 'console.log(1)', style: 'body{}' };
const page = (facts: ReportFacts = reportFacts()): string => [...reportPage(facts, PARTS)].join('');
const dataOf = (html: string): PageData => {
  const [, json = ''] = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(html) ?? [];
  return JSON.parse(json) as PageData;
};
const columnOf = (html: string, view: string, id: string): unknown[] => {
  const found = dataOf(html).views.find((one) => one.id === view);
  const column = found?.columns.find((one) => one.id === id);
  return Array.from({ length: found?.rows ?? 0 }, (_, row) => column && valueAt(column, row));
};

it('lets its own script and style run, and nothing else', () => {
  const html = page();
  const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  const [, policy = ''] = /Content-Security-Policy" content="([^"]*)"/.exec(html) ?? [];
  expect(policy).toBe(
    `default-src 'none'; script-src ${hash(PARTS.script)}; style-src ${hash(PARTS.style)}; base-uri 'none'; form-action 'none'`,
  );
  expect(html).not.toMatch(/<link|<img|url\(|https?:|\sstyle="|\son\w+="/);
});

it('shows hostile names as text, wherever they stand', () => {
  const evil = '</script><img src=x onerror=alert(1)>"\'{{x}}\u2028\u202e';
  const keys = new KeyTable(NOW);
  keys.add({ id: '111111111111', name: evil }, inventoryOf(recordedUser(evil, [recordedKey(5)], { owner: evil })));
  const about = { account: '1', accountName: evil, user: evil };
  const html = page({
    ...reportFacts({
      summary: {
        runId: evil,
        forceRotate: evil,
        failures: [{ ...about, step: evil, error: evil, message: evil }],
        blocked: [{ ...about, keyId: evil, reason: evil }],
        skipped: [{ account: '2', name: evil, code: undefined, reason: evil }],
      },
    }),
    keys,
  });
  expect(html).not.toContain('<img');
  expect(html).not.toMatch(/[\u2028\u202e]/);
  expect(html.split('</script>')).toHaveLength(3);
  expect(columnOf(html, 'keys', 'user')).toEqual([`</script><img src=x onerror=alert(1)>"'{{x}}`]);
});

it('has every key with its standing, its next step and what is to be noted of it', () => {
  const keys = new KeyTable(NOW);
  const successorId = 'AKIASUCCESSOR0000001';
  const lapsing = { by: 'group', exempt: true, since: '2026-01-01T00:00:00.000Z', until: '2026-12-01' } as const;
  keys.add(
    { id: '111111111111', name: 'Payments' },
    inventoryOf(
      recordedUser('a', [recordedKey(99)]),
      recordedUser('b', [recordedKey(100)]),
      recordedUser('c', [recordedKey(300)], { exemption: lapsing }),
      recordedUser('d', [recordedKey(200, { status: 'Inactive' })]),
      recordedUser('e', [recordedKey(95, { successorId }), recordedKey(4, { keyId: successorId, issued: true, lastUsed: 'never' })]),
      recordedUser('f', [{ status: 'Active' }]),
    ),
  );
  const html = page({ ...reportFacts(), keys });
  expect(columnOf(html, 'keys', 'policy')).toEqual([
    'within policy',
    'over policy',
    'exempt',
    'inactive',
    'within policy',
    'within policy',
    'unknown',
  ]);
  expect(columnOf(html, 'keys', 'note')).toEqual([null, null, null, null, 'used after its successor', 'nobody fetched it', null]);
  expect(columnOf(html, 'exempt', 'state')).toEqual(['lapsing soon']);
  expect(html).toContain('<p class="big bad">60 %</p>');
  expect(keys.accounts).toEqual([
    { id: '111111111111', name: 'Payments', keys: 7, active: 6, within: 3, over: 1, exempt: 1, inactive: 1, unknown: 1, unused: 0 },
  ]);
});

it('says of each failure since when, and what to do', () => {
  const html = page();
  expect(columnOf(html, 'failures', 'state')).toEqual(['new', 'known', 'known']);
  expect(columnOf(html, 'failures', 'remedy')).toEqual(expect.arrayContaining([expect.stringContaining('iam-keys doctor')]));
  expect(html).toContain('1 new, 2 known from before');
  expect(html).toContain('since 18 Nov 2026');
});

it('names accounts that were silent or skipped, with the reason', () => {
  const html = page();
  expect(columnOf(html, 'accounts', 'status')).toEqual(expect.arrayContaining(['silent', 'skipped']));
  expect(columnOf(html, 'accounts', 'why')).toEqual(expect.arrayContaining(['its state is SUSPENDED']));
});

it('has a table for each chart', () => {
  expect(page().match(/<summary>As a table/g)).toHaveLength(2);
  expect(page(reportFacts({ days: 0 }))).toContain('The second report of the whole organization begins the curve.');
});

it('counts what a dry run would have done', () => {
  const html = page(
    reportFacts({ summary: { mode: 'dry run', actions: [{ action: 'rotate', done: 0, planned: 7, failed: 0, deferred: 0 }] } }),
  );
  expect(html).toContain('What would have changed');
  expect(html).toContain('New keys issued</a></span><b>7</b>');
});
