import { createHash } from 'node:crypto';
import type { Combination } from './combination';

/** More faults in one run would use up what the clients may retry in common. */
const TOGETHER = 8;

/** A combination that hits one user alone can be tried together with those that hit others. */
const isAlone = ({ victim, concerns, everywhere, retold, logged }: Combination): boolean =>
  victim !== undefined && !everywhere && !retold && !logged && concerns !== 'everyone' && concerns.every((user) => user === victim);

/**
 * Of the combinations that the functions' sources can show, one in so many is tried on their bundles instead, by the service that answers:
 * what the bundles add is the SDK's wire, which differs from service to service and not from call to call.
 */
const SAMPLES: Readonly<Record<string, number>> = { iam: 20, secretsmanager: 20 };
/** Of other services, and of all calls that are slower than their time limit, which is the SDK's, too. */
const USUAL_SAMPLE = 8;

/**
 * Whether a combination is tried on the deployed bundles, with the SDK's own wire, retries and time limits. Everything but what a handler
 * makes of a failure shows the same on the functions' sources, in a fifth of the time, with retries and time limits as the SDK and Lambda
 * make them. `SAFETY=whole` tries every one on the bundles.
 */
export function needsBundle({ slow, handled, operation, title }: Pick<Combination, 'slow' | 'handled' | 'operation' | 'title'>): boolean {
  if (process.env['SAFETY'] === 'whole' || handled === true) return true;
  const sample = slow === true ? USUAL_SAMPLE : (SAMPLES[operation.split(':')[0] ?? ''] ?? USUAL_SAMPLE);
  return createHash('sha1').update(title).digest().readUInt32BE() % sample === 0;
}

/** Combinations that one run tries together: each hits another user, and all of them are to end alike. */
export function batchesOf(combinations: readonly Combination[]): Combination[][] {
  const batches: Combination[][] = [];
  const open = new Map<string, Combination[][]>();
  for (const combination of combinations) {
    const like = `${combination.expect} ${combination.slow ?? false} ${needsBundle(combination)}`;
    const others = open.get(like) ?? [];
    const fits = (batch: readonly Combination[]): boolean =>
      batch.length < TOGETHER && batch.every(({ victim }) => victim !== combination.victim);
    const found = isAlone(combination) ? others.find(fits) : undefined;
    if (found) {
      found.push(combination);
      continue;
    }
    const batch = [combination];
    batches.push(batch);
    if (isAlone(combination)) open.set(like, [...others, batch]);
  }
  return batches;
}
