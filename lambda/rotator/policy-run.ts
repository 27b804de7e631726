import { isByFetching } from '../core/plan/policy';
import type { AccountResult, Failure } from '../runs/schemas';
import { errorFacts } from '../shared/errors';
import type { RotatorEvent } from '../shared/events';
import { nextRun } from '../shared/schedule';
import type { Account, RotatorServices } from './account';
import type { AccountMemory } from './memory/account-memory';
import { usersOfPolicies, type UsersOfPolicies } from './memory/entered';
import { begunAnew, daysOf, newsOf, tallyAfter, toldOf } from './memory/policy-tally';

const HOUR_MS = 3_600_000;

/** What of a run mails and events may tell: all of the deployment's own, of another policy's what is news (docs/adr/0018). */
export function newsFor({ side, read }: Account, result: AccountResult): AccountResult {
  return side ? newsOf(result, read.memory.policies?.[side.name]) : result;
}

/**
 * What is remembered of policies beside the deployment's own after a run: it was one of them, or told of all. `inPolicies` is absent of a
 * forced rotation, which looks at nobody else.
 */
export function withPolicies(
  { read, side, sides, dryRun }: Account,
  known: AccountMemory,
  {
    result,
    news,
    accepted,
    inPolicies,
    now,
  }: { result: AccountResult; news: AccountResult; accepted: ReadonlySet<string>; inPolicies?: UsersOfPolicies; now: Date },
): AccountMemory {
  const { policies: before = {} } = read.memory;
  const names = sides.map(({ name }) => name);
  const users =
    inPolicies && usersOfPolicies(known.users, { known: names, inPolicies, ...(side && !dryRun && { enters: side.name }), now });
  const memory = { ...known, ...(users && { users }) };
  if (side) {
    const tally = tallyAfter(before[side.name], result, { policy: side.name, told: toldOf(news, accepted) });
    return { ...memory, policies: { ...before, [side.name]: tally } };
  }
  if (!inPolicies || Object.keys(before).length === 0) return memory;
  const anew = Object.entries(before).flatMap(([name, tally]) => (names.includes(name) ? [[name, begunAnew(tally)] as const] : []));
  delete memory.policies;
  return anew.length === 0 ? memory : { ...memory, policies: Object.fromEntries(anew) };
}

/** The days of policies that a run of the deployment's own tells of, and those whose runs have stopped. */
export function tellOfPolicies({ read, side, sides, services }: Account, result: AccountResult): void {
  const { policies } = read.memory;
  if (side || !policies) return;
  const fetched = new Set(sides.filter(isByFetching).map(({ name }) => name));
  const days = daysOf(policies).map((day) => ({ ...day, ...(fetched.has(day.policy) && { fetched: true as const }) }));
  if (days.length > 0) result.policies = days;
  const now = services.clock();
  result.failures.push(
    ...sides.flatMap(({ name, schedule }): Failure[] => {
      const tally = policies[name];
      const last = tally && new Date(tally.to);
      const due = last && nextRun(schedule, last);
      if (!last || !due || tally.users === 0 || now.getTime() - due.getTime() < HOUR_MS) return [];
      const kept = tally.users === 1 ? 'its user keeps the same key' : `its ${tally.users} users keep the same keys`;
      const message = `the policy "${name}" has not run in this account since ${tally.to}, so ${kept}`;
      return [{ step: 'policy', error: 'PolicyNotRunning', message }];
    }),
  );
}

/** A run that could not even begin counts as one that failed; where that cannot be remembered, its own result and the metrics say it. */
export async function rememberFailedRun(
  services: RotatorServices,
  { account, policy }: RotatorEvent,
  result: AccountResult,
): Promise<AccountResult> {
  if (policy === undefined) return result;
  try {
    const known = await services.memory.read(account);
    const { memory } = known;
    const before = memory.policies?.[policy];
    const news = newsOf(result, before);
    const tally = tallyAfter(before, { ...result, status: 'failed' }, { policy, told: toldOf(news, new Set()) });
    await services.memory.write(account, { ...memory, policies: { ...memory.policies, [policy]: tally } }, known);
    return news;
  } catch (cause) {
    services.logger.warn('failed run of a policy not remembered', { account, policy, ...errorFacts(cause) });
    return result;
  }
}
