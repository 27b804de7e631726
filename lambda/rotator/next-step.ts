import type { Policy } from '../core/plan/policy';
import type { ActionResult, RecordedKey } from '../runs/schemas';
import { promisedBy } from '../shared/actions';
import { endOf } from '../shared/period';
import { ENDED, type KeyMemory } from './memory/account-memory';

/** A key whose next step is asked for. */
interface AskedKey {
  active: boolean;
  created: Date | undefined;
  told: KeyMemory['told'];
  /** What this run decided about it. */
  actions: readonly ActionResult[];
}

type Next = Pick<RecordedKey, 'step' | 'on'>;

/**
 * What comes next for a key, and when: what this run did or planned, else the date to come that people were given, else the policy's date for a
 * user's newest key. Nothing for a blocked key, whose next step nobody can date.
 */
export function nextStep(key: AskedKey, isNewest: boolean, policy: Policy, now: Date): Next {
  const last = key.actions.findLast(({ action }) => action !== 'forget' && action !== 'wait');
  if (last) return afterAction(last, now) ?? {};
  const step = key.active ? 'disable' : 'delete';
  const told = key.told?.[step];
  if (told && told.at !== ENDED && told.on >= now.toISOString()) return { step, on: told.on };
  if (!key.active || !isNewest || !key.created) return {};
  return { step: 'rotate', on: endOf(policy.rotate, key.created).toISOString() };
}

function afterAction(action: ActionResult, now: Date): Next | undefined {
  const { step, on, outcome } = action;
  const own = action.action;
  if ((own === 'rotate' || own === 'disable' || own === 'delete') && outcome !== 'done') return { step: own, on: now.toISOString() };
  if (own === 'warn') return { ...(step !== undefined && { step }), ...(on !== undefined && { on }) };
  const promised = promisedBy(action);
  if (promised === undefined || on === undefined) return undefined;
  return { step: promised === 'hold' ? 'disable' : promised, on };
}
