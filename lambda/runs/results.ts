import type { Action, Step } from '../shared/decision';

/** The account that a rotator invocation works on. */
export interface AccountRef {
  /** Twelve digits. */
  id: string;
  name: string;
  email: string;
}

/** One decision about one key and what came of it. */
export interface ActionResult {
  action: Action;
  /** The access key concerned; absent when the user as a whole is skipped. */
  keyId?: string;
  /** Why, in one sentence for people; never holds a secret. */
  reason: string;
  /**
   * `done`; `planned` = DryRun, nothing was changed; `failed` = see the failure of the same user; `deferred` = a per-run limit was reached.
   */
  outcome: 'done' | 'planned' | 'failed' | 'deferred';
  /** The key that replaces it, after `rotate`. */
  successorId?: string;
  /** The secret that holds the successor. */
  secretName?: string;
  /** For `warn`: the step announced. */
  step?: Step;
  /** When the announced or next step happens, ISO 8601. */
  on?: string;
}

/** What was seen of one access key, for people: never a secret. */
export interface KeyFacts {
  keyId: string;
  status: 'Active' | 'Inactive';
  /** ISO 8601. */
  created: string;
  ageDays: number;
  /** ISO 8601, or `never` as AWS answered it; absent when it was not asked. */
  lastUsed?: string;
  lastUsedService?: string;
  lastUsedRegion?: string;
}

/** One user that was read in detail, with everything decided about them. */
export interface UserResult {
  user: string;
  arn: string;
  /** The address in the user's owner tag, when there is one. */
  owner?: string;
  keys: KeyFacts[];
  actions: ActionResult[];
}

/** Something that did not work, with enough to find and repair it. */
export interface Failure {
  /** Absent for a failure of the account as a whole. */
  user?: string;
  /** What was being done, for example `rotate`, `read user`, `send mail`. */
  step: string;
  /** The error's name: an AWS error code or one of ours. */
  error: string;
  message: string;
}

/** One mail that was handed to SES, or could not be. */
export interface MailResult {
  recipient: string;
  template: string;
  /** Keys named in the mail. */
  items: number;
  outcome: 'sent' | 'failed';
}

/** One account's answer for one run; stored as `runs/<runId>/<account id>.json`. */
export interface AccountResult {
  runId: string;
  account: AccountRef;
  dryRun: boolean;
  /** The user of a forced rotation. */
  forceRotate?: string;
  startedAt: string;
  finishedAt: string;
  /** `failed`: the account as a whole could not be done; `partial`: some users failed or were left; `succeeded` otherwise. */
  status: 'succeeded' | 'partial' | 'failed';
  /** How users were chosen: by credential report, by reading every user, or the one user of a forced rotation. */
  coverage: 'report' | 'sweep' | 'user';
  /** Users in the account that were considered. */
  usersSeen: number;
  /** Users read in detail. */
  users: UserResult[];
  failures: Failure[];
  /** Users that were not reached before the time limit; the next run takes them up. */
  left: string[];
  mails: MailResult[];
}

/** Why an account was not dispatched. */
export interface SkippedAccount {
  account: string;
  name: string;
  reason: string;
}

/** What the orchestrator sent out; stored as `runs/<runId>/manifest.json` before the first dispatch. */
export interface RunManifest {
  runId: string;
  startedAt: string;
  dryRun: boolean;
  forceRotate?: string;
  accounts: AccountRef[];
  skipped: SkippedAccount[];
  /** Accounts whose dispatch failed; written after the fan-out. */
  failed: { account: string; error: string; message: string }[];
}
