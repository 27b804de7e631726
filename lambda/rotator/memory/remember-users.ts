import { exemptByPath, type ExemptionRules } from '../../core/plan/exemption';
import type { UserWorked } from '../../core/rotate-user';
import { daysBetween } from '../../shared/period';
import type { AccountMemory, UserMemory } from './account-memory';

/** What a run has learned of users, beside their keys. */
export interface LearnedOfUsers {
  worked: readonly UserWorked[];
  /** Who is in the exemption group; absent when it was not read. */
  members?: ReadonlySet<string>;
  /** Every user, where a credential report named them. */
  everybody?: readonly { name: string; arn: string }[];
  exemption: ExemptionRules;
  /** Users whose unclear exemption a mail of this run tells of. */
  unclearTold?: ReadonlySet<string>;
  now: Date;
}

type Mark = NonNullable<UserMemory['exemption']>;

/** An unclear exemption is told of at once and then so often: it lasts until a person has mended it. */
const TELL_AGAIN_DAYS = 7;

/** Users of whose unclear exemption people know from a mail of the last days, as it still is. */
export function knownUnclear({ users = {} }: AccountMemory, worked: readonly UserWorked[], now: Date): ReadonlySet<string> {
  const isKnown = ({ result, exemption }: UserWorked): boolean => {
    const { unclear, told } = users[result.user]?.exemption ?? {};
    return told !== undefined && unclear === exemption?.unclear && daysBetween(new Date(told), now) < TELL_AGAIN_DAYS;
  };
  return new Set(worked.filter(isKnown).map(({ result }) => result.user));
}

/** What is remembered of users after a run; of those who hold none of these keys and have no exemption, nothing. */
export function usersAfterRun(before: AccountMemory, keys: AccountMemory['keys'], run: LearnedOfUsers): AccountMemory['users'] {
  const users = new Map(Object.entries(before.users ?? {}));
  const now = run.now.toISOString();
  const mark = (name: string, found: Omit<Mark, 'since' | 'told'> | undefined): void => {
    const { exemption: known, ...user } = users.get(name) ?? {};
    const since = known?.by === found?.by ? known?.since : undefined;
    const told = run.unclearTold?.has(name) ? now : known?.unclear === found?.unclear ? known?.told : undefined;
    users.set(name, { ...user, ...(found && { exemption: { ...found, since: since ?? now, ...(told !== undefined && { told }) } }) });
  };
  const names = run.everybody && new Set(run.everybody.map(({ name }) => name));
  for (const [name, { exemption }] of users) if (exemption && exemption.by !== 'group' && names?.has(name) === false) mark(name, undefined);
  for (const { name, arn } of run.everybody ?? []) {
    const isMarked = users.get(name)?.exemption?.by === 'path';
    const byPath = exemptByPath(arn, run.exemption) !== undefined;
    if (isMarked !== byPath) mark(name, byPath ? { by: 'path', exempt: true } : undefined);
  }
  if (run.members) {
    for (const [name, { exemption }] of users) if (exemption?.by === 'group' && !run.members.has(name)) mark(name, undefined);
    for (const name of run.members) if (!users.get(name)?.exemption) mark(name, { by: 'group', exempt: true });
  }
  for (const { result, facts, exemption } of run.worked) {
    if (exemption) mark(result.user, foundIn(exemption));
    if (!facts) continue;
    const { exemption: marked, policy } = users.get(result.user) ?? {};
    users.set(result.user, {
      read: now,
      ...(result.owner !== undefined && { owner: result.owner }),
      ...(policy && { policy }),
      ...(marked && { exemption: marked }),
    });
  }
  const holders = new Set(Object.values(keys).map(({ user }) => user));
  const kept = [...users].filter(([name, { exemption, policy }]) => holders.has(name) || exemption || policy);
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

/** Whoever is in the group has a mark even when it has lapsed; a tag that says nothing is none. */
function foundIn({ by, exempt, unclear, until }: NonNullable<UserWorked['exemption']>): Omit<Mark, 'since' | 'told'> | undefined {
  if (by === 'tag' && exempt === undefined && unclear === undefined) return undefined;
  return { by, exempt: exempt !== undefined, ...(until !== undefined && { until }), ...(unclear !== undefined && { unclear }) };
}
