import type { RecordedKey, RecordedUser } from '../../../lambda/runs/schemas';
import { ACTIONS } from '../../../lambda/shared/actions';
import { daysBetween } from '../../../lambda/shared/period';
import { beyond, type AuditLimits, type NextStep } from './audit';
import type { RecordedAccount } from './stored-results';

/** A key as a run recorded it. */
interface StoredKey {
  /** Null while only a credential report, which names no ids, has shown the key. */
  keyId: string | null;
  status: 'Active' | 'Inactive';
  created: string | null;
  ageDays: number | null;
  /** `never` as AWS answered it; null when it is not known. */
  lastUsed: { at: string; service: string | null; region: string | null } | 'never' | null;
  /** The limits that it is beyond. */
  beyond: string[];
  next: Omit<NextStep, 'why'> | null;
  /** The day of the next step has come. */
  due: boolean;
}

/** A user as a run recorded one. */
interface StoredUser {
  user: string;
  owner: string | null;
  /** Why the rotation leaves the user alone; null when it does not. */
  exempt: string | null;
  keys: StoredKey[];
}

/** An account as an audit of stored results shows it. */
export interface StoredAudit {
  account: string;
  name: string;
  /** When the run started that recorded this, ISO 8601. */
  asOf: string;
  runId: string;
  /** When AWS made the report that uses are from; null where each was asked. */
  usesAsOf: string | null;
  users: StoredUser[];
}

/** Judges what a run recorded of an account: what of it is due now, or beyond a limit. Whoever is exempt is neither. */
export function storedAudit({ account, name, asOf, runId, inventory }: RecordedAccount, limits: AuditLimits, now: Date): StoredAudit {
  return {
    account,
    name,
    asOf,
    runId,
    usesAsOf: inventory.usesAsOf ?? null,
    users: inventory.users.map((user) => auditUser(user, limits, now)),
  };
}

function auditUser({ user, owner, exemption, keys }: RecordedUser, limits: AuditLimits, now: Date): StoredUser {
  const isExempt = exemption?.exempt === true;
  const until = exemption?.until === undefined ? '' : ` until ${exemption.until}`;
  return {
    user,
    owner: owner ?? null,
    exempt: isExempt ? `by ${exemption.by}${until}` : null,
    keys: keys.map((key) => auditKey(key, isExempt ? {} : limits, { isExempt, now })),
  };
}

function auditKey(key: RecordedKey, limits: AuditLimits, { isExempt, now }: { isExempt: boolean; now: Date }): StoredKey {
  const { keyId, status, created, lastUsed, lastUsedService, lastUsedRegion, step, on } = key;
  const isUsed = lastUsed !== undefined && lastUsed !== 'never';
  const since = created === undefined ? undefined : new Date(created);
  const used = isUsed ? { at: new Date(lastUsed) } : undefined;
  return {
    keyId: keyId ?? null,
    status,
    created: created ?? null,
    ageDays: since ? daysBetween(since, now) : null,
    lastUsed: isUsed ? { at: lastUsed, service: lastUsedService ?? null, region: lastUsedRegion ?? null } : (lastUsed ?? null),
    beyond: since ? beyond({ status, created: since, ...(used && { lastUsed: used }) }, limits, now) : [],
    next: step !== undefined && on !== undefined ? { action: step, label: ACTIONS[step].label, at: on } : null,
    due: !isExempt && on !== undefined && Date.parse(on) <= now.getTime(),
  };
}
