import { join } from 'node:path';
import { EXIT, type ExitCode } from '../../cli/base/exit-codes';
import { synthesize } from '../synthesize';
import type { ServeArguments } from './arguments';
import { prompt } from './prompt';
import { serve } from './start';
import { welcome } from './welcome';

const OUT = join(__dirname, '..', '..', 'out');

/** Serves the organization until the person at the prompt ends it or, without a terminal, until the process is interrupted. */
export async function serveUntilEnded({ port, dryRun }: ServeArguments): Promise<ExitCode> {
  console.log('Synthesizing the app and deploying it into the local organization ...');
  const controls = await serve({
    port,
    assembly: async () => {
      const outputDirectory = join(OUT, dryRun ? 'sandbox-dry-run' : 'sandbox-enforcing');
      await synthesize([{ context: { dryRun: String(dryRun) }, outputDirectory }]);
      return outputDirectory;
    },
  });
  console.log(`\n${welcome(controls)}\n`);
  if (!process.stdin.isTTY) {
    console.log('Ctrl-C ends it.');
    return new Promise<ExitCode>(() => undefined);
  }
  console.log('Or type here: advance 10d, run, keys alice, mails, help, quit');
  const ended = await prompt(controls, process.stdin, process.stdout);
  await controls.sandbox.stop();
  console.log('\nThe sandbox has ended.');
  // A passage of time under way is not waited for.
  process.exit(ended === 'interrupted' ? EXIT.interrupted : EXIT.fine);
}
