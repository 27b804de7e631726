import Table from 'cli-table3';
import stringWidth from 'string-width';
import { colors, columnsOf } from './terminal';
import { wrap } from './wrap';

/** A table as people read it; every row has as many cells as the head. */
export interface TableContent {
  head: readonly string[];
  rows: readonly (readonly (string | number)[])[];
  /** Columns of numbers, which stand to the right; counted from 0. */
  numbers?: readonly number[];
}

/** A cell's border and the space on both its sides. */
const AROUND_CELL = 3;
const LAST_BORDER = 1;

const widest = (texts: readonly string[]): number => Math.max(0, ...texts.map((text) => stringWidth(text)));

/**
 * The widths of columns that share a line: each as wide as its content where that fits, else the widest ones give way, first as far as
 * their longest words allow.
 */
export function fit(columns: readonly { natural: number; longestWord: number }[], available: number): number[] {
  const within = (limit: number, keepWords: boolean): number[] =>
    columns.map(({ natural, longestWord }) => Math.min(natural, Math.max(limit, keepWords ? longestWord : 1)));
  const total = (widths: readonly number[]): number => widths.reduce((sum, width) => sum + width, 0);
  for (const keepWords of [true, false]) {
    for (let limit = available; limit > 0; limit -= 1) {
      const widths = within(limit, keepWords);
      if (total(widths) <= available) return widths;
    }
  }
  return within(1, false);
}

/** The table within so many columns, by default those of the terminal: words are wrapped, nothing is cut off. */
export function table({ head, rows, numbers = [] }: TableContent, columns: number = columnsOf()): string {
  const lines = [head, ...rows].map((cells) => cells.map(String));
  const sizes = head.map((_, column) => {
    const cells = lines.map((cells) => cells[column] ?? '');
    return { natural: widest(cells.flatMap((cell) => cell.split('\n'))), longestWord: widest(cells.flatMap((cell) => cell.split(/\s+/))) };
  });
  const widths = fit(sizes, columns - head.length * AROUND_CELL - LAST_BORDER);
  const [wrappedHead = [], ...wrappedRows] = lines.map((cells) => cells.map((cell, column) => wrap(cell, widths[column] ?? columns)));
  const shown = new Table({
    head: wrappedHead,
    colWidths: widths.map((width) => width + AROUND_CELL - 1),
    colAligns: head.map((_, column) => (numbers.includes(column) ? 'right' : 'left')),
    // The library would colour by itself, where nobody sees colours, too.
    style: { head: colors.isColorSupported ? ['bold'] : [], border: colors.isColorSupported ? ['gray'] : [], compact: true },
  });
  shown.push(...wrappedRows);
  return shown.toString();
}
