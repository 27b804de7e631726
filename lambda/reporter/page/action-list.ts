import { ACTIONS, isAction } from '../../shared/actions';
import { usageText } from '../../mail/usage';
import type { KeyUsage, StoredResult } from '../../runs/schemas';

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
  /** Who makes calls with the key; null when nobody was asked. */
  usage: string | null;
}

/** Actions that a report names; what is beyond is in the accounts' results, and counted. */
const MAX_ACTIONS = 20_000;
/** Of so many it says who uses the key: some 1 MB. */
const MAX_USAGES = 2_000;

/** What a run's accounts did, one after another, housekeeping and mere waiting left out. */
export class ActionList {
  readonly rows: ActionRow[] = [];
  /** How many more there were than there is room for. */
  more = 0;
  private usages = 0;

  /** Takes one account's actions. */
  add({ id, name }: { id: string; name: string }, { users }: Pick<StoredResult, 'users'>): void {
    for (const { user, actions } of users) {
      for (const { action, keyId, outcome, reason, successorId, on, usage } of actions) {
        const label = isAction(action) ? ACTIONS[action].label : action;
        if (label === undefined || action === 'skip') continue;
        if (this.rows.length >= MAX_ACTIONS) {
          this.more += 1;
          continue;
        }
        const about = { account: id, accountName: name, user, keyId: keyId ?? null };
        this.rows.push({
          ...about,
          action: label,
          outcome,
          reason,
          successor: successorId ?? null,
          on: on ?? null,
          usage: this.shown(usage),
        });
      }
    }
  }

  private shown(usage: KeyUsage | undefined): string | null {
    if (!usage) return null;
    this.usages += 1;
    return this.usages > MAX_USAGES ? 'see the result of the account' : usageText(usage);
  }
}
