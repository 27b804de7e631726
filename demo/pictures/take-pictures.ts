import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Browser } from 'playwright-core';
import { EXIT, type ExitCode } from '../../cli/base/exit-codes';
import { LATEST_KEY } from '../../lambda/runs/run-keys';
import { hasBrowser, NO_BROWSER, openBrowser } from '../browser';
import { tellStory } from '../story/tell-story';

const ROOT = join(__dirname, '..', '..');
const PICTURES = join(ROOT, 'docs', 'pictures');
const OUT = join(ROOT, 'out');
/** A page asks nothing of this place. */
const ADDRESS = 'http://page.invalid/';
/** README.md is loaded whole by whoever looks at it. */
const MAX_BYTES = 200_000;

/** A picture that README.md shows, in pixels. */
interface Picture {
  name: string;
  html: string;
  width: number;
  height: number;
}

/** Takes every picture in light and dark; throws where there is no browser, before anything else is done. */
export async function takePictures(): Promise<ExitCode> {
  if (!hasBrowser()) throw new Error(NO_BROWSER);
  const pictures = await tellIt();
  const browser = await openBrowser();
  try {
    mkdirSync(PICTURES, { recursive: true });
    for (const picture of pictures) for (const scheme of ['light', 'dark'] as const) await take(browser, picture, scheme);
  } finally {
    await browser.close();
  }
  return EXIT.fine;
}

async function tellIt(): Promise<Picture[]> {
  if ((await tellStory()) !== EXIT.fine) throw new Error('the story did not end as it should');
  const read = (path: string): string => readFileSync(join(OUT, path), 'utf8');
  return [
    { name: 'mail', html: read(shownMail(read('index.html'))), width: 700, height: 860 },
    { name: 'report', html: read(join('results', LATEST_KEY)), width: 1200, height: 900 },
  ];
}

/** The mail that the gallery of the story shows first. */
export function shownMail(gallery: string): string {
  const [, href] = /<details class="kind" open>.*?<a href="([^"]+)"/s.exec(gallery) ?? [];
  if (href === undefined) throw new Error('the gallery of the story shows no mail');
  return decodeURI(href);
}

async function take(browser: Browser, { name, html, width, height }: Picture, colorScheme: 'light' | 'dark'): Promise<void> {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme, reducedMotion: 'reduce' });
  await page.route('**/*', (route) => route.fulfill({ body: html, contentType: 'text/html; charset=utf-8' }));
  await page.goto(ADDRESS);
  const image = await page.screenshot();
  await page.close();
  const file = join(PICTURES, `${name}-${colorScheme}.png`);
  if (image.length > MAX_BYTES) throw new Error(`${relative(ROOT, file)} would have ${image.length} bytes, more than ${MAX_BYTES}`);
  writeFileSync(file, image);
  console.log(`${relative(ROOT, file)}: ${Math.round(image.length / 1_000)} KB`);
}
