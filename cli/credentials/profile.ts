import { join } from 'node:path';
import { secretNameFor } from '../../lambda/shared/secret-name';
import { parseApiState } from './api-state';
import { inWords, type Aws } from './aws';
import { makePrivateFolder, PRIVATE_FILE, readIfThere, writeWhole } from './disk';
import { takeLock, tryLock, type Lock } from './lock';
import { lockOf, privateFileOf } from './places';
import { changeSharedFile, type SharedFilePlace } from './shared-file';
import { readKey, withKey, type StaticKey } from './shared-text';
import { parseState, userNameOf, type ProfileState, type SecretPlace, type UserIdentity } from './state';
import { isSameUser } from './successor';

/** All that the work on a profile reaches. */
export interface Surroundings extends SharedFilePlace {
  aws: Aws;
}

/** A profile cannot be worked on as it is; the message says what to do. Nothing was changed. */
export class ProfileError extends Error {
  override readonly name = 'ProfileError';
}

/** What is known of a profile; undefined when there is nothing yet. Throws when its file is broken. */
export function readState({ disk, places }: Pick<Surroundings, 'disk' | 'places'>, profile: string): ProfileState | undefined {
  const path = privateFileOf(places.own, profile);
  const text = readIfThere(disk, path);
  if (text === undefined) return undefined;
  const state = parseState(text, profile);
  if (state) return state;
  if (parseApiState(text, profile))
    throw new ProfileError(
      `the profile ${profile} gets its key from the key API; iam-keys credentials --check --profile ${profile} looks after it`,
    );
  throw new ProfileError(
    `${path} is not what iam-keys writes for the profile ${profile}; move it away, put a working key into ${places.credentials} and start over: iam-keys credentials --init --profile ${profile}`,
  );
}

/** The profiles whose keys are in private files. */
export function privateProfiles({ disk, places }: Pick<Surroundings, 'disk' | 'places'>): string[] {
  let names: string[];
  try {
    names = disk.readdirSync(places.own);
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    if (!name.endsWith('.json')) return [];
    const profile = decodeURIComponent(name.slice(0, -'.json'.length));
    if (parseApiState(readIfThere(disk, join(places.own, name)) ?? '', profile)) return [];
    return readState({ disk, places }, profile)?.home === 'private' ? [profile] : [];
  });
}

/** Writes what is known of a profile, readable by its owner alone. */
export function writeState({ disk, places }: Pick<Surroundings, 'disk' | 'places'>, state: ProfileState): void {
  makePrivateFolder(disk, places.own);
  writeWhole(disk, privateFileOf(places.own, state.profile), `${JSON.stringify(state, undefined, 2)}\n`, { mode: PRIVATE_FILE });
}

/** Takes the lock of a profile if nobody has it. */
export function tryProfileLock(place: Surroundings, profile: string): Lock | undefined {
  makePrivateFolder(place.disk, place.places.own);
  return tryLock(lockOf(place.places.own, profile), place);
}

/** Takes the lock of a profile, waiting for whoever has it; throws when that takes too long. */
export async function takeProfileLock(place: Surroundings, profile: string, patienceMs: number): Promise<Lock> {
  makePrivateFolder(place.disk, place.places.own);
  const lock = await takeLock(lockOf(place.places.own, profile), place, patienceMs);
  if (lock) return lock;
  throw new ProfileError(`another iam-keys works on the profile ${profile} (${lockOf(place.places.own, profile)}); try again`);
}

/**
 * Puts what was found out about a profile on the disk: first the place where programs read the key, then what we remember of it. A program
 * that was killed in between finds the new key there and takes it up (`openShared`).
 */
export async function commit(place: Surroundings, lock: Lock, before: ProfileState, after: ProfileState): Promise<ProfileState> {
  if (!lock.isHeld()) throw new ProfileError(`another iam-keys took over the profile ${after.profile}; nothing was written`);
  const isShared = after.home === 'shared' && after.current.id !== before.current.id;
  if (isShared) {
    await changeSharedFile(place, place.places.credentials, (text) => {
      const there = readKey(text, after.profile)?.id;
      if (there === before.current.id) return withKey(text, after.profile, after.current);
      throw new ProfileError(`${place.places.credentials} was changed meanwhile: profile ${after.profile} holds ${there ?? 'no key'} now`);
    });
  }
  const kept: ProfileState = isShared ? { ...after, owed: true } : after;
  writeState(place, kept);
  return kept;
}

/** The long-lived key of a profile in the credentials file; throws why there is none. */
export function staticKeyOf(place: Pick<Surroundings, 'disk' | 'places'>, profile: string): StaticKey {
  const { credentials } = place.places;
  const key = readKey(readIfThere(place.disk, credentials) ?? '', profile);
  if (!key) throw new ProfileError(`there is no section [${profile}] in ${credentials}`);
  if (key.token !== undefined || key.id?.startsWith('ASIA')) {
    throw new ProfileError(`the profile ${profile} in ${credentials} holds temporary credentials, which need no rotation`);
  }
  if (key.id === undefined || key.secret === undefined)
    throw new ProfileError(`the profile ${profile} in ${credentials} holds no access key`);
  return { id: key.id, secret: key.secret };
}

/** Where a user's new keys are unless somebody says otherwise: in their own account. */
export const secretOf = (user: UserIdentity, region: string): SecretPlace => ({
  id: secretNameFor(user.account, userNameOf(user)),
  region,
});

/** A state for a key that we see for the first time; throws when AWS does not accept it, or it is no user's. */
export async function begin(
  place: Surroundings,
  asked: { profile: string; home: ProfileState['home']; key: StaticKey; secret: (user: UserIdentity) => SecretPlace; region: string },
): Promise<ProfileState> {
  const { profile, home, key, region } = asked;
  const user = await place.aws.identify(key, region).catch((error: unknown) => {
    throw new ProfileError(`AWS does not accept ${key.id} of profile ${profile}: ${inWords(error)}`, { cause: error });
  });
  if (!/:user\//.test(user.arn)) throw new ProfileError(`the key of profile ${profile} is that of ${user.arn}, which is no IAM user`);
  const at = new Date(place.now()).toISOString();
  // Due at once.
  return { version: 1, profile, home, user, secret: asked.secret(user), current: { ...key, since: at }, lookedAt: at, nextLookAt: at };
}

/**
 * A profile of the credentials file, taken up as the file shows it: a key that a person put there, or that a killed program had just
 * written, is the one in use from now on.
 */
export async function takeUp(place: Surroundings, state: ProfileState): Promise<{ state: ProfileState; told: string[] }> {
  const key = staticKeyOf(place, state.profile);
  if (key.id === state.current.id && key.secret === state.current.secret) return { state, told: [] };
  const { profile, home, secret } = state;
  const placeOf = (user: UserIdentity): SecretPlace => (isSameUser(user, state.user) ? secret : secretOf(user, secret.region));
  const fresh = await begin(place, { profile, home, key, secret: placeOf, region: secret.region });
  if (!isSameUser(fresh.user, state.user)) {
    const told = `profile ${profile} was ${state.user.arn} and is now ${fresh.user.arn}; what was known of the former is forgotten`;
    return { state: fresh, told: [told] };
  }
  const { next, ...rest } = state;
  const kept = next && next.id !== key.id ? { next } : {};
  return { state: { ...rest, ...kept, user: fresh.user, current: fresh.current, previous: state.current, owed: true }, told: [] };
}
