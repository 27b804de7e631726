import type { AccountResult, ActionResult, KeyFacts, KeyUsage, UserResult } from '../runs/schemas';
import { buildDigests } from './digest';
import { templateData, type TemplateData } from './escape';
import type { DigestData, MailTemplateName, SummaryData } from './model';

const key = (keyId: string, ageDays: number, facts: Partial<KeyFacts> = {}): KeyFacts => ({
  keyId,
  status: 'Active',
  created: '2026-08-23T08:12:00.000Z',
  ageDays,
  lastUsed: '2026-11-19T06:45:00.000Z',
  lastUsedService: 's3',
  lastUsedRegion: 'eu-west-1',
  ...facts,
});

const user = (name: string, owner: string | undefined, facts: KeyFacts, action: Omit<ActionResult, 'keyId' | 'outcome'>): UserResult => ({
  user: name,
  arn: `arn:partition:iam::111122223333:user/${name}`,
  ...(owner === undefined ? {} : { owner }),
  keys: [facts],
  actions: [{ keyId: facts.keyId, outcome: 'done', ...action }],
});

const midnight = (day: string): string => `2026-${day}T00:00:00.000Z`;

const successor = (successorId: string, userName: string, successorFetched: string) => ({
  successorId,
  successorSince: '2026-11-12T02:00:44.000Z',
  successorFetched,
  secretName: `Account_111122223333_User_${userName}_AccessKey`,
});

const sampleUsage: KeyUsage = {
  regions: ['eu-west-1', 'us-east-1'],
  calls: 214,
  callers: [
    {
      source: '203.0.113.7',
      agent: 'aws-cli/2.32.4 os/linux md/arch#x86_64 lang/python#3.13.7 exec-env/CodeBuild',
      calls: 208,
      first: '2026-08-29T04:00:12.000Z',
      last: '2026-11-20T22:30:41.000Z',
      names: [
        { name: 'cloudfront CreateInvalidation', calls: 140 },
        { name: 's3 ListBuckets', calls: 65 },
        { name: 'sts GetCallerIdentity', calls: 3 },
      ],
    },
    {
      source: '198.51.100.24',
      agent: 'Boto3/1.42.3 Botocore/1.42.3 Python/3.12.9 Linux/6.1.0',
      calls: 6,
      first: '2026-11-17T09:12:00.000Z',
      last: '2026-11-17T09:14:30.000Z',
      names: [{ name: 'iam ListServerCertificates', calls: 6 }],
    },
  ],
  otherCallers: 0,
  failed: [],
};

