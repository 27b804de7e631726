import type { Logger } from '@aws-lambda-powertools/logger';
import type { SESv2Client } from '@aws-sdk/client-sesv2';
import { sendMail } from '../mail/send';
import { errorFacts, InvalidEventError, RotationError } from '../shared/errors';
import type { ReporterEvent } from '../shared/events';
import { limited } from '../shared/limited';
import { DAY_MS } from '../shared/period';
import { adminMail } from './admin-mail';
import { reportHtml } from './report-html';
import { manifestKey } from '../runs/run-keys';
import { READS_AT_ONCE, type RunStore, type Unreadable } from '../runs/run-store';
import { ANSWER_TIME_MS, RunSummaryBuilder, totalsOf, type RunSummary } from '../runs/run-summary';
import type { StoredManifest } from '../runs/schemas';

/** How the administrator is written to. */
interface AdminMailSettings {
  sender: string;
  replyTo?: string;
  configurationSet: string;
  template: string;
  admin: string;
}

/** What the reporter works with; made once per cold start. */
export interface ReporterServices {
  store: RunStore;
  ses: SESv2Client;
  mail: AdminMailSettings;
  logger: Pick<Logger, 'info'>;
  metrics: { addMetric: (name: string, unit: 'Count', value: number) => unknown };
}

/** What one invocation did. */
export interface ReporterResult {
  /** Runs that were reported now. */
  reported: string[];
  /** Runs left for the next invocation: accounts may still answer, or the mail has no more room. */
  waiting: string[];
}

/** SES did not take the mail about runs, which therefore stay unreported. */
class SummaryNotMailedError extends RotationError {
  override readonly name = 'SummaryNotMailedError';
}

/** Older runs without a summary are history, not news. */
const LOOK_BACK_MS = 7 * DAY_MS;
/** Runs in one mail. */
const MAX_RUNS = 20;

interface Run {
  runId: string;
  manifest: StoredManifest | Unreadable;
  startedAt: number;
  answered: string[];
}

async function readRun(store: RunStore, runId: string): Promise<Run | undefined> {
  const manifest = await store.manifest(runId);
  if (manifest === undefined) return undefined;
  const startedAt = Date.parse('unreadable' in manifest ? (manifest.written ?? '') : manifest.startedAt);
  return { runId, manifest, startedAt, answered: await store.answered(runId) };
}

async function unreportedRuns(store: RunStore, now: Date): Promise<Run[]> {
  const runs = await limited(READS_AT_ONCE, await store.runIdsSince(new Date(now.getTime() - LOOK_BACK_MS)), async (runId) =>
    (await store.isReported(runId)) ? undefined : readRun(store, runId),
  );
  return runs
    .flatMap((run) => (run !== undefined && now.getTime() - run.startedAt <= LOOK_BACK_MS ? [run] : []))
    .toSorted((a, b) => a.startedAt - b.startedAt);
}

async function givenRun(store: RunStore, runId: string): Promise<Run> {
  const run = await readRun(store, runId);
  if (run === undefined) {
    throw new InvalidEventError(`runId "${runId}": there is no ${manifestKey(runId)} in the results bucket; nothing was reported`);
  }
  return run;
}

function mayStillAnswer({ manifest, startedAt, answered }: Run, now: Date): boolean {
  if (now.getTime() - startedAt >= ANSWER_TIME_MS) return false;
  if ('unreadable' in manifest) return true;
  const have = new Set([...answered, ...manifest.failed.map(({ account }) => account)]);
  return manifest.accounts.some(({ id }) => !have.has(id));
}

async function summarise(store: RunStore, { runId, manifest, answered }: Run, now: Date): Promise<RunSummary> {
  const names = new Map('unreadable' in manifest ? [] : manifest.accounts.map(({ id, name }) => [id, name]));
  const builder = new RunSummaryBuilder(answered.length);
  await limited(READS_AT_ONCE, answered, async (id) => {
    const result = await store.result(runId, id);
    builder.add({ id, name: names.get(id) ?? ('unreadable' in result ? '' : result.account.name) }, result);
  });
  return builder.build({ runId, manifest, reportedAt: now });
}

function measure({ metrics, logger }: ReporterServices, summaries: readonly RunSummary[]): void {
  const counted = { RunsReported: 0, AccountsFailed: 0, AccountsSilent: 0, UsersFailed: 0, MailsSent: 0, MailsFailed: 0 };
  for (const summary of summaries) {
    const totals = totalsOf(summary);
    counted.RunsReported += 1;
    counted.AccountsFailed += totals.failed + totals.notDispatched + totals.unreadable;
    counted.AccountsSilent += totals.silent;
    counted.UsersFailed += totals.usersFailed;
    counted.MailsSent += summary.mails.sent;
    counted.MailsFailed += summary.mails.failed;
    logger.info('run reported', { runId: summary.runId, mode: summary.mode, ...totals });
  }
  for (const [name, value] of Object.entries(counted)) metrics.addMetric(name, 'Count', value);
}

/**
 * Reports every run of the last 7 days that has no summary yet, or the one run asked for: one mail to the administrator, then
 * `report.html` and `summary.json` for each. The summary marks a run as reported and is written last, so a mail that fails is sent by
 * the next invocation. The administrator may get the same mail twice, but never none.
 */
export async function report(services: ReporterServices, event: ReporterEvent, now: Date): Promise<ReporterResult> {
  const { store, ses, mail } = services;
  const runs = event.runId === undefined ? await unreportedRuns(store, now) : [await givenRun(store, event.runId)];
  const ready = event.runId === undefined ? runs.filter((run) => !mayStillAnswer(run, now)).slice(0, MAX_RUNS) : runs;
  const waiting = runs.filter((run) => !ready.includes(run)).map(({ runId }) => runId);

  const summaries: RunSummary[] = [];
  for (const run of ready) summaries.push(await summarise(store, run, now));
  for (const summary of summaries) await store.putReport(summary.runId, reportHtml(summary));
  if (summaries.length > 0) {
    try {
      const { admin, sender, template, ...rest } = mail;
      await sendMail(ses, {
        ...rest,
        from: sender,
        template,
        to: admin,
        data: adminMail(summaries, (runId) => store.reportLocation(runId)),
      });
    } catch (cause) {
      services.metrics.addMetric('MailsFailed', 'Count', 1);
      const { error, message } = errorFacts(cause);
      const runs = summaries.map(({ runId }) => runId).join(', ');
      throw new SummaryNotMailedError(
        `the run summary could not be mailed, so that the next invocation reports ${runs} again: ${error}: ${message}`,
        {
          cause,
        },
      );
    }
  }
  for (const summary of summaries) await store.putSummary(summary.runId, summary);
  measure(services, summaries);
  return { reported: summaries.map(({ runId }) => runId), waiting };
}
