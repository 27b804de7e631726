/** The middle of some numbers and how far they spread. */
export interface Spread {
  median: number;
  least: number;
  most: number;
}

/** Median (the mean of the two middle values for an even count), least and most; throws when there is no number. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  const [least] = sorted;
  const most = sorted.at(-1);
  if (upper === undefined || lower === undefined || least === undefined || most === undefined) throw new Error('no numbers to sum up');
  return { median: (lower + upper) / 2, least, most };
}
