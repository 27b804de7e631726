import { galleryPage, type Gallery, type GalleryMail } from '../../../demo/story/gallery';
import { describeInBrowser, LOOKS } from '../../helpers/browser';

const mail = (kind: GalleryMail['kind'], day: string, subject: string): GalleryMail => ({
  kind,
  day,
  subject,
  to: 'platform@acme.example',
  href: `mails/${day}.html`,
});
const gallery = (more: Partial<Gallery> = {}): Gallery => ({
  mails: [
    mail('info', '2026-01-05', 'New key for web-deploy'),
    mail('act', '2026-01-05', 'Action needed by 15 Jan 2026'),
    mail(
      'act',
      '2026-01-12',
      'Action needed by 22 Jan 2026: switch a-user-with-a-rather-long-name-that-goes-on-and-on-and-on to its new key',
    ),
    mail('summary', '2026-01-12', 'Access key rotation: 7 accounts, all done'),
  ],
  reports: ['05', '06', '07'].map((day) => ({ href: `results/${day}.html`, day: `2026-01-${day}`, runId: `202601${day}T020000Z-1` })),
  latest: 'results/reports/latest.html',
  ...more,
});

it('has every mail under its kind and day, what needs an answer first', () => {
  const html = galleryPage(gallery());
  const kinds = [...html.matchAll(/<summary>(.*?)<span>(\d+)<\/span>/g)].map(([, kind, count]) => [kind, count]);
  expect(kinds).toEqual([
    ['Action needed', '2'],
    ['For your information', '1'],
    ['Run summaries for the administrator', '1'],
  ]);
  expect([...html.matchAll(/<h3>(.*?)<\/h3>/g)].map(([, day]) => day)).toEqual([
    '12 Jan 2026',
    '5 Jan 2026',
    '5 Jan 2026',
    '12 Jan 2026',
    'January 2026',
  ]);
});

it('leads to the newest report, where there is one, and to that of each day', () => {
  expect(galleryPage(gallery())).toContain('<a class="button" href="results/reports/latest.html">');
  const { mails, reports } = gallery();
  expect(galleryPage({ mails, reports })).not.toContain('newest report</a>');
  expect(galleryPage(gallery())).toContain('<a href="results/06.html" title="Run 20260106T020000Z-1">6</a>');
});

it('begins with mails that ask for something, or else with the most urgent there are', () => {
  const opened = (html: string) => [...html.matchAll(/<details class="kind" open><summary>(.*?)<span>/g)].map(([, kind]) => kind);
  expect(opened(galleryPage(gallery()))).toEqual(['Action needed']);
  const others = gallery().mails.filter(({ kind }) => kind !== 'act');
  expect(opened(galleryPage(gallery({ mails: others })))).toEqual(['For your information']);
  expect(opened(galleryPage(gallery({ mails: [] })))).toEqual([]);
});

it('shows hostile subjects as text', () => {
  const html = galleryPage(gallery({ mails: [mail('info', '2026-01-05', '</script><img src=x onerror=alert(1)>')] }));
  expect(html).not.toContain('<img');
});

describeInBrowser('the gallery', (open) => {
  it.each(LOOKS)('is fine at $width pixels in $scheme', async (look) => {
    const { page, complaints } = await open(galleryPage(gallery()), look);
    const closed = page.locator('.kind:not([open]) > summary');
    while ((await closed.count()) > 0) await closed.first().click();
    // The mail that is shown at first is not there.
    const others = (await complaints()).filter((complaint) => !/page\.invalid\/mails\/|ERR_FAILED/.test(complaint));
    expect(others).toEqual([]);
    await page.close();
  });

  it('shows a mail beside the list on a wide screen', async () => {
    const { page } = await open(galleryPage(gallery()), { width: 1200, scheme: 'light' });
    const shown = () => page.locator('iframe').getAttribute('src');
    expect(await shown()).toBe('http://page.invalid/mails/2026-01-12.html');
    await page.locator('.mail a').nth(1).click();
    expect(await shown()).toBe('http://page.invalid/mails/2026-01-05.html');
    await page.close();
  });
});
