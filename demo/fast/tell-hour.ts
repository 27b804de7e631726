import { join } from 'node:path';
import type { ExitCode } from '../../cli/base/exit-codes';
import { colors } from '../../cli/base/terminal';
import type { Sandbox } from '../../sandbox/sandbox';
import { openSandbox } from '../open-sandbox';
import { heading, sayWrapped, secondsSince, showChecks, showVerdict } from '../story/show';
import { synthesize } from '../synthesize';
import { checksOf } from './check-hour';
import { Hour } from './hour';
import { CONTEXT, MANAGEMENT, START } from './organization';
import { showHour } from './show-hour';

const ASSEMBLY = join(__dirname, '..', '..', 'out', 'assembly-fast');
const HOUR_MINUTES = 60;

/** Tells the hour and checks how it ended. */
export async function tellHour(): Promise<ExitCode> {
  const began = performance.now();
  sayWrapped(colors.bold('iam-key-rotation: an hour of keys that live minutes, in a local AWS organization'));
  sayWrapped(
    'The CDK app is synthesized with a policy of 10, 12 and 15 minutes and the key API. Programs that keep no key fetch the active one over HTTP, and sign a real call with it, every minute. Nothing leaves this computer.',
  );
  // In one process: the clock does not run on while the machine is busy, and the hour is the same everywhere.
  const [sandbox] = await Promise.all([
    openSandbox({ now: START, managementAccount: MANAGEMENT, processes: false }),
    synthesize([{ context: CONTEXT, outputDirectory: ASSEMBLY }]),
  ]);
  try {
    sayWrapped(`\nThe app was synthesized in ${secondsSince(began)}.`);
    return showVerdict(await liveAndCheck(sandbox), began);
  } finally {
    await sandbox.stop();
  }
}

/** Lives through the hour and gives the number of checks that failed. */
async function liveAndCheck(sandbox: Sandbox): Promise<number> {
  const hour = await Hour.deploy(sandbox, ASSEMBLY);
  await hour.live(HOUR_MINUTES);
  heading('An hour of 10/12/15 minutes');
  showHour(hour);
  heading('Self-check');
  return showChecks(checksOf(hour.outcome()), hour.rules.broken);
}
