import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Platform } from './platform';

let platform: Platform;
beforeAll(async () => {
  platform = await Platform.start(undefined, undefined, true);
});
afterAll(async () => {
  await platform.stop();
});

const BODY = 'return { count, pid: process.pid, home: process.env.HOME, file: __filename, os: typeof require("node:os").tmpdir };';
interface Told {
  count: number;
  pid: number;
  home: string;
  file: string;
  os: string;
}

it('keeps what was compiled for the next processes, and nothing that a process knew', async () => {
  const fn = platform.function('quick', BODY);
  const first = (await platform.call(fn)).answer as Told;
  const kept = readdirSync(join(first.home, 'code'));
  expect(kept).toHaveLength(1);
  await platform.runtime.coolDown();
  const second = (await platform.call(fn)).answer as Told;
  expect(second).toEqual({ ...first, count: 1, pid: expect.any(Number) as number });
  expect(second.pid).not.toBe(first.pid);
  expect(second).toMatchObject({ file: join(fn.codeDirectory, 'index.js'), os: 'function' });
  expect(readdirSync(join(first.home, 'code'))).toEqual(kept);
});

it('runs what a file says now, not what it said before, and code that cannot be used counts as none', async () => {
  const fn = platform.function('rewritten', BODY);
  const { home } = (await platform.call(fn)).answer as Told;
  await platform.runtime.coolDown();
  writeFileSync(join(fn.codeDirectory, 'index.js'), 'exports.handler = async () => "another";');
  expect((await platform.call(fn)).answer).toBe('another');
  await platform.runtime.coolDown();
  for (const file of readdirSync(join(home, 'code'))) writeFileSync(join(home, 'code', file), 'garbage');
  expect((await platform.call(fn)).answer).toBe('another');
});
