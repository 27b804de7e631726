import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

/** Where systems keep a browser of this kind. */
const PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const SWITCHES = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-dev-shm-usage',
  '--disable-gpu',
  // Else each page begins with a process of its own, which takes longer than most pages.
  '--renderer-process-limit=1',
];

/** What to say where there is no browser. */
export const NO_BROWSER = 'there is no browser: apt-get install chromium';

/** Whether this machine has a browser that programs can use. */
export const hasBrowser = (): boolean => PATHS.some((path) => existsSync(path));

/** Starts the machine's browser; throws where there is none. */
export function openBrowser(): Promise<Browser> {
  const executablePath = PATHS.find((path) => existsSync(path));
  if (executablePath === undefined) throw new Error(NO_BROWSER);
  return chromium.launch({ executablePath, args: SWITCHES });
}
