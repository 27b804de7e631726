import { join } from 'node:path';
import { synthesize } from '../synthesize';
import { HELP, readArguments, type ServeArguments } from './arguments';
import { prompt } from './prompt';
import { serve } from './start';
import { welcome } from './welcome';

const OUT = join(__dirname, '..', '..', 'out');

async function main({ port, dryRun, help }: ServeArguments): Promise<void> {
  if (help) {
    console.log(HELP);
    return;
  }
  console.log('Synthesizing the app and deploying it into the local organization ...');
  const controls = await serve({
    port,
    assembly: async () => {
      const directory = join(OUT, dryRun ? 'sandbox-dry-run' : 'sandbox-enforcing');
      await synthesize({ dryRun: String(dryRun) }, directory);
      return directory;
    },
  });
  const stopped = stopSignal();
  try {
    console.log(`\n${welcome(controls)}\n`);
    if (process.stdin.isTTY) {
      console.log('Or type here: advance 10d, run, keys alice, mails, help, quit');
      await Promise.race([prompt(controls, process.stdin, process.stdout), stopped]);
    } else {
      console.log('Ctrl-C ends it.');
      await stopped;
    }
  } finally {
    process.stdin.pause();
    await controls.sandbox.stop();
  }
  console.log('\nThe sandbox has ended.');
  // A passage of time under way is not waited for.
  process.exit();
}

/** Resolves at the first request to end; a second one ends the process at once, as Node does by default. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', resolve).once('SIGTERM', resolve);
  });
}

function failed(error: unknown): void {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

try {
  main(readArguments(process.argv.slice(2))).catch(failed);
} catch (error) {
  failed(error);
}
