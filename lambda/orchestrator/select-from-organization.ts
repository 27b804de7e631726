import type { Account } from '@aws-sdk/client-organizations';
import type { Scope } from '../shared/environment';
import { RotationError } from '../shared/errors';
import type { AccountRef, RunManifest, SkippedAccount } from '../runs/schemas';

/** Which accounts a run works on, and why it leaves the others. */
export interface Selection {
  accounts: AccountRef[];
  skipped: SkippedAccount[];
  /** Accounts of which it cannot be told whether the run should work on them. */
  unclear: RunManifest['failed'];
}

/** Why a run leaves an account: for programs and for people. */
export type Skip = Pick<SkippedAccount, 'code' | 'reason'>;

/** The account was left out of the event's `accounts`. */
export const NOT_ASKED_FOR: Skip = { code: 'not-asked-for', reason: 'not among the accounts asked for' };

/**
 * Chooses a run's accounts: active ones, inside the included accounts and units, outside the excluded ones, and among `only` when given.
 * What AWS does not say is never guessed: an account without a state is `unclear`, and that the settings name units and there is no path,
 * which no account then has, is an error.
 */
export function selectFromOrganization(organization: readonly Account[], scope: Scope, only: ReadonlySet<string> | undefined): Selection {
  const selection: Selection = { accounts: [], skipped: [], unclear: [] };
  for (const account of organization) {
    const ref = refOf(account);
    const skip = whyNot(account, ref, scope, only);
    if (skip === 'unclear') selection.unclear.push({ account: ref.id, ...STATE_UNKNOWN });
    else if (skip) selection.skipped.push({ account: ref.id, name: ref.name, ...skip });
    else selection.accounts.push(ref);
  }
  const known = new Set(organization.map((account) => account.Id));
  for (const id of scope.includeAccounts) {
    if (known.has(id)) continue;
    selection.skipped.push({
      account: id,
      name: '',
      code: 'not-in-organization',
      reason: 'named in includeAccounts, but not in the organization',
    });
  }
  return selection;
}

/** An account as the rotator needs it, called by its id when it has no name; throws when Organizations leaves out its id. */
export function refOf(account: Account): AccountRef {
  if (!account.Id) throw new RotationError('Organizations listed an account without an id');
  const { Id: id, Name: name = '', Email: email = '' } = account;
  return { id, name: name === '' ? id : name, email };
}

function whyNot(account: Account, ref: AccountRef, scope: Scope, only: ReadonlySet<string> | undefined): Skip | 'unclear' | undefined {
  if (only && !only.has(ref.id)) return NOT_ASKED_FOR;
  const excluded = whyOutOfScope(account, ref, scope);
  if (excluded) return excluded;
  const state = account.State ?? account.Status;
  if (!state) return 'unclear';
  return state === 'ACTIVE' ? undefined : { code: 'not-active', reason: `its state is ${state}` };
}

const STATE_UNKNOWN = {
  error: 'StateUnknown',
  message: 'Organizations did not say what state the account is in, so nothing was done there',
};

/** Why the settings leave an account out; undefined when it is in scope. */
export function whyOutOfScope(account: Account, ref: AccountRef, scope: Scope): Skip | undefined {
  const { includeAccounts, excludeAccounts, includeOrganizationalUnits, excludeOrganizationalUnits } = scope;
  if (excludeAccounts.includes(ref.id)) return { code: 'excluded-account', reason: 'excluded by excludeAccounts' };
  if (scope.skipManagementAccount === true && managementAccountOf(account, ref.id) === ref.id) return MANAGEMENT_ACCOUNT;
  const units = includeOrganizationalUnits.length + excludeOrganizationalUnits.length > 0 ? unitsOf(account, ref.id) : new Set<string>();
  if (excludeOrganizationalUnits.some((unit) => units.has(unit)))
    return { code: 'excluded-unit', reason: 'excluded by excludeOrganizationalUnits' };
  if (includeAccounts.length + includeOrganizationalUnits.length === 0) return undefined;
  if (includeAccounts.includes(ref.id) || includeOrganizationalUnits.some((unit) => units.has(unit))) return undefined;
  return { code: 'not-included', reason: 'not in includeAccounts or includeOrganizationalUnits' };
}

const MANAGEMENT_ACCOUNT: Skip = {
  code: 'management-account',
  reason: 'it is the management account, where StackSets deploy no role; deploy the member template there and set managementAccount=rotate',
};

/** An account's ARN names the management account: https://docs.aws.amazon.com/organizations/latest/APIReference/API_Account.html */
function managementAccountOf(account: Account, id: string): string {
  const management = account.Arn?.split(':')[4];
  if (!management) throw new RotationError(`Organizations did not say the ARN of account ${id}, which names the management account`);
  return management;
}

/** Every unit above the account: https://docs.aws.amazon.com/organizations/latest/APIReference/API_Account.html, `Paths`. */
function unitsOf(account: Account, id: string): ReadonlySet<string> {
  if (!account.Paths || account.Paths.length === 0) {
    throw new RotationError(`Organizations did not say which units account ${id} is in, and the settings include or exclude units`);
  }
  return new Set(account.Paths.flatMap((path) => path.split('/')));
}
