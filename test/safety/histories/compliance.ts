import type { AccountResult } from '../../../lambda/runs/schemas';
import { DAY, NAMES, type TestOrganization } from '../../helpers/sandbox-organization';
import type { AccessKey, User } from '../../../sandbox/kernel/world';
import type { Store } from './story';

/** The default policy, by which every story ends. */
const DISABLE_DAYS = 100;
const DELETE_DAYS = 110;
const RECOVERY_DAYS = 10;
/** What a person has to decide is named in the result every day until they do. */
const NEEDS_A_PERSON = 'a person must decide';
/** Whom the central store refuses, in every run and loudly, until a person renames them. */
const isRefused = (user: string | undefined, store: Store): boolean => store === 'central' && user?.includes(',') === true;

/** Users of the organization's active accounts who hold what the policy does not allow, one line each; exempt users aside, and those who need a person's decision and are said to. */
export function notCompliant(org: TestOrganization, results: ReadonlyMap<string, AccountResult>, store: Store): string[] {
  const { world, clock } = org.sandbox;
  const now = clock.now();
  return [...world.organization.members.values()]
    .filter(({ state }) => state === 'ACTIVE')
    .flatMap(({ id }) => {
      const result = results.get(id);
      if (!result) return [`the account ${id} has no result`];
      const refused = result.failures.filter(({ user, error }) => error === 'SecretUnusableError' && isRefused(user, store));
      const others = result.failures.filter((failure) => !refused.includes(failure));
      const failures = others.map(({ user, step, error, message }) => `${id}: ${user ?? 'the account'}: ${step}: ${error}: ${message}`);
      const users = [...(world.accounts.get(id)?.users.values() ?? [])].filter(
        (user) => !isExempt(user, now) && !refused.some((failure) => failure.user === user.name),
      );
      return [...failures, ...users.flatMap((user) => wrongWith(org, user, result, now).map((line) => `${id}: ${user.name}: ${line}`))];
    });
}

/** Whether a person has to decide about a user's keys, and the result says so. */
export const needsAPerson = ({ users }: AccountResult, name: string): boolean =>
  users.some(
    ({ user, actions }) => user === name && actions.some(({ action, reason }) => action === 'blocked' && reason.includes(NEEDS_A_PERSON)),
  );

function wrongWith(org: TestOrganization, user: User, result: AccountResult, now: Date): string[] {
  if (needsAPerson(result, user.name)) return [];
  const actions = result.users.filter((one) => one.user === user.name).flatMap((one) => one.actions);
  const said = actions.map(({ action, reason }) => `${action}: ${reason}`).join('; ') || 'nothing';
  const wrong = user.keys.flatMap((key) => {
    const why = tooOld(org, key, now);
    return why === undefined ? [] : [`${key.id} ${why} (said of the user: ${said})`];
  });
  // Of a user who has no key, nobody is asked: what is left on them says nothing about any key.
  const intents = user.keys.length === 0 ? [] : [...user.tags.keys()].filter((tag) => tag.startsWith('key-rotation:issuing:'));
  return [...wrong, ...intents.map((tag) => `${tag} is left`)];
}

function tooOld({ rules }: TestOrganization, { id, status, created }: AccessKey, now: Date): string | undefined {
  const days = daysBetween(created, now);
  if (status === 'Active') return days >= DISABLE_DAYS ? `is active and ${days} days old` : undefined;
  const since = rules.book.entry(id)?.inactiveSince;
  const inactiveDays = since ? daysBetween(since, now) : 0;
  const over = inactiveDays > RECOVERY_DAYS && days > DELETE_DAYS;
  return over ? `is inactive since ${inactiveDays} days and ${days} days old` : undefined;
}

const daysBetween = (from: Date, to: Date): number => Math.floor(to.getTime() / DAY) - Math.floor(from.getTime() / DAY);

function isExempt(user: User, now: Date): boolean {
  if (!user.groups.has(NAMES.exemptionGroup)) return false;
  const until = user.tags.get('key-rotation:exempt-until');
  return until === undefined || now.getTime() < new Date(`${until}T00:00:00Z`).getTime() + DAY;
}
