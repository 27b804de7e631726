import type { AccountRef } from './results';

/** Where checks are kept in the results bucket: `checks/<runId>/<account id>.json`, apart from the runs. */
export const CHECKS = 'checks/';

/** The object that holds one account's answer to a check. */
export const checkKey = (runId: string, account: string): string => `${CHECKS}${runId}/${account}.json`;

/** One account's answer to a check, which has changed nothing. */
export interface AccountCheck {
  runId: string;
  account: AccountRef;
  /** ISO 8601. */
  checkedAt: string;
  /** Actions that AWS was asked for and that nothing stood in the way of. */
  proven: string[];
  /** Actions that were refused, or whose object is missing; what could not be asked for is in neither list. */
  failed: { action: string; error: string; message: string }[];
}

/** Makes one call of a check; that it failed is in the check's `failed`, and the answer undefined. */
export type Attempt = <T>(action: string, work: () => Promise<T>) => Promise<T | undefined>;
