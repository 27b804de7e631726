import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { parse } from 'csv-parse/sync';
import { reportPage } from '../../../../lambda/reporter/page/document';
import { KeyTable } from '../../../../lambda/reporter/page/key-table';
import { buildPage } from '../../../../lib/constructs/bundle';
import { describeInBrowser, LOOKS } from '../../../helpers/browser';
import { NOW } from '../../../helpers/facts';
import { inventoryOf, recordedKey, recordedUser, reportFacts } from './factories';

const parts = buildPage();
const pageOf = (facts = reportFacts()): string => [...reportPage(facts, parts)].join('');
const html = pageOf();
const countOf = (page: Page) => page.locator('#count').textContent();
const firstUser = (page: Page) => page.locator('#table tbody tr td[data-title="User"]').first().innerText();

describeInBrowser('the report', (open) => {
  it.each(LOOKS)('is fine at $width pixels in $scheme', async (look) => {
    const { page, complaints } = await open(html, look);
    // Both widths and both schemes.
    const every = (look.width === 360) === (look.scheme === 'light');
    for (const view of every ? ['keys', 'actions', 'failures', 'blocked', 'exempt', 'accounts'] : ['keys']) {
      await page.evaluate(`location.hash = 'view=${view}'`);
      await page.locator(`#views a[aria-current][href="#view=${view}"]`).waitFor();
      expect([view, await complaints()]).toEqual([view, []]);
    }
    await page.close();
  });

  it('cuts nothing off at the side of a screen, however long names are', async () => {
    const keys = new KeyTable(NOW);
    const successorId = 'AKIAIOSFODNN7SUCCESS';
    keys.add(
      { id: '444455556666', name: 'Data <Platform> & "Friends" of the second floor' },
      inventoryOf(
        recordedUser(
          'a-user-of-the-billing-department',
          [
            recordedKey(94, { lastUsedService: 'secretsmanager', successorId, step: 'disable', on: NOW.toISOString() }),
            recordedKey(4, { keyId: successorId, issued: true, fetched: NOW.toISOString() }),
          ],
          { owner: 'the.billing.department@acme.example.com' },
        ),
      ),
    );
    const { page } = await open(pageOf({ ...reportFacts(), keys }), { width: 1200, scheme: 'light' });
    await page.locator('#table tbody tr').first().waitFor();
    expect(await page.evaluate("document.querySelector('#table').scrollWidth - document.querySelector('#table').clientWidth")).toBe(0);
    await page.close();
  });

  it('searches, filters, sorts, pages, and keeps all that in its address', async () => {
    const { page, complaints } = await open(html, { width: 1200, scheme: 'light' });
    expect(await countOf(page)).toBe('382 rows, 1 to 50 shown');
    await page.getByLabel('Search').fill('billing-export data');
    await page.locator('#count', { hasText: ' of 382' }).waitFor();
    expect(await firstUser(page)).toContain('billing-export');
    await page.waitForURL(/search=billing-export\+data/);
    await page.getByRole('button', { name: 'Clear all' }).click();
    await page.locator('#filter-policy').selectOption('over policy');
    expect(await countOf(page)).toBe('15 of 382 rows');
    await page.getByRole('button', { name: 'Age in days' }).click();
    await page.getByRole('button', { name: 'Age in days' }).click();
    expect(await page.locator('th[data-column="age"]').getAttribute('aria-sort')).toBe('descending');
    const shown = await page.locator('#table td[data-title="Age in days"]').allInnerTexts();
    const ages = shown.map((text) => parseInt(text));
    expect(ages).toEqual(ages.toSorted((a, b) => b - a));
    await page.evaluate(`location.hash = 'account=111122220001'`);
    await page.getByRole('button', { name: 'Next page' }).click();
    expect(await countOf(page)).toBe('64 of 382 rows, 51 to 64 shown');
    await page.goBack();
    expect(await countOf(page)).toBe('64 of 382 rows, 1 to 50 shown');
    expect(await complaints()).toEqual([]);
    await page.close();
  });

  it('gives what is filtered as a file, with every column, and no formula in it', async () => {
    const keys = new KeyTable(NOW);
    keys.add(
      { id: '111111111111', name: '=cmd' },
      inventoryOf(recordedUser('+alice', [recordedKey(5)]), recordedUser('bob', [recordedKey(6)])),
    );
    const { page } = await open(pageOf({ ...reportFacts(), keys }), { width: 1200, scheme: 'light' });
    await page.getByLabel('Search').fill('alice');
    await page.locator('#count', { hasText: '1 of 2' }).waitFor();
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download CSV' }).click()]);
    expect(download.suggestedFilename()).toBe('access-keys-2026-11-21-keys.csv');
    const rows = parse<Record<string, string>>(await readFile(await download.path()), { bom: true, columns: true });
    expect(rows).toMatchObject([
      { Account: "'=cmd", 'Account id': '111111111111', User: "'+alice", 'Age in days': '5', Created: '2026-11-16' },
    ]);
    await page.close();
  });

  it('is used with the keyboard alone', async () => {
    const { page } = await open(html, { width: 1200, scheme: 'light' });
    await page.locator('#views a', { hasText: 'Failures' }).focus();
    await page.keyboard.press('Enter');
    expect(await page.locator('#view-title').textContent()).toBe('Failures');
    await page.locator('th[data-column="user"] button').focus();
    await page.keyboard.press('Enter');
    expect(await page.evaluate(`document.activeElement.textContent`)).toBe('User');
    await page.close();
  });

  it('searches, filters and sorts on a phone, where the table has no heads', async () => {
    const { page, complaints } = await open(html, { width: 360, scheme: 'light' });
    await page.getByLabel('Search').fill('billing-export data');
    await page.locator('#count', { hasText: ' of 382' }).waitFor();
    await page.getByLabel('Order').selectOption({ label: 'Age in days, falling' });
    const shown = await page.locator('#table td[data-title="Age in days"]').allInnerTexts();
    const ages = shown.map((text) => parseInt(text));
    expect(ages.length).toBeGreaterThan(3);
    expect(ages).toEqual(ages.toSorted((a, b) => b - a));
    expect(page.url()).toContain('sort=-age');
    await page.locator('#filter-policy').selectOption('within policy');
    expect(await page.locator('#order').inputValue()).toBe('-age');
    expect(await complaints()).toEqual([]);
    await page.close();
  });

  it('leaves the keyboard where it is when what is there is drawn anew', async () => {
    const { page } = await open(html, { width: 1200, scheme: 'light' });
    const at = () =>
      page.evaluate<string>(
        `document.activeElement.id || document.activeElement.getAttribute('aria-label') || document.activeElement.textContent`,
      );
    const press = async (control: ReturnType<typeof page.getByRole>): Promise<void> => {
      await control.focus();
      await page.keyboard.press('Enter');
    };
    await press(page.getByRole('button', { name: 'Next page' }));
    expect([await countOf(page), await at()]).toEqual(['382 rows, 51 to 100 shown', 'Next page']);
    await press(page.getByRole('button', { name: 'Last page' }));
    expect([await countOf(page), await at()]).toEqual(['382 rows, 351 to 382 shown', 'First page']);
    await press(page.getByRole('button', { name: 'Policy' }));
    expect(await at()).toBe('Policy');
    await press(page.getByRole('link', { name: 'Over policy' }));
    await page.locator('#count', { hasText: '15 of 382' }).waitFor();
    expect(await at()).toBe('Over policy');
    await page.locator('#filter-status').focus();
    await page.locator('#filter-status').selectOption('Active');
    expect(await at()).toBe('filter-status');
    await press(page.getByRole('button', { name: 'Clear all' }));
    expect([await countOf(page), await at()]).toEqual(['382 rows, 1 to 50 shown', 'filter-status']);
    await page.close();
  });

  it('prints every row of a view', async () => {
    const { page } = await open(html, { width: 1200, scheme: 'light' });
    await page.evaluate(`dispatchEvent(new Event('beforeprint'))`);
    expect(await page.locator('#table tbody tr').count()).toBe(382);
    await page.evaluate(`dispatchEvent(new Event('afterprint'))`);
    expect(await page.locator('#table tbody tr').count()).toBe(50);
    await page.close();
  });
});
