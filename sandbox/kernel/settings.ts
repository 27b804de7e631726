import type { Lag } from './lag';

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
  organizations: { pageSize: 20, accountMembers: { Status: false, State: true, Paths: true } },
});
