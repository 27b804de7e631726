import Table from 'cli-table3';
import colors from 'picocolors';
import type { Failed, Happened } from './results';

/** Columns of a terminal that is not known to be wider. */
const WIDTH = 110;
const PLAIN = { head: ['bold'], border: ['gray'], compact: true };

/** A heading between the parts of the story. */
export function heading(text: string): void {
  console.log(`\n${colors.bold(colors.cyan(text))}\n${colors.dim('─'.repeat(Math.min(WIDTH, text.length + 24)))}`);
}

/** A line of the story. */
export function say(text: string): void {
  console.log(text);
}

/** A check of the story, good or bad. */
export function check(good: boolean, text: string): void {
  console.log(`  ${good ? colors.green('✔') : colors.red('✘')} ${text}`);
}

const WORDS: Record<string, string> = {
  rotate: 'new key issued',
  disable: 'old key disabled',
  delete: 'old key deleted',
  notify: 'notice given',
  warn: 'warning sent',
  'note-inactive': 'seen inactive',
  'note-reenabled': 'seen re-enabled',
  'remove-orphan': 'lost key removed',
  'delete-secret': 'secret deleted',
  'restore-secret': 'secret restored',
  blocked: 'blocked',
  'wait-for-replica': 'blocked by replica',
  hold: 'held, in use',
};
const PAINT: Record<string, (text: string) => string> = {
  rotate: colors.green,
  disable: colors.yellow,
  delete: colors.red,
  blocked: colors.magenta,
  'wait-for-replica': colors.magenta,
};

/** A table of what happened to keys; more than `most` rows are counted, not shown. */
export function actionsTable(actions: readonly Happened[], most = 14): void {
  const rows = actions.filter((action) => action.action in WORDS);
  const table = new Table({
    head: ['account', 'user', 'access key', 'what', 'why'],
    style: PLAIN,
    colWidths: [15, 20, 22, 18, 58],
    wordWrap: true,
  });
  for (const { accountName, user, keyId, action, outcome, reason } of rows.slice(0, most)) {
    const word = WORDS[action] ?? action;
    const paint = PAINT[action] ?? String;
    table.push([short(accountName, 13), short(user, 18), keyId ?? '', outcome === 'planned' ? `would: ${word}` : paint(word), reason]);
  }
  console.log(table.toString());
  if (rows.length > most) console.log(colors.dim(`  and ${rows.length - most} more in out/results`));
}

/** A table of failures: every one names account and user. */
export function failuresTable(failures: readonly Failed[]): void {
  const table = new Table({ head: ['account', 'user', 'step', 'failure'], style: PLAIN, colWidths: [15, 20, 14, 86], wordWrap: true });
  for (const { account, user, step, error, message } of failures) table.push([account, user ?? '(all)', step, `${error}: ${message}`]);
  console.log(table.toString());
}

/** Any other table. */
export function plainTable(head: string[], rows: (string | number)[][], align?: ('left' | 'right')[]): void {
  const table = new Table({ head, style: PLAIN, ...(align && { colAligns: align }) });
  table.push(...rows);
  console.log(table.toString());
}

const short = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
