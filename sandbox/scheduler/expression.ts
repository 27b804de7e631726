import { Cron } from 'croner';

/** When a schedule fires. */
export interface Recurrence {
  /** The first firing strictly after a moment; undefined when there is none. `created` is where a rate counts from. */
  next(after: Date, created: Date): Date | undefined;
}

const unitMs = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;
const months = 'JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC';
const days = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

interface Field {
  name: string;
  /** One value, as a name or number. */
  value: RegExp;
  min: number;
  max: number;
  /** What only this field takes, such as `L`. */
  special?: RegExp;
}

/** https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based */
const fields: readonly Field[] = [
  { name: 'minutes', value: /^\d{1,2}$/, min: 0, max: 59 },
  { name: 'hours', value: /^\d{1,2}$/, min: 0, max: 23 },
  { name: 'day of month', value: /^\d{1,2}$/, min: 1, max: 31, special: /^(L|\d{1,2}W)$/ },
  { name: 'month', value: new RegExp(`^(\\d{1,2}|${months})$`), min: 1, max: 12 },
  { name: 'day of week', value: new RegExp(`^([1-7]|${days.join('|')})$`), min: 1, max: 7, special: /^([1-7]L|[1-7]#[1-5])$/ },
  { name: 'year', value: /^\d{4}$/, min: 1970, max: 2199 },
];

function refuse(expression: string, reason: string): never {
  throw new Error(`schedule expression "${expression}": ${reason}`);
}

/** One comma-separated part of a field in croner's dialect: steps get an explicit range, days of the week count from 0. */
function convertPart(expression: string, field: Field, part: string): string {
  const bad = (): never => refuse(expression, `"${part}" is not understood as ${field.name}`);
  const isDayOfWeek = field.name === 'day of week';
  const shifted = (value: string): string => (isDayOfWeek && /^\d$/.test(value) ? String(Number(value) - 1) : value);
  if (field.special?.test(part)) return isDayOfWeek ? `${Number(part[0]) - 1}${part.slice(1)}` : part;
  const [range = '', step, ...more] = part.split('/');
  const [from = '', to, ...others] = range.split('-');
  if (more.length > 0 || others.length > 0 || (step !== undefined && !/^[1-9]\d*$/.test(step))) bad();
  const suffix = step === undefined ? '' : `/${step}`;
  if (range === '*') return `*${suffix}`;
  for (const value of to === undefined ? [from] : [from, to]) {
    const number = Number(value);
    if (!field.value.test(value) || number < field.min || number > field.max) bad();
  }
  if (to !== undefined) return `${shifted(from)}-${shifted(to)}${suffix}`;
  const last = isDayOfWeek ? '6' : String(field.max);
  return step === undefined ? shifted(from) : `${shifted(from)}-${last}${suffix}`;
}

function cron(expression: string, body: string): Recurrence {
  const parts = body.toUpperCase().split(/\s+/);
  if (parts.length !== fields.length) refuse(expression, `cron() takes ${fields.length} fields, got ${parts.length}`);
  if ((parts[2] === '?') === (parts[4] === '?')) refuse(expression, 'exactly one of day of month and day of week must be "?"');
  const converted = fields.map((field, index) => {
    const part = parts[index] ?? '';
    if (part === '?' && (index === 2 || index === 4)) return '*';
    return part
      .split(',')
      .map((item) => convertPart(expression, field, item))
      .join(',');
  });
  const pattern = new Cron(`0 ${converted.join(' ')}`, { timezone: 'UTC', paused: true, mode: '7-part' });
  let known: { after: Date; next: Date } | undefined;
  return {
    next(after) {
      // Nothing comes due between the two.
      if (known && known.after <= after && after < known.next) return known.next;
      const next = pattern.nextRun(after) ?? undefined;
      known = next && { after, next };
      return next;
    },
  };
}

function rate(expression: string, value: number, unit: keyof typeof unitMs, plural: boolean): Recurrence {
  if (value < 1) refuse(expression, 'the value must be 1 or more');
  if ((value === 1) === plural)
    refuse(expression, value === 1 ? 'a value of 1 needs a singular unit' : 'a value above 1 needs a plural unit');
  const period = value * unitMs[unit];
  return {
    next: (after, created) => new Date(created.getTime() + (Math.floor((after.getTime() - created.getTime()) / period) + 1) * period),
  };
}

/** Reads EventBridge Scheduler's `cron(…)` (UTC) and `rate(…)`; throws an Error naming the expression and what is not understood. */
export function parseExpression(expression: string): Recurrence {
  const cronBody = /^cron\((.+)\)$/.exec(expression)?.[1];
  if (cronBody !== undefined) return cron(expression, cronBody.trim());
  const [, value = '', unit = '', plural = ''] = /^rate\((\d+) (minute|hour|day)(s?)\)$/.exec(expression) ?? [];
  if (unit === 'minute' || unit === 'hour' || unit === 'day') return rate(expression, Number(value), unit, plural !== '');
  return refuse(expression, 'only cron(…) and rate(…) are understood');
}
