import { EXIT, type ExitCode } from '../base/exit-codes';
import { print } from '../base/output';
import { table } from '../base/table';
import { columnsOf } from '../base/terminal';
import { wrapHanging } from '../base/wrap';
import { calendarOf } from './calendar';
import { haveSeveralRuns } from './several-runs';
import type { ForecastAsked } from './forecast';
import { forecast, type Forecast } from './operations/forecast';
import { readReports, type KnownAccount } from './operations/read-reports';
import { readWhere } from './reading';
import type { Rotation } from './service';
import { environmentWith } from './settings';

const COLUMNS = ['at', 'account', 'user', 'owner', 'keyId', 'action', 'step', 'on', 'successor', 'deferred', 'why'] as const;

/** More actions than these nobody reads in a table. */
const MOST_ROWS = 1_000;

/** What a forecast is made of. */
interface Base {
  environment: Rotation['environment'];
  accounts: KnownAccount[];
  notes: string[];
  isWhole: boolean;
}

/** Forecasts and prints. */
export async function forecastAndShow(asked: ForecastAsked): Promise<ExitCode> {
  const { days, output, from = new Date() } = asked;
  const { environment, accounts, notes, isWhole } = await baseOf(asked, from);
  const found = forecast(accounts, environment, { from, days }, notes);
  if (output === 'ics') process.stdout.write(`${calendarOf(found.entries, found.from)}\r\n`);
  else {
    await print(output, {
      data: found,
      columns: COLUMNS,
      records: found.entries.map((entry) => Object.fromEntries(COLUMNS.map((column) => [column, entry[column]]))),
      text: () => wrapHanging(textOf(found), columnsOf()),
    });
  }
  return isWhole ? EXIT.fine : EXIT.bad;
}

async function baseOf({ report, ...asked }: ForecastAsked, from: Date): Promise<Base> {
  if (report !== undefined) {
    const environment = environmentWith(asked.given);
    return { environment, ...(await readReports(report, from)), isWhole: true };
  }
  const { rotation, read } = await readWhere(asked);
  const unread = [
    ...read.accounts.flatMap(({ account, unread }) => unread.map(({ user, reason }) => `Not read: ${account} ${user}: ${reason}`)),
    ...read.failed.map(({ account, reason }) => `Not read: account ${account}: ${reason}`),
  ];
  const notes = [`Settings: ${rotation.settings}.`, ...read.accounts.flatMap((account) => account.notes), ...unread];
  return { environment: rotation.environment, accounts: read.accounts, notes, isWhole: unread.length === 0 };
}

function textOf(found: Forecast): string {
  const { entries, notes, accounts, users, exempt, from, until } = found;
  const several = accounts > 1;
  const head = ['Run', ...(several ? ['Account'] : []), 'User', 'Key', 'Action', 'Why'];
  const byTime = haveSeveralRuns(entries);
  const rows = entries
    .slice(0, MOST_ROWS)
    .map((entry) => [
      byTime ? `${entry.at.slice(0, 10)} ${entry.at.slice(11, 16)}` : entry.at.slice(0, 10),
      ...(several ? [entry.account] : []),
      entry.user,
      entry.keyId ?? '',
      `${entry.label}${entry.deferred ? ' (later: limit)' : ''}`,
      entry.why,
    ]);
  const counted = `${entries.length} actions from ${from.slice(0, 10)} to ${until.slice(0, 10)}: ${several ? `${accounts} accounts, ` : ''}${users} users, ${exempt} exempt.`;
  const more = entries.length - rows.length;
  const left = more > 0 ? [`${more} more actions are not shown here: --output csv has them all, --days 30 fewer.`] : [];
  return [...(rows.length > 0 ? [table({ head, rows })] : []), ...left, counted, ...notes].join('\n');
}
