import type { Logger } from '@aws-lambda-powertools/logger';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SESv2Client } from '@aws-sdk/client-sesv2';
import type { STSClient } from '@aws-sdk/client-sts';
import { sendDigests, type MailSettings } from '../mail/send';
import { budgetOf } from '../core/budget';
import { findCandidates, type Candidate, type Coverage } from '../core/read/candidates';
import { exemptionLapsed, readExemptUsers } from '../core/read/exemption';
import { findUser, readTags, readUser } from '../core/read/read-user';
import type { IssuingServices } from '../core/act/issue-key';
import { plan } from '../core/plan/plan';
import { planForced } from '../core/plan/plan-forced';
import { secretMayGo } from '../core/plan/plan-secret';
import { policyOf, type Policy } from '../core/plan/policy';
import { rotateUser, type UserWorked } from '../core/rotate-user';
import { assumeMemberRole } from '../shared/assume-role';
import { memberClients, type MemberClients } from '../shared/clients';
import type { RotatorEnvironment } from '../shared/environment';
import { AccountFailedError, describe, ForceRotateRefusedError, isNoSuchEntity } from '../shared/errors';
import type { RotatorEvent } from '../shared/events';
import { limited } from '../shared/limited';
import { Pace } from '../shared/pace';
import type { AccountResult } from '../runs/schemas';
import { keyStore } from './open-key-store';
import { recordNotices } from './record-notices';

/** What rotating an account needs; made once per cold start. */
export interface RotatorServices {
  environment: RotatorEnvironment;
  sts: STSClient;
  ses: SESv2Client;
  /** Works in the function's own account, where the central store is. */
  secrets: SecretsManagerClient;
  logger: Logger;
  clock: () => Date;
  sleep: (milliseconds: number) => Promise<void>;
}

/** One invocation's particulars. */
export interface Invocation {
  partition: string;
  region: string;
  /** When Lambda ends this invocation. */
  endsAt: Date;
  runId: string;
}

/** Users worked on at the same time, at most; with limits per run it is one, so that the oldest keys come first. */
const CONCURRENCY = 8;
/** Time kept free at the end for mails, notices and the result, in milliseconds. */
const CLOSING_TIME = 90_000;
/** The part of it that is kept for notices and the result, in milliseconds. */
const RECORDING_TIME = 30_000;

/**
 * Applies the policy to one account, or rotates one user by force. Failures of single users are in the result; when the account as a
 * whole cannot be done, or a forced rotation is refused, nothing in it has changed and the error is in the result as well as in `error`.
 */
export async function rotateAccount(
  services: RotatorServices,
  event: RotatorEvent,
  invocation: Invocation,
): Promise<{ result: AccountResult; error?: Error }> {
  const { environment, clock } = services;
  const result: AccountResult = {
    runId: invocation.runId,
    account: { id: event.account, name: event.name, email: event.email },
    dryRun: environment.DRY_RUN || event.dryrun === true,
    ...(event.ForceRotate !== undefined && { forceRotate: event.ForceRotate }),
    startedAt: clock().toISOString(),
    finishedAt: '',
    status: 'succeeded',
    coverage: event.ForceRotate === undefined ? 'report' : 'user',
    usersSeen: 0,
    users: [],
    failures: [],
    left: [],
    mails: [],
  };
  let error: Error | undefined;
  try {
    const account = await enter(services, event, invocation);
    const worked = event.ForceRotate === undefined ? await everyone(account, result) : await oneUser(account, event.ForceRotate, result);
    for (const user of worked) {
      result.users.push(user.result);
      result.failures.push(...user.failures);
    }
    await tellPeople(account, result, worked);
  } catch (cause) {
    error = cause instanceof Error ? cause : new AccountFailedError(String(cause));
    const user = event.ForceRotate;
    result.failures.push({
      ...(user !== undefined && { user }),
      step: user === undefined ? 'account' : 'force rotate',
      ...describe(error),
    });
  }
  result.status = error ? 'failed' : result.failures.length + result.left.length > 0 ? 'partial' : 'succeeded';
  result.finishedAt = clock().toISOString();
  return { result, ...(error && { error }) };
}

/** Everything that working in one account needs. */
interface Account {
  services: RotatorServices;
  id: string;
  clients: MemberClients;
  pace: Pace;
  issuing: IssuingServices;
  policy: Policy;
  invocation: Invocation;
  dryRun: boolean;
}

async function enter(services: RotatorServices, event: RotatorEvent, invocation: Invocation): Promise<Account> {
  const { environment, clock, sleep } = services;
  const credentials = await assumeMemberRole(services.sts, {
    account: event.account,
    partition: invocation.partition,
    role: environment.MEMBER_ROLE,
    session: invocation.runId,
  });
  const pace = new Pace(CONCURRENCY);
  const clients = memberClients(credentials, pace);
  return {
    services,
    id: event.account,
    clients,
    pace,
    issuing: {
      ...clients,
      store: keyStore(services, { account: event.account, partition: invocation.partition, clients, pace }),
      clock,
      sleep,
      endsAt: invocation.endsAt,
    },
    policy: policyOf(environment.POLICY),
    invocation,
    dryRun: environment.DRY_RUN || event.dryrun === true,
  };
}

