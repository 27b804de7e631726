import * as z from 'zod';
import { once, type Parsed } from '../shared/once';

const day = once(() =>
  z.object({
    /** `2026-11-21`, UTC. */
    day: z.string(),
    runId: z.string(),
    dryRun: z.boolean(),
    /** Keys there were, active and inactive. */
    keys: z.number(),
    active: z.number(),
    /** Active keys younger than the age at which a rotated key is disabled; older ones; those of exempt users, of any age. */
    within: z.number(),
    over: z.number(),
    exempt: z.number(),
    rotated: z.number(),
    disabled: z.number(),
    deleted: z.number(),
    failures: z.number(),
    blocked: z.number(),
    /** Accounts of which the run learned no key: the numbers of that day lack them. */
    missing: z.number(),
  }),
);
const history = once(() =>
  z.object({
    version: z.literal(1),
    /** Oldest first, one for each day. */
    days: z.array(day()),
    /** Failures and blocked keys of the newest day, by what makes them the same, with the day on which each was first seen. */
    since: z.record(z.string(), z.string()),
    /**
     * What is known of the use of keys by account and key id: as of which day, last use (ISO 8601, or `never`), its service and region, with `|`
     * between them. Absent in histories of older versions.
     */
    uses: z.record(z.string(), z.record(z.string(), z.string())).optional(),
  }),
);

/** What is remembered of one day's run of the whole organization. */
export type HistoryDay = Parsed<typeof day>;
/** What is known of the use of keys, by account and key id. */
export type Uses = NonNullable<Parsed<typeof history>['uses']>;
/** What reports remember of the runs before. */
export type History = Parsed<typeof history>;

/** Of a deployment that has reported nothing. */
export const NO_HISTORY: History = { version: 1, days: [], since: {} };
/** Days that are remembered: two years and the rest of a third. */
const MAX_DAYS = 800;
/** Failures and blocked keys whose first day is remembered. */
const MAX_SINCE = 20_000;

/** Reads the history; throws when the text is none. */
export const parseHistory = (text: string): History => history().parse(JSON.parse(text));

/** What makes a failure or a blocked key the same as one of the day before: not its words, which may name a date. */
export const sameness = (...parts: readonly (string | undefined)[]): string => parts.map((part) => part ?? '').join('|');

/** The day on which something was first seen, when the day before still saw it; else the given one. */
export const firstSeen = ({ since }: History, what: string, today: string): string => {
  const first = Object.hasOwn(since, what) ? since[what] : undefined;
  return first !== undefined && first <= today ? first : today;
};

/**
 * The history after a run of the whole organization. A run of the same day is replaced; what a run before the newest one saw says nothing
 * of what fails now.
 */
export function withDay(before: History, today: HistoryDay, { seen, uses }: { seen: readonly string[]; uses: Uses }): History {
  const isNewest = before.days.every(({ day }) => day <= today.day);
  const others = before.days.filter(({ day }) => day !== today.day);
  const days = [...others, today].sort((a, b) => (a.day < b.day ? -1 : 1)).slice(-MAX_DAYS);
  if (!isNewest) return { ...before, days };
  const since = Object.fromEntries(seen.slice(0, MAX_SINCE).map((what) => [what, firstSeen(before, what, today.day)]));
  return { version: 1, days, since, uses };
}
