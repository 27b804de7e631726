import { isThrottlingError } from '@smithy/core/retry';

/**
 * Whether AWS answered that there are too many calls. The SDK counts a full quota (`LimitExceeded`) as that, too; but no wait makes room
 * for a third key of a user.
 */
export const isThrottled = (error: unknown): boolean =>
  error instanceof Error && !error.name.startsWith('LimitExceeded') && isThrottlingError(error as Parameters<typeof isThrottlingError>[0]);

/** How long a throttled call is repeated. */
export interface Patience {
  sleep: (milliseconds: number) => Promise<void>;
  /** The first wait, in milliseconds; each further one is twice as long. */
  firstWait: number;
  /** Whether there is time for a wait of so many milliseconds. */
  mayWait: (milliseconds: number) => boolean;
  /** Which errors it is repeated after. */
  repeats: (error: unknown) => boolean;
}

/**
 * Repeats a call for as long as AWS refuses it because there are too many and time allows; any other error, and the last one, is thrown.
 */
export async function whileThrottled<T>(call: () => Promise<T>, patience: Patience): Promise<T> {
  const { sleep, firstWait, mayWait, repeats } = patience;
  for (let wait = firstWait; ; wait *= 2) {
    try {
      return await call();
    } catch (error) {
      if (!repeats(error) || !mayWait(wait)) throw error;
    }
    // Many functions may wait for the same service: they must not all come back at the same time.
    await sleep(wait * (0.5 + Math.random() / 2));
  }
}
