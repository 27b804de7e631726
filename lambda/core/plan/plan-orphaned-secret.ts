import type { SecretDecision } from '../../shared/decision';
import { endOf, isOver } from '../../shared/period';
import { RECOVERY_DAYS } from './plan-secret';
import type { Policy } from './policy';

/** A secret of ours whose user, and every key that it holds, is gone. */
export interface OrphanedSecret {
  /** When a run first saw that; absent when this one is the first. */
  since?: Date;
  /** It is where keys were stored before the central store, which the rotation may not change. */
  former?: true;
}

/** Decides about the secret of a user who is gone: it is deleted once two runs, `deleteSecretAfter` apart, saw the same. */
export function planOrphanedSecret({ since, former }: OrphanedSecret, { deleteSecretAfter }: Policy, now: Date): SecretDecision {
  const gone = 'its user is gone, and so is every key in it';
  const kept = (why: string) => ({ action: 'orphaned-secret' as const, reason: `${gone}; ${why}` });
  if (former) return kept('the rotation may not delete what was stored here before the central store');
  if (!deleteSecretAfter) return kept('secrets are deleted where deleteSecretAfter is set');
  const on = endOf(deleteSecretAfter, since ?? now);
  if (since && since < now && isOver(deleteSecretAfter, since, now)) {
    const until = endOf({ unit: 'days', days: RECOVERY_DAYS }, now);
    return { action: 'delete-orphaned-secret', reason: `${gone}, as runs have seen since ${since.toISOString().slice(0, 10)}`, until };
  }
  return { ...kept('it is deleted when a run still sees that then'), on };
}
