import { plan } from '../../../lambda/core/plan/plan';
import { tagValue } from '../../../lambda/core/plan/key-state';
import type { AccessKey } from '../../../lambda/core/plan/user-facts';
import { ACTIONS } from '../../../lambda/shared/actions';
import type { Action, Decision } from '../../../lambda/shared/decision';
import type { RotatorEnvironment } from '../../../lambda/shared/environment';
import { DAY_MS, isOver, lengthOf, type Period } from '../../../lambda/shared/period';
import { nextRun } from '../../../lambda/shared/schedule';
import { shownKey, type ShownKey } from '../../keys/operations/list-keys';
import { leftAloneAt, type KnownUser } from '../simulation/simulated-user';
import { exemptionRulesOf, policyBefore, runsBetween, simulate, type UserHappening } from '../simulation/simulate';
import type { UnreadUser } from './read-account';
import type { ReadAccounts, UnreadAccount } from './read-accounts';

/** What is asked of keys besides the rotation's own policy. */
export interface AuditLimits {
  /** Active keys of this age or more are found. */
  olderThan?: Period;
  /** Active keys that nobody has used for so long, since their creation where never, are found. */
  unusedFor?: Period;
}

/** What the rotation does to a key next. */
export interface NextStep {
  action: Action;
  label: string;
  /** The run that does it, ISO 8601. */
  at: string;
  why: string;
}

/** A key as an audit shows it. */
interface AuditedKey extends ShownKey {
  /** The limits that it is beyond, such as `older than 90d`. */
  beyond: string[];
  /** Null when nothing is due within the time of a whole rotation. */
  next: NextStep | null;
  /** A step is due today, or due and blocked. */
  due: boolean;
}

/** A user as an audit shows one. */
export interface AuditedUser {
  user: string;
  arn: string;
  owner: string | null;
  /** Why the rotation leaves the user alone; null when it does not. */
  exempt: string | null;
  keys: AuditedKey[];
}

/** What an audit found. */
export interface Audit {
  at: string;
  /** Where the rotation's settings are from. */
  settings: string;
  accounts: { account: string; users: AuditedUser[]; unread: UnreadUser[] }[];
  /** Accounts that could not be read at all. */
  failed: UnreadAccount[];
  /** Keys that are due, or beyond a limit where limits were given. */
  due: number;
  notes: string[];
}

/** Steps of every schedule come within this time after their day. */
const LONGEST_PAUSE_MS = 31 * DAY_MS;

const DUE: ReadonlySet<Action> = new Set<Action>(['rotate', 'disable', 'delete', 'notify', 'note-inactive', 'announce']);
const isDue = ({ action }: Decision): boolean => DUE.has(action) || ACTIONS[action].blocks;

/** Judges what was read: what of it is due, and what the rotation does next, by its own plan. */
export function audit(
  { accounts, failed }: ReadAccounts,
  environment: RotatorEnvironment,
  { limits, now, settings }: { limits: AuditLimits; now: Date; settings: string },
): Audit {
  const until = new Date(now.getTime() + lengthOf(environment.POLICY.delete) + LONGEST_PAUSE_MS);
  const runs = runsBetween(environment.SCHEDULE, now, until);
  const judged = accounts.map(({ account, users, unread }) => {
    const next = nextSteps(simulate(users, environment, runs));
    return { account, users: users.map((user) => auditUser(user, environment, { limits, now, next })), unread };
  });
  const keys = judged.flatMap(({ users }) => users.flatMap((user) => user.keys));
  const isLimited = limits.olderThan !== undefined || limits.unusedFor !== undefined;
  return {
    at: now.toISOString(),
    settings,
    accounts: judged,
    failed,
    due: keys.filter(({ due, beyond }) => (isLimited ? beyond.length > 0 : due)).length,
    notes: accounts.flatMap(({ notes }) => notes),
  };
}

/** The first step of each key, by user and key. */
function nextSteps(happened: readonly UserHappening[]): ReadonlyMap<string, NextStep> {
  const steps = new Map<string, NextStep>();
  for (const { user, at, decision, outcome } of happened) {
    if (!('keyId' in decision) || decision.action === 'warn' || outcome === 'deferred') continue;
    const of = `${user} ${decision.keyId}`;
    const { action, reason: why } = decision;
    if (!steps.has(of)) steps.set(of, { action, label: ACTIONS[action].label ?? action, at: at.toISOString(), why });
  }
  return steps;
}

function auditUser(
  user: KnownUser,
  environment: RotatorEnvironment,
  { limits, now, next }: { limits: AuditLimits; now: Date; next: ReadonlyMap<string, NextStep> },
): AuditedUser {
  const { facts } = user;
  const { exempt } = leftAloneAt(user, now, exemptionRulesOf(environment));
  const today = exempt === undefined ? plan(facts, policyBefore(environment, nextRun(environment.SCHEDULE, now)), now) : [];
  return {
    user: facts.name,
    arn: facts.arn,
    owner: tagValue(facts.tags, environment.OWNER_EMAIL_TAG) ?? null,
    exempt: exempt ?? null,
    keys: facts.keys.map((key) => ({
      ...shownKey(facts.name, key, now),
      beyond: exempt === undefined ? beyond(key, limits, now) : [],
      next: next.get(`${facts.name} ${key.id}`) ?? null,
      due: today.some((decision) => 'keyId' in decision && decision.keyId === key.id && isDue(decision)),
    })),
  };
}

/** The limits that an active key is beyond; one that was never used, or of which that is not known, counts from its creation. */
export function beyond(
  key: Pick<AccessKey, 'status' | 'created'> & { lastUsed?: { at: Date } | 'never' },
  { olderThan, unusedFor }: AuditLimits,
  now: Date,
): string[] {
  if (key.status === 'Inactive') return [];
  const used = key.lastUsed === undefined || key.lastUsed === 'never' ? key.created : key.lastUsed.at;
  return [
    ...(olderThan && isOver(olderThan, key.created, now) ? [`older than ${notation(olderThan)}`] : []),
    ...(unusedFor && isOver(unusedFor, used, now) ? [`unused for ${notation(unusedFor)}`] : []),
  ];
}

const notation = (period: Period): string => (period.unit === 'days' ? `${period.days}d` : `${period.milliseconds / 60_000}m`);
