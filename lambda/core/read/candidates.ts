import { paginateListAccessKeys, paginateListUsers, type IAMClient } from '@aws-sdk/client-iam';
import { fetchCredentialReport, type FetchedReport, type ReportedUser, type Waiting } from './credential-report';
import { isNoSuchEntity, RotationError } from '../../shared/errors';
import type { Pace } from '../../shared/pace';
import { DAY_MS, daysBetween } from '../../shared/period';
import { looksSettled, mayNeedWork, type RoughKey } from '../plan/triage';
import type { Policy } from '../plan/policy';
import { pageItems } from './page-items';

/** A user whom the policy may touch; their keys are read freshly right before acting. */
export interface Candidate {
  name: string;
  arn: string;
  /** When the oldest key was made; absent when it is not known. */
  oldest: Date | undefined;
  /** Most likely nothing is to be done today. */
  settled: boolean;
}

/** A key as IAM listed it. */
export interface SeenKey {
  user: string;
  keyId: string;
  created: Date;
  active: boolean;
}

/** Which users of an account to look at, and how that was found out. */
export interface Coverage {
  coverage: 'report' | 'sweep' | 'policy';
  usersSeen: number;
  /** Oldest key first; users who most likely only wait come last, because time may run out. */
  candidates: Candidate[];
  /** Keys that were listed. */
  seen: SeenKey[];
  /** The names of all users, when every key of each of them was listed. */
  everyUser?: ReadonlySet<string>;
  /** Users whom neither a listing that ran out of time nor a report shows. */
  left: string[];
  /** The user after whom a listing ran out of time; the next run goes on there. */
  sweptTo?: string;
  /** Why the credential report could not be used, when it should have been. */
  reportError?: string;
  /** The credential report, where it was read. */
  report?: FetchedReport;
}

/** What is remembered of an account's keys; it may add users to look at, and never takes one away. */
export interface KnownKeys {
  keys: Readonly<Record<string, { user: string; created: string; active: boolean }>>;
  sweptTo?: string | undefined;
}

/** How users are looked for. */
export interface Search extends Waiting {
  pace: Pace;
  /** Undefined when nothing is remembered of the account. */
  memory: KnownKeys | undefined;
  /** Whether there is time to list another user's keys. */
  mayGoOn: () => boolean;
  /** Lists keys; a call that is still tried when that time is over fails. */
  withinSweep: <T>(list: () => Promise<T>) => Promise<T>;
}

/** The report may hide an inactive key of a user without an active one, so every user is read once in this many days. */
const SWEEP_EVERY_DAYS = 7;

/** Whether the account's day of the week is today, or passes before the next run of a schedule that leaves out days. */
function isSweepDay(account: string, { nextRun }: Policy, now: Date): boolean {
  const [day, its] = [Math.floor(now.getTime() / DAY_MS), Number(account)].map((count) => count % SWEEP_EVERY_DAYS) as [number, number];
  const ahead = (SWEEP_EVERY_DAYS + its - day) % SWEEP_EVERY_DAYS;
  return ahead < Math.max(1, nextRun ? daysBetween(now, nextRun) : 1);
}

/**
 * Finds the users that the policy may touch: by credential report in two calls, or by listing every user's keys when the report cannot
 * be had, once a week, when nothing is remembered of the account, and for policies measured in minutes or hours (the report may be four
 * hours old). The report says when a key was created or last changed, which may be later than its creation: the creation dates that were
 * listed before are looked at, too, and so are users of whom none is known, who may have another name than before. A listing that runs out of time is gone on with by the next run, and the report serves meanwhile. A user
 * whose keys could not be listed is found, too; throws when the users, or the keys of every one of them, cannot be listed.
 */
export async function findCandidates(iam: IAMClient, account: string, policy: Policy, now: Date, search: Search): Promise<Coverage> {
  const { memory } = search;
  if (policy.rotate.unit === 'exact' || isSweepDay(account, policy, now) || !memory || memory.sweptTo !== undefined) {
    const swept = await sweep(iam, policy, now, search);
    return swept.unreached.length === 0 ? swept : completed(iam, swept, { policy, now, search });
  }
  const report = await fetchCredentialReport(iam, search);
  if ('unavailable' in report) {
    const swept = await sweep(iam, policy, now, search);
    return { ...swept, left: swept.unreached.map(({ name }) => name), reportError: report.unavailable };
  }
  const candidates = inOrder(reported(report.users, policy, now, { memory, strangers: true }));
  return { coverage: 'report', usersSeen: report.users.length, candidates, seen: [], left: [], report };
}

