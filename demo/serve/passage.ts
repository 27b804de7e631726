import { table } from '../../cli/base/table';
import { count } from './count';
import type { AccountResult, ActionResult } from '../../lambda/runs/schemas';
import type { Passage } from './controls';

const MOST_ROWS = 40;
const CHANGES = new Set(['rotate', 'disable', 'delete', 'remove-orphan']);
const WORDS: Readonly<Record<string, string>> = {
  rotate: 'rotated',
  disable: 'disabled',
  delete: 'deleted',
  notify: 'noticed',
  warn: 'warned',
  blocked: 'blocked',
  'wait-for-replica': 'blocked by a replica',
  hold: 'held',
  'remove-orphan': 'lost key removed',
  'delete-secret': 'secret deleted',
  'restore-secret': 'secret restored',
  'orphaned-secret': 'secret without its user',
  'delete-orphaned-secret': 'secret without its user deleted',
};

/** Minutes are enough for people. */
export const minute = (at: Date): string => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** One action on one key, and where. */
interface Change extends ActionResult {
  account: string;
  accountName: string;
  user: string;
}

/** What a passage brought, in one line. */
export function sumsOf({ firings, results, mails }: Passage): string {
  const actions = onceEach(results);
  const sums = Object.entries(WORDS).flatMap(([action, word]) =>
    (['done', 'planned'] as const).flatMap((outcome) => {
      const times = actions.filter((one) => one.action === action && one.outcome === outcome).length;
      return times === 0 ? [] : [`${times} ${outcome === 'done' ? word : `would be ${word}`}`];
    }),
  );
  const failed = failureLines(results).length;
  const fired = `${count(firings.length, 'schedule')} fired`;
  return [fired, ...sums, ...(failed > 0 ? [count(failed, 'failure')] : []), count(mails, 'mail')].join(', ');
}

/** Every change of a key in a passage, with what it was in words. */
export const changesOf = ({ results }: Passage): (Change & { what: string })[] =>
  onceEach(results)
    .filter(({ action, outcome }) => CHANGES.has(action) && outcome !== 'failed')
    .map((change) => {
      const what = WORDS[change.action] ?? change.action;
      return { ...change, what: change.outcome === 'done' ? what : `${what} (${change.outcome})` };
    });

/** What a passage brought, for a terminal: a line of sums, every change of a key, every failure once. */
export function passageText(passage: Passage): string {
  const { now, firings, results } = passage;
  const changes = changesOf(passage);
  return [
    `Now ${minute(now)}: ${sumsOf(passage)}`,
    ...firings.flatMap(({ schedule, error }) => (error === undefined ? [] : [`Schedule ${schedule} failed: ${error}`])),
    ...(changes.length > 0 ? [changesTable(changes.slice(0, MOST_ROWS))] : []),
    ...(changes.length > MOST_ROWS ? [`and ${changes.length - MOST_ROWS} more changes`] : []),
    ...failureLines(results),
  ].join('\n');
}

/** Every action with its place; what a DryRun plans anew every day counts once. */
function onceEach(results: readonly AccountResult[]): Change[] {
  const planned = new Set<string>();
  const all = results.flatMap(({ account, users }) =>
    users.flatMap(({ user, actions }) =>
      actions.map((action): Change => ({ ...action, account: account.id, accountName: account.name, user })),
    ),
  );
  return all.filter(({ account, user, keyId, action, outcome }) => {
    const plan = JSON.stringify([account, user, keyId, action]);
    const again = outcome === 'planned' && planned.has(plan);
    planned.add(plan);
    return !again;
  });
}

/** Every failure once: the same one may come back every day. */
export function failureLines(results: readonly AccountResult[]): string[] {
  const lines = results.flatMap(({ account, failures }) =>
    failures.map(
      ({ user, step, error, message }) =>
        `Failed in ${account.name}${user === undefined ? '' : `, user ${user}`}: ${step}: ${error}: ${message}`,
    ),
  );
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1);
  return [...counts].map(([line, times]) => (times === 1 ? line : `${line} (${times} times)`));
}

function changesTable(changes: ReturnType<typeof changesOf>): string {
  return table({
    head: ['account', 'user', 'access key', 'what', 'successor'],
    rows: changes.map(({ accountName, user, keyId, what, successorId }) => [accountName, user, keyId ?? '', what, successorId ?? '']),
  });
}
