import type { ProfileState } from './state';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/**
 * A key's age, or the time that the one before it lived, in parts of this many: so often do we look for a successor, and so long do programs
 * keep what we answer. Both together are less than a grace, by which a tenth of a key's life is usual, for keys of minutes as for keys of
 * months.
 */
const PARTS = 30;
/** The rarest that we look for a successor: a key that lives for months has a grace of days. */
export const LOOK_EVERY_MS = 4 * HOUR_MS;
/** The same once a key is as old as the one before it was when its successor was made. */
export const LOOK_NEAR_END_MS = 15 * MINUTE_MS;
/** The most often that we look, whatever is the matter. */
export const LOOK_AT_MOST_EVERY_MS = 10_000;
/** After a look that could not be made, such as without a network, or a successor that cannot be used yet. */
export const LOOK_AGAIN_MS = MINUTE_MS;
/** The longest that a program may keep an answer without asking again. */
export const VALID_AT_MOST_MS = HOUR_MS;
/** The shortest: an answer that has expired when it arrives is none. */
export const VALID_AT_LEAST_MS = MINUTE_MS;

/** What of a profile decides about its pace. */
type Paced = Pick<ProfileState, 'current' | 'lifeMs'>;

const between = (least: number, value: number, most: number): number => Math.min(most, Math.max(least, value));

/** The age of the key in use, in milliseconds; counted from when we got it where nobody told us more. */
export const ageOf = ({ current }: Paced, now: number): number => Math.max(0, now - Date.parse(current.created ?? current.since));

/** How long to wait from one look to the next, in milliseconds. */
export function lookEveryMs(state: Paced, now: number): number {
  const age = ageOf(state, now);
  const usual = between(LOOK_AT_MOST_EVERY_MS, Math.max(age, state.lifeMs ?? 0) / PARTS, LOOK_EVERY_MS);
  const isNearEnd = state.lifeMs !== undefined && age >= state.lifeMs;
  return isNearEnd ? Math.min(usual, LOOK_NEAR_END_MS) : usual;
}

/** How long a program may keep the key, in milliseconds. */
export const validForMs = (state: Paced, now: number): number =>
  between(VALID_AT_LEAST_MS, Math.max(ageOf(state, now), state.lifeMs ?? 0) / PARTS, VALID_AT_MOST_MS);

/** Whether it is time to look for a successor; a clock that went back is a reason, too. */
export const isLookDue = ({ lookedAt, nextLookAt, refused }: ProfileState, now: number): boolean =>
  refused === true || !(now < Date.parse(nextLookAt) && now >= Date.parse(lookedAt));
