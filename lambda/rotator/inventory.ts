import { isSupersededBy } from '../core/plan/evidence';
import type { Policy } from '../core/plan/policy';
import type { LastUse } from '../core/plan/user-facts';
import type { Coverage } from '../core/read/candidates';
import type { ReportedUser } from '../core/read/credential-report';
import type { UserWorked } from '../core/rotate-user';
import type { Inventory, RecordedKey, RecordedUser } from '../runs/schemas';
import { daysBetween, lengthOf } from '../shared/period';
import type { Followed } from './follow';
import type { AccountMemory, KeyMemory, UserMemory } from './memory/account-memory';
import { nextStep } from './next-step';

/** The deployment's own policy, and the one by which a user's next step is. */
export interface PoliciesAtEnd {
  own: Policy;
  of: (userName: string) => Pick<Followed, 'side' | 'policy'>;
}

/** What a run knows of an account's keys when it ends. */
export interface KnownAtEnd {
  found: Pick<Coverage, 'report' | 'everyUser'>;
  worked: readonly UserWorked[];
  /** As it is after the run. */
  memory: AccountMemory;
  policies: PoliciesAtEnd;
  /** The moment that the memory was made at. */
  now: Date;
}

type Slot = ReportedUser['keys'][number];
type Known = KeyMemory & { keyId: string };
/** A key as a run has seen it, as the credential report shows it, or both. */
interface Paired {
  known?: Known;
  slot?: Slot;
}

/**
 * Every key of an account as it is after a run, without asking for anything more. The credential report, up to four hours old, tells which
 * keys there are and when they were used; a listing of this run knows better. Ids are those that a run has seen.
 */
export function inventoryOf({ found, worked, memory, policies, now }: KnownAtEnd): Inventory {
  const workedOn = new Map(worked.map((user) => [user.result.user, user]));
  const reported = found.report && new Map(found.report.users.map(({ name, keys }) => [name, keys]));
  const remembered = byUser(memory);
  const names = new Set([...remembered.keys(), ...(reported?.keys() ?? []), ...Object.keys(memory.users ?? {})]);
  const users = [...names].toSorted().flatMap((name): RecordedUser[] => {
    const known = remembered.get(name) ?? [];
    const user = workedOn.get(name);
    const isListed = user?.facts !== undefined || known.some(({ seen }) => seen === now.toISOString());
    const isGone = !isListed && (found.everyUser ? !found.everyUser.has(name) : reported !== undefined && !reported.has(name));
    const { read, owner, exemption } = memory.users?.[name] ?? {};
    const pairs = isGone ? [] : pair(known, reported?.get(name), isListed);
    if (pairs.length === 0 && !exemption) return [];
    const { side, policy } = policies.of(name);
    const keys = pairs.map((one) => recorded(one, pairs, { user, isListed, isExempt: exemption?.exempt === true, policy, now }));
    return [
      {
        user: name,
        ...(owner !== undefined && { owner }),
        ...(read !== undefined && { read }),
        ...(side && { policy: side.name }),
        ...(exemption && { exemption: withoutTold(exemption) }),
        keys,
      },
    ];
  });
  const usesAsOf = found.report?.made?.toISOString();
  return { policy: agesOf(policies.own), ...(usesAsOf !== undefined && { usesAsOf }), users };
}

function agesOf({ rotate, disableGrace, deleteGrace }: Policy): Inventory['policy'] {
  const rotateMs = lengthOf(rotate);
  const disableMs = rotateMs + lengthOf(disableGrace);
  return { rotateMs, disableMs, deleteMs: disableMs + lengthOf(deleteGrace) };
}

function byUser({ keys }: AccountMemory): Map<string, Known[]> {
  const users = new Map<string, Known[]>();
  for (const [keyId, key] of Object.entries(keys)) users.set(key.user, [...(users.get(key.user) ?? []), { ...key, keyId }]);
  for (const held of users.values()) held.sort((a, b) => (a.created < b.created ? -1 : 1));
  return users;
}

/** The report shows dates to the second. */
const SECOND_MS = 1_000;
const isSameMoment = (known: Known, { created }: Slot): boolean =>
  created !== undefined && Math.abs(Date.parse(known.created) - created.getTime()) < SECOND_MS;
/** The report's date is that of the last change, never before the creation. */
const mayBe = (known: Known, { created }: Slot): boolean =>
  created === undefined || created.getTime() >= Date.parse(known.created) - SECOND_MS;

