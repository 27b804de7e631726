import { paginateListAccessKeys, paginateListUsers, type IAMClient } from '@aws-sdk/client-iam';
import { fetchCredentialReport, type Poll } from './credential-report';
import { isNoSuchEntity } from '../shared/errors';
import { limited } from '../shared/limited';
import { DAY } from '../shared/period';
import { mayNeedWork } from './plan';
import type { Policy } from './policy';

/** A user whom the policy may touch; their keys are read freshly right before acting. */
export interface Candidate {
  name: string;
  arn: string;
  /** When the oldest key was made; absent when it is not known. */
  oldest: Date | undefined;
}

/** Which users of an account to look at, and how that was found out. */
export interface Coverage {
  coverage: 'report' | 'sweep';
  usersSeen: number;
  /** Oldest key first. */
  candidates: Candidate[];
  /** Why the credential report could not be used, when it should have been. */
  reportError?: string;
}

/** Users read at the same time during a sweep. */
const SWEEP_CONCURRENCY = 10;
/** The report may hide an inactive key of a user without an active one, so every user is read once in this many days. */
const SWEEP_EVERY_DAYS = 7;

/**
 * Finds the users that the policy may touch: by credential report in two calls, or by listing every user's keys when the report cannot
 * be had, once a week, and for policies measured in minutes or hours (the report may be four hours old). A user whose keys could not be
 * listed is found, too; throws when the users, or the keys of every one of them, cannot be listed.
 */
export async function findCandidates(iam: IAMClient, account: string, policy: Policy, now: Date, poll: Poll): Promise<Coverage> {
  const day = Math.floor(now.getTime() / DAY);
  const sweepDay = day % SWEEP_EVERY_DAYS === Number(account) % SWEEP_EVERY_DAYS;
  if (policy.rotate.unit === 'exact' || sweepDay) return sweep(iam, policy, now);
  const report = await fetchCredentialReport(iam, poll);
  if ('unavailable' in report) return { ...(await sweep(iam, policy, now)), reportError: report.unavailable };
  const touched = report.users.filter((user) => mayNeedWork(user.keys, policy, now));
  return {
    coverage: 'report',
    usersSeen: report.users.length,
    candidates: oldestFirst(touched.map((user) => ({ name: user.name, arn: user.arn, oldest: oldestOf(user.keys) }))),
  };
}

async function sweep(iam: IAMClient, policy: Policy, now: Date): Promise<Coverage> {
  const users: { name: string; arn: string }[] = [];
  for await (const page of paginateListUsers({ client: iam }, {})) {
    for (const user of page.Users ?? []) {
      if (user.UserName && user.Arn) users.push({ name: user.UserName, arn: user.Arn });
    }
  }
  const unread: unknown[] = [];
  const found = await limited(SWEEP_CONCURRENCY, users, async (user): Promise<Candidate[]> => {
    try {
      const keys = await keysOf(iam, user.name);
      return mayNeedWork(keys, policy, now) ? [{ ...user, oldest: oldestOf(keys) }] : [];
    } catch (error) {
      // Reading this user again right before acting fails for this user alone.
      unread.push(error);
      return [{ ...user, oldest: undefined }];
    }
  });
  if (unread.length > 0 && unread.length === users.length) throw unread[0];
  return { coverage: 'sweep', usersSeen: users.length, candidates: oldestFirst(found.flat()) };
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

function oldestOf(keys: readonly { created: Date | undefined }[]): Date | undefined {
  return keys.map((key) => key.created).reduce((a, b) => (a && b ? (a < b ? a : b) : (a ?? b)), undefined);
}

const oldestFirst = (candidates: Candidate[]): Candidate[] =>
  candidates.sort((a, b) => (a.oldest?.getTime() ?? 0) - (b.oldest?.getTime() ?? 0) || (a.name < b.name ? -1 : 1));
