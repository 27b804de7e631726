import { EXIT, type ExitCode } from './exit-codes';

const SIGNALS = { SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated } as const;
/** After which a process ends though something is still being removed. */
const PATIENCE_MS = 5_000;

type Removal = () => void | Promise<void>;

const removals = new Set<Removal>();
let ending = false;

/** Has something removed when the process is interrupted; gives a function that forgets it, for when it was removed in the usual way. */
export function removeAtEnd(removal: Removal): () => void {
  removals.add(removal);
  return () => removals.delete(removal);
}

/** True once the process is ending: what fails from then on fails because of that. */
export const isEnding = (): boolean => ending;

async function end(code: number): Promise<void> {
  if (ending) return;
  ending = true;
  // It also keeps the process from ending, as if all were well, while what is removed waits for nothing that Node.js counts.
  setTimeout(() => process.exit(code), PATIENCE_MS);
  // One that fails must not keep the others from being removed.
  await Promise.allSettled([...removals].reverse().map(async (remove) => remove()));
  process.exit(code);
}

/**
 * From now on Ctrl-C and SIGTERM remove what `removeAtEnd` was told of before the process ends with 130 or 143; a second one ends it at
 * once. When the reader of the output goes away (`| head`), the process ends quietly, with the exit code it has so far.
 */
export function endWell(): void {
  for (const [signal, code] of Object.entries(SIGNALS) as [keyof typeof SIGNALS, ExitCode][]) {
    process.once(signal, () => void end(code));
  }
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      void end(typeof process.exitCode === 'number' ? process.exitCode : EXIT.fine);
    });
  }
}
