import type { KeyRow } from './key-rows';

/** How far a report looks ahead. */
export const DAYS_AHEAD = 30;
/** What can come. */
export const STEPS = ['rotate', 'disable', 'delete'] as const;

/** What comes on one day. */
export interface ComingDay {
  /** Days since 1970-01-01 (UTC). */
  day: number;
  counts: Record<(typeof STEPS)[number], number>;
  all: number;
}

/** The steps of the coming days, today's among them with what is overdue. */
export class ComingDays {
  readonly days: readonly ComingDay[];

  constructor(private readonly today: number) {
    this.days = Array.from({ length: DAYS_AHEAD + 1 }, (_, ahead) => ({
      day: today + ahead,
      counts: { rotate: 0, disable: 0, delete: 0 },
      all: 0,
    }));
  }

  /** Counts a key's next step. */
  add({ on, step }: Pick<KeyRow, 'on' | 'step'>): void {
    const known = STEPS.find((one) => one === step);
    const day = on === null ? undefined : this.days[Math.max(0, on - this.today)];
    if (known === undefined || !day) return;
    day.counts[known] += 1;
    day.all += 1;
  }
}
