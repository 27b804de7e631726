import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeDisk } from '../../../cli/credentials/disk';
import { LONGEST_HELD_MS, takeLock, tryLock, type LockPlace } from '../../../cli/credentials/lock';

const folder = mkdtempSync(join(tmpdir(), 'locks-'));
const path = join(folder, 'web.lock');
const NOW = Date.parse('2026-01-05T01:00:00Z');
const place = (more: Partial<LockPlace> = {}): LockPlace => ({ disk: nodeDisk, now: () => NOW, sleep: () => Promise.resolve(), ...more });
const left = (more: object) => {
  writeFileSync(path, JSON.stringify({ pid: process.pid, host: hostname(), since: NOW, token: 'other', ...more }));
};

afterEach(() => {
  rmSync(path, { force: true });
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

it('is had by one at a time, and by the next when it is released', () => {
  const lock = tryLock(path, place());
  expect(lock?.isHeld()).toBe(true);
  expect(tryLock(path, place())).toBeUndefined();
  lock?.release();
  expect(lock?.isHeld()).toBe(false);
  expect(tryLock(path, place())).toBeDefined();
  expect(readdirSync(folder)).toEqual(['web.lock']);
});

it.each<[string, () => void, Partial<LockPlace>, boolean]>([
  [
    'of a living process',
    () => {
      left({});
    },
    {},
    false,
  ],
  [
    'of a process that is gone',
    () => {
      left({ pid: 4_194_305 });
    },
    {},
    true,
  ],
  [
    'of another machine',
    () => {
      left({ pid: 4_194_305, host: 'other' });
    },
    {},
    false,
  ],
  [
    'of another machine, long ago',
    () => {
      left({ host: 'other', since: NOW - LONGEST_HELD_MS - 1 });
    },
    {},
    true,
  ],
  [
    'of a process whose number another one has now',
    () => {
      left({ since: NOW - LONGEST_HELD_MS - 1 });
    },
    {},
    true,
  ],
  [
    'of a clock that was wrong',
    () => {
      left({ host: 'other', since: NOW + LONGEST_HELD_MS + 1 });
    },
    {},
    true,
  ],
  [
    'that is no lock of ours',
    () => {
      writeFileSync(path, 'x');
    },
    {},
    true,
  ],
])('a lock %s is taken over: %s', (_, prepare, more, isTaken) => {
  prepare();
  expect(tryLock(path, place(more)) !== undefined).toBe(isTaken);
  expect(readdirSync(folder)).toEqual(['web.lock']);
});

it('of two that see the same lock left behind, the second puts back what the first has taken', () => {
  left({ pid: 4_194_305 });
  let first: ReturnType<typeof tryLock>;
  const slow = {
    ...nodeDisk,
    renameSync: (from: string, to: string) => {
      first ??= tryLock(path, place());
      nodeDisk.renameSync(from, to);
    },
  };
  const second = tryLock(path, place({ disk: slow as typeof nodeDisk }));
  expect([first?.isHeld(), second]).toEqual([true, undefined]);
});

it('waits for as long as it is told', async () => {
  const lock = tryLock(path, place());
  let waited = 0;
  const sleep = (milliseconds: number) => {
    waited += milliseconds;
    if (waited === 200) lock?.release();
    return Promise.resolve();
  };
  expect(await takeLock(path, place({ sleep }), 100)).toBeUndefined();
  expect(await takeLock(path, place({ sleep }), 1_000)).toBeDefined();
  expect(waited).toBe(200);
});
