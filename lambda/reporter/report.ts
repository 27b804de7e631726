import type { SESv2Client } from '@aws-sdk/client-sesv2';
import { putEvents, type Bus } from '../bus/put-events';
import { runEvents } from '../bus/run-events';
import { consoleUrlOfObject, type Place } from '../mail/console';
import { sendMail } from '../mail/send';
import type { ReporterEnvironment } from '../shared/environment';
import { errorFacts, RotationError } from '../shared/errors';
import type { ReporterEvent } from '../shared/events';
import { limited } from '../shared/limited';
import { DAY_MS } from '../shared/period';
import { adminMail } from './admin-mail';
import { appendEvidence, Proofs, type EvidenceServices } from './append-evidence';
import { provenAccount } from '../chain/proven-account';
import { KeyTable } from './page/key-table';
import { reportPage, type PageParts } from './page/document';
import { historyDay, seenIn, type ReportFacts } from './page/report-facts';
import { ActionList } from './page/action-list';
import { newsOf } from './page/run-news';
import type { ReportedRun } from './run-view';
import { NO_HISTORY, withDay, type History } from '../runs/history';
import { READS_AT_ONCE, type RunStore } from '../runs/run-store';
import { RunSummaryBuilder, totalsOf, type RunSummary } from '../runs/run-summary';
import { givenRun, mayStillAnswer, readRun, type Run } from './runs-to-report';

/** How administrators are written to. */
interface AdminMailSettings {
  sender: string;
  replyTo?: string;
  configurationSet: string;
  template: string;
  /** Each gets a mail of their own. */
  admins: readonly string[];
  /** `changes`: not about runs that did nothing and met only what the runs before them had met. */
  when: 'always' | 'changes';
}

/** How administrators are written to, from the function's variables. */
export function mailSettings(environment: ReporterEnvironment): AdminMailSettings {
  return {
    sender: environment.SENDER,
    ...(environment.REPLY_TO === undefined ? {} : { replyTo: environment.REPLY_TO }),
    configurationSet: environment.CONFIGURATION_SET,
    template: environment.SUMMARY_TEMPLATE,
    admins: environment.ADMIN_EMAILS,
    when: environment.SUMMARY_MAIL,
  };
}

/** What the reporter works with; made once per cold start. */
export interface ReporterServices extends EvidenceServices {
  ses: SESv2Client;
  bus: Bus;
  mail: AdminMailSettings;
  page: PageParts;
  /** Where the function runs, for links into the console. */
  place: Place;
  metrics: { addMetric: (name: string, unit: 'Count', value: number) => unknown };
}

