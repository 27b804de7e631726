import * as fs from 'node:fs';
import { dirname, basename, join } from 'node:path';

/** The calls by which files are read and changed; a test stops the program at each of them. */
export type Disk = Pick<
  typeof fs,
  | 'chmodSync'
  | 'chownSync'
  | 'closeSync'
  | 'fchmodSync'
  | 'fsyncSync'
  | 'linkSync'
  | 'mkdirSync'
  | 'openSync'
  | 'readdirSync'
  | 'readFileSync'
  | 'realpathSync'
  | 'renameSync'
  | 'statSync'
  | 'unlinkSync'
  | 'writeSync'
>;

/** The files of this machine. */
export const nodeDisk: Disk = fs;

/** Only the owner may read or write: of every file of ours that holds a key. */
export const PRIVATE_FILE = 0o600;
/** Only the owner may enter: of the folder of such files. */
const PRIVATE_FOLDER = 0o700;

const DRAFT = /\.iam-keys-draft-\d+$/;

/** The code of a file system's error, such as `ENOENT`. */
export const codeOfDisk = (error: unknown): string | undefined =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

/** A file's text; undefined when there is no such file. */
export function readIfThere(disk: Disk, path: string): string | undefined {
  try {
    return disk.readFileSync(path, 'utf8');
  } catch (error) {
    if (codeOfDisk(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Removes a file; one that is gone is as good. */
export function removeIfThere(disk: Disk, path: string): void {
  try {
    disk.unlinkSync(path);
  } catch (error) {
    if (codeOfDisk(error) !== 'ENOENT') throw error;
  }
}

/** Makes the folder of private files, or closes one that others may enter. */
export function makePrivateFolder(disk: Disk, path: string): void {
  disk.mkdirSync(path, { recursive: true, mode: PRIVATE_FOLDER });
  if (process.platform !== 'win32' && (disk.statSync(path).mode & 0o077) !== 0) disk.chmodSync(path, PRIVATE_FOLDER);
}

/** Whose a file is to be, and who may read it. */
export interface Ownership {
  mode: number;
  uid?: number;
  gid?: number;
}

/**
 * Replaces a file as a whole: at every moment, also when the program is killed or the power fails, the path shows the old text or the new
 * one. The caller holds the lock under which this file is written.
 */
export function writeWhole(disk: Disk, path: string, text: string, owned: Ownership): void {
  writeDraft(disk, path, text, owned).publish();
}

/** A new text of a file that nobody sees yet. */
export interface Draft {
  publish(): void;
  discard(): void;
}

/** Writes a new text beside its file, down to the disk. */
export function writeDraft(disk: Disk, path: string, text: string, { mode, uid, gid }: Ownership): Draft {
  removeDrafts(disk, path);
  const draft = `${path}.iam-keys-draft-${process.pid}`;
  const file = disk.openSync(draft, 'wx', PRIVATE_FILE);
  try {
    for (let rest = Buffer.from(text); rest.length > 0; rest = rest.subarray(disk.writeSync(file, rest)));
    disk.fchmodSync(file, mode);
    disk.fsyncSync(file);
  } finally {
    disk.closeSync(file);
  }
  if (uid !== undefined && gid !== undefined) keepOwner(disk, draft, uid, gid);
  return {
    publish() {
      disk.renameSync(draft, path);
      syncFolder(disk, dirname(path));
    },
    discard() {
      removeIfThere(disk, draft);
    },
  };
}

/** What a killed program left behind holds keys, too. */
function removeDrafts(disk: Disk, path: string): void {
  const folder = dirname(path);
  for (const name of disk.readdirSync(folder)) {
    if (name.startsWith(`${basename(path)}.`) && DRAFT.test(name)) removeIfThere(disk, join(folder, name));
  }
}

/** Only root can give files away; for everybody else a file is theirs anyway. */
function keepOwner(disk: Disk, path: string, uid: number, gid: number): void {
  const made = disk.statSync(path);
  if (made.uid !== uid || made.gid !== gid) disk.chownSync(path, uid, gid);
}

/** A rename is on the disk once its folder is. Windows opens no folders, and needs none. */
function syncFolder(disk: Disk, path: string): void {
  if (process.platform === 'win32') return;
  const folder = disk.openSync(path, 'r');
  try {
    disk.fsyncSync(folder);
  } finally {
    disk.closeSync(folder);
  }
}
