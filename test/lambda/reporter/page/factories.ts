import { ActionList } from '../../../../lambda/reporter/page/action-list';
import { KeyTable } from '../../../../lambda/reporter/page/key-table';
import { blockedId, failureId, type ReportFacts } from '../../../../lambda/reporter/page/report-facts';
import { NO_HISTORY, type HistoryDay } from '../../../../lambda/runs/history';
import type { Inventory, RecordedKey, RecordedUser } from '../../../../lambda/runs/schemas';
import type { RunSummary } from '../../../../lambda/runs/run-summary';
import { daysAgo, inDays, midnightIn, NOW } from '../../../helpers/facts';
import { failures, summary } from '../factories';

/** The default policy in milliseconds. */
const POLICY = { rotateMs: 90 * 86_400_000, disableMs: 100 * 86_400_000, deleteMs: 110 * 86_400_000 };

const id = (number: number): string => `AKIA${String(number).padStart(16, '0')}`;

/** An active key of so many days that was used yesterday and is rotated on its day, changed by what is given. */
export const recordedKey = (ageDays: number, more: Partial<RecordedKey> = {}): RecordedKey => ({
  keyId: id(ageDays),
  status: 'Active',
  created: daysAgo(ageDays).toISOString(),
  lastUsed: daysAgo(1).toISOString(),
  lastUsedService: 's3',
  lastUsedRegion: 'eu-west-1',
  step: 'rotate',
  on: midnightIn(90 - ageDays).toISOString(),
  ...more,
});

export const recordedUser = (user: string, keys: RecordedKey[], more: Partial<RecordedUser> = {}): RecordedUser => ({
  user,
  keys,
  ...more,
});

export const inventoryOf = (...users: RecordedUser[]): Inventory => ({ policy: POLICY, users });

/** An account of every kind of key. */
function mixed(seed: number, users: number): Inventory {
  const every = Array.from({ length: users }, (_, index): RecordedUser => {
    const number = seed * users + index;
    const name = ['web-deploy', 'billing-export', 'ci-runner', 'backup', 'report-job', 'partner-sync', 'mailer', 'etl'][number % 8] ?? '';
    const user = `${name}-${number}`;
    const about = number % 3 === 0 ? {} : { owner: `team-${number % 11}@acme.example`, read: daysAgo(number % 30).toISOString() };
    const age = (number * 37) % 96;
    if (number % 17 === 0) {
      const successorId = id(5_000_000 + number);
      const old = recordedKey(94, { keyId: id(number), successorId, step: 'disable', on: midnightIn(number % 9).toISOString() });
      const fresh = recordedKey(4, {
        keyId: successorId,
        issued: true,
        lastUsed: 'never',
        ...(number % 2 === 0 && { fetched: daysAgo(2).toISOString() }),
      });
      return recordedUser(user, [old, fresh], about);
    }
    if (number % 23 === 0)
      return recordedUser(user, [recordedKey(130 + (number % 50), { keyId: id(number), on: NOW.toISOString() })], about);
    if (number % 29 === 0) {
      const key: RecordedKey = {
        keyId: id(number),
        status: 'Active',
        created: daysAgo(200).toISOString(),
        lastUsed: daysAgo(1).toISOString(),
      };
      const until = ['2026-12-05', '2027-05-01', undefined][number % 3];
      return recordedUser(user, [key], {
        ...about,
        exemption: { by: 'group', exempt: true, since: daysAgo(99).toISOString(), ...(until !== undefined && { until }) },
      });
    }
    if (number % 31 === 0)
      return recordedUser(
        user,
        [recordedKey(99, { keyId: id(number), status: 'Inactive', step: 'delete', on: midnightIn(6).toISOString() })],
        about,
      );
    const used: Partial<RecordedKey> = number % 7 === 0 ? { lastUsed: 'never' } : { lastUsed: daysAgo((number * 13) % 80).toISOString() };
    return recordedUser(user, [recordedKey(Math.min(age, 89), { keyId: id(number), ...used })], about);
  });
  return { policy: POLICY, usesAsOf: NOW.toISOString(), users: every };
}

