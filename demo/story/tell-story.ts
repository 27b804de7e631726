import { join } from 'node:path';
import type { ExitCode } from '../../cli/base/exit-codes';
import { colors } from '../../cli/base/terminal';
import type { Sandbox } from '../../sandbox/sandbox';
import { NeverRules } from '../never-rules/never-rules';
import { openSandbox } from '../open-sandbox';
import { synthesize } from '../synthesize';
import { checkStory } from './check-story';
import { People } from './habits';
import { runDays, runDryRunDay } from './live-days';
import { Machines, MACHINES } from './machines';
import { afterDeployment, buildOrganization, MANAGEMENT, START } from './organization';
import { removeOut, writeOut } from './out';
import { Results } from './results';
import { heading, sayWrapped, secondsSince, showVerdict } from './show';
import { showCalls, showKeys, showOrganization, showSecrets } from './show-outcome';

const OUT = join(__dirname, '..', '..', 'out');
const DRY_RUN = join(OUT, 'assembly-dry-run');
const ENFORCING = join(OUT, 'assembly-enforcing');
const NAMES = { memberRole: 'iam-key-rotation-member', exemptionGroup: 'IAMKeyRotationExemptionGroup' };

/** Tells the whole story and checks how it ended. */
export async function tellStory(): Promise<ExitCode> {
  const began = performance.now();
  sayWrapped(colors.bold('iam-key-rotation: 120 days of access key rotation in a local AWS organization'));
  sayWrapped(
    'The CDK app is synthesized, its templates are deployed into the sandbox, and the bundled functions run under the synthesized permissions. Nothing leaves this computer.',
  );
  const [sandbox] = await Promise.all([
    openSandbox({ now: START, managementAccount: MANAGEMENT, quickStarts: true }),
    synthesize([
      { context: { dryRun: 'true' }, outputDirectory: DRY_RUN },
      { context: { dryRun: 'false' }, outputDirectory: ENFORCING },
    ]),
    removeOut(OUT),
  ]);
  sayWrapped(`\nThe app was synthesized twice (dry run and enforcing) in ${secondsSince(began)}.`);
  try {
    return showVerdict(await liveAndCheck(sandbox), began);
  } finally {
    await sandbox.stop();
  }
}

/** Lives through the story and gives the number of checks that failed. */
async function liveAndCheck(sandbox: Sandbox): Promise<number> {
  await buildOrganization(sandbox);
  const rules = new NeverRules(sandbox, { disableGraceDays: 10, deleteGraceDays: 10, ...NAMES });
  const people = new People(sandbox, Object.values(MACHINES));
  const machines = new Machines(sandbox);
  const results = new Results(sandbox);
  showOrganization();

  heading('Day 0, first deployment: DryRun (the default)');
  await sandbox.deploy(DRY_RUN);
  afterDeployment(sandbox, NAMES);
  await people.putSecretInTheWay('666677778888', 'secret-in-the-way');
  const unchanged = await runDryRunDay(sandbox, rules, results);

  heading('Day 0, second deployment: enforcing. 120 days, one run a day');
  await sandbox.deploy(ENFORCING);
  afterDeployment(sandbox, NAMES);
  rules.expectDryRun(false);
  const callsBefore = sandbox.calls.length;
  await machines.setUp();
  await runDays(sandbox, rules, results, people, machines);
  machines.leave();

  heading('What happened to every key');
  showKeys(sandbox, results);
  heading('Secrets (ids only), mails and calls');
  showSecrets(sandbox);
  showCalls(sandbox, callsBefore);
  const files = writeOut(sandbox, OUT);
  const readers = new Set(sandbox.mails.flatMap(({ to }) => to)).size;
  sayWrapped(`  ${sandbox.mails.length} mails went to ${readers} people. ${files} files to open: out/index.html`);

  heading('Self-check');
  return checkStory({ sandbox, rules, results, people, machines, unchanged });
}
