import { csvLine } from '../../../page/csv';
import { dayText } from '../../../page/view-data';
import type { KeyRow } from './key-rows';

const HEAD = [
  'account',
  'account name',
  'user',
  'owner',
  'access key',
  'status',
  'created',
  'age in days',
  'policy',
  'use',
  'last used',
  'last used for',
  'use as of',
  'next step',
  'on',
  'successor',
  'secret fetched',
  'note',
];
/** Lines that are encoded together. */
const LINES_AT_ONCE = 1_000;

const day = (value: number | null): string => (value === null ? '' : dayText(value));

/** All keys with all that is known of them, as a file for spreadsheets; kept as bytes, which take no room of the program's own memory. */
export class KeysFile {
  private readonly done: Buffer[] = [];
  private lines = [csvLine(HEAD)];

  /** Adds a line. */
  add(row: KeyRow): void {
    const {
      account,
      user,
      owner,
      keyId,
      active,
      created,
      age,
      standing,
      use,
      lastUsed,
      usedFor,
      usedAsOf,
      step,
      on,
      successor,
      fetched,
      note,
    } = row;
    const status = active ? 'Active' : 'Inactive';
    const facts = [
      account.id,
      account.name,
      user,
      owner,
      keyId,
      status,
      day(created),
      age,
      standing,
      use,
      day(lastUsed),
      usedFor,
      day(usedAsOf),
    ];
    this.lines.push(csvLine([...facts, step, day(on), successor, day(fetched), note]));
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
