import { answerOf } from './answer';
import { inWords } from './aws';
import { isLookDue } from './pace';
import { commit, ProfileError, readState, tryProfileLock, type Surroundings } from './profile';
import { renew } from './renew';
import type { ProfileState } from './state';

/** What a program gets that asked through `credential_process`. */
export interface ProgramAnswer {
  /** Absent when AWS refuses every key we have: the program's own error then shows why. */
  answer?: string;
  /** What a person must know, one line each. */
  told: string[];
}

/**
 * The key of a profile for a program that asks, after a look for its successor where it is time for one. One start looks, others that come
 * meanwhile get the key in use; a disk that cannot be written keeps nobody from getting a key that works.
 */
export async function answerProgram(place: Surroundings, profile: string): Promise<ProgramAnswer> {
  const state = readState(place, profile);
  if (!state)
    throw new ProfileError(
      `nothing is known of the profile ${profile}; take its key over: iam-keys credentials --init --profile ${profile}`,
    );
  if (state.home !== 'private') {
    throw new ProfileError(
      `iam-keys sync keeps the key of the profile ${profile} in ${place.places.credentials}; for credential_process take it over: iam-keys credentials --init --profile ${profile}`,
    );
  }
  let known: ProfileState = state;
  try {
    if (!isLookDue(state, place.now())) return answered(place, state, []);
    const lock = tryProfileLock(place, profile);
    if (!lock) return answered(place, state, []);
    try {
      const before = readState(place, profile) ?? state;
      known = before;
      if (!isLookDue(before, place.now())) return answered(place, before, []);
      const { state: after, outcome, told } = await renew(before, place);
      if (outcome !== 'refused') known = after;
      await commit(place, lock, before, after);
      return outcome === 'refused' ? { told } : answered(place, after, told);
    } finally {
      lock.release();
    }
  } catch (error) {
    return answered(place, known, [`what was found out about profile ${profile} could not be kept: ${inWords(error)}`]);
  }
}

const answered = ({ now }: Surroundings, state: ProfileState, told: string[]): ProgramAnswer => ({ answer: answerOf(state, now()), told });
