import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';

/** Wraps words into lines of at most so many columns, colours included; a word that is longer is broken. */
export const wrap = (text: string, columns: number): string => wrapAnsi(text, columns, { hard: true });

/** Where the text of a line begins: after a first part that two spaces or more set off, else after the indentation. */
function textColumn(line: string, most: number): number {
  const [indentation = ''] = /^ */.exec(line) ?? [];
  const [firstPart = ''] = /^ *\S.*? {2,}(?=\S)/.exec(line) ?? [];
  return firstPart.length > 0 && firstPart.length <= most ? firstPart.length : indentation.length;
}

/** Wraps each line for itself; what does not fit goes on in the column in which the line's text began. */
export function wrapHanging(text: string, columns: number): string {
  const wrapLine = (line: string): string => {
    if (stringWidth(line) <= columns) return line;
    const column = textColumn(line, columns / 2);
    return line.slice(0, column) + wrap(line.slice(column), columns - column).replaceAll('\n', `\n${' '.repeat(column)}`);
  };
  return text.split('\n').map(wrapLine).join('\n');
}
