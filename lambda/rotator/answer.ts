import type { AccountResult } from '../runs/schemas';

/**
 * Bytes as JSON, for any caller: "6 MB" in https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html, as Lambda's refusal
 * names it.
 */
const MAX_ANSWER_BYTES = 6_291_556;

/** What is answered in place of a result that Lambda would refuse: the same without its lists, of which it gives the lengths. */
export interface ShortAnswer extends Omit<AccountResult, 'users' | 'failures' | 'left' | 'mails' | 'inventory'> {
  /** Where the whole result is: `s3://<bucket>/<key>`. */
  stored: string;
  /** Lengths of the lists. */
  users: number;
  failures: number;
  left: number;
  mails: number;
  /** Users in the inventory. */
  inventory?: number;
}

/** The result itself, unless it is too large to be answered: an invocation that Lambda refuses would be repeated though all was done. */
export function answerOf(result: AccountResult, stored: string): AccountResult | ShortAnswer {
  if (Buffer.byteLength(JSON.stringify(result)) <= MAX_ANSWER_BYTES) return result;
  const { users, failures, left, mails, inventory, ...summary } = result;
  return {
    ...summary,
    stored,
    users: users.length,
    failures: failures.length,
    left: left.length,
    mails: mails.length,
    ...(inventory && { inventory: inventory.users.length }),
  };
}
