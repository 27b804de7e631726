import { difference, endOf, type Period } from '../shared/period';

/** A read of Secrets Manager or IAM may be so old. */
const LAG_MS = 30_000;

/** The ages of one policy between which a key is in its grace. */
export interface Grace {
  rotate: Period;
  disable: Period;
}

/**
 * Until when the rotation lets a key be active, at least, that was current at `since`: whatever the rotation does from then on, it issues a
 * successor first, and the grace begins with that. Of several policies the shortest grace counts, because the API does not know whose user
 * is whose.
 */
export function worksUntil(since: Date, graces: readonly Grace[]): Date {
  const from = new Date(since.getTime() - LAG_MS);
  const ends = graces.map(({ rotate, disable }) => endOf(difference(disable, rotate), from).getTime());
  return new Date(Math.min(...ends));
}
