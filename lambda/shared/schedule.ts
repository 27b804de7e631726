import { next, parse } from 'aws-cron-parser';
import { DAY_MS } from './period';

const UNIT_MS = { minute: 60_000, hour: 3_600_000, day: DAY_MS } as const;
/** Far enough for any yearly rule, a leap day excepted. */
const LOOK_AHEAD_MS = 800 * DAY_MS;
/** Firings looked at one after the other, for schedules of minutes and hours; beyond them only whole days are looked at. */
const CONSECUTIVE_RUNS = 2_000;

/**
 * The first firing of an EventBridge Scheduler expression after a moment; a rate counts from that moment, because its beginning is not
 * known. Undefined when there is none: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export function nextRun(expression: string, after: Date): Date | undefined {
  const [, cron] = /^cron\((.+)\)$/.exec(expression) ?? [];
  if (cron !== undefined) return nextFiring(parse(cron), after);
  const [, value, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  if (unit === undefined) return undefined;
  return new Date(after.getTime() + Number(value) * UNIT_MS[unit as keyof typeof UNIT_MS]);
}

/** The parser counts a day that a month does not have into the next month, and knows no working day near it: such a month has none. */
function nextFiring(parsed: ReturnType<typeof parse>, after: Date): Date | undefined {
  const days: readonly unknown[] = parsed.daysOfMonth;
  const numbered = typeof days[0] === 'number';
  for (let from = after; ;) {
    const firing = firingAfter(parsed, from);
    if (firing === null) return undefined;
    if (firing !== undefined && (!numbered || days.includes(firing.getUTCDate()))) return firing;
    const [month, further] = firing ? [firing, 0] : [new Date(from.getTime() + 1), 1];
    from = new Date(Date.UTC(month.getUTCFullYear(), month.getUTCMonth() + further) - 1);
  }
}

/** Null when there is none for ever, undefined when the month of that moment, or the one that begins then, has none. */
function firingAfter(parsed: ReturnType<typeof parse>, from: Date): Date | null | undefined {
  try {
    return next(parsed, from);
  } catch {
    return undefined;
  }
}

/**
 * The longest time without a firing of an expression from a moment on, in milliseconds, to the day for rare ones; Infinity when it stops
 * firing within two years.
 */
export function longestPause(expression: string, from: Date): number {
  if (!expression.startsWith('cron(')) return (nextRun(expression, from) ?? from).getTime() - from.getTime();
  const end = from.getTime() + LOOK_AHEAD_MS;
  let longest = 0;
  let before = from.getTime();
  for (let run = 0; before < end; run += 1) {
    // Of a schedule with many firings a day, the first one of each day.
    const after = nextRun(expression, new Date(run < CONSECUTIVE_RUNS ? before : (Math.floor(before / DAY_MS) + 1) * DAY_MS - 1));
    if (!after) return Infinity;
    const pause = after.getTime() - before;
    if (run < CONSECUTIVE_RUNS || pause > 2 * DAY_MS) longest = Math.max(longest, pause);
    before = after.getTime();
  }
  return longest;
}
