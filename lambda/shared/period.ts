/** A policy period: whole calendar days (UTC), or an exact duration in milliseconds for policies measured in minutes or hours. */
export type Period = { readonly unit: 'days'; readonly days: number } | { readonly unit: 'exact'; readonly milliseconds: number };

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Milliseconds of one UTC day. */
export const DAY_MS = 24 * HOUR_MS;
const NOTATION = /^(\d{1,5})([dhm])$/;

/** Reads `90d`, `36h` or `10m`; returns undefined for anything else, so that the caller can name the setting. */
export function parsePeriod(text: string): Period | undefined {
  const [, digits, unit] = NOTATION.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const count = Number(digits);
  if (unit === 'd') return { unit: 'days', days: count };
  return { unit: 'exact', milliseconds: count * (unit === 'h' ? HOUR_MS : MINUTE_MS) };
}

/** The period's nominal length in milliseconds; a calendar day counts 24 hours. */
export function lengthOf(period: Period): number {
  return period.unit === 'days' ? period.days * DAY_MS : period.milliseconds;
}

const utcDay = (at: Date): number => Math.floor(at.getTime() / DAY_MS);

/** Whether the period that began at `from` is over at `now`: by calendar day (UTC) for days, to the millisecond otherwise. */
export function isOver(period: Period, from: Date, now: Date): boolean {
  return period.unit === 'days' ? utcDay(now) - utcDay(from) >= period.days : now.getTime() - from.getTime() >= period.milliseconds;
}

/** The first moment at which the period that began at `from` is over: midnight UTC of that day, or the exact instant. */
export function endOf(period: Period, from: Date): Date {
  return period.unit === 'days' ? new Date((utcDay(from) + period.days) * DAY_MS) : new Date(from.getTime() + period.milliseconds);
}

/** Whole calendar days (UTC) between two moments; a key created on day 0 is 90 days old at any hour of day 90. */
export function daysBetween(from: Date, to: Date): number {
  return utcDay(to) - utcDay(from);
}

/** `longer − shorter`, in calendar days when both are, otherwise exact. */
export function difference(longer: Period, shorter: Period): Period {
  if (longer.unit === 'days' && shorter.unit === 'days') return { unit: 'days', days: longer.days - shorter.days };
  return { unit: 'exact', milliseconds: lengthOf(longer) - lengthOf(shorter) };
}
