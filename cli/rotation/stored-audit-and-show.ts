import { RunStore } from '../../lambda/runs/run-store';
import { RotationError } from '../../lambda/shared/errors';
import { EXIT, type ExitCode } from '../base/exit-codes';
import { csvStream, jsonStream, type OutputStream } from '../base/output-stream';
import { Progress } from '../base/progress';
import { table } from '../base/table';
import { columnsOf } from '../base/terminal';
import { wrapHanging } from '../base/wrap';
import type { AuditAsked } from './audit';
import { auditTable, COLUMNS, keyRecord, problemRecord, userRecord, type Row } from './audit-rows';
import type { AuditLimits } from './operations/audit';
import { storedAudit, type StoredAudit } from './operations/stored-audit';
import { recordedAccounts, recordedOrganization, type RecordedOrganization, type UnrecordedAccount } from './operations/stored-results';
import { findRotation } from './service';

/** More rows than these nobody reads in a table. */
const MOST_ROWS = 1_000;

/** Accounts that are left out for the same reason, of which these are named. */
const MOST_NAMED = 5;

/** What is counted while accounts go by. */
interface Counts {
  accounts: number;
  users: number;
  keys: number;
  /** Keys that are due, or beyond a limit where limits were given. */
  due: number;
  unknownUses: number;
  /** Accounts whose record is of a DryRun. */
  dryRuns: number;
  /** Of the oldest and the newest record, ISO 8601. */
  from: string;
  to: string;
}

/** Audits all accounts by what runs recorded of them, one after the other, so that no more than a few are in memory; and prints it. */
export async function storedAuditAndShow(asked: AuditAsked, limits: AuditLimits): Promise<ExitCode> {
  const { profile, region, stack, output } = asked;
  const place = {
    ...(profile !== undefined && { profile }),
    ...(region !== undefined && { region }),
    ...(stack !== undefined && { stack }),
  };
  const { service, settings } = await findRotation({ ...place, given: {} });
  if (!service)
    throw new RotationError(
      `there are no results to audit by (${settings}): --stack names the rotation, --role NAME reads each account as it is now`,
    );
  const store = new RunStore(service.s3, service.environment.RESULTS_BUCKET);
  const now = new Date();
  const organization = await recordedOrganization(store, now);
  const isLimited = Object.keys(limits).length > 0;
  const from = `results of the stack ${service.deployment.stack}`;
  const stream = await opened(output, { at: now.toISOString(), settings: from, accountsAsOf: organization.runId });
  const counts: Counts = { accounts: 0, users: 0, keys: 0, due: 0, unknownUses: 0, dryRuns: 0, from: '', to: '' };
  const [rows, failed, notes]: [Row[], UnrecordedAccount[], string[]] = [[], [], []];
  const progress = new Progress('{value} of {total} accounts');
  progress.start(organization.accounts.length);
  try {
    for await (const one of recordedAccounts(store, organization, (done) => {
      progress.update(done, '');
    })) {
      if (!('inventory' in one)) {
        failed.push(one);
        continue;
      }
      if (one.later !== undefined) notes.push(`${one.account}: as of ${one.asOf.slice(0, 10)}, because ${one.later}.`);
      if (one.dryRun) counts.dryRuns += 1;
      const judged = storedAudit(one, limits, now);
      const all = rowsOf(judged);
      const shown = isLimited ? all.filter(({ key }) => key.beyond.length > 0) : all;
      count(counts, judged, isLimited ? shown.length : all.filter(({ key }) => key.due).length);
      if (stream) await stream.add(judged, [...shown.map(keyRecord), ...(isLimited ? [] : withoutKeys(judged))]);
      else rows.push(...shown.slice(0, MOST_ROWS + 1 - rows.length));
    }
  } finally {
    progress.stop();
  }
  if (limits.unusedFor && counts.unknownUses > 0)
    notes.push(`Active keys without a recorded last use, which count from their creation: ${counts.unknownUses}.`);
  if (counts.dryRuns > 0) notes.push('With dryRun=true nothing of it is done: people are told what would happen.');
  const { skipped } = organization;
  if (stream) {
    const problems = failed.map(({ account, reason }) => problemRecord(account, reason));
    await stream.end({ failed, skipped, due: counts.due, notes }, problems);
  } else {
    const told = { counts, rows, failed, notes, isLimited, from, organization };
    process.stdout.write(`${wrapHanging(textOf(told), columnsOf())}\n`);
  }
  if (failed.length > 0) return EXIT.bad;
  return counts.due > 0 ? EXIT.due : EXIT.fine;
}

async function opened(output: AuditAsked['output'], head: object): Promise<OutputStream | undefined> {
  if (output === 'table') return undefined;
  return output === 'json' ? jsonStream(head, 'accounts') : csvStream(COLUMNS);
}

const rowsOf = ({ account, asOf, users }: StoredAudit): Row[] =>
  users.flatMap((user) => user.keys.map((key) => ({ account, asOf, user, key })));

const withoutKeys = ({ account, asOf, users }: StoredAudit): ReturnType<typeof userRecord>[] =>
  users.filter(({ keys }) => keys.length === 0).map((user) => userRecord(account, asOf, user));

function count(counts: Counts, { users, asOf }: StoredAudit, due: number): void {
  const keys = users.flatMap((user) => user.keys);
  counts.accounts += 1;
  counts.users += users.length;
  counts.keys += keys.length;
  counts.due += due;
  counts.unknownUses += keys.filter(({ status, lastUsed }) => status === 'Active' && lastUsed === null).length;
  if (counts.from === '' || asOf < counts.from) counts.from = asOf;
  if (asOf > counts.to) counts.to = asOf;
}

interface Told {
  counts: Counts;
  /** One more than are shown says that there are more. */
  rows: readonly Row[];
  failed: readonly UnrecordedAccount[];
  notes: readonly string[];
  isLimited: boolean;
  from: string;
  organization: RecordedOrganization;
}

function textOf({ counts, rows, failed, notes, isLimited, from, organization }: Told): string {
  const shown = rows.slice(0, MOST_ROWS);
  const days = [...new Set([counts.from, counts.to].map((moment) => moment.slice(0, 10)))].filter((day) => day !== '').join(' to ');
  const counted = `${counts.accounts} accounts, ${counts.users} users with a key or an exemption, ${counts.keys} keys; ${counts.due} ${isLimited ? 'beyond a limit' : 'due'}. By the ${from}${days === '' ? '' : ` of ${days}`}.`;
  return [
    ...(shown.length > 0 ? [table(auditTable(shown, { several: true, isLimited, recorded: true }))] : []),
    ...(rows.length > MOST_ROWS ? [`More than these ${MOST_ROWS} keys are not shown here: --output csv has them all.`] : []),
    counted,
    ...notes,
    ...leftOut(organization),
    ...failed.map(({ account, name, reason }) => `No record: account ${account}${name === '' ? '' : ` (${name})`}: ${reason}`),
  ].join('\n');
}

/** Settings leave out few accounts or thousands. */
function leftOut({ skipped }: RecordedOrganization): string[] {
  const byReason = new Map<string, string[]>(skipped.map(({ reason }) => [reason, []]));
  for (const { account, reason } of skipped) byReason.get(reason)?.push(account);
  return [...byReason].map(([reason, accounts]) => {
    const more = accounts.length - MOST_NAMED;
    return `Not rotated: ${accounts.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}: ${reason}`;
  });
}
