import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { marks } from '../../demo/bench/document';
import { PARTS } from '../../demo/bench/parts';

const page = readFileSync(join(__dirname, '../../docs/performance.md'), 'utf8');

describe('docs/performance.md', () => {
  it.each(PARTS.map(({ name }) => name))('has the tables of the part %s, as npm run bench wrote them', (name) => {
    const { begin, end } = marks(name);
    expect(page.split(begin)).toHaveLength(2);
    const block = page.slice(page.indexOf(begin), page.indexOf(end));
    expect(block).toMatch(/_\d{4}-\d\d-\d\d, \d+ × .+, Node\.js .+\._/);
    expect(block).toMatch(/\*\*.+\*\*\n\n\| .+ \|\n\| [-: |]+ \|\n\| .+ \|/);
  });
});
