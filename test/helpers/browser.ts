import { source as axeSource } from 'axe-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { hasBrowser, NO_BROWSER, openBrowser } from '../../demo/browser';

/** Nothing answers there: a page that asks for anything but itself is found out. */
const ADDRESS = 'http://page.invalid/';

/** The phone and the screen on which pages and mails must be readable, in pixels, each in light and dark. */
export const LOOKS = [360, 1200].flatMap((width) => (['light', 'dark'] as const).map((scheme) => ({ width, scheme })));

/** How a page is looked at. */
interface Look {
  width: number;
  scheme: 'light' | 'dark';
}

/** A page that is open, and what it has done so far. */
export interface Visit {
  page: Page;
  /** Looks at the open page otherwise. */
  look: (look: Look) => Promise<void>;
  /** Everything that is wrong with it: overflow, console errors, requests, and what axe finds serious. Empty when it is fine. */
  complaints: () => Promise<string[]>;
}

/**
 * Tests in a browser; without one they are skipped, with a message, but never in CI. `open` shows a page's HTML, which must need nothing
 * from anywhere, or what a server of the test has at an address, which must need nothing from anywhere else.
 */
export function describeInBrowser(name: string, tests: (open: (what: string | URL, look: Look) => Promise<Visit>) => void): void {
  if (!hasBrowser() && process.env['CI'] === undefined) {
    console.warn(`${name}: skipped, ${NO_BROWSER}`);
    describe.skip(name, () => {
      tests(() => Promise.reject(new Error(NO_BROWSER)));
    });
    return;
  }
  describe(name, () => {
    let browser: Browser | undefined;
    let pages: BrowserContext | undefined;
    beforeAll(async () => {
      browser = await openBrowser();
      pages = await browser.newContext({ reducedMotion: 'reduce' });
    });
    afterAll(async () => {
      await browser?.close();
    });
    tests((what, look) => {
      if (!pages) throw new Error('the browser did not start');
      return visit(pages, what, look);
    });
  });
}

async function visit(pages: BrowserContext, what: string | URL, first: Look): Promise<Visit> {
  const page = await pages.newPage();
  const look = async ({ width, scheme }: Look): Promise<void> => {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
  };
  await look(first);
  const heard: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) heard.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => heard.push(`error: ${error.message}`));
  let isOpen = false;
  await page.route('**/*', async (route) => {
    const url = route.request().url();
    if (typeof what !== 'string' && new URL(url).origin === what.origin) return route.continue();
    if (typeof what === 'string' && !isOpen && url === ADDRESS) {
      isOpen = true;
      return route.fulfill({ body: what, contentType: 'text/html; charset=utf-8' });
    }
    heard.push(`request: ${url}`);
    return route.abort();
  });
  await page.goto(typeof what === 'string' ? ADDRESS : what.href);
  return { page, look, complaints: async () => [...heard, ...(await page.evaluate<string[]>(OVERFLOW)), ...(await violations(page))] };
}

/** Elements that reach out of a page which scrolls sideways. */
const OVERFLOW = `(() => {
  const { clientWidth, scrollWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) return [];
  const wide = [...document.body.querySelectorAll('*')].filter((element) => element.getBoundingClientRect().right > clientWidth + 0.5);
  const named = wide.slice(-3).map((element) => '<' + element.tagName.toLowerCase() + '> ' + element.textContent.trim().slice(0, 60));
  return ['overflow: ' + scrollWidth + ' of ' + clientWidth + ' pixels: ' + named.join(' | ')];
})()`;

interface Violation {
  id: string;
  impact: string | null;
  nodes: { html: string; failureSummary?: string }[];
}

/** What axe calls serious or critical; it runs beside the page, whose own rules for scripts do not concern it. */
async function violations(page: Page): Promise<string[]> {
  if (!(await page.evaluate<boolean>('"axe" in globalThis'))) await page.evaluate(axeSource);
  const found = await page.evaluate<Violation[]>('axe.run({ resultTypes: ["violations"] }).then(({ violations }) => violations)');
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes: [first] }) => `axe ${id}: ${first?.html.slice(0, 200) ?? ''} ${first?.failureSummary ?? ''}`);
}
