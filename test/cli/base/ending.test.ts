import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';

const ROOT = join(__dirname, '..', '..', '..');
const directory = mkdtempSync(join(tmpdir(), 'ending-'));
const file = join(directory, 'left-behind');
afterAll(() => {
  rmSync(directory, { recursive: true });
});

/** Starts the endless program; it has begun, and the process that it started is known by its id. */
async function begun(...args: string[]) {
  const child = spawn(process.execPath, [join('bin', 'run.js'), join('test', 'cli', 'base', 'endless.ts'), '--file', file, ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const error = text(child.stderr);
  const [pid] = await new Promise<string[]>((resolve) =>
    createInterface({ input: child.stdout }).once('line', (line) => {
      resolve([line]);
    }),
  );
  const ended = new Promise<unknown>((resolve) =>
    child.once('exit', (status, signal) => {
      resolve(status ?? signal);
    }),
  );
  return { child, pid: Number(pid), error, ended };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

it.each<[string, (child: ChildProcess) => void, number]>([
  ['Ctrl-C', (child) => child.kill('SIGINT'), 130],
  ['SIGTERM', (child) => child.kill('SIGTERM'), 143],
  ['a reader that goes away, as head does', (child) => child.stdout?.destroy(), 0],
])('%s ends a program quietly, and nothing is left behind', async (_, interrupt, exitCode) => {
  const { child, pid, error, ended } = await begun();
  expect([existsSync(file), isAlive(pid)]).toEqual([true, true]);
  interrupt(child);
  expect([await ended, await error]).toEqual([exitCode, '']);
  expect([existsSync(file), isAlive(pid)]).toEqual([false, false]);
});

it('a second Ctrl-C ends at once a program that waits for something to be removed', async () => {
  const { child, ended } = await begun('--hanging');
  child.kill('SIGINT');
  while (existsSync(file)) await new Promise((resolve) => setTimeout(resolve, 5));
  child.kill('SIGINT');
  expect(await ended).toBe('SIGINT');
});
