import Table from 'cli-table3';
import stringWidth from 'string-width';
import { fit } from './fit';
import { colors, columnsOf } from './terminal';
import { wrap, wrapHanging } from './wrap';

/** A table as people read it; every row has as many cells as the head. */
export interface TableContent {
  head: readonly string[];
  rows: readonly (readonly (string | number)[])[];
  /** Columns of numbers, which stand to the right; counted from 0. */
  numbers?: readonly number[];
}

type Look = ConstructorParameters<typeof Table>[0];
interface Frame {
  /** Columns of the terminal that a number of cells takes beyond its content. */
  takes: (cells: number) => number;
  /** Spaces on both sides of a cell together. */
  padding: number;
  look: Look;
}

// The library would colour by itself, where nobody sees colours, too.
const PAINT = { head: colors.isColorSupported ? ['bold'] : [], border: colors.isColorSupported ? ['gray'] : [], compact: true };
const EDGES = ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right', 'left', 'right'];
const RULES = ['left-mid', 'mid', 'mid-mid', 'right-mid'];
const WITHOUT_LINES = { ...Object.fromEntries([...EDGES, ...RULES].map((name) => [name, ''])), middle: '  ' };
/** From the widest to the narrowest. */
const FRAMES: readonly Frame[] = [
  { takes: (cells) => 3 * cells + 1, padding: 2, look: { style: PAINT } },
  {
    takes: (cells) => 2 * (cells - 1),
    padding: 0,
    look: { chars: WITHOUT_LINES, style: { ...PAINT, 'padding-left': 0, 'padding-right': 0 } },
  },
];

const widest = (texts: readonly string[]): number => texts.reduce((most, text) => Math.max(most, stringWidth(text)), 0);

/**
 * The table within so many columns, by default those of the terminal: words are wrapped, and nothing is cut off. Where its words have no
 * room side by side, it goes without lines, or each row becomes a paragraph.
 */
export function table(content: TableContent, columns: number = columnsOf()): string {
  const { head, numbers = [] } = content;
  const lines = [head, ...content.rows].map((cells) => cells.map(String));
  const sizes = head.map((_, column) => {
    const cells = lines.map((cells) => cells[column] ?? '');
    return { natural: widest(cells.flatMap((cell) => cell.split('\n'))), longestWord: widest(cells.flatMap((cell) => cell.split(/\s+/))) };
  });
  for (const { takes, padding, look } of FRAMES) {
    const widths = fit(sizes, columns - takes(head.length));
    if (!widths) continue;
    const [wrappedHead = [], ...rows] = lines.map((cells) => cells.map((cell, column) => wrap(cell, widths[column] ?? columns)));
    const shown = new Table({
      ...look,
      head: wrappedHead,
      colWidths: widths.map((width) => width + padding),
      colAligns: head.map((_, column) => (numbers.includes(column) ? 'right' : 'left')),
    });
    for (const row of rows) shown.push(row);
    return withoutTrailingSpace(shown.toString());
  }
  return paragraphs(lines, columns);
}

const withoutTrailingSpace = (text: string): string => text.replaceAll(/(?<=\S) +$/gm, '');

/** One paragraph for each row, with a line for each cell that says something. */
function paragraphs([head = [], ...rows]: readonly string[][], columns: number): string {
  const labels = widest(head);
  const lineOf = (cell: string, column: number): string => `${(head[column] ?? '').padEnd(labels)}  ${cell}`;
  const paragraph = (cells: readonly string[]): string =>
    cells.flatMap((cell, column) => (cell === '' ? [] : [wrapHanging(lineOf(cell, column), columns)])).join('\n');
  return rows.map(paragraph).join('\n\n');
}
