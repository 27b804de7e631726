import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withTables } from '../../../demo/bench/document';
import { addToRecord, readRecord, type BenchRecord } from '../../../demo/bench/record';

const measured: BenchRecord[string] = {
  measuredAt: '2026-11-21T12:00:00.000Z',
  machine: { cpu: 'CPU', cores: 2, node: 'v20.20.2', platform: 'linux' },
  settings: { users: [20], accounts: [100], runs: 3, latencyMs: 40 },
  tables: [{ title: 'Sizes', head: ['what', 'size'], rows: [['all', '12']], words: 1, note: 'In bytes.' }],
  data: { size: 12 },
};
const page = '# Page\n\nBefore.\n\n<!-- bench:sizes -->\n\nold\n\n<!-- /bench:sizes -->\n\nAfter.\n';

describe('the tables in a document', () => {
  it('replace those of an earlier run, and nothing else', () => {
    const text = withTables(page, 'page.md', { sizes: measured });
    expect(text).toBe(`# Page

Before.

<!-- bench:sizes -->

_2026-11-21, 2 × CPU, Node.js 20.20.2, 40 ms added to every call; times are medians of at most 3 runs._

**Sizes**

| what | size |
| --- | ---: |
| all | 12 |

In bytes.

<!-- /bench:sizes -->

After.
`);
    expect(withTables(text, 'page.md', { sizes: measured })).toBe(text);
  });

  it('need a place', () => {
    expect(() => withTables(page, 'page.md', { times: measured })).toThrow('page.md has no place for times: put "<!-- bench:times -->"');
  });
});

describe('the record', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'bench-record-'));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  it('keeps the last figures of every part', () => {
    const file = join(directory, 'out', 'bench.json');
    addToRecord(file, 'sizes', { ...measured, data: 1 });
    addToRecord(file, 'times', { ...measured, data: 2 });
    addToRecord(file, 'sizes', { ...measured, data: 3 });
    expect(Object.entries(readRecord(file)).map(([part, { data }]) => [part, data])).toEqual([
      ['sizes', 3],
      ['times', 2],
    ]);
  });

  it('that cannot be read is named', () => {
    const file = join(directory, 'bench.json');
    writeFileSync(file, '{');
    expect(() => readRecord(file)).toThrow(`${file} is no record of npm run bench; remove it`);
  });
});
