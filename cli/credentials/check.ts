import { readIfThere } from './disk';
import { commit, ProfileError, readState, takeProfileLock, type Surroundings } from './profile';
import { configOf } from './regions';
import { renew } from './renew';
import { readKey } from './shared-text';

const LOCK_PATIENCE_MS = 10_000;

/** How a profile stands. */
export interface Checked {
  lines: string[];
  told: string[];
  isGood: boolean;
}

/** Looks for a successor now, and tells what there is, without any secret. */
export async function check(place: Surroundings, profile: string): Promise<Checked> {
  const lock = await takeProfileLock(place, profile, LOCK_PATIENCE_MS);
  try {
    const before = readState(place, profile);
    if (!before)
      throw new ProfileError(`nothing is known of the profile ${profile}; set it up: iam-keys credentials --init --profile ${profile}`);
    if (before.home === 'shared') {
      throw new ProfileError(`iam-keys sync keeps the key of the profile ${profile}; look with: iam-keys sync --profile ${profile}`);
    }
    const { state, outcome, told, seen } = await renew(before, place);
    await commit(place, lock, before, state);
    const { current, previous, user, secret, nextLookAt } = state;
    const lines = [
      `profile     ${profile}, ${user.arn}`,
      `key in use  ${current.id}${current.created === undefined ? '' : `, made ${current.created}`}, here since ${current.since}`,
      ...(previous ? [`key before  ${previous.id}`] : []),
      `secret      ${secret.id} (${secret.region})`,
      `it holds    ${seen}`,
      `next look   ${nextLookAt}, when a program asks`,
    ];
    return { lines, told: [...told, ...standingInTheWay(place, profile)], isGood: outcome !== 'refused' && outcome !== 'pending' };
  } finally {
    lock.release();
  }
}

/** What keeps programs from asking us. */
function standingInTheWay(place: Surroundings, profile: string): string[] {
  const { credentials, config } = place.places;
  const again = `iam-keys credentials --init --profile ${profile}`;
  if (readKey(readIfThere(place.disk, credentials) ?? '', profile)?.id !== undefined)
    return [`${credentials} has a static key for the profile ${profile}, which programs take before they ask us; take it over: ${again}`];
  if (configOf(place, profile)?.['credential_process'] === undefined)
    return [`${config} has no credential_process for the profile ${profile}, so no program asks us: ${again}`];
  return [];
}
