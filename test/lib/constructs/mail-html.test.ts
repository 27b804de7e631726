import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mailHtml } from '../../../lib/constructs/mail-html';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'templates-'));
  cpSync(join(__dirname, '../../../templates'), folder, { recursive: true });
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});
const write = (file: string, text: string): void => {
  writeFileSync(join(folder, file), text);
};

it('keeps what SES replaces as it was written', () => {
  const html = mailHtml('digest', folder);
  const tags = (text: string): string[] => text.match(/\{\{[^}]*\}\}/g) ?? [];
  expect(tags(html)).toEqual(expect.arrayContaining(tags(readFileSync(join(folder, 'parts/sections.html'), 'utf8'))));
  expect(html).not.toMatch(/<mj-|mj-include/);
});

it('takes HTML of somebody’s own as it is', () => {
  write('digest.html', '<p>{{html.counts}}</p>\n');
  expect(mailHtml('digest', folder)).toBe('<p>{{html.counts}}</p>\n');
});

it('compiles anew when a part has changed', () => {
  const before = mailHtml('summary', folder);
  write('parts/light.css', '.card { background: #fefefe; }');
  expect(mailHtml('summary', folder)).toContain('#fefefe');
  expect(before).not.toContain('#fefefe');
});

it.each([
  [
    'an unknown tag',
    (text: string) => text.replace('<mj-column>', '<mj-colum>').replace('</mj-column>', '</mj-colum>'),
    /digest\.mjml: .*mj-colum doesn't exist/s,
  ],
  [
    'a part that is not there',
    (text: string) => text.replace('parts/foot.html', 'parts/feet.html'),
    /digest\.mjml: the part \.\/parts\/feet\.html is not there$/,
  ],
])('refuses %s and names it', (_, change, message) => {
  write('digest.mjml', change(readFileSync(join(folder, 'digest.mjml'), 'utf8')));
  expect(() => mailHtml('digest', folder)).toThrow(message);
});

it('names a mail that there is no file of', () => {
  expect(() => mailHtml('nothing', folder)).toThrow(`there is neither nothing.html nor nothing.mjml in ${folder}`);
});
