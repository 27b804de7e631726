import { join } from 'node:path';
import { SingleBar } from 'cli-progress';
import colors from 'picocolors';
import { isBlocking } from '../../lambda/shared/actions';
import { DAY_MS } from '../../lambda/shared/period';
import { synthesize } from '../synthesize';
import { Sandbox } from '../../sandbox/sandbox';
import { checkStory } from './check-story';
import { fingerprint } from './fingerprint';
import { People } from './habits';
import { NeverRules } from '../never-rules/never-rules';
import { ACCOUNTS, afterDeployment, buildOrganization, MANAGEMENT, START } from './organization';
import { writeOut } from './out';
import { Results } from './results';
import { actionsTable, failuresTable, heading, plainTable, say } from './show';

const OUT = join(__dirname, '..', '..', 'out');
const NAMES = { memberRole: 'iam-key-rotation-member', exemptionGroup: 'IAMKeyRotationExemptionGroup' };
const DAYS = 120;
/** Something happens on most days; these are shown. */
const SHOWN = new Set([0, 10, 20, 90, 100, 110]);

async function main(): Promise<number> {
  const began = Date.now();
  say(colors.bold('iam-key-rotation: 120 days of access key rotation in a local AWS organization'));
  say('The CDK app is synthesized, its templates are deployed into the sandbox, and the bundled functions run under the');
  say('synthesized permissions. Nothing leaves this computer.');
  await Promise.all([
    synthesize({ dryRun: 'true' }, join(OUT, 'assembly-dry-run')),
    synthesize({ dryRun: 'false' }, join(OUT, 'assembly-enforcing')),
  ]);
  say(`\ncdk synth, twice (dry run and enforcing): ${seconds(began)}`);
  const sandbox = await Sandbox.start({ now: START, managementAccount: MANAGEMENT });
  try {
    return await story(sandbox, began);
  } finally {
    await sandbox.stop();
  }
}

async function story(sandbox: Sandbox, began: number): Promise<number> {
  await buildOrganization(sandbox);
  const rules = new NeverRules(sandbox, { disableGraceDays: 10, deleteGraceDays: 10, ...NAMES });
  const people = new People(sandbox);
  const results = new Results(sandbox);
  showOrganization();

  heading('Day 0, first deployment: DryRun (the default)');
  await sandbox.deploy(join(OUT, 'assembly-dry-run'));
  afterDeployment(sandbox, NAMES);
  await people.putSecretInTheWay('666677778888', 'secret-in-the-way');
  const unchanged = await audit(sandbox, rules, results);

  heading('Day 0, second deployment: enforcing. 120 days, one run a day');
  await sandbox.deploy(join(OUT, 'assembly-enforcing'));
  afterDeployment(sandbox, NAMES);
  rules.expectDryRun(false);
  const callsBefore = sandbox.calls.length;
  await enforce(sandbox, rules, results, people);

  heading('What happened to every key');
  showKeys(sandbox, results);
  heading('Secrets (ids only), mails and calls');
  showSecrets(sandbox);
  showCalls(sandbox, callsBefore);
  const files = writeOut(sandbox, OUT);
  say(
    `  ${sandbox.mails.length} mails went to ${new Set(sandbox.mails.flatMap((mail) => mail.to)).size} people. ${files} files to open: out/index.html`,
  );

  heading('Self-check');
  const failed = checkStory({ sandbox, rules, results, people, unchanged });
  say(`\n${failed === 0 ? colors.green('All checks passed') : colors.red(`${failed} checks failed`)} in ${seconds(began)}.`);
  return failed;
}

/** The DryRun day; tells whether IAM and Secrets Manager are the same after it. */
async function audit(sandbox: Sandbox, rules: NeverRules, results: Results): Promise<boolean> {
  rules.expectDryRun(true);
  rules.beforeRun();
  const before = fingerprint(sandbox);
  const startedAt = sandbox.clock.now();
  await sandbox.advanceTo(new Date(START.getTime() + 4 * 3_600_000));
  rules.afterRun(startedAt);
  results.take(-1);
  const after = fingerprint(sandbox);
  actionsTable(
    results.happened.filter((one) => one.outcome === 'planned' || isBlocking(one.action) || one.action === 'warn'),
    40,
  );
  say(`  users, keys, tags, groups and secrets before and after: ${before} ${before === after ? '=' : '≠'} ${after}`);
  return before === after;
}

