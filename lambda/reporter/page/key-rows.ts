import type { ExemptBy } from '../../runs/schemas';

/** How a key stands to the policy; `unknown`: its age is. */
export type Standing = 'within policy' | 'over policy' | 'exempt' | 'inactive' | 'unknown';
/** What is said of the use of a key, by the days that Security Hub IAM.22 asks for; `not used yet`: it is younger than that. */
export type Use = 'used' | 'unused for 45 days' | 'not used yet' | 'not known';

/** One key, with days as days since 1970-01-01 (UTC). */
export interface KeyRow {
  account: AccountKeys;
  user: string;
  owner: string | null;
  /** The day on which the owner was last read. */
  read: number | null;
  keyId: string | null;
  active: boolean;
  created: number | null;
  /** Days. */
  age: number | null;
  standing: Standing;
  use: Use;
  lastUsed: number | null;
  /** The day as of which the use is known; null when it is not. */
  usedAsOf: number | null;
  /** Service and region of the last use; `never used` where there was none. */
  usedFor: string | null;
  step: string | null;
  on: number | null;
  successor: string | null;
  /** The day on which the key was fetched from its secret, or that of its successor. */
  fetched: number | null;
  note: 'used after its successor' | 'nobody fetched it' | null;
}

/** One user's exemption, or what seems to be one. */
export interface ExemptRow {
  account: AccountKeys;
  user: string;
  by: ExemptBy;
  standing: 'exempt' | 'lapsing soon' | 'lapsed' | 'no end readable' | 'does nothing';
  since: number;
  until: number | null;
  keys: number;
  unclear: string | null;
}

/** One account's keys in numbers. */
export interface AccountKeys {
  id: string;
  name: string;
  keys: number;
  active: number;
  within: number;
  over: number;
  exempt: number;
  inactive: number;
  unknown: number;
  unused: number;
}
