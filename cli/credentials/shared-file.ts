import { basename, dirname } from 'node:path';
import {
  codeOfDisk,
  makePrivateFolder,
  PRIVATE_FILE,
  readIfThere,
  writeDraft,
  writeWhole,
  type Disk,
  type Draft,
  type Ownership,
} from './disk';
import { takeLock, type Lock, type LockPlace } from './lock';
import { sharedLockOf, type Places } from './places';
import { SharedTextError, withKey, type StaticKey } from './shared-text';

/** Another of our programs writes a file within milliseconds. */
const LOCK_PATIENCE_MS = 10_000;
/** How often a file may change under our hands before we give up. */
const MOST_TRIES = 5;
/** What stands behind the name of a file's backup. */
const BACKUP = '.iam-keys-backup';

/** Where a file is that other programs write, too, and how to reach it. */
export interface SharedFilePlace extends LockPlace {
  places: Places;
}

/** A file that other programs write, too, could not be changed; it is as it was. */
class SharedFileError extends Error {
  override readonly name = 'SharedFileError';
}

/** Puts an access key into a profile of the credentials file; the profile is added when it is missing, and all else stays as it is. */
export function putKeyIntoProfile(place: SharedFilePlace, profile: string, key: StaticKey): Promise<void> {
  return changeSharedFile(place, place.places.credentials, (text) => withKey(text, profile, key));
}

/**
 * Changes one of the files that the SDKs read. It is replaced as a whole, at the end of its symbolic links, with its mode and owner; what
 * it was before is beside it, readable by its owner alone. An edit is made anew when another program has written the file meanwhile.
 */
export async function changeSharedFile(place: SharedFilePlace, path: string, edit: (text: string) => string): Promise<void> {
  const lock = await lockShared(place);
  try {
    for (let tries = 1; ; tries += 1) {
      const target = targetOf(place.disk, path);
      const before = readIfThere(place.disk, target);
      const after = editNamed(path, before ?? '', edit);
      if (after === (before ?? '')) return;
      if (before !== undefined) writeWhole(place.disk, `${target}${BACKUP}`, before, { mode: PRIVATE_FILE });
      const draft = draftOf(place.disk, target, after);
      if (readIfThere(place.disk, target) === before && lock.isHeld()) {
        publish(draft, target);
        return;
      }
      draft.discard();
      if (tries >= MOST_TRIES) throw new SharedFileError(`${path} is being changed by another program all the time; nothing was written`);
    }
  } finally {
    lock.release();
  }
}

/** Whether the file could be changed; throws what stands in the way. Nothing of it is changed. */
export async function proveWritable(place: SharedFilePlace, path: string): Promise<void> {
  const lock = await lockShared(place);
  try {
    const target = targetOf(place.disk, path);
    draftOf(place.disk, target, readIfThere(place.disk, target) ?? '').discard();
  } finally {
    lock.release();
  }
}

async function lockShared(place: SharedFilePlace): Promise<Lock> {
  const { own } = place.places;
  makePrivateFolder(place.disk, own);
  const lock = await takeLock(sharedLockOf(own), place, LOCK_PATIENCE_MS);
  if (lock) return lock;
  throw new SharedFileError(`${sharedLockOf(own)} is held by another iam-keys for ${LOCK_PATIENCE_MS / 1_000} s; try again`);
}

/** Where symbolic links end; the path itself where there is nothing yet. */
function targetOf(disk: Disk, path: string): string {
  try {
    return disk.realpathSync(path);
  } catch (error) {
    if (codeOfDisk(error) !== 'ENOENT') throw error;
    disk.mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    return path;
  }
}

function editNamed(path: string, text: string, edit: (text: string) => string): string {
  try {
    return edit(text);
  } catch (error) {
    if (!(error instanceof SharedTextError)) throw error;
    throw new SharedFileError(`${path} was not changed: ${error.message}`, { cause: error });
  }
}

function draftOf(disk: Disk, target: string, text: string): Draft {
  try {
    return writeDraft(disk, target, text, ownershipOf(disk, target));
  } catch (error) {
    if (codeOfDisk(error) === undefined) throw error;
    throw new SharedFileError(
      `${target} cannot be replaced (${String(codeOfDisk(error))}): its folder ${dirname(target)} must be writable for you; nothing was changed`,
      { cause: error },
    );
  }
}

function ownershipOf(disk: Disk, target: string): Ownership {
  if (readIfThere(disk, target) === undefined) return { mode: PRIVATE_FILE };
  const { mode, uid, gid } = disk.statSync(target);
  return { mode: mode & 0o7777, uid, gid };
}

function publish(draft: Draft, target: string): void {
  try {
    draft.publish();
  } catch (error) {
    const code = codeOfDisk(error);
    if (code === undefined) throw error;
    draft.discard();
    throw new SharedFileError(
      `${target} cannot be replaced (${code}); where ${basename(target)} alone is mounted into a container, mount its folder instead`,
      { cause: error },
    );
  }
}
