import { isBlocking } from '../../lambda/shared/actions';
import { Progress } from '../../cli/base/progress';
import { colors } from '../../cli/base/terminal';
import type { Sandbox } from '../../sandbox/sandbox';
import type { NeverRules } from '../never-rules/never-rules';
import { fingerprint } from './fingerprint';
import type { People } from './habits';
import type { Machines } from './machines';
import { START } from './organization';
import type { Results } from './results';
import { actionsTable, failuresTable, sayWrapped } from './show';

/** Days after the first that the story lasts. */
export const DAYS = 120;
/** Something happens on most days; these are shown. */
const SHOWN_DAYS = new Set([0, 10, 20, 90, 100, 110]);
/** The most planned actions of the dry run that are shown. */
const MOST_PLANNED = 40;
/** After which the day's run and its report are over. */
const RUN_MS = 4 * 3_600_000;
const DAY_MS = 86_400_000;

/** Lives through the dry run's day; tells whether IAM and Secrets Manager are the same after it. */
export async function runDryRunDay(sandbox: Sandbox, rules: NeverRules, results: Results): Promise<boolean> {
  rules.expectDryRun(true);
  rules.beforeRun();
  const before = fingerprint(sandbox);
  const startedAt = sandbox.clock.now();
  await sandbox.advanceTo(new Date(START.getTime() + RUN_MS));
  rules.afterRun(startedAt);
  results.take(-1);
  const after = fingerprint(sandbox);
  actionsTable(
    results.happened.filter(({ outcome, action }) => outcome === 'planned' || isBlocking(action) || action === 'warn'),
    MOST_PLANNED,
  );
  sayWrapped(`  users, keys, tags, groups and secrets before and after: ${before} ${before === after ? '=' : '≠'} ${after}`);
  return before === after;
}

/** Lives through every day of the enforcing deployment, with its run and with what people do, and shows some of the days. */
export async function runDays(sandbox: Sandbox, rules: NeverRules, results: Results, people: People, machines: Machines): Promise<void> {
  const progress = new Progress('day {value}/{total} │ {what}');
  progress.start(DAYS);
  for (let day = 0; day <= DAYS; day += 1) {
    // The first enforcing run follows the dry run on the same day; later ones come a few minutes early or late.
    const start = day === 0 ? sandbox.clock.now() : new Date(START.getTime() + day * DAY_MS);
    await sandbox.advanceTo(start);
    await letPeopleAct(day, sandbox, people);
    await machines.live(day);
    rules.beforeRun();
    const startedAt = sandbox.clock.now();
    if (day === 0) await runNow(sandbox);
    else await sandbox.advanceTo(new Date(start.getTime() + RUN_MS));
    rules.afterRun(startedAt);
    results.take(day);
    const today = results.happened.filter((one) => one.day === day && one.outcome === 'done');
    progress.update(day, sumsOf(today));
    if (!SHOWN_DAYS.has(day)) continue;
    progress.stop();
    sayWrapped(`\n${colors.bold(`Day ${day}`)} (${start.toISOString().slice(0, 10)}): ${sumsOf(today)}`);
    actionsTable(today.filter(({ action }) => action !== 'warn' && !isBlocking(action)));
    if (day === 0) failuresTable(results.failed.filter((one) => one.day === 0));
    progress.start(DAYS, day);
  }
  progress.stop();
}

async function runNow(sandbox: Sandbox): Promise<void> {
  for (const name of ['iam-key-rotation-orchestrator', 'iam-key-rotation-reporter']) {
    await sandbox.invoke(name, {}, { type: 'Event' });
    await sandbox.drain();
  }
}

/** What people do on their own: every day, and on one of them something that gets in the way. */
async function letPeopleAct(day: number, sandbox: Sandbox, people: People): Promise<void> {
  await people.live(day);
  if (day !== 12) return;
  await people.takeSecretAway('666677778888', 'secret-in-the-way');
  const staging = sandbox.people('333344445555');
  const disabled = staging.user('ci-runner').keys.find(({ status }) => status === 'Inactive');
  if (disabled) staging.enableKey('ci-runner', disabled.id);
}

function sumsOf(actions: readonly { action: string }[]): string {
  const count = (action: string): number => actions.filter((one) => one.action === action).length;
  return `${count('rotate')} rotated, ${count('disable')} disabled, ${count('delete')} deleted, ${count('notify')} noticed, ${count('warn')} warned, ${actions.filter(({ action }) => isBlocking(action)).length} blocked`;
}
