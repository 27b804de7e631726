import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const ROOT = join(__dirname, '..', '..', '..');
const home = mkdtempSync(join(tmpdir(), 'served-'));
afterAll(() => {
  rmSync(home, { recursive: true });
});

/** Processes whose temporary files are in this directory, as far as the system tells. */
const processesIn = (directory: string): string[] =>
  readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, 'utf8').includes(directory);
    } catch {
      return false;
    }
  });
/** The loader of TypeScript keeps there what it has compiled. */
const temporaryFiles = (): string[] => readdirSync(home).filter((name) => !name.startsWith('tsx-'));

it('npm run sandbox, ended by Ctrl-C after a run, leaves neither processes nor temporary files', async () => {
  const child = spawn(process.execPath, [join('bin', 'run.js'), join('demo', 'serve', 'main.ts'), '--port', '0'], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], TMPDIR: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, error] = ['', ''];
  child.stderr.on('data', (data) => (error += String(data)));
  await new Promise<void>((resolve) => {
    child.once('exit', resolve);
    child.stdout.on('data', (data) => {
      out += String(data);
      if (out.includes('Ctrl-C ends it.')) resolve();
    });
  });
  const [url = ''] = /http:\/\/127\.0\.0\.1:\d+/.exec(out) ?? [];
  const run = await fetch(`${url}/_sandbox/run`, { method: 'POST', body: '{}' });
  expect(run.status).toBe(200);
  expect(processesIn(home).length).toBeGreaterThan(1);
  expect(temporaryFiles()).not.toEqual([]);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGINT');
  expect([await ended, error]).toEqual([130, '']);
  expect(out).not.toContain('\u001b');
  expect(temporaryFiles()).toEqual([]);
  // A busy machine takes its time to clear away what was killed.
  for (let tries = 0; tries < 300 && processesIn(home).length > 0; tries += 1) await wait(100);
  expect(processesIn(home)).toEqual([]);
});
