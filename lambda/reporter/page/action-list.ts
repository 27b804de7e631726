import { ACTIONS, isAction } from '../../shared/actions';
import type { StoredResult } from '../../runs/schemas';

/** One thing that a run did, planned, or could not do about a key. */
export interface ActionRow {
  account: string;
  accountName: string;
  user: string;
  keyId: string | null;
  action: string;
  outcome: string;
  reason: string;
  successor: string | null;
  /** ISO 8601. */
  on: string | null;
}

/** Actions that a report names; what is beyond is in the accounts' results, and counted. */
const MAX_ACTIONS = 20_000;

/** What a run's accounts did, one after another, housekeeping and mere waiting left out. */
export class ActionList {
  readonly rows: ActionRow[] = [];
  /** How many more there were than there is room for. */
  more = 0;

  /** Takes one account's actions. */
  add({ id, name }: { id: string; name: string }, { users }: Pick<StoredResult, 'users'>): void {
    for (const { user, actions } of users) {
      for (const { action, keyId, outcome, reason, successorId, on } of actions) {
        const label = isAction(action) ? ACTIONS[action].label : action;
        if (label === undefined || action === 'skip') continue;
        if (this.rows.length >= MAX_ACTIONS) {
          this.more += 1;
          continue;
        }
        const about = { account: id, accountName: name, user, keyId: keyId ?? null };
        this.rows.push({ ...about, action: label, outcome, reason, successor: successorId ?? null, on: on ?? null });
      }
    }
  }
}
