import type { OverdueKey } from '../bus/account-events';
import type { AccountResult } from '../runs/schemas';
import { ACTIONS } from '../shared/actions';
import { DAY_MS, lengthOf, type Period } from '../shared/period';
import { PUT_OFF_ERROR } from './memory/put-off';
import { NOBODY_TOLD_ERROR } from './nobody-told';

/**
 * The active keys that are overdue: past the age of their disabling, which is `disable`, and blocked or untold, or put off too often by what
 * people can write.
 */
export function overdueKeys({ users, failures }: AccountResult, disable: Period): OverdueKey[] {
  const failed = (name: string): Map<string, string> =>
    new Map(failures.flatMap(({ error, keyId, message }) => (error === name && keyId !== undefined ? [[keyId, message] as const] : [])));
  const [putOff, untold] = [failed(PUT_OFF_ERROR), failed(NOBODY_TOLD_ERROR)];
  return users.flatMap(({ user, keys, actions }) => {
    const blocked = new Map(
      actions.flatMap(({ action, outcome, keyId, reason }) =>
        ACTIONS[action].blocks && outcome === 'done' && keyId !== undefined ? [[keyId, reason] as const] : [],
      ),
    );
    return keys.flatMap(({ keyId, status, ageDays }) => {
      const late = ageDays * DAY_MS >= lengthOf(disable);
      const reason = putOff.get(keyId) ?? (late ? (blocked.get(keyId) ?? untold.get(keyId)) : undefined);
      return status === 'Active' && reason !== undefined ? [{ user, keyId, reason }] : [];
    });
  });
}
