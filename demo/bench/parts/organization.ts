import type { Invocation } from '../../../sandbox/lambda/invocation';
import type { Sandbox } from '../../../sandbox/sandbox';
import { MANAGEMENT } from '../../story/organization';
import { duration, kibibytes, mebibytes, spread, whole } from '../format';
import { countCalls, forget, FUNCTIONS, totalOf } from '../invoke';
import { memberOf, organizationOf } from '../organizations';
import type { Measuring } from '../part';
import { addUsers } from '../scenarios';
import { spreadOf, type Spread } from '../statistics';
import type { Figures } from '../table';

const USERS = 20;
/** Ages are spread evenly, as they are once everything has been rotated in its time. */
const ROTATION_DAYS = 90;
/** Rotators at a time: as many as the machine that this is made for has cores. */
const CONCURRENCY = 2;
const HOUR = 3_600_000;

/** A whole day of an organization. */
export interface WholeRun {
  accounts: number;
  users: number;
  rotated: number;
  calls: number;
  failedInvocations: number;
  results: number;
  orchestrator: FunctionRun;
  rotators: FunctionRun & { invocation: Spread };
  reporter: FunctionRun;
  /** In bytes. */
  mail: number;
  report: number;
  summary: number;
  result: Spread;
}

interface FunctionRun {
  milliseconds: number;
  /** In bytes, the most of any process. */
  peakMemory: number;
}

/** The largest organization of those asked for, from the orchestrator to the summary mail. */
export const organization: Measuring = {
  async measure({ assembly, accounts, progress }) {
    const count = Math.max(...accounts);
    progress.begin(3);
    progress.step(`deploying to ${whole(count)} accounts`);
    const sandbox = await organizationOf(assembly, count, CONCURRENCY);
    try {
      const run = await wholeRun(sandbox, count, (what) => {
        progress.step(what);
      });
      return { tables: [runTable(run)], data: run };
    } finally {
      await sandbox.stop();
    }
  },
};

/** Fills every account with users of staggered ages and lets one day's run happen. */
export async function wholeRun(sandbox: Sandbox, accounts: number, onStep: (what: string) => void): Promise<WholeRun> {
  for (let number = 0; number < accounts; number += 1) {
    const account = number === 0 ? MANAGEMENT.id : memberOf(number).id;
    addUsers(sandbox, USERS, (user) => ((number * USERS + user) % ROTATION_DAYS) + 1, account);
  }
  forget(sandbox);
  onStep(`${whole(accounts)} rotators, ${whole(accounts * USERS)} users`);
  const began = performance.now();
  await sandbox.invoke(FUNCTIONS.orchestrator, {}, { type: 'Event' });
  await sandbox.drain();
  const rotating = performance.now() - began;
  onStep('reporter');
  // Accounts have answered or never will.
  sandbox.clock.advance(HOUR);
  await sandbox.invoke(FUNCTIONS.reporter, {}, { type: 'Event' });
  await sandbox.drain();
  return summedUp(sandbox, accounts, rotating);
}

function summedUp(sandbox: Sandbox, accounts: number, rotating: number): WholeRun {
  const of = (name: string): Invocation[] => sandbox.invocations.filter(({ functionName }) => functionName === name);
  const memory = (name: string): number => sandbox.peakMemory().get(name) ?? 0;
  const one = (name: string): FunctionRun => ({ milliseconds: of(name)[0]?.durationMs ?? 0, peakMemory: memory(name) });
  const objects = storedObjects(sandbox);
  const size = (ending: string): number => objects.find(({ key }) => key.endsWith(ending))?.bytes ?? 0;
  const results = objects.filter(({ key }) => /^runs\/.*\/\d{12}\.json$/.test(key));
  const mail = sandbox.mails.at(-1);
  return {
    accounts,
    users: accounts * USERS,
    rotated: sandbox.calls.filter(({ operation, outcome }) => operation === 'CreateAccessKey' && outcome === 'ok').length,
    calls: totalOf(countCalls(sandbox)),
    failedInvocations: sandbox.invocations.filter(({ state, attempts }) => state !== 'succeeded' || attempts > 1).length,
    results: results.length,
    orchestrator: one(FUNCTIONS.orchestrator),
    rotators: {
      milliseconds: rotating,
      peakMemory: memory(FUNCTIONS.rotator),
      invocation: spreadOf(of(FUNCTIONS.rotator).map(({ durationMs }) => durationMs)),
    },
    reporter: one(FUNCTIONS.reporter),
    mail: Buffer.byteLength(mail?.html ?? '') + Buffer.byteLength(mail?.text ?? ''),
    report: size('/report.html'),
    summary: size('/summary.json'),
    result: spreadOf(results.map(({ bytes }) => bytes)),
  };
}

function storedObjects(sandbox: Sandbox): { key: string; bytes: number }[] {
  const { buckets } = sandbox.kernel.account(MANAGEMENT.id);
  return [...buckets.values()].flatMap(({ objects }) => [...objects].map(([key, { body }]) => ({ key, bytes: body.length })));
}

/** The day, as one column. */
export const runTable = (run: WholeRun): Figures => ({
  title: `One day of ${whole(run.accounts)} accounts with ${whole(run.users)} users`,
  head: ['what', 'measured'],
  words: 1,
  rows: [
    ['keys rotated', whole(run.rotated)],
    ['API calls, all functions', whole(run.calls)],
    ['invocations that failed or were repeated', whole(run.failedInvocations)],
    ['results stored', whole(run.results)],
    ['orchestrator: time', duration(run.orchestrator.milliseconds)],
    ['orchestrator: peak memory', mebibytes(run.orchestrator.peakMemory)],
    [`rotators, ${CONCURRENCY} at a time: until the last result was stored`, duration(run.rotators.milliseconds)],
    ['rotators: one invocation (least – most)', spread(run.rotators.invocation)],
    ['rotators: peak memory of a process', mebibytes(run.rotators.peakMemory)],
    ['reporter: time', duration(run.reporter.milliseconds)],
    ['reporter: peak memory', mebibytes(run.reporter.peakMemory)],
    ['summary mail, HTML and text', kibibytes(run.mail)],
    ['report.html', kibibytes(run.report)],
    ['summary.json', kibibytes(run.summary)],
    ['result of one account (least – most)', spread(run.result, kibibytes)],
  ],
  note: 'Ages are spread evenly over 90 days. While rotators run, the orchestrator shares the two cores with them; the process of the sandbox itself uses one.',
});
