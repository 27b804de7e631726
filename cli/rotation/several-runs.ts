import type { ForecastEntry } from './operations/forecast';

/** Whether one day has several runs that do something, so that a day alone does not tell them apart. */
export function haveSeveralRuns(entries: readonly Pick<ForecastEntry, 'at'>[]): boolean {
  const moments = new Set(entries.map(({ at }) => at));
  return new Set([...moments].map((at) => at.slice(0, 10))).size < moments.size;
}
