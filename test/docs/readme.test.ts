import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { settingRows } from '../../lib/settings/table';

const readme = readFileSync(join(__dirname, '../../README.md'), 'utf8');
const between = (mark: string): string => new RegExp(`<!-- ${mark} -->\\n([\\s\\S]*?)<!-- /${mark} -->`).exec(readme)?.[1]?.trim() ?? '';

describe('README', () => {
  it('shows every setting with its default and meaning, as the code has them', () => {
    const rows = between('settings')
      .split('\n')
      .slice(2)
      .map((line) => line.split('|').map((cell) => cell.trim().replaceAll('`', '')));
    const wanted = settingRows().map(({ name, default: fallback, meaning }) => [name, fallback.replace(/^"(.*)"$/, '$1'), meaning]);
    expect(rows.map(([, ...cells]) => cells.slice(0, 3))).toEqual(wanted);
  });

  it('shows the end of npm start', () => {
    expect(between('start-output')).toContain('All checks passed');
  });
});
