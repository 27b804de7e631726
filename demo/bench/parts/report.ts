import type { Sandbox } from '../../../sandbox/sandbox';
import { MANAGEMENT } from '../../story/organization';
import { hasBrowser, NO_BROWSER } from '../../browser';
import { duration, kibibytes, mebibytes, spread, whole } from '../format';
import { FUNCTIONS, invoke } from '../invoke';
import { organizationOf } from '../organizations';
import type { Measuring } from '../part';
import { putResults, RUN, type Day } from '../results-of-run';
import type { Figures } from '../table';
import { measurePage, type PageTimes } from '../page-times';

const KEYS = 20;
/** What Lambda leaves a program of the function's 512 MB as its heap, with something to spare. */
const HEAP_MB = 440;
const HOUR_MS = 3_600_000;
const DAYS: readonly Day[] = ['quiet', 'failed'];

/** One run that was reported. */
interface Reporting {
  day: Day;
  accounts: number;
  keys: number;
  milliseconds: number;
  /** In bytes. */
  peakMemory: number;
  report: number;
  keysFile: number;
  summary: number;
  /** Absent where there is no browser. */
  page?: PageTimes;
}

/** The reporter over the largest organization of those asked for, and its page in a browser. */
export const report: Measuring = {
  async measure({ assembly, accounts, runs, progress }) {
    const count = Math.max(...accounts);
    progress.begin(DAYS.length);
    const measured: Reporting[] = [];
    for (const day of DAYS) {
      progress.step(`${whole(count)} accounts, ${day}`);
      measured.push(await reporting(assembly, day, count, runs));
    }
    return { tables: [reportTable(measured), pageTable(measured)], data: measured };
  },
};

/**
 * Reports one run with a heap that is smaller than the function's memory, and opens its page so many times; throws when it does not fit.
 */
export async function reporting(assembly: string, day: Day, accounts: number, runs: number): Promise<Reporting> {
  const sandbox = await organizationOf(assembly, 1, 1);
  try {
    for (const fn of sandbox.kernel.account(MANAGEMENT.id).functions.values()) if (fn.name === FUNCTIONS.reporter) fn.memoryMb = HEAP_MB;
    putResults(sandbox, day, accounts, KEYS);
    sandbox.clock.advance(HOUR_MS);
    // The first report leaves a history, which every other one reads.
    await invoke(sandbox, FUNCTIONS.reporter, { runId: RUN });
    const began = performance.now();
    const { reported } = await invoke<{ reported: string[] }>(sandbox, FUNCTIONS.reporter, { runId: RUN });
    const milliseconds = performance.now() - began;
    if (reported.length !== 1) throw new Error(`${FUNCTIONS.reporter} reported ${reported.length} runs instead of one`);
    const [html, keysFile, summary] = ['report.html', 'keys.csv', 'summary.json'].map((name) => objectOf(sandbox, `runs/${RUN}/${name}`));
    if (!html || !keysFile || !summary) throw new Error(`${FUNCTIONS.reporter} left something out`);
    return {
      day,
      accounts,
      keys: accounts * KEYS,
      milliseconds,
      peakMemory: sandbox.peakMemory().get(FUNCTIONS.reporter) ?? 0,
      report: html.length,
      keysFile: keysFile.length,
      summary: summary.length,
      ...(runs > 0 && hasBrowser() && { page: await measurePage(Buffer.from(html).toString('utf8'), runs) }),
    };
  } finally {
    await sandbox.stop();
  }
}

function objectOf(sandbox: Sandbox, key: string): Uint8Array | undefined {
  const buckets = [...sandbox.kernel.account(MANAGEMENT.id).buckets.values()];
  return buckets.flatMap(({ objects }) => objects.get(key)?.body ?? [])[0];
}

const columns = (measured: readonly Reporting[]): string[] =>
  measured.map(({ day }) => (day === 'quiet' ? 'nothing to do' : 'every user failed'));

/** The reporter, a column for each day. */
const reportTable = (measured: readonly Reporting[]): Figures => ({
  title: `The reporter over ${whole(measured[0]?.accounts ?? 0)} accounts with ${whole(measured[0]?.keys ?? 0)} keys`,
  head: ['what', ...columns(measured)],
  words: 1,
  rows: [
    ['time', ...measured.map(({ milliseconds }) => duration(milliseconds))],
    ['peak memory of the process', ...measured.map(({ peakMemory }) => mebibytes(peakMemory))],
    ['report.html', ...measured.map((one) => kibibytes(one.report))],
    ['keys.csv', ...measured.map(({ keysFile }) => kibibytes(keysFile))],
    ['summary.json', ...measured.map(({ summary }) => kibibytes(summary))],
  ],
  note: `Of the second report of the run, which reads the history that the first one left, in the same process. The heap was limited to ${HEAP_MB} MB, less than Lambda gives a function of 512 MB. The sandbox, which is S3 here, shares the machine.`,
});

/** The page, a column for each day. */
const pageTable = (measured: readonly Reporting[]): Figures => ({
  title: 'The report of that run in a browser',
  head: ['what', ...columns(measured)],
  words: 1,
  rows: [
    ['keys in the page', ...measured.map(({ page }) => (page ? whole(page.keys) : NO_BROWSER))],
    ...(
      [
        ['open, until the first table stands', 'open'],
        ['a search, a character more at a time, until it is drawn', 'search'],
        ['a filter, until it is drawn', 'filter'],
        ['another order, until it is drawn', 'sort'],
      ] as const
    ).map(([title, of]) => [title, ...measured.map(({ page }) => (page ? spread(page[of]) : ''))]),
  ],
});
