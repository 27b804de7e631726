import { ForceRotateRefusedError } from '../../shared/errors';
import type { Decision } from '../../shared/decision';
import type { AccessKey, UserFacts } from './user-facts';
import { planOrphans, runningIntent } from './plan-orphans';
import { endOf } from '../../shared/period';
import { isSupersededBy } from './evidence';
import { planRescue } from './plan-secret';
import { planSuccessor } from './plan-successor';
import type { Policy } from './policy';
import { viewOf } from './quick';
import { graceFromNow, type View } from './view';

/**
 * Decides a forced rotation of one user, whatever the key's age. A repeat within the grace is a no-op that says so; what cannot be done
 * safely is refused with a ForceRotateRefusedError, and nothing has changed.
 */
export function planForced(user: UserFacts, policy: Policy, now: Date): Decision[] {
  const running = runningIntent(user);
  if (running)
    throw new ForceRotateRefusedError(
      `${user.name}: another invocation is issuing a key until ${running.until.toISOString()}; repeat after that`,
    );
  const rescue = planRescue(user, policy);
  if (rescue.length > 0) return rescue;
  const orphans = planOrphans(user, now);
  const doubt = orphans.find((decision) => decision.action === 'blocked');
  if (doubt) throw new ForceRotateRefusedError(`${user.name}: ${doubt.reason}`);
  if (orphans.some(({ action }) => action === 'remove-orphan')) return orphans;
  const unfinished = planSuccessor({ user, policy, now })?.filter(({ action }) => action !== 'wait');
  if (unfinished && unfinished.length > 0) return unfinished;
  return [rotation(user, policy, now), ...orphans];
}

function rotation(user: UserFacts, policy: Policy, now: Date): Decision {
  const [key, second] = user.keys.filter((one) => one.status === 'Active');
  if (!key) {
    const why = user.keys.length === 0 ? 'the user has no access key' : 'the user has no active access key';
    throw new ForceRotateRefusedError(`${user.name}: ${why}, so there is nothing to replace`);
  }
  if (second) return alreadyRotated({ user, policy, now }, key, second);
  const [inactive, more] = user.keys.filter((one) => one.status === 'Inactive');
  if (inactive && more) {
    const ids = user.keys.filter((one) => one !== key).map(({ id }) => id);
    throw new ForceRotateRefusedError(
      `${user.name}: the user has ${user.keys.length} keys, of which IAM allows two; delete all but one of the inactive ones, ${ids.join(', ')}, and repeat`,
    );
  }
  return {
    action: 'rotate',
    keyId: key.id,
    disableOn: graceFromNow(viewOf({ user, policy, now }, key), key),
    ...(inactive && { makeRoom: inactive.id }),
    reason: inactive ? `an operator forced it; the inactive key ${inactive.id} is deleted to make room` : 'an operator forced it',
  };
}

function alreadyRotated({ user, policy, now }: View, a: AccessKey, b: AccessKey): Decision {
  const by = (old: AccessKey, successor: AccessKey) => (isSupersededBy(user, old, successor) ? { old, successor } : undefined);
  const replaced = by(a, b) ?? by(b, a);
  if (replaced) {
    const { old, successor } = replaced;
    const { disableGrace } = viewOf({ user, policy, now }, old).policy;
    const on = endOf(disableGrace, successor.created).toISOString().slice(0, 10);
    return {
      action: 'wait',
      keyId: old.id,
      reason: `nothing to do: it was already replaced by ${successor.id} on ${successor.created.toISOString()}, and its grace ends on ${on}`,
    };
  }
  throw new ForceRotateRefusedError(
    `${user.name}: the user has two active keys, ${withUse(a)} and ${withUse(b)}; IAM allows no third. Disable the one that is not needed and repeat`,
  );
}

function withUse(key: AccessKey): string {
  if (key.lastUsed === undefined) return key.id;
  if (key.lastUsed === 'never') return `${key.id} (never used)`;
  return `${key.id} (last used ${key.lastUsed.at.toISOString()} for ${key.lastUsed.service} in ${key.lastUsed.region})`;
}
