import { planOrphanedSecret } from '../core/plan/plan-orphaned-secret';
import type { Coverage } from '../core/read/candidates';
import { isOrphaned } from '../core/read/gone-users';
import type { UserWorked } from '../core/rotate-user';
import type { UserSecret } from '../core/store/key-store';
import type { AccountResult, ActionResult } from '../runs/schemas';
import { ACTIONS } from '../shared/actions';
import { errorFacts } from '../shared/errors';
import { recording, type AwsRequest } from '../shared/requests';
import type { Account } from './account';
import { stopsWorkingAt } from './deadlines';

/** What a run found of secrets whose users are gone. */
export interface OrphanedSecrets {
  worked: UserWorked[];
  /** By ARN, since when that is known; absent when they were not looked for. */
  orphans?: Record<string, string>;
}

/**
 * Looks for secrets of ours whose users are gone, in a run that listed every user and every key, and deletes them where that is chosen and
 * two runs saw the same; a DryRun counts no sight. What cannot be told is a failure, and its secret stays.
 */
export async function workOnOrphanedSecrets(account: Account, found: Coverage, result: AccountResult): Promise<OrphanedSecrets> {
  const { issuing, clients, services, pace, read, dryRun } = account;
  const { everyUser: users, seen } = found;
  if (!users) return { worked: [] };
  const keys = new Set(seen.map(({ keyId }) => keyId));
  const orphans = new Map<string, string>();
  const work = async (secret: UserSecret): Promise<UserWorked | undefined> => {
    const known = read.memory.orphans?.[secret.arn];
    const kept = (): void => {
      if (known !== undefined) orphans.set(secret.arn, known);
    };
    if (services.clock() >= stopsWorkingAt(account.invocation)) {
      kept();
      return undefined;
    }
    try {
      if (!(await isOrphaned(clients.iam, secret))) return undefined;
      orphans.set(secret.arn, known ?? services.clock().toISOString());
      return { result: resultOf(account, secret, [await actOn(account, secret, known)]), failures: [] };
    } catch (error) {
      kept();
      const failure = { user: secret.user, step: 'look for its user', ...errorFacts(error) };
      return { result: resultOf(account, secret, []), failures: [failure] };
    }
  };
  try {
    const suspects = (await issuing.store.secrets()).filter(({ user, keyIds }) => !users.has(user) && !keyIds.some((id) => keys.has(id)));
    const worked = await pace.each(suspects, work);
    return { worked: worked.filter((one) => one !== undefined), ...(!dryRun && { orphans: Object.fromEntries(orphans) }) };
  } catch (error) {
    result.failures.push({ step: 'list secrets', ...errorFacts(error) });
    return { worked: [] };
  }
}

async function actOn({ issuing, policy, services, dryRun }: Account, secret: UserSecret, known?: string): Promise<ActionResult> {
  const facts = { ...(known !== undefined && { since: new Date(known) }), ...(secret.former && { former: secret.former }) };
  const decision = planOrphanedSecret(facts, policy, services.clock());
  const { action, reason } = decision;
  const on = 'until' in decision ? decision.until : decision.on;
  const done = { action, reason, secretName: secret.name, ...(on && { on: on.toISOString() }) };
  if (!ACTIONS[action].mutates) return { ...done, outcome: 'done' };
  if (dryRun) return { ...done, outcome: 'planned' };
  const requests: AwsRequest[] = [];
  await recording(requests, () => issuing.store.scheduleDeletion(secret.user));
  return { ...done, outcome: 'done', ...(requests.length > 0 && { requests }) };
}

function resultOf({ id, invocation }: Account, { user }: UserSecret, actions: ActionResult[]): UserWorked['result'] {
  return { user, arn: `arn:${invocation.partition}:iam::${id}:user/${user}`, keys: [], actions };
}
