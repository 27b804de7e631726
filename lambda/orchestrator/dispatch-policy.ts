import type { PolicyScopes } from '../shared/environment';
import { errorFacts, InvalidEventError, RotationError } from '../shared/errors';
import type { OrchestratorEvent } from '../shared/events';
import { limited } from '../shared/limited';
import { INVOKES_AT_ONCE, selectAccounts, startRotator, type Dispatch, type OrchestratorServices } from './orchestrate';
import type { Selection } from './select-from-organization';

/** Accounts that one run of a policy starts for each minute until the next: Lambda runs 1,000 functions at once, and is not ours alone. */
const ACCOUNTS_PER_MINUTE = 50;
const MINUTE_MS = 60_000;

/**
 * Starts one rotator invocation per account for the users of one policy. It leaves no manifest: there are hundreds of such runs a day, of
 * which the deployment's own run tells. Accounts that could not be dispatched, or are not there any more, are in `failed`, and stop no other.
 */
export async function dispatchPolicy(
  services: OrchestratorServices,
  event: OrchestratorEvent & { policy: string },
  run: { runId: string; now: Date },
): Promise<Dispatch> {
  const scope = scopeOf(services.environment.POLICIES, event.policy);
  const { accounts, skipped, unclear } = await select(services, event, scope);
  refuseTooMany(scope, accounts.length);
  const dryRun = services.environment.DRY_RUN || event.dryrun === true;
  const dispatch: Dispatch = { runId: run.runId, policy: event.policy, dryRun, dispatched: [], skipped, failed: [...unclear] };
  await limited(INVOKES_AT_ONCE, accounts, async (account) => {
    try {
      await startRotator(services, account, { runId: run.runId, policy: event.policy, ...(dryRun && { dryrun: true }) });
      dispatch.dispatched.push(account.id);
    } catch (error) {
      dispatch.failed.push({ account: account.id, ...errorFacts(error) });
    }
  });
  return dispatch;
}

type Scope = PolicyScopes[number];

function scopeOf(scopes: readonly Scope[] = [], name: string): Scope {
  const scope = scopes.find((one) => one.name === name);
  if (scope) return scope;
  const known = scopes.map((one) => `"${one.name}"`).join(', ');
  throw new InvalidEventError(
    `policy: "${name}" is not among the policies of this deployment: ${known || 'there is none'}; nothing was done`,
  );
}

/** An account of the settings that has left the organization fails by itself; one that was asked for is refused as a whole. */
async function select(
  services: OrchestratorServices,
  { accounts: asked }: OrchestratorEvent,
  { accounts: own }: Scope,
): Promise<Selection> {
  const outside = own ? (asked ?? []).filter((id) => !own.includes(id)) : [];
  if (outside.length > 0) throw new InvalidEventError(`accounts: outside of the policy's: ${outside.join(', ')}; nothing was done`);
  const found = await selectAccounts(services, asked ? { accounts: asked } : {});
  if (!own || asked) return found;
  const known = new Set([...found.accounts.map(({ id }) => id), ...found.skipped.map(({ account }) => account)]);
  const gone = own.filter((id) => !known.has(id) && found.unclear.every(({ account }) => account !== id));
  const message = 'the policy names this account, and it is not in the organization; take it out of the settings';
  return {
    accounts: found.accounts.filter(({ id }) => own.includes(id)),
    skipped: found.skipped.filter(({ account }) => own.includes(account)),
    unclear: [
      ...found.unclear.filter(({ account }) => own.includes(account)),
      ...gone.map((account) => ({ account, error: 'AccountNotRotatedError', message })),
    ],
  };
}

function refuseTooMany({ name, pauseMs }: Scope, count: number): void {
  const most = Math.floor((pauseMs / MINUTE_MS) * ACCOUNTS_PER_MINUTE);
  if (count <= most) return;
  throw new RotationError(
    `policy: "${name}" would run in ${count} accounts, and with a run every ${Math.round(pauseMs / MINUTE_MS)} minutes at most ${most} are started; name its accounts in the settings, or let it run less often; nothing was done`,
  );
}
