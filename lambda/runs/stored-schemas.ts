import { accountResult } from './schemas';
import { runSummary } from './summary-schema';

/** The schemas of what each run leaves behind for programs, by what it is. */
export const STORED_SCHEMAS = {
  result: accountResult().describe("One account's answer for one run: runs/<run id>/<account id>.json."),
  summary: runSummary,
} as const;
