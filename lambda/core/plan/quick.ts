import type { Decision } from '../../shared/decision';
import { endOf } from '../../shared/period';
import { isSupersededBy } from './evidence';
import type { AccessKey } from './user-facts';
import { stateOf, type View } from './view';

/**
 * Whether a key's steps go by the minutes of its user's policy, without a mail: it is one that the policy had in its hands from the
 * beginning, it has a stored successor or is to get one, and nobody enabled it again. Every other key is somebody's who has to be told, and
 * keeps the deployment's graces (docs/adr/0018).
 */
function isQuick(view: View, key: AccessKey): boolean {
  const { policy, user, now } = view;
  if (!policy.announced) return false;
  const { reenabled, inactive } = stateOf(view, key);
  if (reenabled || (inactive && key.status === 'Active')) return false;
  // Older than the policy lets keys be when its user entered it: who brought it in may have it anywhere.
  if (endOf(policy.rotate, key.created) <= (user.entered ?? now)) return false;
  const others = user.keys.filter(({ id }) => id !== key.id);
  return (others.length === 0 && key.status === 'Active') || others.some((other) => isSupersededBy(user, key, other));
}

/** By what the steps of one key are decided: its user's policy, or the deployment's graces for a key that people have to be told of. */
export function viewOf(view: View, key: AccessKey): View {
  const { announced, rotate } = view.policy;
  if (!announced || isQuick(view, key)) return view;
  // That it is replaced is no news to who reads it: only its end is announced.
  const warn = view.user.keys.length === 1 ? [] : announced.warn;
  return { ...view, policy: { ...announced, rotate, warn, unusedKeys: 'rotate' } };
}

/** The same, marked as one of the many that no mail and no event tells of, where that is so. */
export function marked(view: View, key: AccessKey, decision: Decision): Decision {
  const { action } = decision;
  return (action === 'rotate' || action === 'disable' || action === 'delete') && isQuick(view, key)
    ? { ...decision, quiet: true }
    : decision;
}