async function everyone(account: Account, result: AccountResult): Promise<UserWorked[]> {
  const { services, clients, pace, policy, invocation } = account;
  const { environment, clock, sleep, logger } = services;
  const found = await candidates(account, () => findCandidates(clients.iam, account.id, policy, clock(), { sleep, pace }));
  result.coverage = found.coverage;
  result.usersSeen = found.usersSeen;
  if (found.reportError !== undefined) logger.warn('credential report not used', { account: account.id, reason: found.reportError });
  if (found.candidates.length === 0) return [];
  const exempt = await readExemptUsers(clients.iam, environment.EXEMPTION_GROUP);
  const budget = budgetOf(environment.LIMITS);
  const stopAt = invocation.endsAt.getTime() - CLOSING_TIME;
  const work = async (user: Candidate): Promise<UserWorked | undefined> => {
    if (clock().getTime() >= stopAt) {
      result.left.push(user.name);
      return undefined;
    }
    const tags = exempt.has(user.name) ? await tagsOf(account, user) : undefined;
    if (tags && 'result' in tags) return tags;
    if (tags && !exemptionLapsed(tags, clock())) return skipExempt(user, environment.EXEMPTION_GROUP);
    const done = await rotateUser(
      {
        services: account.issuing,
        dryRun: account.dryRun,
        ownerEmailTag: environment.OWNER_EMAIL_TAG,
        budget,
        read: () => readUser(account.issuing, user, { asksSecret: (keys) => secretMayGo(keys, policy, clock()) }),
        decide: (facts) => plan(facts, policy, clock()),
      },
      user,
    );
    if (!done) logger.info('user deleted since the report or listing that named them', { account: account.id, user: user.name });
    return done;
  };
  const inOrder = Object.keys(environment.LIMITS).length > 0;
  const worked = inOrder ? await limited(1, found.candidates, work) : await pace.each(found.candidates, work);
  return worked.filter((user) => user !== undefined);
}

async function candidates(account: Account, find: () => Promise<Coverage>): Promise<Coverage> {
  try {
    return await find();
  } catch (cause) {
    const { error, message } = describe(cause);
    throw new AccountFailedError(`cannot list the users of account ${account.id}, so nothing was changed: ${error}: ${message}`, { cause });
  }
}

/** A member of the group who was deleted since has no tags; reading the user finds that out. */
async function tagsOf(
  account: Account,
  user: { name: string; arn: string },
): Promise<ReadonlyMap<string, string> | UserWorked | undefined> {
  try {
    return await readTags(account.clients.iam, user.name);
  } catch (error) {
    if (isNoSuchEntity(error)) return undefined;
    return {
      result: { user: user.name, arn: user.arn, keys: [], actions: [] },
      failures: [{ user: user.name, step: 'read user', ...describe(error) }],
    };
  }
}

function skipExempt(user: { name: string; arn: string }, group: string): UserWorked {
  const reason = `the user is a member of ${group}`;
  return { result: { user: user.name, arn: user.arn, keys: [], actions: [{ action: 'skip', reason, outcome: 'done' }] }, failures: [] };
}

async function oneUser(account: Account, name: string, result: AccountResult): Promise<UserWorked[]> {
  const { services, clients, policy } = account;
  const { environment, clock } = services;
  const user = await findUser(clients.iam, name, account.id);
  const exempt = await readExemptUsers(clients.iam, environment.EXEMPTION_GROUP);
  if (exempt.has(user.name) && !exemptionLapsed(await readTags(clients.iam, user.name), clock())) {
    throw new ForceRotateRefusedError(`${user.name}: exempt, because the user is a member of ${environment.EXEMPTION_GROUP}`);
  }
  result.usersSeen = 1;
  const worked = await rotateUser(
    {
      services: account.issuing,
      dryRun: account.dryRun,
      ownerEmailTag: environment.OWNER_EMAIL_TAG,
      budget: budgetOf({}),
      read: () => readUser(account.issuing, user, { allUses: true }),
      decide: (facts) => planForced(facts, policy, clock()),
    },
    user,
  );
  if (!worked) throw new ForceRotateRefusedError(`${user.name}: the user was deleted just now`);
  return [worked];
}

async function tellPeople(account: Account, result: AccountResult, worked: readonly UserWorked[]): Promise<void> {
  const { services, invocation } = account;
  const { mails, failures, told } = await sendDigests(
    {
      ses: services.ses,
      mail: mailSettings(services.environment),
      sleep: services.sleep,
      mayWait: (wait) => services.clock().getTime() + wait < invocation.endsAt.getTime() - RECORDING_TIME,
    },
    result,
    invocation.region,
  );
  result.mails.push(...mails);
  result.failures.push(...failures);
  if (!account.dryRun) await recordNotices(account.issuing, result, worked, told);
}

const mailSettings = (environment: RotatorEnvironment): MailSettings => ({
  sender: environment.SENDER,
  ...(environment.REPLY_TO !== undefined && { replyTo: environment.REPLY_TO }),
  configurationSet: environment.CONFIGURATION_SET,
  digestTemplate: environment.DIGEST_TEMPLATE,
  auditDigestTemplate: environment.AUDIT_DIGEST_TEMPLATE,
  ownerTag: environment.OWNER_EMAIL_TAG,
});
