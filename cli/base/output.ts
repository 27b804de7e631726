import type { Output } from './options';

/** One value of a row. */
export type Cell = string | number | boolean | null;

/** An answer in each form. */
export interface Answer {
  /** As JSON. */
  data: unknown;
  /** As CSV: what the columns are called, and one record for each row. */
  columns: readonly string[];
  records: readonly Readonly<Record<string, Cell>>[];
  /** For people. */
  text: () => string;
}

/** The answer in the form that is asked for. */
async function written(output: Output, { data, columns, records, text }: Answer): Promise<string> {
  if (output === 'json') return JSON.stringify(data, null, 2);
  if (output === 'table') return text();
  const { stringify } = await import('csv-stringify/sync');
  // The last line end is added like that of every answer.
  return stringify([...records], { header: true, columns: [...columns], cast: { boolean: String } }).replace(/\n$/, '');
}

/** Writes an answer to the standard output. */
export async function print(output: Output, answer: Answer): Promise<void> {
  process.stdout.write(`${await written(output, answer)}\n`);
}
