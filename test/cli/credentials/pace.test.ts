import fc from 'fast-check';
import {
  isLookDue,
  LOOK_AT_MOST_EVERY_MS,
  LOOK_EVERY_MS,
  LOOK_NEAR_END_MS,
  lookEveryMs,
  VALID_AT_LEAST_MS,
  VALID_AT_MOST_MS,
  validForMs,
} from '../../../cli/credentials/pace';
import type { ProfileState } from '../../../cli/credentials/state';
import { DAY, HOUR, START } from './person';

const MINUTE = 60_000;
const keyOf = (ageMs: number, lifeMs?: number) => ({
  current: { id: 'A', secret: 'S', since: new Date(START - ageMs).toISOString() },
  ...(lifeMs !== undefined && { lifeMs }),
});

it.each([
  ['a key of months', 60 * DAY, undefined, LOOK_EVERY_MS, VALID_AT_MOST_MS],
  ['its successor, from the first minute', 0, 90 * DAY, LOOK_EVERY_MS, VALID_AT_MOST_MS],
  ['a key that is as old as the one before when that was replaced', 90 * DAY, 90 * DAY, LOOK_NEAR_END_MS, VALID_AT_MOST_MS],
  ['a key of ten minutes', 10 * MINUTE, undefined, 20_000, VALID_AT_LEAST_MS],
  ['a key that we have just got', 0, undefined, LOOK_AT_MOST_EVERY_MS, VALID_AT_LEAST_MS],
  ['a key of the future', -DAY, undefined, LOOK_AT_MOST_EVERY_MS, VALID_AT_LEAST_MS],
])('%s', (_, ageMs, lifeMs, look, valid) => {
  expect([lookEveryMs(keyOf(ageMs, lifeMs), START), validForMs(keyOf(ageMs, lifeMs), START)]).toEqual([look, valid]);
});

it('has a program on the successor within a tenth of a life, and never later than five hours', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 20 * MINUTE, max: 400 * DAY }),
      fc.option(fc.integer({ min: 1, max: 400 * DAY }), { nil: undefined }),
      (life, before) => {
        // A life that is as long as the one before.
        const key = keyOf(life, before === undefined ? undefined : life);
        const late = lookEveryMs(key, START) + validForMs(key, START);
        expect(late).toBeLessThanOrEqual(Math.max(life / 10, VALID_AT_LEAST_MS + life / 30));
        expect(late).toBeLessThanOrEqual(5 * HOUR);
      },
    ),
  );
});

const at = (ms: number): string => new Date(START + ms).toISOString();
it.each<[string, Partial<ProfileState>, boolean]>([
  ['before its time', { lookedAt: at(-1), nextLookAt: at(1) }, false],
  ['at its time', { lookedAt: at(-1), nextLookAt: at(0) }, true],
  ['after the clock went back', { lookedAt: at(1), nextLookAt: at(2) }, true],
  ['always while AWS refuses the key', { lookedAt: at(-1), nextLookAt: at(1), refused: true }, true],
  ['when the file says nonsense', { lookedAt: 'never', nextLookAt: at(1) }, true],
])('a look is due %s: %j → %s', (_, state, due) => {
  expect(isLookDue(state as ProfileState, START)).toBe(due);
});
