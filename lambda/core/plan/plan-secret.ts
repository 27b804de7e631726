import type { Decision } from '../../shared/decision';
import { daysBetween, endOf, isOver } from '../../shared/period';
import type { AccessKey, UserFacts } from './user-facts';
import type { Policy } from './policy';

/**
 * How long a deletion can be taken back, in days; the longest that AWS allows:
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html
 */
export const RECOVERY_DAYS = 30;

/**
 * A secret that is old enough is looked at on its first days, in case a run fails, and then weekly: looking every day would cost more than
 * it saves.
 */
const LOOKED_AT = { firstDays: 3, everyDays: 7 };

/**
 * Days from a key's creation to the first day on which its secret may be deleted: its predecessor was disabled, then deleted, and has been
 * gone for `deleteSecretAfter`; undefined when secrets are kept, or periods are not given in days.
 */
export function daysKept({
  disableGrace,
  deleteGrace,
  deleteSecretAfter,
}: Pick<Policy, 'disableGrace' | 'deleteGrace' | 'deleteSecretAfter'>): number | undefined {
  if (deleteSecretAfter?.unit !== 'days' || disableGrace.unit !== 'days' || deleteGrace.unit !== 'days') return undefined;
  return disableGrace.days + deleteGrace.days + deleteSecretAfter.days;
}

/**
 * Whether the secret of a user with these keys is to be looked at today: on its first three possible days, and once a week from then on.
 */
export function mayLoseSecret(keys: readonly { active: boolean; created: Date | undefined }[], policy: Policy, now: Date): boolean {
  const kept = daysKept(policy);
  const [key, another] = keys;
  if (kept === undefined || !key?.active || !key.created || another) return false;
  const over = daysBetween(key.created, now) - kept;
  return over >= 0 && (over < LOOKED_AT.firstDays || over % LOOKED_AT.everyDays === 0);
}

/** The same for keys as IAM lists them. */
export const secretMayGo = (keys: readonly AccessKey[], policy: Policy, now: Date): boolean =>
  mayLoseSecret(
    keys.map(({ status, created }) => ({ active: status === 'Active', created })),
    policy,
    now,
  );

/**
 * Decides about the secret of a user's only key: it is deleted when the key is current in it, was fetched and is in use, and nobody has
 * fetched it for the whole period. Whatever is not known keeps the secret.
 */
export function planSecret({ user, policy, now }: { user: UserFacts; policy: Policy; now: Date }, key: AccessKey): Decision | undefined {
  const { deleteSecretAfter } = policy;
  const { current, fetched } = user.stored;
  if (!deleteSecretAfter || !secretMayGo(user.keys, policy, now)) return undefined;
  if (user.state.intents.some(({ ours }) => ours) || current !== key.id) return undefined;
  const inUse = key.lastUsed !== undefined && key.lastUsed !== 'never' && key.lastUsed.at > key.created;
  if (!inUse || !fetched || daysBetween(key.created, fetched) < 0 || !isOver(deleteSecretAfter, fetched, now)) return undefined;
  const until = endOf({ unit: 'days', days: RECOVERY_DAYS }, now);
  const reason = `the key is in use, and nobody has fetched it from its secret since ${fetched.toISOString().slice(0, 10)}`;
  return { action: 'delete-secret', keyId: key.id, reason, until };
}

/** Decides that a secret which is being deleted comes back first when its user has a second key: one was issued while it was deleted. */
export function planRescue({ keys: [predecessor, key], stored }: UserFacts, { deleteSecretAfter }: Policy): Decision[] {
  if (!stored.deleted || !predecessor || !key || !deleteSecretAfter) return [];
  const reason = `its secret was being deleted while ${predecessor.id}, which it may replace, is still there`;
  return [{ action: 'restore-secret', keyId: key.id, predecessor: predecessor.id, reason }];
}
