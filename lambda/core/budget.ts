import type { Limits } from '../shared/environment';
import type { Action } from '../shared/decision';
import type { Budget } from './rotate-user';

/** A run's budget from the settings: an action without a limit is never refused. */
export function budgetOf(limits: Limits): Budget {
  const left: { [A in Action]?: number | undefined } = { ...limits };
  return {
    take(action) {
      const remaining = left[action];
      if (remaining === undefined) return true;
      if (remaining <= 0) return false;
      left[action] = remaining - 1;
      return true;
    },
    giveBack(action) {
      const remaining = left[action];
      if (remaining !== undefined) left[action] = remaining + 1;
    },
  };
}
