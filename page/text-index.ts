import { textAt, type ColumnData, type ViewData } from './view-data';

/** Between two values, which no word that somebody searches for can hold. */
const SEPARATOR = '\n';

/** The lower-cased texts of one column, searched for a word. */
interface ColumnIndex {
  /** Sets 1 for each row whose text has the word. */
  mark(word: string, found: Uint8Array): void;
}

/** A view's texts, so kept that fifty thousand rows are searched while somebody types. */
export class TextIndex {
  private readonly columns: readonly ColumnIndex[];

  constructor(private readonly view: ViewData) {
    this.columns = view.columns.map((column) => indexOf(column, view.rows));
  }

  /** For each row 1 where it has all the words, each in some column, else 0; words are lower-cased. */
  find(words: readonly string[]): Uint8Array {
    const { rows } = this.view;
    const all = new Uint8Array(rows).fill(1);
    const one = new Uint8Array(rows);
    for (const word of words) {
      one.fill(0);
      for (const column of this.columns) column.mark(word, one);
      for (let row = 0; row < rows; row += 1) all[row] = (all[row] ?? 0) & (one[row] ?? 0);
    }
    return all;
  }
}

/** Values that repeat are searched once each, texts that do not as one text. */
function indexOf(column: ColumnData, rows: number): ColumnIndex {
  const { data, values, kind } = column;
  if (values) {
    const nothing = values.length;
    return repeating(
      [...values, ''],
      Uint32Array.from(data, (value) => (typeof value === 'number' ? value : nothing)),
    );
  }
  if (kind === 'text') return various(Array.from({ length: rows }, (_, row) => textAt(column, row)));
  const numbers = new Map<string | number | null, number>();
  const texts: string[] = [];
  const ofRow = new Uint32Array(rows);
  for (let row = 0; row < rows; row += 1) {
    const value = data[row] ?? null;
    let number = numbers.get(value);
    if (number === undefined) {
      number = texts.push(textAt(column, row)) - 1;
      numbers.set(value, number);
    }
    ofRow[row] = number;
  }
  return repeating(texts, ofRow);
}

function repeating(texts: readonly string[], ofRow: Uint32Array): ColumnIndex {
  const lowered = texts.map((text) => text.toLowerCase());
  return {
    mark(word, found) {
      const has = Uint8Array.from(lowered, (text) => (text.includes(word) ? 1 : 0));
      if (!has.includes(1)) return;
      for (let row = 0; row < ofRow.length; row += 1) found[row] = (found[row] ?? 0) | (has[ofRow[row] ?? 0] ?? 0);
    },
  };
}

/** From each place where the word is, the search goes on with the next row. */
function various(texts: readonly string[]): ColumnIndex {
  const lines = texts.map((text) => text.toLowerCase() + SEPARATOR);
  const text = lines.join('');
  const ends = new Uint32Array(lines.length);
  let end = 0;
  for (const [row, line] of lines.entries()) ends[row] = end += line.length;
  return {
    mark(word, found) {
      let row = 0;
      for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, ends[row - 1])) {
        while ((ends[row] ?? Infinity) <= at) row += 1;
        found[row] = 1;
        row += 1;
        if (row >= ends.length) return;
      }
    },
  };
}
