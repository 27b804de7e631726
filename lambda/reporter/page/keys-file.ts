import { csvLine } from '../../../page/csv';
import { dayText } from '../../../page/view-data';
import type { KeyRow } from './key-rows';

const day = (value: number | null): string => (value === null ? '' : dayText(value));

/** What the file says of each key, in the order of its columns. */
const COLUMNS: readonly [string, (row: KeyRow) => string | number | null][] = [
  ['account', ({ account }) => account.id],
  ['account name', ({ account }) => account.name],
  ['user', ({ user }) => user],
  ['owner', ({ owner }) => owner],
  ['access key', ({ keyId }) => keyId],
  ['status', ({ active }) => (active ? 'Active' : 'Inactive')],
  ['created', ({ created }) => day(created)],
  ['age in days', ({ age }) => age],
  ['policy', ({ standing }) => standing],
  ['use', ({ use }) => use],
  ['last used', ({ lastUsed }) => day(lastUsed)],
  ['last used for', ({ usedFor }) => usedFor],
  ['use as of', ({ usedAsOf }) => day(usedAsOf)],
  ['next step', ({ step }) => step],
  ['on', ({ on }) => day(on)],
  ['successor', ({ successor }) => successor],
  ['secret fetched', ({ fetched }) => day(fetched)],
  ['note', ({ note }) => note],
];

/** Lines that are encoded together. */
const LINES_AT_ONCE = 1_000;

/** All keys with all that is known of them, as a file for spreadsheets; kept as bytes, which take no room of the program's own memory. */
export class KeysFile {
  private readonly done: Buffer[] = [];
  private lines = [csvLine(COLUMNS.map(([head]) => head))];

  /** Adds a line. */
  add(row: KeyRow): void {
    this.lines.push(csvLine(COLUMNS.map(([, of]) => of(row))));
    if (this.lines.length >= LINES_AT_ONCE) this.encode();
  }

  /** The whole file. */
  bytes(): Buffer {
    this.encode();
    return Buffer.concat(this.done);
  }

  private encode(): void {
    this.done.push(Buffer.from(this.lines.join('')));
    this.lines = [];
  }
}
