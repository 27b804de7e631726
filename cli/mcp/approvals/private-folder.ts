import { closeSync, constants, fstatSync, lstatSync, mkdirSync, openSync, readSync, rmSync, writeFileSync, type Stats } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { RotationError } from '../../../lambda/shared/errors';

/** More than any change needs that is described here. */
const MAX_FILE_BYTES = 65_536;
const OTHERS = 0o077;
const WINDOWS = process.platform === 'win32';

/** Where changes wait for a person of this machine. */
export const approvalsFolder = (home = homedir()): string => join(home, '.aws', 'iam-keys', 'approvals');

/** Somebody else could have read or written a file that decides about a change; nothing was done. */
export class NotPrivateError extends RotationError {
  override readonly name = 'NotPrivateError';
}

function assertPrivate(path: string, { uid, mode }: Stats): void {
  if (WINDOWS) return;
  const own = process.getuid?.();
  if (uid !== own) throw new NotPrivateError(`${path} belongs to the user with number ${uid}, and you are ${String(own)}; remove it`);
  if ((mode & OTHERS) !== 0) {
    throw new NotPrivateError(`${path} is open to others (mode ${(mode & 0o777).toString(8)}); remove it, and ask for the change again`);
  }
}

/** Makes the folder where it is missing; throws unless it is the caller's own, and closed to everybody else. */
export function preparePrivateFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const stats = lstatSync(folder);
  if (!stats.isDirectory()) throw new NotPrivateError(`${folder} is no folder; remove it`);
  assertPrivate(folder, stats);
}

/** Writes a new file that its owner alone can read; throws when there is one already. */
export function writePrivate(path: string, text: string): void {
  writeFileSync(path, text, { flag: 'wx', mode: 0o600 });
}

/** A file's text; undefined when there is none. Throws for a link, for another user's file, and for one that is open to others. */
export function readPrivate(path: string): string | undefined {
  const file = openIfThere(path);
  if (file === undefined) return undefined;
  try {
    const stats = fstatSync(file);
    assertPrivate(path, stats);
    if (!stats.isFile() || stats.size > MAX_FILE_BYTES) throw new NotPrivateError(`${path} is no file of iam-keys; remove it`);
    const bytes = Buffer.alloc(stats.size);
    return bytes.subarray(0, readSync(file, bytes)).toString('utf8');
  } finally {
    closeSync(file);
  }
}

function openIfThere(path: string): number | undefined {
  try {
    // Windows has no such flag. Whatever is no file must not keep us waiting.
    return openSync(path, constants.O_RDONLY | (WINDOWS ? 0 : constants.O_NOFOLLOW | constants.O_NONBLOCK));
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT') return undefined;
    if (code === 'ELOOP') throw new NotPrivateError(`${path} is a link to another file; remove it`, { cause: error });
    throw error;
  }
}

/** Removes a file; one that is gone is as good. */
export const removePrivate = (path: string): void => {
  rmSync(path, { force: true });
};
