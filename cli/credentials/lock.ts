import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { codeOfDisk, PRIVATE_FILE, readIfThere, removeIfThere, type Disk } from './disk';

/** Nothing that is done under a lock lasts as long: every call to AWS has a deadline. A lock that is older was left behind. */
export const LONGEST_HELD_MS = 10 * 60_000;
const BETWEEN_TRIES_MS = 50;

/** What a lock file says of its holder. */
interface Holder {
  pid: number;
  host: string;
  /** In milliseconds since 1970. */
  since: number;
  /** Tells this lock from every other. */
  token: string;
}

/** What a lock needs to know of the machine. */
export interface LockPlace {
  disk: Disk;
  now: () => number;
  sleep: (milliseconds: number) => Promise<void>;
  /** Whether a process of this machine lives. */
  isAlive?: (pid: number) => boolean;
}

/** A lock that this process has. */
export interface Lock {
  /** False when another process took it for one that was left behind; what is written from then on could undo what that one wrote. */
  isHeld(): boolean;
  release(): void;
}

/**
 * Takes a lock if nobody has it. A lock whose process is gone is taken over at once, one of another machine (a shared home directory) once
 * it is older than LONGEST_HELD_MS. Own code, because the packages for this keep a timer running to renew the date of a lock, and tell a
 * killed holder from a living one by waiting for that date to grow old.
 */
export function tryLock(path: string, { disk, now, isAlive = lives }: LockPlace): Lock | undefined {
  const mine: Holder = { pid: process.pid, host: hostname(), since: now(), token: randomUUID() };
  if (!create(disk, path, JSON.stringify(mine))) {
    const seen = readIfThere(disk, path);
    if (seen !== undefined && !isLeftBehind(seen, now(), isAlive)) return undefined;
    if (seen !== undefined && !moveAway(disk, path, seen, mine.token)) return undefined;
    if (!create(disk, path, JSON.stringify(mine))) return undefined;
  }
  const isHeld = (): boolean => readIfThere(disk, path) === JSON.stringify(mine);
  return {
    isHeld,
    release() {
      if (isHeld()) removeIfThere(disk, path);
    },
  };
}

/** Takes a lock, waiting for as long as `patienceMs`; undefined when somebody has it all that time. */
export async function takeLock(path: string, place: LockPlace, patienceMs: number): Promise<Lock | undefined> {
  for (let waited = 0; ; waited += BETWEEN_TRIES_MS) {
    const lock = tryLock(path, place);
    if (lock || waited >= patienceMs) return lock;
    await place.sleep(BETWEEN_TRIES_MS);
  }
}

/** The file appears with its content or not at all, since an empty one would look like one that was left behind. */
function create(disk: Disk, path: string, text: string): boolean {
  const draft = `${path}.${randomUUID()}`;
  const file = disk.openSync(draft, 'wx', PRIVATE_FILE);
  try {
    disk.writeSync(file, text);
  } finally {
    disk.closeSync(file);
  }
  try {
    disk.linkSync(draft, path);
    return true;
  } catch (error) {
    if (codeOfDisk(error) === 'EEXIST') return false;
    throw error;
  } finally {
    removeIfThere(disk, draft);
  }
}

function isLeftBehind(text: string, now: number, isAlive: (pid: number) => boolean): boolean {
  let holder: Partial<Holder>;
  try {
    holder = JSON.parse(text) as Partial<Holder>;
  } catch {
    return true;
  }
  const { pid, host, since } = holder;
  if (typeof pid !== 'number' || typeof since !== 'number') return true;
  if (host === hostname() && !isAlive(pid)) return true;
  return Math.abs(now - since) > LONGEST_HELD_MS;
}

/** Of several processes that see the same lock left behind, one moves it away; one that caught a newer lock meanwhile puts that back. */
function moveAway(disk: Disk, path: string, seen: string, token: string): boolean {
  const aside = `${path}.${token}.old`;
  try {
    disk.renameSync(path, aside);
  } catch (error) {
    if (codeOfDisk(error) === 'ENOENT') return true;
    throw error;
  }
  const caught = readIfThere(disk, aside) !== seen;
  if (caught) {
    try {
      disk.linkSync(aside, path);
    } catch (error) {
      if (codeOfDisk(error) !== 'EEXIST') throw error;
    }
  }
  removeIfThere(disk, aside);
  return !caught;
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of another user is one that lives.
    return codeOfDisk(error) === 'EPERM';
  }
}
