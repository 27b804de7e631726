import { budgetOf } from '../../../lambda/core/budget';
import type { IssuingServices } from '../../../lambda/core/act/issue-key';
import type { Exemption } from '../../../lambda/core/plan/exemption';
import { plan } from '../../../lambda/core/plan/plan';
import { planForced } from '../../../lambda/core/plan/plan-forced';
import { isSupersededBy } from '../../../lambda/core/plan/evidence';
import type { UserFacts } from '../../../lambda/core/plan/user-facts';
import { exemptNow } from '../../../lambda/core/read/exempt-now';
import { readExemptUsers } from '../../../lambda/core/read/exemption';
import { findUser, readUser } from '../../../lambda/core/read/read-user';
import { rotateUser } from '../../../lambda/core/rotate-user';
import type { IntentRecords } from '../../../lambda/core/store/intent-records';
import { SecretStore } from '../../../lambda/core/store/secret-store';
import { ACTIONS } from '../../../lambda/shared/actions';
import type { Decision } from '../../../lambda/shared/decision';
import type { RotatorEnvironment } from '../../../lambda/shared/environment';
import { errorFacts, ForceRotateRefusedError, RotationError } from '../../../lambda/shared/errors';
import { DAY_MS, isOver } from '../../../lambda/shared/period';
import { markByHand } from '../../keys/operations/by-hand';
import { aboutUser } from '../../keys/operations/no-such-user';
import type { Session } from '../../keys/session';
import { exemptionAt } from '../simulation/simulated-user';
import { exemptionRulesOf, policyBefore } from '../simulation/simulate';
import { refuseLookedAfter } from './looked-after';
import { plannedStep, workedStep, type Rotated, type RotationStep } from './rotate';

/** The most that issuing and storing a key takes, with every repeat; until then, others leave the user alone. */
const WORK_MS = 5 * 60_000;

/** Whoever wrote other intents than commands by hand is refused before; a person answers for their own, which are shown before anything is done. */
const VOUCHED: IntentRecords = {
  note: () => Promise.resolve(),
  isOurs: () => Promise.resolve(true),
  announced: () => Promise.resolve(false),
};

/** One user who is rotated step by step, by whoever repeats the command. */
export interface StepByStep {
  account: string;
  user: { name: string; arn: string };
  /** What is due now; nothing of it has been done. */
  due: RotationStep[];
  /** What comes next, and when, for people. */
  next: string[];
  /** Does what is due; reads the user again right before. */
  go: () => Promise<Rotated>;
}

/** How steps are told from one another. */
interface Given {
  environment: RotatorEnvironment;
  clock: () => Date;
}

/**
 * Looks where a user's rotation without the service stands: a new key first, then the grace in which programs change over, then the old key
 * is made inactive, watched, and deleted. Each step is decided by the rotator's own plan, from the user's keys, tags and secret, so that
 * the command may be interrupted anywhere and repeated on any day. What cannot be done safely is an error that says why.
 */
export async function stepByStep(session: Session, userName: string, given: Given): Promise<StepByStep> {
  const { account } = await session.whoAmI();
  const user = await aboutUser(session, userName, () => findUser(session.iam, userName, account));
  const services = servicesOf(session, new SecretStore(session.secrets, account), given.clock);
  const read = async (): Promise<UserFacts | undefined> => {
    const facts = await readUser(services, user, { allUses: true });
    return facts && { ...facts, memory: told(facts) };
  };
  const facts = await read();
  if (!facts) throw new RotationError(`account ${account} has no user "${userName}" any more; it was deleted just now`);
  await refuseExempt(session, facts, given).catch(plainly);
  await refuseLookedAfter(session, facts, { command: `rotate ${user.name}`, memberRole: given.environment.MEMBER_ROLE });
  const decisions = decide(facts, given);
  const due = decisions.filter(({ action }) => ACTIONS[action].mutates);
  return {
    account,
    user,
    due: due.map(plannedStep),
    next: nextOf(facts, decisions, services.store.nameFor(user.name)),
    go: async () => {
      await markByHand(session.iam, facts, given.clock());
      const worked = await rotateUser(
        {
          services,
          dryRun: false,
          ownerEmailTag: given.environment.OWNER_EMAIL_TAG,
          budget: budgetOf({}),
          read,
          decide: (fresh) => decide(fresh, given),
          exemptNow: async (fresh) => {
            const found = await exemptNow(session.iam, fresh, exemptionRulesOf(given.environment), given.clock());
            if (found && 'exempt' in found) refuseIf(found, fresh);
            return undefined;
          },
        },
        user,
      ).catch(plainly);
      if (!worked) throw new RotationError(`account ${account} has no user "${userName}" any more; it was deleted just now`);
      return {
        account,
        user: user.name,
        runId: null,
        steps: worked.result.actions.map(workedStep),
        failures: worked.failures.map(({ step, message }) => `${step}: ${message}`),
        mails: 0,
      };
    },
  };
}