async function enforce(sandbox: Sandbox, rules: NeverRules, results: Results, people: People): Promise<void> {
  const bar = new SingleBar({ format: `  {bar} day {value}/{total} │ {today}`, barsize: 40, hideCursor: true, clearOnComplete: true });
  bar.start(DAYS, 0, { today: '' });
  for (let day = 0; day <= DAYS; day += 1) {
    // The first enforcing run follows the audit on the same day; later ones come a few minutes early or late.
    const start = day === 0 ? sandbox.clock.now() : new Date(START.getTime() + day * DAY_MS);
    await sandbox.advanceTo(start);
    await livingOn(day, sandbox, people);
    rules.beforeRun();
    const startedAt = sandbox.clock.now();
    if (day === 0) {
      await sandbox.invoke('iam-key-rotation-orchestrator', {}, { type: 'Event' });
      await sandbox.drain();
      await sandbox.invoke('iam-key-rotation-reporter', {}, { type: 'Event' });
      await sandbox.drain();
    } else await sandbox.advanceTo(new Date(start.getTime() + 4 * 3_600_000));
    rules.afterRun(startedAt);
    results.take(day);
    const today = results.happened.filter((one) => one.day === day && one.outcome === 'done');
    bar.update(day, { today: summary(today) });
    if (SHOWN.has(day)) {
      bar.stop();
      say(`\n${colors.bold(`Day ${day}`)} (${start.toISOString().slice(0, 10)}): ${summary(today)}`);
      actionsTable(today.filter((one) => one.action !== 'warn' && !isBlocking(one.action)));
      if (day === 0) failuresTable(results.failed.filter((one) => one.day === 0));
      bar.start(DAYS, day, { today: '' });
    }
  }
  bar.stop();
}

/** What people do on their own, on certain days. */
async function livingOn(day: number, sandbox: Sandbox, people: People): Promise<void> {
  await people.live(day);
  if (day === 12) {
    await people.takeSecretAway('666677778888', 'secret-in-the-way');
    const staging = sandbox.people('333344445555');
    const off = staging.user('ci-runner').keys.find((key) => key.status === 'Inactive');
    if (off) staging.enableKey('ci-runner', off.id);
  }
}

function summary(actions: readonly { action: string }[]): string {
  const count = (action: string): number => actions.filter((one) => one.action === action).length;
  return `${count('rotate')} rotated, ${count('disable')} disabled, ${count('delete')} deleted, ${count('notify')} noticed, ${count('warn')} warned, ${actions.filter(({ action }) => isBlocking(action)).length} blocked`;
}

function showOrganization(): void {
  heading('The organization');
  const rows = ACCOUNTS.map(({ id, name, users, suspended, withoutRole }) => {
    const keys = users.flatMap((user) => user.keys);
    const note = suspended ? 'suspended' : withoutRole ? 'somebody deleted the member role' : '';
    return [id, name, users.length, keys.length, Math.max(0, ...keys.map((key) => key.ageDays)), note];
  });
  plainTable(['account', 'name', 'users', 'keys', 'oldest (days)', ''], rows, ['left', 'left', 'right', 'right', 'right', 'left']);
}

function showKeys(sandbox: Sandbox, results: Results): void {
  const rows = ACCOUNTS.flatMap(({ id, users }) =>
    users.map(({ name, keys }) => {
      const of = (action: string): string =>
        results.happened
          .filter((one) => one.account === id && one.user === name && one.action === action && one.outcome === 'done')
          .map((one) => one.day)
          .join(', ');
      const now = sandbox.world.accounts.get(id)?.users.get(name)?.keys ?? [];
      const held = now.map((key) => `${key.id.slice(-4)} ${key.status === 'Active' ? 'on' : 'off'}`).join(', ');
      return [
        name,
        keys.map((key) => `${key.ageDays}d${key.status === 'Inactive' ? ' off' : ''}`).join(', '),
        of('rotate'),
        of('disable'),
        of('delete'),
        held,
      ];
    }),
  );
  plainTable(['user', 'ages at day 0', 'rotated on day', 'disabled', 'deleted', 'keys now (last 4)'], rows);
}

function showSecrets(sandbox: Sandbox): void {
  const rows = [...sandbox.world.accounts.values()].flatMap(({ secrets }) =>
    [...secrets.values()].map(({ name, versions }) => {
      const current = [...versions.values()].find((version) => version.stages.has('AWSCURRENT'));
      return [name, current?.id.replace('iam-key-rotation-', '') ?? ''];
    }),
  );
  plainTable(['secret', 'access key id in AWSCURRENT'], rows);
}

function showCalls(sandbox: Sandbox, from: number): void {
  const counts = new Map<string, number>();
  for (const { service, operation, principal } of sandbox.calls.slice(from)) {
    if (!principal.includes('assumed-role/') || principal.includes('Administrator')) continue;
    counts.set(`${service}:${operation}`, (counts.get(`${service}:${operation}`) ?? 0) + 1);
  }
  const rows = [...counts].sort((a, b) => b[1] - a[1]).map(([name, count]) => [name, count, (count / (DAYS + 1)).toFixed(1)]);
  plainTable(['call', 'in 121 runs', 'per run'], rows, ['left', 'right', 'right']);
}

const seconds = (since: number): string => `${((Date.now() - since) / 1_000).toFixed(1)} s`;

main().then(
  (failed) => {
    process.exitCode = failed === 0 ? 0 : 1;
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
