import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const npm = (cwd: string, ...args: string[]): string =>
  execFileSync('npm', args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, npm_config_cache: join(cwd, '.npm') },
  });

it('is packed into something that installs without a network and runs with nothing beside it', () => {
  const elsewhere = mkdtempSync(join(tmpdir(), 'pack-'));
  const [packed = ''] = npm(ROOT, 'pack', '--pack-destination', elsewhere).trim().split('\n').slice(-1);
  writeFileSync(join(elsewhere, 'package.json'), '{"private":true}');
  npm(elsewhere, 'install', '--offline', '--no-audit', '--no-fund', join(elsewhere, packed));
  expect(readdirSync(join(elsewhere, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['iam-key-rotation']);
  const keys = join(elsewhere, 'node_modules', '.bin', 'iam-keys');
  const run = (...args: string[]): string =>
    execFileSync(keys, args, { cwd: elsewhere, encoding: 'utf8', env: { PATH: process.env['PATH'] } });
  expect(run('--help')).toContain('USAGE\n  iam-keys list');
  expect(run('version')).toMatch(/^iam-keys \d/);
  // Every command is there, with all that it loads for its work.
  expect(existsSync(join(elsewhere, 'node_modules', 'iam-key-rotation', 'dist', 'program.mjs'))).toBe(true);
});
