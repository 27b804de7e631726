import { createReadStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoredEntry } from '../../lambda/chain/entry';
import { RecordsHash } from '../../lambda/chain/records';
import { actionLine, ACTIONS_HEAD, FILES, type About, type ActionLine } from './pack-files';

/** The records of one account in one run, as the chain has them. */
interface Expected {
  entry: number;
  runId: string;
  account: string;
  records: number;
  recordsSha256: string;
}

/** What the actions of a pack have to be, collected from the chain. */
export class ExpectedActions {
  readonly groups = new Map<string, Expected>();

  add({ entry }: StoredEntry): void {
    for (const { account, records, recordsSha256 } of entry.accounts) {
      if (records === 0) continue;
      this.groups.set(nameOf(entry.number, account), { entry: entry.number, runId: entry.runId, account, records, recordsSha256 });
    }
  }
}

const nameOf = (entry: number, account: string): string => `${entry}/${account}`;
const where = ({ runId, account, entry }: Pick<Expected, 'runId' | 'account' | 'entry'>): string =>
  `account ${account} in run ${runId} (entry ${entry})`;

/** What was found in the actions of a pack. */
export interface ActionsVerdict {
  wrong: string[];
  records: number;
}

/**
 * Compares actions.json with the chain and actions.csv with actions.json, record by record, so that no more than a few are in memory. What
 * the pack says is missing is not looked for.
 */
export async function checkActions(
  folder: string,
  { groups }: ExpectedActions,
  missing: About['missing'],
  onRecord: (done: number) => void,
): Promise<ActionsVerdict> {
  const wrong: string[] = [];
  const order = [...groups.keys()];
  let place = -1;
  let records = 0;
  let current: { name: string; hash: RecordsHash; one: ActionLine } | undefined;
  const done = new Set<string>();
  const finish = (): void => {
    if (!current) return;
    const { name, hash, one } = current;
    const expected = groups.get(name);
    const found = hash.done();
    current = undefined;
    if (done.has(name)) wrong.push(`${FILES.actionsJson}: the records of ${where(one)} are in two places`);
    done.add(name);
    if (!expected) wrong.push(`${FILES.actionsJson}: ${where(one)} has ${found.records} records, and the chain has none`);
    else if (found.records !== expected.records)
      wrong.push(`${FILES.actionsJson}: ${where(expected)} has ${found.records} records, and the chain has ${expected.records}`);
    else if (found.recordsSha256 !== expected.recordsSha256) wrong.push(`${FILES.actionsJson}: a record of ${where(expected)} was changed`);
    const next = order.indexOf(name, Math.max(place, 0));
    if (expected && next < 0) wrong.push(`${FILES.actionsJson}: the records of ${where(expected)} are not in the order of the chain`);
    if (next >= 0) place = next;
  };
  const csv = await CsvBeside.open(folder, wrong);
  try {
    for await (const line of linesOf(folder, wrong)) {
      const { entry, ...record } = line;
      const name = nameOf(entry, record.account);
      if (current?.name !== name) finish();
      current ??= { name, hash: new RecordsHash(), one: line };
      current.hash.add(record);
      await csv.compare(line);
      records += 1;
      onRecord(records);
    }
    finish();
    await csv.end();
  } finally {
    await csv.close();
  }
  const said = new Set(missing.map(({ entry, account }) => nameOf(entry, account)));
  for (const [name, expected] of groups)
    if (!done.has(name) && !said.has(name))
      wrong.push(`${FILES.actionsJson}: the ${expected.records} records of ${where(expected)} are missing`);
  return { wrong, records };
}

/** Every record of actions.json; a line that is not exactly one, as it was written, is named, and nothing is read after it. */
async function* linesOf(folder: string, wrong: string[]): AsyncGenerator<ActionLine> {
  let number = 0;
  let isLast = false;
  let isClosed = false;
  for await (const text of textLines(join(folder, FILES.actionsJson))) {
    number += 1;
    if (number === 1 && text === '[') continue;
    // An empty list ends at once.
    if (!isClosed && text === ']' && (isLast || number === 2)) {
      isClosed = true;
      continue;
    }
    if (isClosed && text === '') return;
    const record = number === 1 || isLast || isClosed ? undefined : recordOf(text.replace(/,$/, ''));
    if (!record) {
      wrong.push(`${FILES.actionsJson}: line ${number} was changed, it is no record any more`);
      return;
    }
    isLast = !text.endsWith(',');
    yield record;
  }
  wrong.push(`${FILES.actionsJson}: its end is missing`);
}

/** The lines of a file, by line feeds alone; what follows the last one is a line, too. */
async function* textLines(file: string): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of createReadStream(file, 'utf8')) {
    const lines = `${rest}${String(chunk)}`.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  yield rest;
}

function recordOf(text: string): ActionLine | undefined {
  try {
    const read = JSON.parse(text) as ActionLine;
    return JSON.stringify(read) === text && typeof read.entry === 'number' && Array.isArray(read.requests) ? read : undefined;
  } catch {
    return undefined;
  }
}

/** actions.csv, read beside actions.json; only the first difference is named. */
class CsvBeside {
  private line = 1;
  private at = 0;
  private isOver = false;

  private constructor(
    private readonly file: FileHandle,
    private readonly wrong: string[],
  ) {}

  static async open(folder: string, wrong: string[]): Promise<CsvBeside> {
    const beside = new CsvBeside(await open(join(folder, FILES.actionsCsv)), wrong);
    if (!(await beside.isNext(ACTIONS_HEAD))) beside.say('its first line was changed');
    return beside;
  }

  async compare(record: ActionLine): Promise<void> {
    this.line += 1;
    if (this.isOver || (await this.isNext(actionLine(record)))) return;
    const { user, action, accessKeyId, runId, account } = record;
    const what = [action, user && `of ${user}`, accessKeyId && `(${accessKeyId})`].filter((part) => part !== '').join(' ');
    this.say(`record ${this.line - 1} is not the one of ${FILES.actionsJson}: ${what}, account ${account}, run ${runId}`);
  }

  async end(): Promise<void> {
    if (this.isOver || (await this.file.stat()).size === this.at) return;
    this.say(`it goes on after its last record`);
  }

  async close(): Promise<void> {
    await this.file.close();
  }

  private async isNext(text: string): Promise<boolean> {
    const expected = Buffer.from(text);
    const { bytesRead, buffer } = await this.file.read(Buffer.alloc(expected.length), 0, expected.length, this.at);
    this.at += bytesRead;
    return bytesRead === expected.length && buffer.equals(expected);
  }

  private say(what: string): void {
    this.isOver = true;
    this.wrong.push(`${FILES.actionsCsv}: ${what}`);
  }
}
