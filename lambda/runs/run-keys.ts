/** Where runs lie in the results bucket: one folder each. */
export const RUNS = 'runs/';
/** Where results of the runs of policies beside the deployment's own lie: hundreds a day, of which the daily result tells. */
export const TICKS = 'policies/';

/** Where checks lie, apart from runs: the reporter may not read them. */
export const CHECKS = 'checks/';

/** Where the rotator's memory of each account is, apart from runs: it never expires. */
export const MEMORY = 'memory/';
/** Where the rotator records each intent before it tags the user with it. */
export const INTENTS = 'intents/';

/** Where mails are recorded that SES accepted and did not deliver. */
export const UNDELIVERED = 'undelivered/';

/** Where the newest report and the history of all lie; they never expire. */
export const REPORTS = 'reports/';
/** The newest report of the whole organization. */
export const LATEST_KEY = `${REPORTS}latest.html`;
/** What reports remember of the runs before. */
export const HISTORY_KEY = `${REPORTS}history.json`;

/** Where the evidence chain lies; nobody may replace or delete what is there, and it never expires. */
export const EVIDENCE = 'evidence/';

/** The folder of one run. */
export const runFolder = (runId: string): string => `${RUNS}${runId}/`;
/** What the run sent out. */
export const manifestKey = (runId: string): string => `${runFolder(runId)}manifest.json`;
/** One account's result. */
export const resultKey = (runId: string, account: string): string => `${runFolder(runId)}${account}.json`;
/** One account's result of one run of a policy: `policies/<name>/<run>/<account>.json`. */
export const policyResultKey = (policy: string, runId: string, account: string): string => `${TICKS}${policy}/${runId}/${account}.json`;
/** The run's summary, for programs; the run is reported once it is there. */
export const summaryKey = (runId: string): string => `${runFolder(runId)}summary.json`;
/** The run's report, for people. */
export const reportKey = (runId: string): string => `${runFolder(runId)}report.html`;

/** Every key of the run's accounts, for spreadsheets. */
export const keysKey = (runId: string): string => `${runFolder(runId)}keys.csv`;

/** The folder of one check. */
export const checkFolder = (runId: string): string => `${CHECKS}${runId}/`;
/** One account's answer to a check. */
export const checkKey = (runId: string, account: string): string => `${checkFolder(runId)}${account}.json`;

/** The folder of one account's records of intents. */
export const intentFolder = (account: string): string => `${INTENTS}${account}/`;
/** The record of one intent. */
export const intentKey = (account: string, token: string): string => `${intentFolder(account)}${token}.json`;

/** Where the mails about an account are recorded that were not delivered. */
export const undeliveredFolder = (account: string): string => `${UNDELIVERED}${account}/`;
/** The record of one mail, by SES's id of it. */
export const undeliveredKey = (account: string, mail: string): string => `${undeliveredFolder(account)}${mail}.json`;

/** The account whose result or answer lies under this key; undefined for everything else. */
export const accountOf = (key: string): string | undefined => /\/(\d{12})\.json$/.exec(key)?.[1];
/** The run whose folder this is. */
export const runOf = (folder: string): string => folder.slice(RUNS.length, -1);
