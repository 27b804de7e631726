import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { shownMail } from '../../../demo/pictures/take-pictures';

const ROOT = join(__dirname, '..', '..', '..');

it('shows the mail that the gallery shows first', () => {
  const kind = (href: string, open = ''): string =>
    `<details class="kind"${open}><summary>A</summary><h3>B</h3><a href="${href}">C</a></details>`;
  expect(shownMail(`${kind('mails/1.html')}\n${kind('mails/2-a%20b.html', ' open')}`)).toBe('mails/2-a b.html');
  expect(() => shownMail(kind('mails/1.html'))).toThrow('the gallery of the story shows no mail');
});

it('are what README.md shows, each small enough to be loaded with it', () => {
  const shown = [...readFileSync(join(ROOT, 'README.md'), 'utf8').matchAll(/(?:src|srcset)="(docs\/pictures\/[^"]+)"/g)].map(
    ([, file = '']) => file,
  );
  expect([...new Set(shown)].sort()).toEqual(
    ['mail-dark', 'mail-light', 'report-dark', 'report-light'].map((name) => `docs/pictures/${name}.png`),
  );
  for (const file of shown) expect(statSync(join(ROOT, file)).size).toBeLessThan(200_000);
});
