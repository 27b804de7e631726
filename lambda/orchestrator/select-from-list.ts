import type { Accounts } from '../shared/environment';
import { AccountNotRotatedError } from '../shared/errors';
import type { OrchestratorEvent } from '../shared/events';
import type { AccountRef } from '../runs/schemas';
import { NOT_ASKED_FOR, type Selection } from './select-from-organization';

/**
 * Chooses a run's accounts from the deployment's own list, without asking any organization; throws an AccountNotRotatedError that names
 * accounts asked for which are not in it.
 */
export function selectFromList({ accounts, email }: Accounts, event: OrchestratorEvent): Selection {
  const all = accounts.map((account): AccountRef => ({ id: account.id, name: account.name ?? account.id, email: account.email ?? email }));
  const asked = event.account === undefined ? event.accounts : [event.account];
  if (asked === undefined) return { accounts: all, skipped: [], unclear: [] };
  const unknown = asked.filter((id) => all.every((account) => account.id !== id));
  if (unknown.length > 0) {
    const key = event.account === undefined ? 'accounts' : 'account';
    throw new AccountNotRotatedError(`${key}: not among the accounts of this deployment: ${unknown.join(', ')}; nothing was done`);
  }
  return {
    accounts: all.filter(({ id }) => asked.includes(id)),
    skipped:
      event.account === undefined
        ? all.filter(({ id }) => !asked.includes(id)).map(({ id, name }) => ({ account: id, name, ...NOT_ASKED_FOR }))
        : [],
    unclear: [],
  };
}