/** An account's result that holds every kind of item a digest can show. */
export const sampleResult: AccountResult = {
  runId: '2026-11-21T02-00-00-example',
  account: { id: '111122223333', name: 'Payments', email: 'aws-payments@example.com' },
  dryRun: false,
  startedAt: '2026-11-21T02:00:41.000Z',
  finishedAt: '2026-11-21T02:00:49.000Z',
  status: 'partial',
  coverage: 'report',
  usersSeen: 34,
  users: [
    user('invoice-export', 'billing-team@example.com', key('AKIAEXAMPLE0ROTATE01', 90), {
      action: 'rotate',
      reason: 'the key is 90 days old; the policy rotates at 90 days',
      successorId: 'AKIAEXAMPLE00NEWKEY1',
      secretName: 'Account_111122223333_User_invoice-export_AccessKey',
      on: midnight('12-01'),
    }),
    user('ledger-sync', undefined, key('AKIAEXAMPLE0NOTIFY01', 204, { lastUsedService: 'dynamodb' }), {
      action: 'notify',
      reason: 'the user holds two active keys and this one is 204 days old, so there is no free place for a successor',
      on: midnight('12-01'),
    }),
    user('legacy-batch', 'billing-team@example.com', key('AKIAEXAMPLE000HOLD01', 103, { description: 'nightly batch' }), {
      action: 'hold',
      ...successor('AKIAEXAMPLE000HOLD02', 'legacy-batch', '2026-11-19T00:00:00.000Z'),
      reason: 'the key was used on 19 November, after its successor was issued',
      on: midnight('12-21'),
    }),
    user('report-mailer', undefined, key('AKIAEXAMPLE0DISABL01', 100), {
      action: 'disable',
      ...successor('AKIAEXAMPLE0DISABL02', 'report-mailer', 'never'),
      reason: 'its grace of 10 days is over and its successor is stored',
      on: midnight('12-01'),
    }),
    user('web-deploy', 'billing-team@example.com', key('AKIAEXAMPLE00SOON001', 93), {
      action: 'warn',
      step: 'disable',
      ...successor('AKIAEXAMPLE00SOON002', 'web-deploy', 'never'),
      usage: sampleUsage,
      reason: 'it was replaced by AKIAEXAMPLE00SOON002 on 2026-11-18 and is disabled on 2026-11-28',
      on: midnight('11-28'),
    }),
    user('mail-relay', undefined, key('AKIAEXAMPLE00LATE001', 99), {
      action: 'warn',
      step: 'disable',
      ...successor('AKIAEXAMPLE00LATE002', 'mail-relay', '2026-11-18T00:00:00.000Z'),
      usage: {
        regions: ['eu-west-1'],
        calls: 0,
        callers: [],
        otherCallers: 0,
        failed: [{ region: 'us-east-1', error: 'ThrottlingException', message: 'Rate exceeded' }],
      },
      reason: 'it was replaced by AKIAEXAMPLE00LATE002 on 2026-11-12 and is disabled on 2026-11-22',
      on: midnight('11-22'),
    }),
    user('shop-frontend', undefined, key('AKIAEXAMPLE00GOES001', 107, { status: 'Inactive' }), {
      action: 'warn',
      step: 'delete',
      ...successor('AKIAEXAMPLE00GOES002', 'shop-frontend', '2026-11-10T00:00:00.000Z'),
      reason: 'it has been inactive since 2026-11-14 and is deleted on 2026-11-28',
      on: midnight('11-28'),
    }),
    user('backup-agent', undefined, key('AKIAEXAMPLE000WARN01', 83, { lastUsedService: 'glacier' }), {
      action: 'warn',
      step: 'rotate',
      reason: 'the key reaches 90 days on 28 November',
      on: midnight('11-28'),
    }),
    user('card-importer', 'billing-team@example.com', key('AKIAEXAMPLE00REENA01', 104), {
      action: 'note-reenabled',
      reason: 'the key was disabled on 18 November and somebody enabled it again',
      on: midnight('12-01'),
    }),
    user('old-contractor', undefined, key('AKIAEXAMPLE0INACTI01', 412, { status: 'Inactive', lastUsed: 'never' }), {
      action: 'note-inactive',
      reason: 'the key was found inactive and is older than 110 days',
      on: midnight('12-01'),
    }),
    user('test-runner', undefined, key('AKIAEXAMPLE0DELETE01', 110, { status: 'Inactive' }), {
      action: 'delete',
      reason: 'it was inactive for 10 days and its successor is in use',
    }),
    user('etl-loader', undefined, key('AKIAEXAMPLE0ORPHAN01', 1, { lastUsed: 'never' }), {
      action: 'remove-orphan',
      reason: 'the run of 20 November was interrupted before the key was stored',
    }),
    user('sms-gateway', undefined, key('AKIAEXAMPLE0RESCUE01', 12), {
      action: 'restore-secret',
      reason: 'its secret was being deleted while AKIAEXAMPLE0RESCUE00, which it may replace, is still there',
      secretName: 'Account_111122223333_User_sms-gateway_AccessKey',
    }),
    user('crm-sync', undefined, key('AKIAEXAMPLE0UNNEED01', 57), {
      action: 'delete-secret',
      reason: 'the key is in use, and nobody has fetched it from its secret since 2026-10-02',
      on: midnight('12-21'),
      secretName: 'Account_111122223333_User_crm-sync_AccessKey',
    }),
    user('tax-export', undefined, key('AKIAEXAMPLE0ANNOUN01', 101), {
      action: 'announce',
      step: 'disable',
      reason: 'it was replaced by AKIAEXAMPLE0ANNOUN02 on 2026-11-10; nobody could be told so far',
      on: midnight('12-01'),
    }),
    user('price-feed', undefined, key('AKIAEXAMPLE000LOST01', 4, { lastUsed: 'never' }), {
      action: 'note-lost',
      reason: 'it was issued on 17 November, and now it is in no secret and was never used, so nobody has it',
    }),
    user('payroll-2', undefined, key('AKIAEXAMPLE0RENAME01', 96), {
      action: 'follow-rename',
      reason: 'the user was called payroll when the new key was stored, and may read that secret under the new name from now on',
      secretName: 'Account_111122223333_User_payroll_AccessKey',
      on: midnight('12-01'),
    }),
    {
      user: 'former-partner',
      arn: 'arn:partition:iam::111122223333:user/former-partner',
      keys: [],
      actions: [
        {
          action: 'orphaned-secret',
          reason: 'its user is gone, and so is every key in it; it is deleted when a run still sees that then',
          outcome: 'done',
          secretName: 'Account_111122223333_User_former-partner_AccessKey',
          on: midnight('12-21'),
        },
      ],
    },
    {
      user: 'former-vendor',
      arn: 'arn:partition:iam::111122223333:user/former-vendor',
      keys: [],
      actions: [
        {
          action: 'delete-orphaned-secret',
          reason: 'its user is gone, and so is every key in it, as runs have seen since 2026-10-03',
          outcome: 'done',
          secretName: 'Account_111122223333_User_former-vendor_AccessKey',
          on: midnight('12-21'),
        },
      ],
    },
    {
      user: 'auditor',
      arn: 'arn:partition:iam::111122223333:user/auditor',
      keys: [],
      actions: [
        {
          action: 'unclear-exemption',
          reason: 'the tag key-rotation:exempt-until holds "31.12.2026", which is no date such as 2027-01-31, so the exemption has no end',
          outcome: 'done',
        },
      ],
    },
    user('warehouse', undefined, key('AKIAEXAMPLE0BLOCKE01', 96), {
      action: 'blocked',
      reason: 'an inactive key takes the second place; it is deleted on 27 November, and the rotation follows',
    }),
  ],
  failures: [{ user: 'fraud-check', step: 'read user', error: 'Throttling', message: 'Rate exceeded' }],
  left: [],
  mails: [],
  policies: [
    {
      policy: 'fast',
      fetched: true,
      from: '2026-11-20T02:01:04.000Z',
      to: '2026-11-21T01:59:58.000Z',
      runs: 1_439,
      longestPauseMs: 61_000,
      users: 2,
      rotated: 287,
      disabled: 287,
      deleted: 286,
      planned: 0,
      failures: [],
      blocked: [],
      byUser: [
        {
          user: 'stream-writer',
          owner: 'billing-team@example.com',
          secretName: 'Account_111122223333_User_stream-writer_AccessKey',
          rotated: 144,
          failed: 0,
        },
      ],
    },
  ],
};

