import {
  GenerateCredentialReportCommand,
  GetCredentialReportCommand,
  type GetCredentialReportCommandOutput,
  type IAMClient,
} from '@aws-sdk/client-iam';
import { parse } from 'csv-parse/sync';
import { errorFacts } from '../../shared/errors';
import type { LastUse } from '../plan/user-facts';

/** One user's row: the ages of their keys, without ids, in no order. */
export interface ReportedUser {
  name: string;
  arn: string;
  /** `lastUsed` is there only where it was asked for. */
  keys: { active: boolean; created: Date | undefined; lastUsed?: LastUse }[];
}

/** A credential report, read. */
export interface FetchedReport {
  users: ReportedUser[];
  /** When AWS made it, up to four hours ago; absent when AWS did not say. */
  made?: Date;
}

/** Why there is no report that could be used. */
export interface Unavailable {
  unavailable: string;
  /** AWS's refusal; absent when the report itself is the trouble. */
  cause?: unknown;
}

/** How to wait for a report that AWS is still making. */
export interface Waiting {
  sleep: (milliseconds: number) => Promise<void>;
}

/** Waits before looks at an unfinished report, in milliseconds: AWS takes seconds, and longer for more users; a minute in all. */
const WAITS_MS = [2_000, 4_000, 8_000, 16_000, 30_000];
const NOT_READY = new Set([
  'CredentialReportNotReadyException',
  'ReportInProgress',
  'CredentialReportNotPresentException',
  'ReportNotPresent',
]);
/** The columns that are needed: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html */
const NEEDED = ['user', 'arn', 'access_key_1_active', 'access_key_1_last_rotated', 'access_key_2_active', 'access_key_2_last_rotated'];
/** Columns that say when, where and for what keys were last used; a decision asks IAM instead, because the report may be hours old. */
const USES = [1, 2].flatMap((slot) => ['date', 'region', 'service'].map((what) => `access_key_${slot}_last_used_${what}`));
const ACTIVE = ['access_key_1_active', 'access_key_2_active'];

/**
 * Asks AWS for the account's credential report and reads it. Whatever goes wrong, from a permission to a truncated file, is answered as
 * `unavailable` with the reason, and the caller reads every user instead.
 */
export async function fetchCredentialReport(iam: IAMClient, poll: Waiting): Promise<FetchedReport | Unavailable> {
  try {
    const { State } = await iam.send(new GenerateCredentialReportCommand({}));
    const waits = [...(State === 'COMPLETE' ? [0] : []), ...WAITS_MS];
    for (const wait of waits) {
      if (wait > 0) await poll.sleep(wait);
      const { Content, GeneratedTime } = await answerIfReady(iam);
      if (Content) return { ...readReport(Content, { uses: true }), ...(GeneratedTime && { made: GeneratedTime }) };
    }
    return { unavailable: 'AWS did not finish the credential report in time' };
  } catch (cause) {
    const { error, message } = errorFacts(cause);
    return { unavailable: `${error}: ${message}`, cause };
  }
}

async function answerIfReady(iam: IAMClient): Promise<Pick<GetCredentialReportCommandOutput, 'Content' | 'GeneratedTime'>> {
  try {
    return await iam.send(new GetCredentialReportCommand({}));
  } catch (error) {
    if (error instanceof Error && NOT_READY.has(error.name)) return {};
    throw error;
  }
}

/**
 * Reads a credential report by its header's names, in any order and letter case; anything incomplete is `unavailable`. With `uses` each
 * key's last use is read, too, where the report says it.
 */
export function readReport(content: Uint8Array, { uses = false }: { uses?: boolean } = {}): { users: ReportedUser[] } | Unavailable {
  const wanted = uses ? [...NEEDED, ...USES] : NEEDED;
  let rows: Record<string, string>[];
  try {
    rows = parse<Record<string, string>>(Buffer.from(content), {
      columns: (header: string[]) => header.map((heading) => wantedColumn(heading, wanted)),
      bom: true,
      skip_empty_lines: true,
      // Else each character of the header is looked at for each of them.
      record_delimiter: ['\r\n', '\n', '\r'],
    });
  } catch (cause) {
    return { unavailable: `the credential report cannot be read: ${errorFacts(cause).message}` };
  }
  const [first] = rows;
  if (!first) return { unavailable: 'the credential report is empty' };
  const missing = NEEDED.filter((column) => !(column in first));
  if (missing.length > 0) return { unavailable: `the credential report lacks the column ${missing.join(', ')}` };
  const users: ReportedUser[] = [];
  for (const row of rows) {
    const name = row['user'] ?? '';
    if (name === '<root_account>') continue;
    const arn = row['arn'] ?? '';
    if (name === '' || !arn.endsWith(`/${name}`)) return { unavailable: `the credential report has a row that names no user: "${name}"` };
    const unknown = ACTIVE.find((column) => !/^(true|false)$/i.test(row[column] ?? ''));
    if (unknown !== undefined) return { unavailable: `the credential report says "${row[unknown] ?? ''}" in ${unknown} of ${name}` };
    users.push({ name, arn, keys: [1, 2].flatMap((slot) => readSlot(row, slot)) });
  }
  return { users };
}

/** The other columns are not kept. */
function wantedColumn(heading: string, wanted: readonly string[]): string | false {
  const name = heading.trim().toLowerCase();
  return wanted.includes(name) && name;
}

function readSlot(row: Record<string, string>, slot: number): ReportedUser['keys'] {
  const active = row[`access_key_${slot}_active`]?.toLowerCase() === 'true';
  const text = row[`access_key_${slot}_last_rotated`] ?? '';
  const created = new Date(text);
  const known = !Number.isNaN(created.getTime());
  const lastUsed = readUse(row, slot);
  return active || known ? [{ active, created: known ? created : undefined, ...(lastUsed && { lastUsed }) }] : [];
}

/** `N/A` says that a key was never used; `no_information` and a column that is missing say nothing. */
function readUse(row: Record<string, string>, slot: number): LastUse | undefined {
  const of = (what: string): string | undefined => row[`access_key_${slot}_last_used_${what}`];
  const date = of('date');
  if (date === 'N/A') return 'never';
  const at = new Date(date ?? '');
  return Number.isNaN(at.getTime()) ? undefined : { at, service: of('service') ?? 'N/A', region: of('region') ?? 'N/A' };
}
