import { createHash } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-iam';
import { ServiceError } from '../../kernel/service-error';
import type { AccessKey, AccountState, User } from '../../kernel/world';
import type { Operations, SdkShapes } from '../service';
import { wholeSeconds } from './access-keys';

/** A report is kept for four hours: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html */
const lifetimeMs = 4 * 3600_000;
const keyColumns = (slot: number): string[] =>
  ['active', 'last_rotated', 'last_used_date', 'last_used_region', 'last_used_service'].map((name) => `access_key_${slot}_${name}`);
const columns = [
  ...['user', 'arn', 'user_creation_time', 'password_enabled', 'password_last_used', 'password_last_changed', 'password_next_rotation'],
  ...['mfa_active', ...keyColumns(1), ...keyColumns(2)],
  ...['cert_1_active', 'cert_1_last_rotated', 'cert_2_active', 'cert_2_last_rotated'],
];
const notApplicable = 'N/A';
const certificates = ['false', notApplicable, 'false', notApplicable];
const dateOf = (moment: Date): string => `${moment.toISOString().slice(0, 19)}+00:00`;
const cell = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** Credential reports, as the live service gives them: 22 columns, booleans in lower case, key slots in no order. */
export const credentialReportOperations: Operations<SdkShapes<typeof sdk>> = {
  GenerateCredentialReport: {
    reads: true,
    checks: () => [{ action: 'iam:GenerateCredentialReport', resource: '*' }],
    handle(_, { world, account, now, platform }) {
      const report = account.credentialReport;
      if (report && now.getTime() - report.generated.getTime() < lifetimeMs) {
        return { State: now < report.readyAt ? 'INPROGRESS' : 'COMPLETE' };
      }
      const generated = wholeSeconds(now);
      const readyAt = new Date(now.getTime() + platform.settings.credentialReportDelayMs);
      account.credentialReport = { generated, readyAt, content: reportOf(account, world.partition) };
      if (readyAt <= now) return { State: 'COMPLETE' };
      return { State: 'STARTED', Description: 'No report exists. Starting a new report generation task' };
    },
  },
  GetCredentialReport: {
    reads: true,
    checks: () => [{ action: 'iam:GetCredentialReport', resource: '*' }],
    handle(_, { account, now }) {
      const report = account.credentialReport;
      if (!report) throw new ServiceError('CredentialReportNotPresentException', 'Report not present. Use GenerateCredentialReport first.');
      if (now < report.readyAt) throw new ServiceError('CredentialReportNotReadyException', 'Report generation is in progress.');
      if (now.getTime() - report.generated.getTime() >= lifetimeMs) {
        throw new ServiceError(
          'CredentialReportExpiredException',
          'Report is expired. Use GenerateCredentialReport to generate a new one.',
        );
      }
      return { Content: Buffer.from(report.content), ReportFormat: 'text/csv' as const, GeneratedTime: report.generated };
    },
  },
};

function reportOf(account: AccountState, partition: string): string {
  const rows = [columns, rootRow(account, partition), ...[...account.users.values()].map(rowOf)];
  return rows.map((row) => row.map(cell).join(',')).join('\n');
}

function rootRow({ id }: AccountState, partition: string): string[] {
  const arn = `arn:${partition}:iam::${id}:root`;
  const password = ['not_supported', 'no_information', 'not_supported', 'not_supported'];
  return [
    '<root_account>',
    arn,
    '2016-03-01T09:00:00+00:00',
    ...password,
    'true',
    ...keyCells(undefined),
    ...keyCells(undefined),
    ...certificates,
  ];
}

function rowOf(user: User): string[] {
  const password = user.passwordEnabled
    ? ['true', 'no_information', dateOf(user.created), notApplicable]
    : ['false', notApplicable, notApplicable, notApplicable];
  const [first, second] = slotsOf(user);
  return [user.name, user.arn, dateOf(user.created), ...password, 'false', ...keyCells(first), ...keyCells(second), ...certificates];
}

/** AWS promises no order, so a reader that counts on one must fail here: half of the users have their slots swapped. */
function slotsOf(user: User): (AccessKey | undefined)[] {
  const swapped = (createHash('sha256').update(user.id).digest()[0] ?? 0) % 2 === 1;
  const [a, b] = user.keys;
  return swapped ? [b, a] : [a, b];
}

/** `last_rotated` stays filled for inactive keys, unlike documented. */
function keyCells(key: AccessKey | undefined): string[] {
  if (!key) return ['false', notApplicable, notApplicable, notApplicable, notApplicable];
  const used = key.lastUsed;
  const usedCells = used ? [dateOf(used.at), used.region, used.service] : [notApplicable, notApplicable, notApplicable];
  return [String(key.status === 'Active'), dateOf(key.changed ?? key.created), ...usedCells];
}
