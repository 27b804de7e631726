import type { ActionResult, KeyFacts } from '../runs/schemas';
import { DAY_MS, daysBetween } from '../shared/period';

/** How much an item, or a mail as a whole, needs its reader; the most urgent first. */
export const LEVELS = ['failed', 'outage', 'last-day', 'act', 'info'] as const;
/** One of `LEVELS`. */
export type Level = (typeof LEVELS)[number];

/** What a mail calls each level. */
export const LEVEL_WORDS: Readonly<Record<Level, string>> = {
  failed: 'Failed',
  outage: 'Possible outage',
  'last-day': 'Last day',
  act: 'Action needed',
  info: 'For your information',
};

/** The most urgent of several; information when there is none. */
export const mostUrgent = (levels: readonly Level[]): Level => LEVELS.find((level) => levels.includes(level)) ?? 'info';

/** A program that uses a key does so within a week. */
const IN_USE_DAYS = 7;

/** How a key that is replaced or disabled is used; `unknown` when AWS was not asked. */
export type Use = 'unknown' | 'never' | 'before' | 'fetching' | 'in-use';

/**
 * Whether a key is still used: since its successor waits, or else within the last week. The last use may be that its successor was fetched
 * with it, which is no use by a program.
 */
export function useOf({ lastUsed, lastUsedService }: KeyFacts, { successorSince, successorFetched }: ActionResult, now: Date): Use {
  if (lastUsed === undefined) return 'unknown';
  if (lastUsed === 'never') return 'never';
  const at = new Date(lastUsed);
  const isLate = successorSince === undefined ? daysBetween(at, now) <= IN_USE_DAYS : at > new Date(successorSince);
  if (!isLate) return 'before';
  const hasFetched = successorFetched !== undefined && successorFetched !== 'never' && daysBetween(at, new Date(successorFetched)) === 0;
  return lastUsedService === 'secretsmanager' && hasFetched ? 'fetching' : 'in-use';
}

/** The actions about a key that is about to stop working, or has stopped. */
const ENDING: ReadonlySet<string> = new Set(['announce', 'notify', 'hold', 'disable', 'warn', 'note-reenabled', 'follow-rename']);

/** Whether the action is about a key that is about to stop working, or has stopped, so that its reader must know who uses it. */
export const isEnding = ({ action, step }: ActionResult): boolean => ENDING.has(action) && (action !== 'warn' || step === 'disable');

/** Whether the step is so near that no run but this one tells of it. */
export const isLastDay = (on: string | undefined, now: Date): boolean =>
  on !== undefined && Date.parse(on) > now.getTime() && Date.parse(on) - now.getTime() <= DAY_MS;
