import { next, parse } from 'aws-cron-parser';
import { DAY } from './period';

const UNIT_MS = { minute: 60_000, hour: 3_600_000, day: DAY } as const;
/** Far enough for any yearly rule; the days are looked at one by one. */
const LOOK_AHEAD_DAYS = 800;
/** Firings looked at one after the other, for schedules of minutes and hours. */
const CONSECUTIVE_RUNS = 2_000;

/**
 * The first firing of an EventBridge Scheduler expression after a moment; a rate counts from that moment, because its beginning is not
 * known. Undefined when there is none: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export function nextRun(expression: string, after: Date): Date | undefined {
  const [, cron] = /^cron\((.+)\)$/.exec(expression) ?? [];
  // The parser takes the moment itself for a firing.
  if (cron !== undefined) return next(parse(cron), new Date(after.getTime() + 1_000)) ?? undefined;
  const [, value, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  if (unit === undefined) return undefined;
  return new Date(after.getTime() + Number(value) * UNIT_MS[unit as keyof typeof UNIT_MS]);
}

/**
 * The longest time between two firings of an expression from a moment on, in milliseconds, to the day for times over a day; Infinity when
 * it stops firing within two years.
 */
export function longestPause(expression: string, from: Date): number {
  if (!expression.startsWith('cron(')) return (nextRun(expression, from) ?? from).getTime() - from.getTime();
  let longest = 0;
  let before = nextRun(expression, from);
  for (let run = 0; before && run < CONSECUTIVE_RUNS; run += 1) {
    const after = nextRun(expression, before);
    if (!after) return Infinity;
    longest = Math.max(longest, after.getTime() - before.getTime());
    before = after;
  }
  let ran = Math.floor(from.getTime() / DAY);
  for (let day = ran; day < ran + LOOK_AHEAD_DAYS && day < Math.floor(from.getTime() / DAY) + LOOK_AHEAD_DAYS;) {
    const run = nextRun(expression, new Date(day * DAY - 1_000));
    if (!run) return Infinity;
    const runs = Math.floor(run.getTime() / DAY);
    longest = Math.max(longest, (runs - ran) * DAY);
    ran = runs;
    day = runs + 1;
  }
  return longest;
}