/**
 * The keys of one user, each with its slot of the report: the one with the same date, else the last one of each that is left. What this run
 * has listed is all there is; else the report says it, which may hide a key that is inactive, and where there is no report the last listing.
 */
function pair(known: readonly Known[], slots: readonly Slot[] | undefined, isListed: boolean): Paired[] {
  if (!slots) return known.map((one) => ({ known: one }));
  const left = [...slots];
  const take = (slot: Slot | undefined): Slot | undefined => (slot === undefined ? undefined : left.splice(left.indexOf(slot), 1)[0]);
  const pairs = known.map((one): Paired => {
    const slot = take(left.find((other) => isSameMoment(one, other)));
    return { known: one, ...(slot && { slot }) };
  });
  const alone = pairs.filter(({ slot }) => !slot);
  const [rest] = left;
  const [last] = alone;
  if (alone.length === 1 && left.length === 1 && last?.known && rest && mayBe(last.known, rest)) {
    last.slot = rest;
    left.pop();
  }
  return isListed ? pairs : [...pairs.filter(({ known, slot }) => slot ?? !known?.active), ...left.map((slot) => ({ slot }))];
}

function recorded(
  one: Paired,
  all: readonly Paired[],
  {
    user,
    isListed,
    isExempt,
    policy,
    now,
  }: { user: UserWorked | undefined; isListed: boolean; isExempt: boolean; policy: Policy; now: Date },
): RecordedKey {
  const { known, slot } = one;
  const active = isActive(one, isListed);
  const created = createdOf(one);
  const keyId = known?.keyId;
  const actions = user?.result.actions.filter((action) => keyId !== undefined && action.keyId === keyId) ?? [];
  const isNewest = all.every((other) => other === one || !isActive(other, isListed) || (createdOf(other) ?? now) < (created ?? now));
  return {
    ...(keyId !== undefined && { keyId }),
    status: active ? 'Active' : 'Inactive',
    ...(created && { created: created.toISOString() }),
    ...useOf(user?.facts?.keys.find(({ id }) => id === keyId)?.lastUsed ?? slot?.lastUsed),
    ...(known?.issued && { issued: true }),
    ...fetchedOf(known, user),
    ...successorOf(keyId, user, actions),
    ...(isExempt ? {} : nextStep({ active, created, told: known?.told, actions }, isNewest, policy, now)),
  };
}

const isActive = ({ known, slot }: Paired, isListed: boolean): boolean => (isListed || !slot ? known?.active : slot.active) === true;
const createdOf = ({ known, slot }: Paired): Date | undefined => (known ? new Date(known.created) : slot?.created);

function useOf(use: LastUse | undefined): Pick<RecordedKey, 'lastUsed' | 'lastUsedService' | 'lastUsedRegion'> {
  if (use === undefined) return {};
  if (use === 'never') return { lastUsed: 'never' };
  return { lastUsed: use.at.toISOString(), lastUsedService: use.service, lastUsedRegion: use.region };
}

/** What was just read, in DryRun, too, of which nothing is remembered. */
function fetchedOf(known: Known | undefined, user: UserWorked | undefined): Pick<RecordedKey, 'fetched'> {
  const { current, fetched } = user?.facts?.stored ?? {};
  const isOfThisKey = known !== undefined && current === known.keyId && fetched && daysBetween(new Date(known.created), fetched) >= 0;
  const day = isOfThisKey ? fetched.toISOString() : known?.fetched;
  return day === undefined ? {} : { fetched: day };
}

function successorOf(
  keyId: string | undefined,
  user: UserWorked | undefined,
  actions: UserWorked['result']['actions'],
): Pick<RecordedKey, 'successorId'> {
  const { facts } = user ?? {};
  const key = facts?.keys.find(({ id }) => id === keyId);
  const issued = actions.find(({ successorId, outcome }) => successorId !== undefined && outcome === 'done')?.successorId;
  const other = facts && key && facts.keys.find((one) => one.id !== key.id && isSupersededBy(facts, key, one));
  const successorId = issued ?? other?.id;
  return successorId === undefined ? {} : { successorId };
}

/** When people were told of it is for the next run alone. */
function withoutTold({ by, exempt, until, unclear, since }: NonNullable<UserMemory['exemption']>): NonNullable<RecordedUser['exemption']> {
  return { by, exempt, ...(until !== undefined && { until }), ...(unclear !== undefined && { unclear }), since };
}
