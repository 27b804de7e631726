import { EXIT, type ExitCode } from '../../cli/base/exit-codes';
import { table, type TableContent } from '../../cli/base/table';
import { colors, columnsOf } from '../../cli/base/terminal';
import { wrap, wrapHanging } from '../../cli/base/wrap';
import type { Broken } from '../never-rules/never-rules';
import type { Failed, Happened } from './results';

/** A heading between the parts of the story. */
export function heading(text: string): void {
  console.log(`\n${wrap(colors.bold(colors.cyan(text)), columnsOf())}\n${colors.dim('─'.repeat(Math.min(columnsOf(), text.length + 24)))}`);
}

/** A line of the story. */
function say(text: string): void {
  console.log(text);
}

/** A text of the story, wrapped to the terminal; its indentation is kept. */
export function sayWrapped(text: string): void {
  console.log(wrapHanging(text, columnsOf()));
}

/** A check of the story, good or bad. */
function check(good: boolean, text: string): void {
  const wrapped = wrapHanging(`    ${text}`, columnsOf()).slice(4);
  console.log(`  ${good ? colors.green('✔') : colors.red('✘')} ${wrapped}`);
}

/** Shows how all checks went and how long it took since `began` (of `performance.now()`), and gives the exit code for it. */
export function showVerdict(failedChecks: number, began: number): ExitCode {
  const verdict = failedChecks === 0 ? colors.green('All checks passed') : colors.red(`${failedChecks} checks failed`);
  say(`\n${verdict} in ${secondsSince(began)}.`);
  return failedChecks === 0 ? EXIT.fine : EXIT.bad;
}

/** `12.3 s` since a moment of `performance.now()`. */
export const secondsSince = (began: number): string => `${((performance.now() - began) / 1_000).toFixed(1)} s`;

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
  'orphaned-secret': 'secret without user',
  'delete-orphaned-secret': 'secret without user deleted',
  blocked: 'blocked',
  'wait-for-replica': 'blocked by replica',
  hold: 'held, in use',
};
/** Rules that break often break alike. */
const MOST_BROKEN = 20;
const PAINT: Record<string, (text: string) => string> = {
  rotate: colors.green,
  disable: colors.yellow,
  delete: colors.red,
  blocked: colors.magenta,
  'wait-for-replica': colors.magenta,
};

/** Prints each check, and then the first of the never-rules that were broken; gives the number of checks that failed. */
export function showChecks(checks: readonly (readonly [good: boolean, text: string])[], broken: readonly Broken[]): number {
  for (const [good, text] of checks) check(good, text);
  for (const { rule, at, story } of broken.slice(0, MOST_BROKEN)) say(`    ${at.toISOString()} ${rule}: ${story}`);
  return checks.filter(([good]) => !good).length;
}

/** A table of what happened to keys; more than `most` rows are counted, not shown. */
export function actionsTable(actions: readonly Happened[], most = 14): void {
  const rows = actions.filter((action) => action.action in WORDS);
  const shown = rows.slice(0, most).map(({ accountName, user, keyId, action, outcome, reason }) => {
    const word = WORDS[action] ?? action;
    const paint = PAINT[action] ?? String;
    return [accountName, user, keyId ?? '', outcome === 'planned' ? `would: ${word}` : paint(word), reason];
  });
  plainTable({ head: ['account', 'user', 'access key', 'what', 'why'], rows: shown });
  if (rows.length > most) console.log(colors.dim(`  and ${rows.length - most} more in out/results`));
}

/** A table of failures: every one names account and user. */
export function failuresTable(failures: readonly Failed[]): void {
  const rows = failures.map(({ account, user, step, error, message }) => [account, user ?? '(all)', step, `${error}: ${message}`]);
  plainTable({ head: ['account', 'user', 'step', 'failure'], rows });
}

/** Any other table. */
export function plainTable(content: TableContent): void {
  console.log(table(content));
}