function digestOf(result: AccountResult): DigestData {
  const digest = buildDigests(result, 'eu-west-1', { contact: 'cloud-security@example.com' }).digests.find(
    (d) => d.recipient === result.account.email,
  );
  if (digest === undefined) throw new Error('the sample result makes no digest for its account');
  return digest.data;
}

const withoutSecret = ({ action, keyId, reason, step, on }: ActionResult): ActionResult => ({
  action,
  reason,
  outcome: 'planned',
  ...(keyId === undefined ? {} : { keyId }),
  ...(step === undefined ? {} : { step }),
  ...(on === undefined ? {} : { on }),
});

/** The same account as a DryRun deployment reports it. */
export const sampleAuditResult: AccountResult = {
  ...sampleResult,
  dryRun: true,
  users: sampleResult.users.map((one) => ({ ...one, actions: one.actions.map(withoutSecret) })),
  policies: (sampleResult.policies ?? []).map((day) => ({ ...day, rotated: 0, disabled: 0, deleted: 0, planned: 860, byUser: [] })),
};

const summary: SummaryData = {
  headline: '42 accounts, 3 need a look: 1 failed, 1 partly done, 1 never answered',
  clean: false,
  runs: [
    {
      runId: '2026-11-21T02-00-00-example',
      started: '21 Nov 2026, 02:00 UTC',
      mode: 'Enforcing',
      totals: [
        { label: 'Accounts', value: '42' },
        { label: 'Done', value: '39' },
        { label: 'Partly done', value: '1' },
        { label: 'Failed', value: '1' },
        { label: 'Never answered', value: '1' },
        { label: 'Skipped accounts', value: '2' },
        { label: 'Users seen', value: '1,204' },
      ],
      hasActions: true,
      actions: [
        { action: 'Rotate', done: '12', planned: '0', failed: '1', deferred: '0' },
        { action: 'Disable', done: '7', planned: '0', failed: '0', deferred: '2' },
        { action: 'Delete', done: '5', planned: '0', failed: '0', deferred: '0' },
      ],
      lists: [
        {
          title: 'New failures',
          lines: [
            {
              where: 'Payments (111122223333) · fraud-check',
              what: 'rotate failed: SecretUnusableError: the secret is scheduled for deletion',
              todo: 'The secret is not ours, or is being deleted: remove or restore it.',
            },
          ],
          more: '',
          calm: false,
        },
        {
          title: 'Accounts that never answered',
          lines: [
            {
              where: 'Archive (777788889999)',
              what: 'The account was dispatched, and no result was stored.',
              todo: 'The queue of failed events holds what failed for good: iam-keys redrive lists it and runs it again.',
            },
          ],
          more: '',
          calm: false,
        },
        {
          title: 'Newly blocked keys',
          lines: [
            {
              where: 'Payments (111122223333) · warehouse · AKIAEXAMPLE0BLOCKE01',
              what: 'an inactive key takes the second place',
              todo: '',
            },
          ],
          more: 'and 3 more in the complete report',
          calm: false,
        },
        {
          title: 'Still failing',
          lines: [
            {
              where: 'Research (444455556666)',
              what: 'since 18 Nov 2026: account failed: AccountFailedError: not authorized to perform sts:AssumeRole',
              todo: '',
            },
          ],
          more: '',
          calm: false,
        },
        {
          title: 'Next seven days',
          lines: [{ where: '24 Nov 2026', what: '14 keys to rotate, 3 keys to disable', todo: '' }],
          more: '',
          calm: true,
        },
      ],
      report: 's3://example-results/runs/2026-11-21T02-00-00-example/report.html',
      reportUrl:
        'https://eu-west-1.console.aws.amazon.com/s3/object/results?region=eu-west-1&prefix=runs%2F2026-11-21T02-00-00-example%2Freport.html',
    },
  ],
};

/** Complete data for each template, built as the functions build it; a template may use what is in here and nothing else. */
export const mailSamples: Record<MailTemplateName, TemplateData<object>> = {
  digest: templateData(digestOf(sampleResult)),
  'digest-audit': templateData(digestOf(sampleAuditResult)),
  summary: templateData(summary),
};
