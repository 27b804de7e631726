import { deflateRawSync, inflateRawSync } from 'node:zlib';
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

/** Lines that are packed together. */
const LINES_AT_ONCE = 1_000;
/** Packs to a sixth, and takes half a second for 200,000 keys. */
const FASTEST = { level: 1 };

/** All keys with all that is known of them, as a file for spreadsheets; packed until it is asked for, so that it is in memory once. */
export class KeysFile {
  private readonly done: { packed: Buffer; size: number }[] = [];
  private lines = [csvLine(COLUMNS.map(([head]) => head))];

  /** Adds a line. */
  add(row: KeyRow): void {
    this.lines.push(csvLine(COLUMNS.map(([, of]) => of(row))));
    if (this.lines.length >= LINES_AT_ONCE) this.pack();
  }

  /** The whole file. */
  bytes(): Buffer {
    this.pack();
    const whole = Buffer.allocUnsafe(this.done.reduce((sum, { size }) => sum + size, 0));
    let at = 0;
    for (const { packed, size } of this.done) {
      inflateRawSync(packed).copy(whole, at);
      at += size;
    }
    return whole;
  }

  private pack(): void {
    const text = Buffer.from(this.lines.join(''));
    this.done.push({ packed: deflateRawSync(text, FASTEST), size: text.length });
    this.lines = [];
  }
}
