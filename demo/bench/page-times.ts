import type { Page } from 'playwright-core';
import { openBrowser } from '../browser';
import { spreadOf, type Spread } from './statistics';

/** How quick a report is in a browser. */
export interface PageTimes {
  keys: number;
  open: Spread;
  search: Spread;
  filter: Spread;
  sort: Spread;
}

const ADDRESS = 'http://page.invalid/';
const TYPED = ['b', 'bi', 'bil', 'bill', 'billing', 'billing t', 'billing team-1', 'billing team-17'];
/** Opens a page so many times, and searches, filters and sorts in it. */
export async function measurePage(html: string, runs: number): Promise<PageTimes> {
  const browser = await openBrowser();
  const times = { open: [] as number[], search: [] as number[], filter: [] as number[], sort: [] as number[] };
  let keys = 0;
  try {
    for (let run = 0; run < runs; run += 1) {
      const page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
      await page.route('**/*', (route) => route.fulfill({ body: html, contentType: 'text/html; charset=utf-8' }));
      const began = performance.now();
      await page.goto(ADDRESS);
      await page.locator('#table tbody tr').first().waitFor();
      times.open.push(performance.now() - began);
      keys = await page.evaluate<number>(`JSON.parse(document.getElementById('data').textContent).views[0].rows`);
      for (const text of [...TYPED, '']) times.search.push(await drawnAfter(page, `type(${JSON.stringify(text)})`));
      for (const value of ['over policy', '']) times.filter.push(await drawnAfter(page, `choose('filter-policy', '${value}')`));
      for (const id of ['user', 'age', 'name']) times.sort.push(await drawnAfter(page, `sort('${id}')`));
      await page.close();
    }
  } finally {
    await browser.close();
  }
  return {
    keys,
    open: spreadOf(times.open),
    search: spreadOf(times.search),
    filter: spreadOf(times.filter),
    sort: spreadOf(times.sort),
  };
}

/** In the page: does something and gives the milliseconds until the browser has drawn what came of it. */
const drawnAfter = (page: Page, act: string): Promise<number> =>
  page.evaluate<number>(`new Promise((resolve) => {
  const type = (text) => { const field = document.getElementById('search'); field.focus(); field.value = text; field.dispatchEvent(new Event('input')); };
  const choose = (id, value) => { const list = document.getElementById(id); list.value = value; list.dispatchEvent(new Event('change')); };
  const sort = (id) => document.querySelector('th[data-column="' + id + '"] button').click();
  const began = performance.now();
  ${act};
  requestAnimationFrame(() => { const channel = new MessageChannel(); channel.port1.onmessage = () => resolve(performance.now() - began); channel.port2.postMessage(0); });
})`);
