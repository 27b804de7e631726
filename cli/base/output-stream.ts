import type { Cell } from './output';

type Records = readonly Readonly<Record<string, Cell>>[];

/** A long answer in one of the forms for programs, written while it is found, so that it is never in memory as a whole. */
export interface OutputStream {
  /** Writes one member of the list: as an object, or as records. */
  add: (item: object, records: Records) => Promise<void>;
  /** Writes what follows the list, and records of their own. */
  end: (tail: object, records: Records) => Promise<void>;
}

/** Waits while the reader is slower than we are. */
async function write(text: string): Promise<void> {
  if (text !== '' && !process.stdout.write(text)) await new Promise((resolve) => process.stdout.once('drain', resolve));
}

const indented = (text: string, by: string): string => text.replaceAll('\n', `\n${by}`);
/** The members of an object as JSON, without its braces; empty when there are none. */
const members = (object: object): string => JSON.stringify(object, null, 2).replace(/^\{\n?|\n?\}$/g, '');

/** An object as JSON, with `head` first, then `list`, then what `end` is given. */
export async function jsonStream(head: object, list: string): Promise<OutputStream> {
  let isFirst = true;
  await write(`{\n${members(head)},\n  ${JSON.stringify(list)}: [`);
  return {
    add: async (item) => {
      await write(`${isFirst ? '' : ','}\n    ${indented(JSON.stringify(item, null, 2), '    ')}`);
      isFirst = false;
    },
    end: async (tail) => {
      await write(`${isFirst ? '' : '\n  '}],\n${members(tail)}\n}\n`);
    },
  };
}

/** Records as CSV. */
export async function csvStream(columns: readonly string[]): Promise<OutputStream> {
  const { stringify } = await import('csv-stringify/sync');
  const lines = (records: Records): string => stringify([...records], { columns: [...columns], cast: { boolean: String } });
  await write(`${columns.join(',')}\n`);
  return {
    add: async (_, records) => write(records.length === 0 ? '' : lines(records)),
    end: async (_, records) => write(records.length === 0 ? '' : lines(records)),
  };
}
