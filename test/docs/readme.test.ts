import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const between = (mark: string): string => new RegExp(`<!-- ${mark} -->\\n([\\s\\S]*?)<!-- /${mark} -->`).exec(readme)?.[1]?.trim() ?? '';

describe('README', () => {
  it('shows ten settings, and where all of them are', () => {
    expect(between('settings').split('\n')).toHaveLength(2 + 10);
    expect(readme).toContain('[docs/settings.md](docs/settings.md)');
  });

  it('shows the end of npm start', () => {
    expect(between('start-output')).toContain('All checks passed');
  });
});

it('has generated tables and the plain member template as the code has them', () => {
  const { status, stderr } = spawnSync(process.execPath, ['bin/run.js', 'bin/documents.ts', '--check'], {
    cwd: root,
    encoding: 'utf8',
  });
  expect([status, stderr]).toEqual([0, '']);
});