const servicesOf = ({ iam, iamWithoutRetries }: Session, store: SecretStore, clock: () => Date): IssuingServices => {
  const endsAt = new Date(clock().getTime() + WORK_MS);
  const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
  return { iam, iamWithoutRetries, store, intents: VOUCHED, clock, sleep, worksUntil: endsAt, endsAt };
};

/** Told whenever a grace began: AWS's clocks may be ahead of this machine's. The date is that of the policy. */
const TOLD = { on: new Date(0), at: new Date(8.64e15) };

/** Whoever repeats the command is told by it, so that no step waits for a mail. */
function told({ keys }: UserFacts): UserFacts['memory'] {
  return new Map(keys.map(({ id }) => [id, { told: { disable: TOLD, delete: TOLD } }]));
}

/** A refusal's message says everything; its name says nothing to a person. */
function plainly(cause: unknown): never {
  const { error, message } = errorFacts(cause);
  throw error === 'ForceRotateRefusedError' ? new RotationError(message, { cause }) : cause;
}

async function refuseExempt({ iam }: Session, facts: UserFacts, { environment, clock }: Given): Promise<void> {
  const { EXEMPTION_GROUP, EXEMPTION_GROUP_EXISTS: exists } = environment;
  const members = await readExemptUsers(iam, EXEMPTION_GROUP, { exists });
  const exemption = exemptionAt({ facts, isMember: members.has(facts.name) }, clock(), exemptionRulesOf(environment));
  refuseIf(exemption, facts);
}

function refuseIf(exemption: Exemption | undefined, { name }: UserFacts): void {
  if (exemption?.exempt !== undefined) throw new ForceRotateRefusedError(`${name}: exempt, because ${exemption.exempt}`);
}

/** The first key is rotated because somebody asks for it; from then on the policy goes on. The next look is tomorrow's. */
function decide(facts: UserFacts, { environment, clock }: Given): Decision[] {
  const now = clock();
  const policy = policyBefore(environment, new Date(now.getTime() + DAY_MS));
  if (isUnderWay(facts)) return plan(facts, policy, now);
  const [only] = facts.keys;
  // Whoever repeats the command once more has no need of yet another key.
  if (only && isDone(facts) && !isOver(policy.rotate, only.created, now)) return [];
  try {
    return planForced(facts, policy, now);
  } catch (cause) {
    return plainly(cause);
  }
}

/** Whether a rotation has ended: the key that it issued is the only one. */
const isDone = ({ keys: [only, other], state }: UserFacts): boolean =>
  only?.status === 'Active' && !other && state.keys.get(only.id)?.issued !== undefined;

/** Whether a rotation has begun: an old key is in its grace, or is inactive. */
const isUnderWay = (facts: UserFacts): boolean =>
  facts.keys.length > 1 &&
  facts.keys.some((key) => key.status === 'Inactive' || facts.keys.some((other) => other !== key && isSupersededBy(facts, key, other)));

/** What a person does meanwhile. */
function nextOf(facts: UserFacts, decisions: readonly Decision[], secret: string): string[] {
  const [old, successor] = facts.keys;
  if (old && isDone(facts) && decisions.length === 0)
    return [`${facts.name}: done: ${old.id}, issued on ${old.created.toISOString().slice(0, 10)}, is the only key`];
  const action = decisions.find((decision) => ACTIONS[decision.action].mutates)?.action;
  if (action === 'rotate') return [`then: let programs take the new key from the secret ${secret}, and repeat this command`];
  if (action === 'disable') return ['then: watch for what misses the old key (iam-keys activate brings it back), and repeat this command'];
  if (action !== undefined || !old || !successor) return [];
  const waits = decisions.flatMap((decision) => ('keyId' in decision && decision.keyId === old.id ? [decision.reason] : []));
  if (old.status === 'Inactive') return [`${old.id}: ${waits.join('; ')}; iam-keys activate ${old.id} brings it back`];
  const changed = successor.lastUsed !== undefined && successor.lastUsed !== 'never';
  const isUsed = changed ? `${successor.id} is in use` : `${successor.id} was not used yet: let programs take it from the secret ${secret}`;
  const last = old.lastUsed;
  const since =
    last !== undefined && last !== 'never' && last.at > successor.created
      ? `${old.id} is still used, last on ${last.at.toISOString().slice(0, 10)} for ${last.service} in ${last.region}`
      : `${old.id} was not used since`;
  return [`${old.id}: ${waits.join('; ')}`, isUsed, since];
}
