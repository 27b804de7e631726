import { budgetOf } from '../core/budget';
import { exemptByGroup, exemptByPath, exemptByTag, exemptDecisions, unclearNotes, type Exemption } from '../core/plan/exemption';
import { plan } from '../core/plan/plan';
import { secretMayGo } from '../core/plan/plan-secret';
import type { UserFacts } from '../core/plan/user-facts';
import type { Elsewhere } from '../core/plan/membership';
import { findCandidates, type Candidate, type Coverage } from '../core/read/candidates';
import { exemptNow } from '../core/read/exempt-now';
import type { Membership } from '../core/read/policy-members';
import { readExemptUsers } from '../core/read/exemption';
import { readTags, readUser } from '../core/read/read-user';
import { rotateUser, type UserWorked } from '../core/rotate-user';
import type { AccountResult, ExemptBy } from '../runs/schemas';
import type { Decision } from '../shared/decision';
import { AccountFailedError, errorFacts, isNoSuchEntity } from '../shared/errors';
import { limited } from '../shared/limited';
import type { Account } from './account';
import { leftToOthers, membershipIn, usersOfPolicy, usersOfRemembered } from './members';
import { enteredOf, type UsersOfPolicies } from './memory/entered';
import { stopsCallingAt, stopsSweepingAt, stopsWorkingAt } from './deadlines';

/** What a scheduled run did in an account. */
export interface EveryUser {
  worked: UserWorked[];
  found: Coverage;
  /** Who is in the exemption group; absent when nobody needed to know. */
  members?: ReadonlySet<string>;
  /** Who is in which policy beside the deployment's own, of those that the run knows everybody of. */
  inPolicies: UsersOfPolicies;
}

/**
 * Applies the policy of the run to every user of an account who follows it and whom it may touch; users that time does not reach are in the
 * result's `left`. Who follows which policy is read first: without knowing it, nothing is changed.
 */
export async function rotateEveryUser(account: Account, result: AccountResult): Promise<EveryUser> {
  const membership = await membershipIn(account);
  const { side } = account;
  const found = side ? await foundByPolicy(account, membership) : await foundInAccount(account);
  const inPolicies = side
    ? new Map([[side.name, new Set(found.candidates.map(({ name }) => name))]])
    : await usersOfRemembered(account, membership);
  result.coverage = found.coverage;
  result.usersSeen = found.usersSeen;
  result.left.push(...found.left);
  if (found.reportError !== undefined)
    account.services.logger.warn('credential report not used', { account: account.id, reason: found.reportError });
  if (found.candidates.length === 0) return { worked: [], found, inPolicies };
  return { ...(await workOnAll(account, { found, membership }, result)), found, inPolicies };
}

/** The users of a policy of their own: all of them are looked at, and no report is asked for, which may be hours old. */
async function foundByPolicy(account: Account, membership: Membership): Promise<Coverage> {
  const candidates = await usersOfPolicy(account, membership);
  return { coverage: 'policy', usersSeen: candidates.length, candidates, seen: [], left: [] };
}

async function foundInAccount(account: Account): Promise<Coverage> {
  const { services, clients, pace, deadline, invocation, policy, read } = account;
  const { clock, sleep } = services;
  return candidates(account, () => {
    const now = clock();
    const sweepUntil = stopsSweepingAt(invocation, now);
    return findCandidates(clients.iam, account.id, policy, now, {
      sleep,
      pace,
      memory: read.etag === undefined ? undefined : read.memory,
      mayGoOn: () => clock() < sweepUntil,
      withinSweep: async (list) => {
        deadline.moveTo(sweepUntil);
        try {
          return await list();
        } finally {
          deadline.moveTo(stopsCallingAt(invocation));
        }
      },
    });
  });
}