const NAMES = ['Payments', 'Data platform', 'Website', 'Sandbox', 'Security tooling', 'Partner portal', 'Research', 'Shared services'];

/** A curve of so many days that ends yesterday. */
const historyOf = (days: number): HistoryDay[] =>
  Array.from({ length: days }, (_, index) => {
    const ago = days - index;
    const keys = 900 - index * 2 + (index % 7);
    const over = Math.max(4, 160 - index);
    const day = daysAgo(ago).toISOString().slice(0, 10);
    const done = { rotated: index % 5, disabled: index % 4, deleted: index % 3, failures: index % 2, blocked: 1, missing: 0 };
    return { day, runId: `run-${day}`, dryRun: false, keys, active: keys - 20, within: keys - 20 - over, over, exempt: 6, ...done };
  });

/** Everything that a report shows, of an organization of so many accounts. */
export function reportFacts(
  more: { accounts?: number; users?: number; days?: number; summary?: Partial<RunSummary>; whole?: boolean } = {},
): ReportFacts {
  const { accounts = 6, users = 60, days = 100, whole = true } = more;
  const keys = new KeyTable(NOW);
  const actions = new ActionList();
  const lines: RunSummary['accounts'] = [];
  for (let number = 0; number < accounts; number += 1) {
    const account = {
      id: String(111_122_220_000 + number),
      name: `${NAMES[number % NAMES.length] ?? ''}${number < NAMES.length ? '' : ` ${number}`}`,
    };
    keys.add(account, mixed(number, users));
    actions.add(account, {
      users: [
        {
          user: `web-deploy-${number}`,
          actions: [
            {
              action: 'rotate',
              keyId: id(number),
              outcome: 'done',
              reason: 'it is 90 days old',
              successorId: id(7_000_000 + number),
              on: inDays(10).toISOString(),
            },
          ],
        },
      ],
    });
    lines.push({
      ...account,
      status: number % 5 === 4 ? 'silent' : 'succeeded',
      usersSeen: users,
      failures: 0,
      usersFailed: 0,
      usersLeft: 0,
    });
  }
  const failed = failures(3, 'User: arn:aws:sts::111122220000:assumed-role/x is not authorized to perform: iam:CreateAccessKey').map(
    (one, index) => ({
      ...one,
      account: '111122220000',
      accountName: 'Payments',
      error: ['AccessDenied', 'KeyNotStoredError', 'ThrottlingException'][index] ?? '',
    }),
  );
  const blocked = [
    { account: '111122220001', accountName: 'Data platform', user: 'etl-7', keyId: id(7), reason: 'IAM allows two keys per user' },
  ];
  const since = Object.fromEntries(
    [...failed.slice(1).map(failureId), ...blocked.map(blockedId)].map((one, index) => [
      one,
      daysAgo(3 + index)
        .toISOString()
        .slice(0, 10),
    ]),
  );
  return {
    summary: summary({
      runId: '20261121T020000Z-1234abcd',
      accounts: lines,
      failures: failed,
      blocked,
      skipped: [{ account: '999999999999', name: 'Closed', reason: 'its state is SUSPENDED', code: 'not-active' }],
      actions: [
        { action: 'rotate', done: accounts, planned: 0, failed: 1, deferred: 0 },
        { action: 'disable', done: 2, planned: 0, failed: 0, deferred: 0 },
        { action: 'warn', done: 9, planned: 0, failed: 0, deferred: 0 },
      ],
      mails: { sent: 12, failed: 0 },
      ...more.summary,
    }),
    keys,
    actions,
    history: { ...NO_HISTORY, days: historyOf(days), since },
    whole,
    keysFile: 's3://results/runs/20261121T020000Z-1234abcd/keys.csv',
  };
}
