import { EXIT, type ExitCode } from '../base/exit-codes';
import { print } from '../base/output';
import { table } from '../base/table';
import { columnsOf } from '../base/terminal';
import { wrapHanging } from '../base/wrap';
import type { AuditAsked } from './audit';
import { auditTable, COLUMNS, keyRecord, problemRecord, userRecord, type Row } from './audit-rows';
import { audit, type Audit, type AuditedUser } from './operations/audit';
import { readWhere } from './reading';
import { storedAuditAndShow } from './stored-audit-and-show';

/** Audits and prints: accounts as they are now, or as runs recorded them where no role is given that enters them. */
export async function auditAndShow(asked: AuditAsked): Promise<ExitCode> {
  const { olderThan, unusedFor, output, ...where } = asked;
  const limits = { ...(olderThan && { olderThan }), ...(unusedFor && { unusedFor }) };
  if (asked.organization && asked.role === undefined) return storedAuditAndShow(asked, limits);
  const { rotation, read } = await readWhere(where);
  const isLimited = Object.keys(limits).length > 0;
  const found = audit(read, rotation.environment, { limits, now: new Date(), settings: rotation.settings });
  const rows = found.accounts.flatMap(({ account, users }) => rowsOf(account, found.at, users));
  const shown = isLimited ? rows.filter(({ key }) => key.beyond.length > 0) : rows;
  await print(output, {
    data: found,
    columns: COLUMNS,
    records: [...shown.map(keyRecord), ...(isLimited ? [] : withoutKeys(found)), ...problems(found)],
    text: () => wrapHanging(textOf(found, shown, isLimited), columnsOf()),
  });
  if (found.failed.length + found.accounts.flatMap(({ unread }) => unread).length > 0) return EXIT.bad;
  return found.due > 0 ? EXIT.due : EXIT.fine;
}

const rowsOf = (account: string, asOf: string, users: readonly AuditedUser[]): Row[] =>
  users.flatMap((user) => user.keys.map((key) => ({ account, asOf, user, key: { ...key, lastUsed: key.lastUsed ?? 'never' } })));

const withoutKeys = ({ accounts, at }: Audit): ReturnType<typeof problemRecord>[] =>
  accounts.flatMap(({ account, users }) => users.filter(({ keys }) => keys.length === 0).map((user) => userRecord(account, at, user)));

const problems = ({ accounts, failed }: Audit): ReturnType<typeof problemRecord>[] => [
  ...accounts.flatMap(({ account, unread }) => unread.map(({ user, reason }) => problemRecord(account, reason, user))),
  ...failed.map(({ account, reason }) => problemRecord(account, reason)),
];

function textOf(found: Audit, shown: readonly Row[], isLimited: boolean): string {
  const several = found.accounts.length > 1 || found.failed.length > 0;
  const users = found.accounts.flatMap((account) => account.users);
  const keys = users.flatMap((user) => user.keys).length;
  const counted = `${several ? `${found.accounts.length} accounts, ` : ''}${users.length} users, ${keys} keys; ${found.due} ${isLimited ? 'beyond a limit' : 'due'}. Settings: ${found.settings}.`;
  return [
    ...(shown.length > 0 ? [table(auditTable(shown, { several, isLimited, recorded: false }))] : []),
    counted,
    ...found.notes,
    ...found.accounts.flatMap(({ account, unread }) => unread.map(({ user, reason }) => `Not read: ${account} ${user}: ${reason}`)),
    ...found.failed.map(({ account, reason }) => `Not read: account ${account}: ${reason}`),
  ].join('\n');
}
