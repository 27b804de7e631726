import { configHeading, PROCESS_SETTING, stanzaOf } from '../../lambda/shared/stanza';
import { readApiKey, type Fetch } from './api-fetch';
import { beginWithApi, renewFromApi, type ApiRenewal } from './api-renew';
import { answerOfApi, isFetchDue, parseApiState, type ApiPlace, type ApiState } from './api-state';
import type { ProgramAnswer } from './answer-program';
import { inWords } from './aws';
import type { Checked } from './check';
import { makePrivateFolder, PRIVATE_FILE, readIfThere, writeWhole } from './disk';
import { refuseOtherSources, type InitDone } from './init';
import { privateFileOf } from './places';
import { ProfileError, takeProfileLock, tryProfileLock, type Surroundings } from './profile';
import { configOf } from './regions';
import { changeSharedFile } from './shared-file';
import { readKey, withSettings } from './shared-text';
import type { Lock } from './lock';

const LOCK_PATIENCE_MS = 10_000;

/** All that the work on a profile with the key API reaches. */
export interface ApiProfilePlace extends Surroundings {
  fetch: Fetch;
  environment: Readonly<Record<string, string | undefined>>;
}

/** What is known of a profile whose key comes from the key API; undefined when it is no such profile. */
export function readApiState({ disk, places }: Pick<Surroundings, 'disk' | 'places'>, profile: string): ApiState | undefined {
  const text = readIfThere(disk, privateFileOf(places.own, profile));
  return text === undefined ? undefined : parseApiState(text, profile);
}

/** Fetches the first key of a profile, keeps it in the private file, and has programs ask us for it. It is safe to run again. */
export async function initializeWithApi(
  place: ApiProfilePlace,
  { profile, api, command }: { profile: string; api: ApiPlace; command: string },
): Promise<Omit<InitDone, 'state'> & { state: ApiState }> {
  const stanza = stanzaOf(profile, command);
  if (!stanza) throw new ProfileError(`the profile name ${profile} holds a character that no shell takes as it is; choose another`);
  refuseOtherSources(place, profile);
  const { credentials, config } = place.places;
  if (readKey(readIfThere(place.disk, credentials) ?? '', profile)?.id !== undefined)
    throw new ProfileError(
      `${credentials} has a static key for the profile ${profile}, which programs take before they ask us: take it out first`,
    );
  const lock = await takeProfileLock(place, profile, LOCK_PATIENCE_MS);
  try {
    const state = await beginWithApi(place, profile, api, readApiKey(place.disk, api.keyFile, place.environment));
    write(place, lock, state);
    await changeSharedFile(place, config, (text) =>
      withSettings(text, configHeading(profile), {
        [PROCESS_SETTING]: stanza.process,
        ...(configOf(place, profile)?.['region'] === undefined && { region: api.region }),
      }),
    );
    return { state, stanza: `${stanza.heading}\n${stanza.line}` };
  } finally {
    lock.release();
  }
}

/** The key of a profile for a program that asks, after the API was asked where it is time for that; of several starts one asks. */
export async function answerFromApi(place: ApiProfilePlace, state: ApiState): Promise<ProgramAnswer> {
  let known = state;
  const answered = (told: string[]): ProgramAnswer => ({ answer: answerOfApi(known, place.now()), told });
  try {
    if (!isFetchDue(state, place.now())) return answered([]);
    const lock = tryProfileLock(place, state.profile);
    if (!lock) return answered([]);
    try {
      known = readApiState(place, state.profile) ?? state;
      if (!isFetchDue(known, place.now())) return answered([]);
      const renewal = await renewed(place, known);
      if (renewal.outcome !== 'refused') known = renewal.state;
      write(place, lock, renewal.state);
      return renewal.outcome === 'refused' ? { told: renewal.told } : answered(renewal.told);
    } finally {
      lock.release();
    }
  } catch (error) {
    return answered([`what was found out about profile ${state.profile} could not be kept: ${inWords(error)}`]);
  }
}

/** Asks the API now, and tells what there is, without any secret. */
export async function checkApi(place: ApiProfilePlace, profile: string): Promise<Checked> {
  const lock = await takeProfileLock(place, profile, LOCK_PATIENCE_MS);
  try {
    const before = readApiState(place, profile);
    if (!before) throw new ProfileError(`the profile ${profile} was changed meanwhile; ask again`);
    const { state, outcome, told } = await renewed(place, before);
    write(place, lock, state);
    const { current, previous, user, api, nextLookAt } = state;
    const lines = [
      `profile     ${profile}, ${user.arn}`,
      `key in use  ${current.id}, made ${current.created ?? 'at an unknown time'}, here since ${current.since}`,
      ...(previous ? [`key before  ${previous.id}`] : []),
      `key API     ${api.url}`,
      `promised    until ${current.until}`,
      `next look   ${nextLookAt}, when a program asks`,
    ];
    return { lines, told, isGood: told.length === 0 && outcome !== 'refused' };
  } finally {
    lock.release();
  }
}

const renewed = (place: ApiProfilePlace, state: ApiState): Promise<ApiRenewal> =>
  renewFromApi(state, place, () => readApiKey(place.disk, state.api.keyFile, place.environment));

function write({ disk, places }: Surroundings, lock: Lock, state: ApiState): void {
  if (!lock.isHeld()) throw new ProfileError(`another iam-keys took over the profile ${state.profile}; nothing was written`);
  makePrivateFolder(disk, places.own);
  writeWhole(disk, privateFileOf(places.own, state.profile), `${JSON.stringify(state, undefined, 2)}\n`, { mode: PRIVATE_FILE });
}
