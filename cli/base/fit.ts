/** How wide a column's content is. */
export interface ColumnSize {
  /** In one line. */
  natural: number;
  longestWord: number;
}

/** Longer words, such as ARNs, are broken rather than that they push everything else aside; access key ids and role names stay whole. */
const LONGEST_KEPT_WORD = 24;

const total = (widths: readonly number[]): number => widths.reduce((sum, width) => sum + width, 0);

/**
 * The widths of columns that share a line: each as wide as its content where that fits, else as wide as its longest word, and what is left
 * over is shared out by what each lacks; undefined when words would have to be broken.
 */
export function fit(columns: readonly ColumnSize[], available: number): number[] | undefined {
  const least = columns.map(({ natural, longestWord }) => Math.min(natural, longestWord, LONGEST_KEPT_WORD));
  const lacking = columns.map(({ natural }, column) => natural - (least[column] ?? 0));
  const left = available - total(least);
  if (left < 0) return undefined;
  const share = Math.min(1, left / Math.max(1, total(lacking)));
  return least.map((width, column) => width + Math.floor(share * (lacking[column] ?? 0)));
}
