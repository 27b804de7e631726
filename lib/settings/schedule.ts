import { z } from 'zod';

const RULE =
  'must be rate(<number> minutes|hours|days) or cron(<minute> <hour> <day of month> <month> <day of week> <year>) with ? for exactly one of the two days';

/** A field is a comma list of `*`, a value, a range, each with an optional step, or one of the field's own specials. */
function field(value: string, special = ''): RegExp {
  const range = `(?:\\*|${value}(?:-${value})?)(?:/[1-9]\\d{0,2})?`;
  const member = special === '' ? range : `(?:${range}|${special})`;
  return new RegExp(`^${member}(?:,${member})*$`);
}

const minute = field('[0-5]?\\d');
const hour = field('(?:2[0-3]|[01]?\\d)');
const dayOfMonth = field('(?:3[01]|[12]\\d|0?[1-9])', '(?:L|(?:3[01]|[12]\\d|0?[1-9])W)');
const month = field('(?:1[0-2]|0?[1-9]|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)');
const dayOfWeek = field('(?:[1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)', '(?:[1-7]?L|[1-7]#[1-5])');
const year = field('(?:19[7-9]\\d|20\\d\\d|21\\d\\d)');

function isCron(fields: readonly string[]): boolean {
  const [atMinute = '', atHour = '', onDay = '', inMonth = '', onWeekday = '', inYear = '', ...rest] = fields;
  const days = onDay === '?' ? dayOfWeek.test(onWeekday) : onWeekday === '?' && dayOfMonth.test(onDay);
  return rest.length === 0 && minute.test(atMinute) && hour.test(atHour) && days && month.test(inMonth) && year.test(inYear);
}

function isSchedule(expression: string): boolean {
  const [, cron] = /^cron\((.+)\)$/.exec(expression) ?? [];
  return cron === undefined ? /^rate\([1-9]\d{0,4} (?:minute|hour|day)s?\)$/.test(expression) : isCron(cron.split(' '));
}

/** Whether the schedule is certain to fire at least once a day; of schedules on some days only it says no. */
export function runsDaily(expression: string): boolean {
  const [, cron] = /^cron\((.+)\)$/.exec(expression) ?? [];
  if (cron !== undefined)
    return cron
      .split(' ')
      .slice(2)
      .every((part) => part === '*' || part === '?');
  const [, value, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  return unit !== undefined && Number(value) <= { minute: 1_440, hour: 24, day: 1 }[unit as 'minute' | 'hour' | 'day'];
}

/** An expression of EventBridge Scheduler: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html */
export const schedule = z.string(RULE).refine(isSchedule, RULE);
