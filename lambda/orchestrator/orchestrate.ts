import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { DescribeAccountCommand, paginateListAccounts, type Account, type OrganizationsClient } from '@aws-sdk/client-organizations';
import type { OrchestratorEnvironment } from '../shared/environment';
import { errorFacts, AccountNotRotatedError, RotationError } from '../shared/errors';
import type { OrchestratorEvent, RotatorEvent } from '../shared/events';
import { limited } from '../shared/limited';
import type { RunStore } from '../runs/run-store';
import type { AccountRef, RunManifest } from '../runs/schemas';
import { selectFromList } from './select-from-list';
import { refOf, selectFromOrganization, whyOutOfScope, type Selection } from './select-from-organization';

/** What orchestrating needs; made once per cold start. */
export interface OrchestratorServices {
  environment: OrchestratorEnvironment;
  organizations: OrganizationsClient;
  lambda: LambdaClient;
  store: RunStore;
}

/** What a run sent out. */
export interface Dispatch {
  runId: string;
  /** Whose users the run is for; absent of the deployment's own. */
  policy?: string;
  dryRun: boolean;
  dispatched: string[];
  skipped: RunManifest['skipped'];
  failed: RunManifest['failed'];
}

/** Invokes in flight at once: 10,000 accounts are dispatched in seconds. */
export const INVOKES_AT_ONCE = 50;

/**
 * Starts one rotator invocation per account of the organization, or for one forced user. The manifest is stored before the first
 * dispatch; an Organizations error is thrown, never an empty run; accounts that could not be dispatched, or of which Organizations did not
 * say enough, are in `failed`.
 */
export async function orchestrate(
  services: OrchestratorServices,
  event: OrchestratorEvent,
  run: { runId: string; now: Date },
): Promise<Dispatch> {
  const { environment, store } = services;
  const { accounts, skipped, unclear } = await selectAccounts(services, event);
  const dryRun = environment.DRY_RUN || event.dryrun === true;
  const manifest: RunManifest = {
    runId: run.runId,
    startedAt: run.now.toISOString(),
    dryRun,
    ...(event.ForceRotate !== undefined && { forceRotate: event.ForceRotate }),
    accounts,
    skipped,
    failed: [...unclear],
  };
  await store.putManifest(manifest);
  await limited(INVOKES_AT_ONCE, accounts, async (account) => {
    try {
      await startRotator(services, account, {
        runId: run.runId,
        ...(dryRun && { dryrun: true }),
        ...(event.ForceRotate !== undefined && { ForceRotate: event.ForceRotate }),
      });
    } catch (error) {
      manifest.failed.push({ account: account.id, ...errorFacts(error) });
    }
  });
  if (manifest.failed.length > unclear.length) await store.putManifest(manifest);
  const failed = new Set(manifest.failed.map((failure) => failure.account));
  const dispatched = accounts.map((account) => account.id).filter((id) => !failed.has(id));
  return { runId: run.runId, dryRun, dispatched, skipped, failed: manifest.failed };
}

/** The accounts that an event is about; asking for one that is unknown is an AccountNotRotatedError. */
export async function selectAccounts(services: OrchestratorServices, event: OrchestratorEvent): Promise<Selection> {
  const { ACCOUNTS } = services.environment;
  if (ACCOUNTS) return selectFromList(ACCOUNTS, event);
  if (event.account !== undefined) return { accounts: [await describeAccount(services, event.account)], skipped: [], unclear: [] };
  const organization = await listAccounts(services.organizations);
  const known = new Set(organization.map((account) => account.Id));
  const unknown = event.accounts?.filter((id) => !known.has(id)) ?? [];
  if (unknown.length > 0) throw new AccountNotRotatedError(`accounts: not in the organization: ${unknown.join(', ')}; nothing was done`);
  return selectFromOrganization(organization, services.environment.SCOPE, event.accounts && new Set(event.accounts));
}

async function listAccounts(organizations: OrganizationsClient): Promise<Account[]> {
  const accounts: Account[] = [];
  for await (const page of paginateListAccounts({ client: organizations }, {})) {
    // A page may be empty when there are more: https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html
    if (!page.Accounts && !page.NextToken)
      throw new RotationError('Organizations answered ListAccounts without the list that was asked for');
    accounts.push(...(page.Accounts ?? []));
  }
  if (accounts.length === 0)
    throw new RotationError('Organizations listed no account at all; an organization has at least its management account');
  return accounts;
}

async function describeAccount({ organizations, environment }: OrchestratorServices, id: string): Promise<AccountRef> {
  const { Account: account } = await organizations.send(new DescribeAccountCommand({ AccountId: id })).catch((cause: unknown) => {
    const { error, message } = errorFacts(cause);
    if (error === 'AccountNotFoundException')
      throw new AccountNotRotatedError(`account: ${id} is not in the organization; nothing was done`, { cause });
    throw new RotationError(`cannot describe account ${id}: ${error}: ${message}`, { cause });
  });
  if (!account) throw new RotationError(`Organizations did not describe account ${id}`);
  const ref = refOf(account);
  const { reason } = whyOutOfScope(account, ref, environment.SCOPE) ?? { reason: inactive(account) };
  if (reason !== undefined) throw new AccountNotRotatedError(`account: ${id} is not rotated: ${reason}; nothing was done`);
  return ref;
}

function inactive(account: Account): string | undefined {
  const state = account.State ?? account.Status;
  return state === 'ACTIVE' ? undefined : `its state is ${state ?? 'unknown'}`;
}

/** Invokes the rotator asynchronously for one account; throws when Lambda does not accept the event. */
export async function startRotator(
  { lambda, environment }: OrchestratorServices,
  account: AccountRef,
  asked: Omit<RotatorEvent, keyof AccountRef | 'account'>,
): Promise<void> {
  const payload: RotatorEvent = { account: account.id, email: account.email, name: account.name, ...asked };
  const { StatusCode } = await lambda.send(
    new InvokeCommand({
      FunctionName: environment.ROTATOR_FUNCTION,
      InvocationType: 'Event',
      Payload: Buffer.from(JSON.stringify(payload)),
    }),
  );
  if (StatusCode !== 202) throw new RotationError(`Lambda answered ${StatusCode ?? 'nothing'} instead of 202`);
}
