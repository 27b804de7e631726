import { join } from 'node:path';
import { configHeading, PROCESS_SETTING, stanzaOf } from '../../lambda/shared/stanza';
import { readIfThere, type Disk } from './disk';
import { begin, ProfileError, readState, secretOf, staticKeyOf, takeProfileLock, writeState, type Surroundings } from './profile';
import { configOf } from './regions';
import { changeSharedFile } from './shared-file';
import { readKey, withoutKey, withSettings, type StaticKey } from './shared-text';
import type { ProfileState } from './state';
import { isSameUser } from './successor';

const LOCK_PATIENCE_MS = 10_000;
/** Other sources of credentials, which the SDKs would mix with ours. */
const OTHER_SOURCES = [
  'role_arn',
  'source_profile',
  'credential_source',
  'sso_session',
  'sso_start_url',
  'web_identity_token_file',
  'login_session',
];

/** What `credentials --init` is asked for. */
export interface InitAsked {
  profile: string;
  region: string;
  /** The ARN or name of the user's secret; the one in the user's own account when absent. */
  secret?: string | undefined;
  /** How programs start us. */
  command: string;
}

/** What `credentials --init` did. */
export interface InitDone {
  state: ProfileState;
  /** What stands in the configuration file now. */
  stanza: string;
}

/**
 * Takes a profile's static key into its private file and has programs ask us for it. Killed anywhere, the profile works: the key is taken
 * out of the credentials file last. A repeat finishes what was interrupted, or takes over a key that was put there since.
 */
export async function initialize(place: Surroundings, { profile, region, secret, command }: InitAsked): Promise<InitDone> {
  const stanza = stanzaOf(profile, command);
  if (!stanza) throw new ProfileError(`the profile name ${profile} holds a character that no shell takes as it is; choose another`);
  refuseOtherSources(place, profile);
  const lock = await takeProfileLock(place, profile, LOCK_PATIENCE_MS);
  try {
    const known = readState(place, profile);
    const key = presentKey(place, profile, known);
    const fresh = await begin(place, {
      profile,
      home: 'private',
      key,
      region,
      secret: (user) => (secret === undefined ? secretOf(user, region) : { id: secret, region }),
    });
    const state = merged(known, fresh, secret !== undefined);
    if (!lock.isHeld()) throw new ProfileError(`another iam-keys took over the profile ${profile}; start again`);
    writeState(place, state);
    await changeSharedFile(place, place.places.config, (text) =>
      withSettings(text, configHeading(profile), {
        [PROCESS_SETTING]: stanza.process,
        ...(configOf(place, profile)?.['region'] === undefined && { region }),
      }),
    );
    await changeSharedFile(place, place.places.credentials, (text) =>
      readKey(text, profile)?.id === key.id ? withoutKey(text, profile) : text,
    );
    return { state, stanza: `${stanza.heading}\n${stanza.line}` };
  } finally {
    lock.release();
  }
}

/** The static key; where an earlier start has taken it already, that one. */
function presentKey(place: Surroundings, profile: string, known: ProfileState | undefined): StaticKey {
  const { disk, places } = place;
  const there = readKey(readIfThere(disk, places.credentials) ?? '', profile);
  if (known && there?.id === undefined) return { id: known.current.id, secret: known.current.secret };
  return staticKeyOf(place, profile);
}

/** What was known of the same user stays known. */
function merged(known: ProfileState | undefined, fresh: ProfileState, isSecretGiven: boolean): ProfileState {
  if (!known || !isSameUser(known.user, fresh.user)) return fresh;
  const { home, user, lookedAt, nextLookAt } = fresh;
  const kept = { ...known, home, user, lookedAt, nextLookAt, ...(isSecretGiven && { secret: fresh.secret }) };
  return known.current.id === fresh.current.id ? kept : { ...kept, current: fresh.current, previous: known.current };
}

/** Throws where a profile gets its credentials elsewhere, which the SDKs would mix with ours. */
export function refuseOtherSources(place: Surroundings, profile: string): void {
  const section = configOf(place, profile) ?? {};
  const [other] = OTHER_SOURCES.filter((name) => name in section);
  if (other !== undefined)
    throw new ProfileError(
      `the profile ${profile} in ${place.places.config} has ${other}, which is another source of credentials; choose another profile`,
    );
  const line = section[PROCESS_SETTING];
  if (line !== undefined && !line.includes(' credentials --profile '))
    throw new ProfileError(
      `the profile ${profile} in ${place.places.config} has another ${PROCESS_SETTING}: ${line.split(' ')[0] ?? ''} …; take it out first`,
    );
  if (section['aws_access_key_id'] !== undefined)
    throw new ProfileError(`the profile ${profile} has a key in ${place.places.config}; move it to ${place.places.credentials} first`);
}

/** How programs start us: by our name where it is found, else, and on Windows, where some look for no script, by the files that run now. */
export function commandOf(disk: Pick<Disk, 'statSync'>, path: string | undefined, script: string, platform = process.platform): string {
  const folders = platform === 'win32' ? [] : (path ?? '').split(':').filter((folder) => folder !== '');
  const isFound = folders.some((folder) => isFile(disk, join(folder, 'iam-keys')));
  return isFound ? 'iam-keys' : `"${process.execPath}" "${script}"`;
}

function isFile(disk: Pick<Disk, 'statSync'>, path: string): boolean {
  try {
    return disk.statSync(path).isFile();
  } catch {
    return false;
  }
}