/** What a listing did not reach is looked up in the report. */
async function completed(
  iam: IAMClient,
  { unreached, ...swept }: Swept,
  { policy, now, search }: { policy: Policy; now: Date; search: Search },
): Promise<Coverage> {
  const report = await fetchCredentialReport(iam, search);
  if ('unavailable' in report) return { ...swept, left: unreached.map(({ name }) => name), reportError: report.unavailable };
  const missing = new Set(unreached.map(({ name }) => name));
  const rows = report.users.filter(({ name }) => missing.has(name));
  for (const { name } of rows) missing.delete(name);
  const candidates = inOrder([...swept.candidates, ...reported(rows, policy, now, { memory: search.memory, strangers: false })]);
  return { ...swept, candidates, left: [...missing], report };
}

/** `strangers`: users of whom no key is known are looked at, whatever the report says of their keys. */
function reported(
  users: readonly ReportedUser[],
  policy: Policy,
  now: Date,
  { memory, strangers }: { memory: KnownKeys | undefined; strangers: boolean },
): Candidate[] {
  const known = new Map<string, RoughKey[]>();
  for (const { user, created, active } of Object.values(memory?.keys ?? {})) {
    known.set(user, [...(known.get(user) ?? []), { active, created: new Date(created) }]);
  }
  return users.flatMap(({ name, arn, keys }) => {
    const before = known.get(name) ?? [];
    // What has no key any more needs nothing, whatever is remembered.
    const unsure = keys.length > 0 && (before.length === 0 ? strangers : mayNeedWork(before, policy, now));
    return unsure || mayNeedWork(keys, policy, now) ? [candidate({ name, arn }, keys, policy, now)] : [];
  });
}

interface Swept extends Coverage {
  unreached: { name: string; arn: string }[];
}

async function sweep(iam: IAMClient, policy: Policy, now: Date, { pace, memory, mayGoOn, withinSweep }: Search): Promise<Swept> {
  const users: { name: string; arn: string }[] = [];
  for await (const page of paginateListUsers({ client: iam }, {})) {
    for (const { UserName, Arn } of pageItems('ListUsers', page, page.Users)) {
      if (!UserName || !Arn) throw new RotationError('IAM listed a user without name or ARN');
      users.push({ name: UserName, arn: Arn });
    }
  }
  const after = memory?.sweptTo;
  const ordered = users.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const rest = after === undefined ? ordered : ordered.filter(({ name }) => name > after);
  const unread: unknown[] = [];
  const seen: SeenKey[] = [];
  const unreached: { name: string; arn: string }[] = after === undefined ? [] : ordered.filter(({ name }) => name <= after);
  let sweptTo: string | undefined;
  const list = async (user: { name: string; arn: string }): Promise<Candidate[]> => {
    if (!mayGoOn()) {
      unreached.push(user);
      return [];
    }
    try {
      const keys = await keysOf(iam, user.name);
      sweptTo = sweptTo === undefined || user.name > sweptTo ? user.name : sweptTo;
      seen.push(...keys);
      return mayNeedWork(keys, policy, now) ? [candidate(user, keys, policy, now)] : [];
    } catch (error) {
      // Reading this user again right before acting fails for this user alone, or finds that they are gone.
      if (!isNoSuchEntity(error)) unread.push(error);
      return [{ ...user, oldest: undefined, settled: false }];
    }
  };
  const found = await withinSweep(() => pace.each(rest, list));
  if (unread.length > 0 && unread.length === rest.length) throw unread[0];
  const more = rest.some(({ name }) => unreached.some((user) => user.name === name));
  return {
    coverage: 'sweep',
    usersSeen: users.length,
    candidates: inOrder(found.flat()),
    seen,
    left: [],
    unreached,
    ...(unread.length + unreached.length === 0 && { everyUser: new Set(users.map(({ name }) => name)) }),
    ...(more && { sweptTo: sweptTo ?? after ?? '' }),
  };
}

async function keysOf(iam: IAMClient, userName: string): Promise<SeenKey[]> {
  const keys: SeenKey[] = [];
  for await (const page of paginateListAccessKeys({ client: iam }, { UserName: userName })) {
    for (const { AccessKeyId, CreateDate, Status } of pageItems('ListAccessKeys', page, page.AccessKeyMetadata)) {
      if (!AccessKeyId || !CreateDate) throw new RotationError(`IAM listed a key of ${userName} without id or creation date`);
      keys.push({ user: userName, keyId: AccessKeyId, created: CreateDate, active: Status === 'Active' });
    }
  }
  return keys;
}

function candidate(user: { name: string; arn: string }, keys: readonly RoughKey[], policy: Policy, now: Date): Candidate {
  const oldest = keys.map((key) => key.created).reduce((a, b) => (a && b ? (a < b ? a : b) : (a ?? b)), undefined);
  return { ...user, oldest, settled: looksSettled(keys, policy, now) };
}

const inOrder = (candidates: Candidate[]): Candidate[] =>
  candidates.sort(
    (a, b) =>
      Number(a.settled) - Number(b.settled) || (a.oldest?.getTime() ?? 0) - (b.oldest?.getTime() ?? 0) || (a.name < b.name ? -1 : 1),
  );
