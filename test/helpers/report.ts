import { ACCOUNT } from './facts';

/** The columns as AWS writes them. */
export const COLUMNS = [
  'user',
  'arn',
  'user_creation_time',
  'password_enabled',
  'password_last_used',
  'password_last_changed',
  'password_next_rotation',
  'mfa_active',
  'access_key_1_active',
  'access_key_1_last_rotated',
  'access_key_1_last_used_date',
  'access_key_1_last_used_region',
  'access_key_1_last_used_service',
  'access_key_2_active',
  'access_key_2_last_rotated',
  'access_key_2_last_used_date',
  'access_key_2_last_used_region',
  'access_key_2_last_used_service',
  'cert_1_active',
  'cert_1_last_rotated',
  'cert_2_active',
  'cert_2_last_rotated',
] as const;

/** One line of a report by column name; what is not given is `N/A`. */
export type Row = Partial<Record<string, string>>;

export const userRow = (user: string, more: Row = {}): Row => ({
  user,
  arn: `arn:aws:iam::${ACCOUNT}:user/${user}`,
  access_key_1_active: 'false',
  access_key_2_active: 'false',
  ...more,
});
export const rootRow: Row = {
  user: '<root_account>',
  arn: `arn:aws:iam::${ACCOUNT}:root`,
  access_key_1_active: 'true',
  access_key_1_last_rotated: '2016-01-01T00:00:00+00:00',
};
export const activeKey = (created: Date, slot = 1): Row => ({
  [`access_key_${slot}_active`]: 'true',
  [`access_key_${slot}_last_rotated`]: created.toISOString().replace('.000Z', '+00:00'),
});

/** A report as text. */
export function reportText(rows: readonly Row[], columns: readonly string[] = COLUMNS): string {
  const lines = rows.map((row) => columns.map((column) => row[column] ?? row[column.toLowerCase()] ?? 'N/A').join(','));
  return [columns.join(','), ...lines].join('\n');
}

export const reportBytes = (...args: Parameters<typeof reportText>): Uint8Array => Buffer.from(reportText(...args));
