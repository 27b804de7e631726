import Table from 'cli-table3';
import type { Happened } from '../demo/results';
import type { Passage } from './controls';

const MOST_ROWS = 40;
const WORDS: Readonly<Record<string, string>> = {
  rotate: 'rotated',
  disable: 'disabled',
  delete: 'deleted',
  notify: 'noticed',
  warn: 'warned',
  blocked: 'blocked',
  hold: 'held',
};

/** Minutes are enough for people. */
export const minute = (at: Date): string => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** What a passage brought, for a terminal: a line of sums, every change of a key, every failure. */
export function passageText({ now, firings, actions, failures, mails }: Passage): string {
  const fired = `${firings.length} schedule${firings.length === 1 ? '' : 's'} fired`;
  const sums = Object.entries(WORDS).flatMap(([action, word]) => {
    const count = actions.filter((one) => one.action === action).length;
    return count === 0 ? [] : [`${count} ${word}`];
  });
  const changes = actions.filter(({ action }) => ['rotate', 'disable', 'delete', 'remove-orphan'].includes(action));
  const lines = [`Now ${minute(now)}: ${[fired, ...sums, `${mails} mails`].join(', ')}`];
  for (const { schedule, error } of firings) if (error !== undefined) lines.push(`Schedule ${schedule} failed: ${error}`);
  if (changes.length > 0) lines.push(changesTable(changes.slice(0, MOST_ROWS)));
  if (changes.length > MOST_ROWS) lines.push(`and ${changes.length - MOST_ROWS} more changes`);
  for (const { account, user, step, error, message } of failures) {
    lines.push(`Failed in ${account}${user === undefined ? '' : `, user ${user}`}: ${step}: ${error}: ${message}`);
  }
  return lines.join('\n');
}

function changesTable(changes: readonly Happened[]): string {
  const table = new Table({
    head: ['account', 'user', 'access key', 'what', 'successor'],
    style: { head: ['bold'], border: ['gray'], compact: true },
  });
  for (const { accountName, user, keyId, action, outcome, successorId } of changes) {
    const what = WORDS[action] ?? action;
    table.push([accountName, user, keyId ?? '', outcome === 'done' ? what : `${what} (${outcome})`, successorId ?? '']);
  }
  return table.toString();
}
