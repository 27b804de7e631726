import { EXIT, type ExitCode } from '../base/exit-codes';
import { print, type Cell } from '../base/output';
import { table } from '../base/table';
import { columnsOf } from '../base/terminal';
import { wrapHanging } from '../base/wrap';
import { useOf } from '../keys/show-keys';
import type { AuditAsked } from './audit';
import { audit, type Audit, type AuditedKey, type AuditedUser } from './operations/audit';
import { readWhere } from './reading';

const COLUMNS = [
  ...['account', 'user', 'owner', 'exempt', 'keyId', 'status', 'created', 'ageDays', 'lastUsed', 'service', 'region'],
  ...['beyond', 'due', 'next', 'nextAt', 'why', 'problem'],
] as const;

interface Row {
  account: string;
  user: AuditedUser;
  key: AuditedKey;
}

/** Audits and prints. */
export async function auditAndShow({ olderThan, unusedFor, output, ...where }: AuditAsked): Promise<ExitCode> {
  const { rotation, read } = await readWhere(where);
  const limits = { ...(olderThan && { olderThan }), ...(unusedFor && { unusedFor }) };
  const isLimited = Object.keys(limits).length > 0;
  const found = audit(read, rotation.environment, { limits, now: new Date(), settings: rotation.settings });
  const rows = found.accounts.flatMap(({ account, users }) =>
    users.flatMap((user) => user.keys.map((key): Row => ({ account, user, key }))),
  );
  const shown = isLimited ? rows.filter(({ key }) => key.beyond.length > 0) : rows;
  await print(output, {
    data: found,
    columns: COLUMNS,
    records: [...shown.map(recordOf), ...(isLimited ? [] : withoutKeys(found)), ...problems(found)],
    text: () => wrapHanging(textOf(found, shown, isLimited), columnsOf()),
  });
  if (found.failed.length + found.accounts.flatMap(({ unread }) => unread).length > 0) return EXIT.bad;
  return found.due > 0 ? EXIT.due : EXIT.fine;
}

type Cells = Record<(typeof COLUMNS)[number], Cell>;
const EMPTY = Object.fromEntries(COLUMNS.map((column) => [column, null])) as Cells;

const recordOf = ({ account, user: { user, owner, exempt }, key }: Row): Cells => ({
  account,
  user,
  owner,
  exempt,
  keyId: key.keyId,
  status: key.status,
  created: key.created,
  ageDays: key.ageDays,
  lastUsed: key.lastUsed?.at ?? null,
  service: key.lastUsed?.service ?? null,
  region: key.lastUsed?.region ?? null,
  beyond: key.beyond.join('; '),
  due: key.due,
  next: key.next?.action ?? null,
  nextAt: key.next?.at ?? null,
  why: key.next?.why ?? null,
  problem: null,
});

const withoutKeys = ({ accounts }: Audit): Cells[] =>
  accounts.flatMap(({ account, users }) =>
    users.filter(({ keys }) => keys.length === 0).map(({ user, owner, exempt }) => ({ ...EMPTY, account, user, owner, exempt })),
  );

const problems = ({ accounts, failed }: Audit): Cells[] => [
  ...accounts.flatMap(({ account, unread }) => unread.map(({ user, reason }) => ({ ...EMPTY, account, user, problem: reason }))),
  ...failed.map(({ account, reason }) => ({ ...EMPTY, account, problem: reason })),
];

function textOf(found: Audit, shown: readonly Row[], isLimited: boolean): string {
  const several = found.accounts.length > 1 || found.failed.length > 0;
  const head = ['User', 'Key', 'Status', 'Days', 'Last used', 'Owner', isLimited ? 'Beyond' : 'Due', 'Next step'];
  const rows = shown.map(({ account, user, key }) => [
    ...(several ? [account] : []),
    user.user,
    key.keyId,
    key.status,
    key.ageDays,
    useOf(key),
    user.owner ?? '',
    isLimited ? key.beyond.join(', ') : dueOf(user, key),
    nextOf(key),
  ]);
  const numbers = [several ? 4 : 3];
  const users = found.accounts.flatMap((account) => account.users);
  const keys = users.flatMap((user) => user.keys).length;
  const counted = `${several ? `${found.accounts.length} accounts, ` : ''}${users.length} users, ${keys} keys; ${found.due} ${isLimited ? 'beyond a limit' : 'due'}. Settings: ${found.settings}.`;
  return [
    ...(rows.length > 0 ? [table({ head: several ? ['Account', ...head] : head, rows, numbers })] : []),
    counted,
    ...found.notes,
    ...found.accounts.flatMap(({ account, unread }) => unread.map(({ user, reason }) => `Not read: ${account} ${user}: ${reason}`)),
    ...found.failed.map(({ account, reason }) => `Not read: account ${account}: ${reason}`),
  ].join('\n');
}

function dueOf({ exempt }: AuditedUser, { due }: AuditedKey): string {
  if (exempt !== null) return 'exempt';
  return due ? 'due' : '';
}

const nextOf = ({ next }: AuditedKey): string => (next ? `${next.at.slice(0, 10)} ${next.label}` : '');
