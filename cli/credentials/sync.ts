import { readIfThere } from './disk';
import { begin, commit, readState, secretOf, staticKeyOf, takeProfileLock, takeUp, writeState, type Surroundings } from './profile';
import { renew, type Outcome } from './renew';
import { headingsOf, readKey } from './shared-text';
import { without } from './state';

const LOCK_PATIENCE_MS = 10_000;

/** How the sync of one profile ended. */
export interface Synced {
  profile: string;
  outcome: Outcome;
  /** The key in the credentials file now. */
  id: string;
  /** The one before, where it changed. */
  former?: string;
  /** This change, or one of an interrupted start, is still to be told to whoever waits for it. */
  isOwed: boolean;
  /** What was seen in the secret. */
  seen: string;
  told: string[];
}

/** The profiles of the credentials file that have a long-lived key. */
export function syncedProfiles({ disk, places }: Pick<Surroundings, 'disk' | 'places'>): string[] {
  const text = readIfThere(disk, places.credentials) ?? '';
  return headingsOf(text).filter((profile) => {
    const { id, secret, token } = readKey(text, profile) ?? {};
    return id !== undefined && secret !== undefined && token === undefined && !id.startsWith('ASIA');
  });
}

/** Looks for the successor of a profile's key in the credentials file, and puts it there once it is proven. */
export async function syncProfile(
  place: Surroundings,
  profile: string,
  { region, secret }: { region: string; secret?: string | undefined },
): Promise<Synced> {
  const lock = await takeProfileLock(place, profile, LOCK_PATIENCE_MS);
  try {
    const known = readState(place, profile);
    const placed = secret === undefined ? undefined : { id: secret, region };
    const key = staticKeyOf(place, profile);
    const given =
      known && (known.home !== 'shared' || placed) ? { ...known, home: 'shared' as const, ...(placed && { secret: placed }) } : known;
    const opened = given
      ? await takeUp(place, given)
      : {
          state: await begin(place, { profile, home: 'shared', key, region, secret: (user) => placed ?? secretOf(user, region) }),
          told: [],
        };
    // What a killed program left behind is known before anything changes once more.
    if (opened.state !== known) writeState(place, opened.state);
    const { state: renewed, outcome, told, seen } = await renew(opened.state, place);
    const state = await commit(place, lock, opened.state, renewed);
    const former = known?.current.id ?? opened.state.current.id;
    const changed = former !== state.current.id && { former };
    return { profile, outcome, id: state.current.id, ...changed, isOwed: state.owed === true, seen, told: [...opened.told, ...told] };
  } finally {
    lock.release();
  }
}

/** What waited for the changes of a profile has been run. */
export async function settleSync(place: Surroundings, profile: string): Promise<void> {
  const lock = await takeProfileLock(place, profile, LOCK_PATIENCE_MS);
  try {
    const state = readState(place, profile);
    if (state?.owed) writeState(place, without(state, 'owed'));
  } finally {
    lock.release();
  }
}
