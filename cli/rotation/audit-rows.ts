import type { Cell } from '../base/output';
import type { TableContent } from '../base/table';

/** What a record of an audit is made of, in CSV. */
export const COLUMNS = [
  ...['account', 'user', 'owner', 'exempt', 'keyId', 'status', 'created', 'ageDays', 'lastUsed', 'service', 'region'],
  ...['beyond', 'due', 'next', 'nextAt', 'why', 'asOf', 'problem'],
] as const;

type Cells = Record<(typeof COLUMNS)[number], Cell>;
const EMPTY = Object.fromEntries(COLUMNS.map((column) => [column, null])) as Cells;

interface RowUser {
  user: string;
  owner: string | null;
  exempt: string | null;
}

/** A key with its user and account, read just now or recorded by a run. */
export interface Row {
  account: string;
  /** When it was read, ISO 8601. */
  asOf: string;
  user: RowUser;
  key: {
    keyId: string | null;
    status: string;
    created: string | null;
    ageDays: number | null;
    /** `never` as AWS answered it; null when it is not known. */
    lastUsed: { at: string; service: string | null; region: string | null } | 'never' | null;
    beyond: readonly string[];
    due: boolean;
    next: { action: string; label: string; at: string; why?: string } | null;
  };
}

/** A key as a record. */
export function keyRecord({ account, asOf, user: { user, owner, exempt }, key }: Row): Cells {
  const used = key.lastUsed === 'never' ? null : key.lastUsed;
  return {
    account,
    user,
    owner,
    exempt,
    keyId: key.keyId,
    status: key.status,
    created: key.created,
    ageDays: key.ageDays,
    lastUsed: key.lastUsed === null ? 'unknown' : (used?.at ?? null),
    service: used?.service ?? null,
    region: used?.region ?? null,
    beyond: key.beyond.join('; '),
    due: key.due,
    next: key.next?.action ?? null,
    nextAt: key.next?.at ?? null,
    why: key.next?.why ?? null,
    asOf,
    problem: null,
  };
}

/** A user without a key as a record. */
export const userRecord = (account: string, asOf: string, { user, owner, exempt }: RowUser): Cells => ({
  ...EMPTY,
  account,
  user,
  owner,
  exempt,
  asOf,
});

/** Something that could not be read as a record. */
export const problemRecord = (account: string, problem: string, user: string | null = null): Cells => ({
  ...EMPTY,
  account,
  user,
  problem,
});

/** What is shown of rows in a table. */
interface Shown {
  /** Several accounts. */
  several: boolean;
  /** Beyond limits, and not what is due. */
  isLimited: boolean;
  /** Rows were recorded at different times. */
  recorded: boolean;
}

/** Rows as a table for people. */
export function auditTable(rows: readonly Row[], { several, isLimited, recorded }: Shown): TableContent {
  const head = ['User', 'Key', 'Status', 'Days', 'Last used', 'Owner', isLimited ? 'Beyond' : 'Due', 'Next step'];
  return {
    head: [...(several ? [recorded ? 'Account as of' : 'Account'] : []), ...head],
    rows: rows.map(({ account, asOf, user, key }) => [
      ...(several ? [recorded ? `${account} ${asOf.slice(0, 10)}` : account] : []),
      user.user,
      key.keyId ?? 'id not recorded',
      key.status,
      key.ageDays ?? '',
      useOf(key),
      user.owner ?? '',
      isLimited ? key.beyond.join(', ') : dueOf(user, key),
      key.next ? `${key.next.at.slice(0, 10)} ${key.next.label}` : '',
    ]),
    numbers: [several ? 4 : 3],
  };
}

function useOf({ lastUsed }: Row['key']): string {
  if (lastUsed === null) return 'not known';
  if (lastUsed === 'never') return 'never';
  return [lastUsed.at.slice(0, 10), lastUsed.service, lastUsed.region].filter((part) => part !== null).join(' ');
}

function dueOf({ exempt }: RowUser, { due }: Row['key']): string {
  if (exempt !== null) return 'exempt';
  return due ? 'due' : '';
}
