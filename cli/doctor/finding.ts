import { errorFacts } from '../../lambda/shared/errors';

/** `unknown`: it could not be looked at, for example because the operator may not. */
type Status = 'fine' | 'problem' | 'unknown';

/**
 * A call that the doctor makes for the operator after a yes (`--fix`): it asks for something or adds something, takes nothing away, and
 * may be made twice.
 */
export interface Repair {
  /** As IAM calls it, such as `sns:Subscribe`. */
  action: string;
  /** What the call is given. */
  input: Readonly<Record<string, string>>;
  /** What is different afterwards, and what is left to people. */
  changes: string;
  make: () => Promise<unknown>;
  /** The check once more. */
  again: () => Promise<Finding>;
}

/** What one check found, in words for the operator; never holds a secret. */
export interface Finding {
  check: string;
  status: Status;
  /** Short enough for a table. */
  says: string;
  /** AWS's own words, where they tell more. */
  detail?: string;
  /** The one thing to do about it; absent only when all is fine. */
  next?: string;
  /** What `--fix` offers, one in place of another, the first the best. */
  repairs?: readonly Repair[];
}

/** What was found in one account; `not rotated` when the settings or the account's state keep the rotation out of it. */
export interface AccountFinding extends Omit<Finding, 'check' | 'status' | 'repairs'> {
  account: string;
  name: string;
  status: Status | 'not rotated';
}

/** Everything the doctor found. */
export interface Diagnosis {
  when: 'before deployment' | 'deployed' | 'not found';
  /** Where it looked, and as whom. */
  account: string;
  region: string;
  partition: string;
  identity: string;
  /** Of the deployment; absent before one. */
  secretStore?: 'member' | 'central';
  checks: Finding[];
  accounts: AccountFinding[];
}

/** A check that found nothing wrong. */
export const fine = (check: string, says: string): Finding => ({ check, status: 'fine', says });

/** A check that found something to repair, and how. */
export const problem = (check: string, says: string, next: string, detail?: string): Finding => ({
  check,
  status: 'problem',
  says,
  ...(detail !== undefined && { detail }),
  next,
});

/** What a check found; when it could not be made, a finding that says why. */
export async function attempt(check: string, work: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await work();
  } catch (cause) {
    const { error, message } = errorFacts(cause);
    const next = 'repair this, or let the operator do it: docs/doctor.md lists the permissions that the doctor needs';
    return [{ check, status: 'unknown', says: 'could not be checked', detail: `${error}: ${message}`, next }];
  }
}

/** 0: all is fine; 1: there are problems; 2: there are none, but something could not be checked. */
export function exitCodeOf({ checks, accounts }: Pick<Diagnosis, 'checks' | 'accounts'>): 0 | 1 | 2 {
  const found = new Set([...checks, ...accounts].map(({ status }) => status));
  return found.has('problem') ? 1 : found.has('unknown') ? 2 : 0;
}