async function workOnAll(
  account: Account,
  { found, membership }: { found: Coverage; membership: Membership },
  result: AccountResult,
): Promise<Pick<EveryUser, 'worked' | 'members'>> {
  const { services, clients, pace, invocation, policy, side, runPolicy } = account;
  const { environment, clock, logger } = services;
  const members = await readExemptUsers(clients.iam, environment.EXEMPTION_GROUP, { exists: environment.EXEMPTION_GROUP_EXISTS });
  const budget = budgetOf(environment.LIMITS);
  const work = async (user: Candidate): Promise<UserWorked | undefined> => {
    if (clock() >= stopsWorkingAt(invocation)) {
      result.left.push(user.name);
      return undefined;
    }
    const others = leftToOthers(account, user, membership);
    if (others) return 'elsewhere' in others ? leftToIts(user, others) : others;
    const byPath = exemptByPath(user.arn, account.exemption);
    const exemption = byPath ?? (members.has(user.name) ? await byGroup(account, user) : undefined);
    if (exemption && 'result' in exemption) return exemption;
    const by: ExemptBy = byPath ? 'path' : members.has(user.name) ? 'group' : 'tag';
    if (exemption?.exempt !== undefined) return leftAlone(user, exemption, by);
    const entered = enteredOf(account, side, user.name);
    const done = await rotateUser(
      {
        services: account.issuing,
        dryRun: account.dryRun,
        ownerEmailTag: environment.OWNER_EMAIL_TAG,
        budget,
        read: () =>
          readUser(account.issuing, user, {
            memory: account.remembered,
            asksSecret: (keys) => secretMayGo(keys, policy, clock()),
            ...(entered && { entered }),
          }),
        decide: (facts) => withLapsed(exemption, decide(account, facts, members.has(user.name))),
        exemptNow: (facts) => exemptNow(clients.iam, facts, account.exemption, clock(), runPolicy),
      },
      user,
    );
    if (!done) logger.info('user deleted since the report or listing that named them', { account: account.id, user: user.name });
    if (!done?.facts || done.exemption) return done;
    return { ...done, exemption: { ...(exemption ?? exemptByTag(done.facts.tags, account.exemption, clock())), by } };
  };
  const inOrder = Object.keys(environment.LIMITS).length > 0;
  const worked = inOrder ? await limited(1, found.candidates, work) : await pace.each(found.candidates, work);
  return { worked: worked.filter((user) => user !== undefined), members };
}

async function candidates(account: Account, find: () => Promise<Coverage>): Promise<Coverage> {
  try {
    return await find();
  } catch (cause) {
    const { error, message } = errorFacts(cause);
    throw new AccountFailedError(`cannot list the users of account ${account.id}, so nothing was changed: ${error}: ${message}`, { cause });
  }
}

/** A member whose tags cannot be read is left alone: "no such user" may be an old answer, and whoever is gone needs nothing. */
async function byGroup(account: Account, user: { name: string; arn: string }): Promise<Exemption | UserWorked> {
  try {
    return exemptByGroup(await readTags(account.clients.iam, user.name), account.exemption, account.services.clock());
  } catch (error) {
    if (isNoSuchEntity(error)) return { exempt: `the user is a member of ${account.exemption.group}, and IAM shows no tags of theirs` };
    return {
      result: { user: user.name, arn: user.arn, keys: [], actions: [] },
      failures: [{ user: user.name, step: 'read user', ...errorFacts(error) }],
    };
  }
}

/** For a member whose exemption has lapsed the tag has said what it can. */
function decide({ exemption, policy, services }: Account, facts: UserFacts, isMember: boolean): Decision[] {
  const now = services.clock();
  const found = isMember ? {} : exemptByTag(facts.tags, exemption, now);
  const { exempt } = found;
  if (exempt !== undefined) return exemptDecisions({ ...found, exempt });
  return [...unclearNotes(found), ...plan(facts, policy, now)];
}

/** A new key, or the end of an old one, comes as a surprise to whoever was exempt until then. */
const withLapsed = (exemption: Exemption | undefined, decisions: readonly Decision[]): Decision[] =>
  decisions.map((decision) =>
    exemption?.until !== undefined && (decision.action === 'rotate' || decision.action === 'notify')
      ? { ...decision, reason: `${decision.reason}; the user was exempt until ${exemption.until}` }
      : decision,
  );

/** A user who follows another policy: nothing of theirs was read. */
const leftToIts = ({ name: user, arn }: { name: string; arn: string }, { elsewhere: reason }: Elsewhere): UserWorked => ({
  result: { user, arn, keys: [], actions: [{ action: 'skip', reason, outcome: 'done' }] },
  failures: [],
});

function leftAlone({ name: user, arn }: { name: string; arn: string }, exemption: Exemption, by: ExemptBy): UserWorked {
  const { exempt = '' } = exemption;
  const actions = exemptDecisions({ ...exemption, exempt }).map(({ action, reason }) => ({ action, reason, outcome: 'done' as const }));
  return { result: { user, arn, keys: [], actions }, failures: [], exemption: { ...exemption, by } };
}
