import type { SummaryData } from '../../../lambda/mail/model';
import { adminMail } from '../../../lambda/reporter/admin-mail';
import { blockedId, failureId } from '../../../lambda/reporter/page/report-facts';
import type { PolicyLine } from '../../../lambda/runs/policy-lines';
import type { BlockedLine, FailureLine, RunSummary } from '../../../lambda/runs/run-summary';
import { recordedKey } from './page/factories';
import { accountId, reported, summary } from './factories';

const place = () => ({
  location: 's3://iam-key-rotation-results/runs/2026-11-21T02-00-00-example/report.html',
  url: 'https://eu-west-1.console.aws.amazon.com/s3/object/iam-key-rotation-results?region=eu-west-1&prefix=runs%2F2026-11-21T02-00-00-example%2Freport.html',
});

type Account = RunSummary['accounts'][number];
const account = (n: number, name: string, status: Account['status'], more: Partial<Account> = {}): Account => ({
  ...{ id: accountId(n), name, status, usersSeen: 34 * n, failures: 0, usersFailed: 0, usersLeft: 0 },
  ...more,
});
const failure = (n: number, accountName: string, more: Partial<FailureLine>): FailureLine => ({
  ...{
    account: accountId(n),
    accountName,
    step: 'rotate',
    error: 'AccessDenied',
    message: 'not authorized to perform: iam:CreateAccessKey',
  },
  ...more,
});
const blocked = (user: string, keyId: string): BlockedLine => ({
  ...{ account: accountId(2), accountName: 'Research', user, keyId },
  reason:
    'it is 96 days old, but IAM allows two keys per user and the inactive key AKIAEXAMPLE000OFF01 takes the second place until it is deleted',
});
const policy: PolicyLine = {
  ...{ policy: 'fast', accounts: 2, users: 3, runs: 2_878, rotated: 431, disabled: 430, deleted: 430, planned: 0, longestPauseMs: 420_000 },
  ...{ failed: 7, blocked: 1 },
  failures: [
    {
      account: accountId(2),
      accountName: 'Research',
      user: 'stream-writer',
      step: 'rotate',
      error: 'KeyNotProvenError',
      message: 'm',
      times: 7,
    },
  ],
};

const FAILURES = [
  failure(1, 'Payments', { user: 'fraud-check', error: 'SecretUnusableError', message: 'the secret is scheduled for deletion' }),
  failure(1, 'Payments', {
    user: 'invoice-export',
    step: 'tell',
    error: 'NobodyToldError',
    message: 'nobody was told that AKIAEXAMPLE0ROTATE01 will be disabled on 2026-12-01, because no mail about it was delivered',
  }),
  failure(2, 'Research', { step: 'account', error: 'AccountFailedError', message: 'the member role cannot be assumed' }),
];
const BLOCKED = [blocked('warehouse', 'AKIAEXAMPLE0BLOCKE01'), blocked('etl-loader', 'AKIAEXAMPLE0BLOCKE02')];
const KNOWN = [failureId(FAILURES[2]!), blockedId(BLOCKED[1]!), failureId(failure(1, 'Payments', { user: 'mended' }))];
const DAY = {
  ...{ day: '2026-11-20', runId: 'r', dryRun: false, keys: 1, active: 1, within: 1, over: 0, exempt: 0 },
  ...{ rotated: 0, disabled: 0, deleted: 0, failures: 3, blocked: 1, missing: 0 },
};

/** What administrators get after a run in which everything that a summary can tell of has happened. */
export const troubledSummary = (): SummaryData => {
  const run = summary({
    runId: '2026-11-21T02-00-00-example',
    accounts: [
      account(1, 'Payments', 'partial', { failures: 2, usersFailed: 2, usersLeft: 2 }),
      account(2, 'Research', 'failed', { failures: 1 }),
      account(3, 'Archive', 'silent'),
      account(4, 'Shop', 'succeeded'),
    ],
    usersSeen: 1_204,
    actions: ['rotate', 'warn', 'disable', 'delete', 'blocked'].map((action, n) => ({
      action,
      done: 12 - n,
      planned: 0,
      failed: n % 2,
      deferred: n,
    })),
    failures: FAILURES,
    blocked: BLOCKED,
    left: [{ account: accountId(1), accountName: 'Payments', users: ['zoe', 'zulu-batch'], more: 3 }],
    mails: { sent: 31, failed: 2 },
    policies: [policy],
  });
  const history = { version: 1 as const, days: [DAY], since: Object.fromEntries(KNOWN.map((known) => [known, '2026-11-18'])) };
  return adminMail([reported(run, history, recordedKey(89), recordedKey(85))], place);
};

/** The same after a run in which nothing is wrong. */
export const calmSummary = (): SummaryData =>
  adminMail(
    [
      reported(
        summary({
          accounts: [account(1, 'Payments', 'succeeded'), account(4, 'Shop', 'succeeded')],
          actions: [{ action: 'rotate', done: 2, planned: 0, failed: 0, deferred: 0 }],
          mails: { sent: 3, failed: 0 },
        }),
        { version: 1, days: [DAY], since: {} },
        recordedKey(89),
      ),
    ],
    place,
  );