/** What one invocation did. */
export interface ReporterResult {
  /** Runs that were reported now. */
  reported: string[];
  /** Runs left for the next invocation: accounts may still answer, or there is no more room. */
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
/** Results that one invocation reads, the first run's aside: what is told of runs is in memory until the mail is sent. */
const MAX_RESULTS = 20_000;

async function unreportedRuns(store: RunStore, now: Date): Promise<Run[]> {
  const runs = await limited(READS_AT_ONCE, await store.runIdsSince(new Date(now.getTime() - LOOK_BACK_MS)), async (runId) =>
    (await store.isReported(runId)) ? undefined : readRun(store, runId),
  );
  return runs
    .flatMap((run) => (run !== undefined && now.getTime() - run.startedAt <= LOOK_BACK_MS ? [run] : []))
    .toSorted((a, b) => a.startedAt - b.startedAt);
}

/** The oldest runs, as many as one invocation has room for. */
function fitting(runs: readonly Run[]): Run[] {
  let results = 0;
  return runs.slice(0, MAX_RUNS).filter(({ answers }, index) => (results += answers.length) <= MAX_RESULTS || index === 0);
}

/** What a run's report shows but for the runs before it. */
type RunFacts = Omit<ReportFacts, 'history'>;

async function read(
  store: RunStore,
  { runId, manifest, startedAt, answers }: Run,
  { history, now, proofs }: { history: History; now: Date; proofs: Proofs },
): Promise<RunFacts> {
  const known = 'unreadable' in manifest ? undefined : manifest;
  const names = new Map(known?.accounts.map(({ id, name }) => [id, name]));
  const builder = new RunSummaryBuilder();
  const keys = new KeyTable(Number.isNaN(startedAt) ? now : new Date(startedAt), history.uses);
  const actions = new ActionList();
  await limited(READS_AT_ONCE, answers, async ({ account: id }) => {
    const { result, stored } = await store.resultAsStored(runId, id);
    if (stored) proofs.add(runId, provenAccount(runId, id, stored, result));
    const account = { id, name: names.get(id) ?? ('unreadable' in result ? '' : result.account.name) };
    builder.add(account, result);
    if ('unreadable' in result) return;
    keys.add(account, result.inventory);
    actions.add(account, result);
  });
  const whole = known !== undefined && known.forceRotate === undefined && known.skipped.every(({ code }) => code !== 'not-asked-for');
  return { summary: builder.build({ runId, manifest, reportedAt: now }), keys, actions, whole, keysFile: store.keysLocation(runId) };
}

/** Stores a run's report, and what the next one must know; gives the history after the run. */
async function storeReport({ store, page }: ReporterServices, facts: RunFacts, history: History): Promise<History> {
  const { summary, keys, whole } = facts;
  // First, and alone: the largest of all is out of the memory before the page is made.
  await store.putKeys(summary.runId, keys.file.bytes());
  const html = Buffer.concat(Array.from(reportPage({ ...facts, history }, page), (piece) => Buffer.from(piece)));
  await store.putReport(summary.runId, html);
  if (!whole) return history;
  const after = withDay(history, historyDay(facts), { seen: seenIn(summary), uses: keys.uses.after });
  if (after.days.at(-1)?.runId === summary.runId) await store.putLatest(html);
  await store.putHistory(after);
  return after;
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

/** Events that could not be put are a failure of the run, and keep back neither its report nor the mail. */
async function publish({ bus, store }: ReporterServices, summary: RunSummary): Promise<void> {
  await putEvents(bus, runEvents(summary, store.reportLocation(summary.runId))).catch((cause: unknown) => {
    summary.failures.push({ account: '', accountName: '', step: 'publish events', ...errorFacts(cause) });
  });
}

/** To every administrator; that one cannot be reached is counted, and that none can is an error: the runs are then reported again. */
async function mailSummaries(
  { store, ses, mail, place, logger, metrics }: ReporterServices,
  reported: readonly ReportedRun[],
): Promise<void> {
  const { admins, sender, replyTo, configurationSet, template } = mail;
  const data = adminMail(reported, (runId) => ({
    location: store.reportLocation(runId),
    url: consoleUrlOfObject(store.reportObject(runId), place),
  }));
  const failed: unknown[] = [];
  for (const to of admins) {
    try {
      await sendMail(ses, { ...(replyTo !== undefined && { replyTo }), configurationSet, template, from: sender, to, data });
    } catch (cause) {
      failed.push(cause);
      metrics.addMetric('MailsFailed', 'Count', 1);
      logger.warn('summary not mailed', { to, ...errorFacts(cause) });
    }
  }
  if (failed.length < admins.length) return;
  const [cause] = failed;
  const { error, message } = errorFacts(cause);
  const runs = reported.map(({ summary }) => summary.runId).join(', ');
  throw new SummaryNotMailedError(
    `the run summary could not be mailed, so that the next invocation reports ${runs} again: ${error}: ${message}`,
    { cause },
  );
}

/**
 * Reports every run of the last 7 days that has no summary yet, or the one run asked for: its events, `report.html` and `keys.csv` for each, one
 * mail to each administrator, and `summary.json`. The summary marks a run as reported and is written last, so a mail that fails is sent by
 * the next invocation. Administrators may get the same mail twice, but never all of them none. Then the evidence chain gets what it lacks,
 * whether or not runs could be reported.
 */
export async function report(services: ReporterServices, event: ReporterEvent, now: Date): Promise<ReporterResult> {
  const { store, logger } = services;
  const { runId: asked } = event;
  const given = asked === undefined ? undefined : await givenRun(store, asked);
  const proofs = new Proofs();
  const since = new Date(now.getTime() - LOOK_BACK_MS);
  const reported = await settled(async () => reportRuns(services, given, now, proofs));
  const proven = await settled(async () => appendEvidence(services, { since, now, proofs, ...(asked !== undefined && { asked }) }));
  if (proven.status === 'rejected' && reported.status === 'rejected') logger.warn('evidence not written', errorFacts(proven.reason));
  if (reported.status === 'rejected') throw reported.reason;
  if (proven.status === 'rejected') throw proven.reason;
  return reported.value;
}

async function settled<T>(work: () => Promise<T>): Promise<PromiseSettledResult<T>> {
  const [outcome] = await Promise.allSettled([work()]);
  return outcome;
}

async function reportRuns(services: ReporterServices, given: Run | undefined, now: Date, proofs: Proofs): Promise<ReporterResult> {
  const { store } = services;
  const runs = given ? [given] : await unreportedRuns(store, now);
  const ready = given ? runs : fitting(runs.filter((run) => !mayStillAnswer(run, now)));
  const waiting = runs.filter((run) => !ready.includes(run)).map(({ runId }) => runId);

  const reported: ReportedRun[] = [];
  let history = ready.length > 0 ? await store.history() : NO_HISTORY;
  for (const run of ready) {
    const facts = await read(store, run, { history, now, proofs });
    await publish(services, facts.summary);
    reported.push({ summary: facts.summary, news: newsOf({ ...facts, history }) });
    history = await storeReport(services, facts, history);
  }
  const told = services.mail.when === 'always' ? reported : reported.filter(({ news }) => news.changed);
  if (told.length > 0) await mailSummaries(services, told);
  const summaries = reported.map(({ summary }) => summary);
  for (const summary of summaries) await store.putSummary(summary.runId, summary);
  measure(services, summaries);
  return { reported: summaries.map(({ runId }) => runId), waiting };
}
