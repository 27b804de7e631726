/**
 * Reads that may be answered from an older state, as eventually consistent services do; which ones and how old is drawn from a seed.
 * Authorization and writes always see the present: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html
 */
export interface Lag {
  seed: number;
  /** The oldest state that a read may show, in milliseconds. */
  maxMs: number;
  /** The youngest state that a late read shows, in milliseconds; default 0. */
  minMs?: number;
  /** How many of the reads are late, from 0 to 1; default 0.5. */
  share?: number;
  /** Which reads may be late, `iam` or `iam:ListAccessKeys`; default every one that can be. */
  only?: readonly string[];
  /** How long a new access key of a user is unknown to every service, in milliseconds; default 0. */
  newKeyMs?: number;
}

/** How the sandbox behaves where AWS varies; changed freely between calls. */
export interface Settings {
  /** Time from GenerateCredentialReport to a complete report; default 0. */
  credentialReportDelayMs: number;
  /** Reads that may be late; none when absent. */
  lag?: Lag | undefined;
  organizations: {
    /** Accounts per page of ListAccounts; AWS gives 20. */
    pageSize: number;
    /** Answer an empty page with a NextToken before this page, counted from 1; AWS does so now and then. */
    emptyPageBefore?: number;
    /** Which of these members ListAccounts and DescribeAccount give; AWS retired Status in September 2026. */
    accountMembers: { Status: boolean; State: boolean; Paths: boolean };
  };
}

/** What AWS does by default. */
export const defaultSettings = (): Settings => ({
  credentialReportDelayMs: 0,
  // Named, so that laying these over others ends it.
  lag: undefined,
  organizations: { pageSize: 20, accountMembers: { Status: false, State: true, Paths: true } },
});
