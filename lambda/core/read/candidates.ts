import { paginateListAccessKeys, paginateListUsers, type IAMClient } from '@aws-sdk/client-iam';
import { fetchCredentialReport, type Poll, type ReportedUser } from './credential-report';
import { isNoSuchEntity } from '../../shared/errors';
import type { Pace } from '../../shared/pace';
import { DAY } from '../../shared/period';
import { looksSettled, mayNeedWork } from '../plan/triage';
import type { Policy } from '../plan/policy';

/** A user whom the policy may touch; their keys are read freshly right before acting. */
export interface Candidate {
  name: string;
  arn: string;
  /** When the oldest key was made; absent when it is not known. */
  oldest: Date | undefined;
  /** Most likely nothing is to be done today. */
  settled: boolean;
}

/** Which users of an account to look at, and how that was found out. */
export interface Coverage {
  coverage: 'report' | 'sweep';
  usersSeen: number;
  /** Oldest key first, and before those who most likely only wait: time may run out. */
  candidates: Candidate[];
  /** Why the credential report could not be used, when it should have been. */
  reportError?: string;
}

/** The report may hide an inactive key of a user without an active one, so every user is read once in this many days. */
const SWEEP_EVERY_DAYS = 7;

/**
 * Finds the users that the policy may touch: by credential report in two calls, or by listing every user's keys when the report cannot
 * be had, once a week, and for policies measured in minutes or hours (the report may be four hours old). A user whose keys could not be
 * listed is found, too; throws when the users, or the keys of every one of them, cannot be listed.
 */
export async function findCandidates(
  iam: IAMClient,
  account: string,
  policy: Policy,
  now: Date,
  { pace, ...poll }: Poll & { pace: Pace },
): Promise<Coverage> {
  const day = Math.floor(now.getTime() / DAY);
  const sweepDay = day % SWEEP_EVERY_DAYS === Number(account) % SWEEP_EVERY_DAYS;
  if (policy.rotate.unit === 'exact' || sweepDay) return sweep(iam, policy, now, pace);
  const report = await fetchCredentialReport(iam, poll);
  if ('unavailable' in report) return { ...(await sweep(iam, policy, now, pace)), reportError: report.unavailable };
  const touched = report.users.filter((user) => mayNeedWork(user.keys, policy, now));
  return {
    coverage: 'report',
    usersSeen: report.users.length,
    candidates: inOrder(touched.map(({ name, arn, keys }) => candidate({ name, arn }, keys, policy, now))),
  };
}

async function sweep(iam: IAMClient, policy: Policy, now: Date, pace: Pace): Promise<Coverage> {
  const users: { name: string; arn: string }[] = [];
  for await (const page of paginateListUsers({ client: iam }, {})) {
    for (const user of page.Users ?? []) {
      if (user.UserName && user.Arn) users.push({ name: user.UserName, arn: user.Arn });
    }
  }
  const unread: unknown[] = [];
  const found = await pace.each(users, async (user): Promise<Candidate[]> => {
    try {
      const keys = await keysOf(iam, user.name);
      return mayNeedWork(keys, policy, now) ? [candidate(user, keys, policy, now)] : [];
    } catch (error) {
      // Reading this user again right before acting fails for this user alone.
      unread.push(error);
      return [{ ...user, oldest: undefined, settled: false }];
    }
  });
  if (unread.length > 0 && unread.length === users.length) throw unread[0];
  return { coverage: 'sweep', usersSeen: users.length, candidates: inOrder(found.flat()) };
}

/** A user who was deleted since the listing holds no key. */
async function keysOf(iam: IAMClient, userName: string): Promise<{ active: boolean; created: Date | undefined }[]> {
  const keys: { active: boolean; created: Date | undefined }[] = [];
  try {
    for await (const page of paginateListAccessKeys({ client: iam }, { UserName: userName })) {
      for (const key of page.AccessKeyMetadata ?? []) keys.push({ active: key.Status === 'Active', created: key.CreateDate });
    }
  } catch (error) {
    if (!isNoSuchEntity(error)) throw error;
    return [];
  }
  return keys;
}

function candidate(user: { name: string; arn: string }, keys: ReportedUser['keys'], policy: Policy, now: Date): Candidate {
  const oldest = keys.map((key) => key.created).reduce((a, b) => (a && b ? (a < b ? a : b) : (a ?? b)), undefined);
  return { ...user, oldest, settled: looksSettled(keys, policy, now) };
}

const inOrder = (candidates: Candidate[]): Candidate[] =>
  candidates.sort(
    (a, b) =>
      Number(a.settled) - Number(b.settled) || (a.oldest?.getTime() ?? 0) - (b.oldest?.getTime() ?? 0) || (a.name < b.name ? -1 : 1),
  );
