import type { Combination } from './combination';

/** More faults in one run would use up what the clients may retry in common. */
const TOGETHER = 8;

/** A combination that hits one user alone can be tried together with those that hit others. */
const isAlone = ({ victim, concerns, everywhere, retold, logged }: Combination): boolean =>
  victim !== undefined && !everywhere && !retold && !logged && concerns !== 'everyone' && concerns.every((user) => user === victim);

/** Combinations that one run tries together: each hits another user, and all of them are to end alike. */
export function batchesOf(combinations: readonly Combination[]): Combination[][] {
  const batches: Combination[][] = [];
  const open = new Map<string, Combination[][]>();
  for (const combination of combinations) {
    const like = `${combination.expect} ${combination.slow ?? false}`;
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
