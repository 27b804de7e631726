import { isDeepStrictEqual } from 'node:util';
import type { Coverage } from '../core/read/candidates';
import type { UserWorked } from '../core/rotate-user';
import type { AccountResult } from '../runs/schemas';
import { AccountFailedError, errorFacts } from '../shared/errors';
import type { RotatorEvent } from '../shared/events';
import { enterAccount, type Account, type Invocation, type RotatorServices } from './account';
import { forceRotateUser } from './force-rotate-user';
import { letKeyApiRead } from './granted-users';
import { inventoryOf, type PoliciesAtEnd } from './inventory';
import type { Followed } from './follow';
import { lookUpUsage } from './look-up-usage';
import type { AccountMemory } from './memory/account-memory';
import type { UsersOfPolicies } from './memory/entered';
import { putOffFailures } from './memory/put-off';
import { afterRun, type RunFacts } from './memory/remember-run';
import { workOnOrphanedSecrets } from './orphaned-secrets';
import { newsFor, rememberFailedRun, tellOfPolicies, withPolicies } from './policy-run';
import { rotateEveryUser } from './rotate-every-user';
import { tellPeople } from './tell-people';

/**
 * Applies a policy to one account, or rotates one user by force; `news` is what of the result is an event. Failures of single users are in the result; when the account as a
 * whole cannot be done, or a forced rotation is refused, nothing in it has changed and the error is in the result as well as in `error`.
 */
export async function rotateAccount(
  services: RotatorServices,
  event: RotatorEvent,
  invocation: Invocation,
): Promise<{ result: AccountResult; news: AccountResult; error?: Error }> {
  const { environment, clock } = services;
  const result: AccountResult = {
    runId: invocation.runId,
    account: { id: event.account, name: event.name, email: event.email },
    dryRun: environment.DRY_RUN || event.dryrun === true,
    ...(event.ForceRotate !== undefined && { forceRotate: event.ForceRotate }),
    ...(event.policy !== undefined && { policy: event.policy }),
    startedAt: clock().toISOString(),
    finishedAt: '',
    status: 'succeeded',
    coverage: event.ForceRotate === undefined ? 'report' : 'user',
    usersSeen: 0,
    users: [],
    failures: [],
    left: [],
    mails: [],
  };
  let error: Error | undefined;
  let news: AccountResult;
  try {
    const account = await enterAccount(services, event, invocation);
    result.failures.push(...account.deliveryFailures);
    const { worked, found, ...remembered } = await work(account, event, result);
    for (const user of worked) {
      result.users.push(user.result);
      result.failures.push(...user.failures);
    }
    if (!account.side) await lookUpUsage(account, result);
    if (found) tellOfPolicies(account, result);
    news = newsFor(account, result);
    const told = await tell(account, { result, news }, worked);
    const { memory, now } = await remember(account, { result, news }, { worked, ...told, ...remembered });
    if (found && !account.side) result.inventory = inventoryOf({ found, worked, memory, policies: policiesBy(account, memory), now });
  } catch (cause) {
    error = cause instanceof Error ? cause : new AccountFailedError(String(cause));
    const user = event.ForceRotate;
    result.failures.push({
      ...(user !== undefined && { user }),
      step: user === undefined ? 'account' : 'force rotate',
      ...errorFacts(error),
    });
    news = await rememberFailedRun(services, event, result);
  }
  result.status = error ? 'failed' : result.failures.length + result.left.length > 0 ? 'partial' : 'succeeded';
  result.finishedAt = clock().toISOString();
  news.status = result.status;
  news.finishedAt = result.finishedAt;
  return { result, news, ...(error && { error }) };
}

interface Worked extends Pick<RunFacts, 'seen' | 'sweptTo' | 'orphans' | 'members' | 'everybody'> {
  worked: UserWorked[];
  /** Absent of a forced rotation, which looks for nobody else. */
  found?: Coverage;
  inPolicies?: UsersOfPolicies;
}

async function work(account: Account, event: RotatorEvent, result: AccountResult): Promise<Worked> {
  if (event.ForceRotate !== undefined) {
    const { sweptTo } = account.read.memory;
    return { worked: await forceRotateUser(account, event.ForceRotate, result), seen: [], ...(sweptTo !== undefined && { sweptTo }) };
  }
  const { worked, found, members, inPolicies } = await rotateEveryUser(account, result);
  const { sweptTo } = account.read.memory;
  if (account.side) return { worked, found, inPolicies, seen: [], ...(members && { members }), ...(sweptTo !== undefined && { sweptTo }) };
  const gone = await workOnOrphanedSecrets(account, found, result);
  await letKeyApiRead(account, result);
  return {
    worked: [...worked, ...gone.worked],
    found,
    inPolicies,
    seen: found.seen,
    ...(members && { members }),
    ...(found.report && { everybody: found.report.users }),
    ...(gone.orphans && { orphans: gone.orphans }),
    ...(found.sweptTo !== undefined && { sweptTo: found.sweptTo }),
  };
}

/** What went wrong meanwhile is in both: the result is all that happened. */
async function tell(
  account: Account,
  { result, news }: { result: AccountResult; news: AccountResult },
  worked: readonly UserWorked[],
): ReturnType<typeof tellPeople> {
  const before = news.failures.length;
  const told = await tellPeople(account, news, worked);
  if (news !== result) result.failures.push(...news.failures.slice(before));
  return told;
}

/** By which policy a user's next steps are: their own, as their last run of it says. */
function policiesBy({ follow, sides }: Account, { users = {} }: AccountMemory): PoliciesAtEnd {
  const own = follow(undefined);
  const followed = new Map<string | undefined, Followed>(sides.map((side) => [side.name, follow(side)]));
  return { own: own.policy, of: (userName) => followed.get(users[userName]?.policy?.name) ?? own };
}

/** That nothing could be remembered is a failure of the run: what people were told is then told again before anything happens. */
async function remember(
  account: Account,
  { result, news }: { result: AccountResult; news: AccountResult },
  { inPolicies, ...run }: Omit<RunFacts, 'central' | 'dryRun' | 'exemption' | 'now'> & Pick<Worked, 'inPolicies'>,
): Promise<{ memory: AccountMemory; now: Date }> {
  const { read, stored, services, issuing, exemption, dryRun, id } = account;
  const { central } = issuing.store;
  const now = services.clock();
  const keys = afterRun(read.memory, { ...run, ...(central && { central }), exemption, dryRun, now });
  const accepted = new Set(run.told.keys());
  const memory = withPolicies(account, keys, { result, news, accepted, ...(inPolicies && { inPolicies }), now });
  result.failures.push(...putOffFailures(memory, run.worked, now));
  if (read.etag !== undefined && isDeepStrictEqual(memory, stored)) return { memory, now };
  try {
    await services.memory.write(id, memory, read);
  } catch (cause) {
    result.failures.push({ step: 'remember', ...errorFacts(cause) });
  }
  return { memory, now };
}
