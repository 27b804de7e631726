import { table } from '../../cli/base/table';
import { colors, columnsOf } from '../../cli/base/terminal';
import { wrap } from '../../cli/base/wrap';

/** Figures as people read them, the same on a terminal and in a document. */
export interface Figures {
  title: string;
  head: string[];
  /** As many cells as the head has. */
  rows: string[][];
  /** Columns from the left that hold words; the others hold numbers and stand to the right. */
  words: number;
  /** What one must know to read them. */
  note?: string;
}

/** For a terminal. */
export function asText({ title, head, rows, words, note }: Figures): string {
  const numbers = head.map((_, column) => column).slice(words);
  return [colors.bold(title), table({ head, rows, numbers }), ...(note === undefined ? [] : [colors.dim(wrap(note, columnsOf()))])].join(
    '\n',
  );
}

/** For a Markdown document. */
export function asMarkdown({ title, head, rows, words, note }: Figures): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const rule = line(head.map((_, column) => (column < words ? '---' : '---:')));
  return [`**${title}**`, '', line(head), rule, ...rows.map(line), ...(note === undefined ? [] : ['', note])].join('\n');
}
