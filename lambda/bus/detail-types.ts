import type { Action } from '../shared/decision';

/** Raised when a field is removed, renamed or means something else; new fields do not raise it. */
export const EVENT_VERSION = 1;

/** The `detail-type` of every event but those of actions, which are named after their action. */
export const DETAIL_TYPES = {
  overdue: 'access key overdue',
  failure: 'key rotation failed',
  run: 'key rotation run reported',
  handout: 'access key handed out',
} as const;

/** The `detail-type` of an action's event. */
export const detailTypeOf = (action: Action): string => `access key ${action}`;
