import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const docs = join(__dirname, '..', '..', 'docs');
const page = readFileSync(join(docs, 'security.md'), 'utf8');

const headingsOf = (text: string): string[] =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  );

describe('docs/security.md', () => {
  it('leads only to files that exist', () => {
    const links = [...page.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path = '']) => path);
    expect(links.length).toBeGreaterThan(20);
    expect(links.filter((path) => !existsSync(join(docs, path)))).toEqual([]);
  });

  it('names headings that the other pages have', () => {
    const anchors = [...page.matchAll(/\]\(([\w-]+\.md)#([^)]+)\)/g)].map(([, file = '', anchor = '']) => [file, anchor] as const);
    expect(anchors.length).toBeGreaterThan(0);
    expect(anchors.filter(([file, anchor]) => !headingsOf(readFileSync(join(docs, file), 'utf8')).includes(anchor))).toEqual([]);
  });

  it('has every heading that its own links name', () => {
    const headings = headingsOf(page);
    const anchors = [...page.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor);
    expect(anchors.filter((anchor) => !headings.includes(anchor ?? ''))).toEqual([]);
  });
});
