import { errorFacts } from '../shared/errors';
import type { ActionResult, ExemptBy, Failure, KeyFacts, UserResult } from '../runs/schemas';
import { apply, type Applied } from './act/apply';
import type { Elsewhere } from './plan/membership';
import { exemptDecisions, type Exempt, type Exemption } from './plan/exemption';
import { ACTIONS } from '../shared/actions';
import type { Action, Decision } from '../shared/decision';
import { isSupersededBy } from './plan/evidence';
import type { AccessKey, UserFacts } from './plan/user-facts';
import type { IssuingServices } from './act/issue-key';
import { tagValue } from './plan/key-state';
import { daysBetween } from '../shared/period';
import { recording, type AwsRequest } from '../shared/requests';

/** What a run may still do in this account; counts down as users are worked on. */
export interface Budget {
  /** Takes one from the limit of this action; false when the limit of this run is reached. */
  take(action: Action): boolean;
  /** Gives back what was taken for an action that was not done. */
  giveBack(action: Action): void;
}

/** How one user is worked on. */
export interface UserWork {
  services: IssuingServices;
  dryRun: boolean;
  ownerEmailTag: string;
  budget: Budget;
  /** Reads the user freshly; undefined when there is no such user any more. */
  read: () => Promise<UserFacts | undefined>;
  /** What is to be done about the user as just read. */
  decide: (user: UserFacts) => Decision[];
  /** Why the user is left alone after all, if anything is; asked once, right before the first change. Throws when that cannot be told. */
  exemptNow: (user: UserFacts) => Promise<Exempt | Elsewhere | undefined>;
}

/** What came of one user. */
export interface UserWorked {
  result: UserResult;
  failures: Failure[];
  /** The user as last read; absent when reading failed. */
  facts?: UserFacts;
  /** What exempts them, or seems to; absent when it was not asked or could not be read. */
  exemption?: Exemption & { by: ExemptBy };
}

/**
 * Reads, decides and acts for one user; undefined when there is no such user any more. The first failure ends this user's work and is in
 * the answer with its step; a lost key of an interrupted run is removed first, and the user is then read and decided anew. Nothing is changed
 * of a user who turns out to be exempt.
 */
export async function rotateUser(given: UserWork, user: { name: string; arn: string }): Promise<UserWorked | undefined> {
  const work = { ...given, exemptNow: askedOnce(given.exemptNow) };
  const first = await rotateOnce(work, user);
  const cleaned = first?.result.actions.some((action) => action.action === 'remove-orphan' && action.outcome === 'done');
  if (!first || !cleaned || first.failures.length > 0) return first;
  const second = await rotateOnce(work, user);
  if (!second) {
    const message = 'IAM knows no such user any more, although it just removed a key of theirs; the next run looks again';
    return { ...first, failures: [{ user: user.name, step: 'read user', error: 'NoSuchEntity', message }] };
  }
  return { ...second, result: { ...second.result, actions: [...first.result.actions, ...second.result.actions] } };
}

function askedOnce(ask: UserWork['exemptNow']): UserWork['exemptNow'] {
  let answer: Promise<Exempt | Elsewhere | undefined> | undefined;
  return (user) => (answer ??= ask(user));
}

async function rotateOnce(work: UserWork, user: { name: string; arn: string }): Promise<UserWorked | undefined> {
  const result: UserResult = { user: user.name, arn: user.arn, keys: [], actions: [] };
  const failures: Failure[] = [];
  let facts: UserFacts;
  let decisions: Decision[];
  try {
    const read = await work.read();
    if (!read) return undefined;
    facts = read;
    const now = work.services.clock();
    const { tags } = facts;
    result.keys = facts.keys.map((key) => keyFacts(key, tags.get(key.id), now));
    const owner = tagValue(facts.tags, work.ownerEmailTag);
    if (owner !== undefined) result.owner = owner;
    decisions = work.decide(facts);
  } catch (error) {
    if (isRefusal(error)) throw error;
    return { result, failures: [{ user: user.name, step: 'read user', ...errorFacts(error) }] };
  }
  for (const decision of decisions) {
    const requests: AwsRequest[] = [];
    const made = (): Pick<ActionResult, 'requests'> => (requests.length > 0 ? { requests } : {});
    try {
      const acted = await act(work, facts, decision, requests);
      if ('elsewhere' in acted) return { result: { ...result, actions: [skipped(acted)] }, failures, facts };
      if ('exempt' in acted) {
        const actions = exemptDecisions(acted).map((note) => ({ ...asResult(note, facts, work.services), outcome: 'done' as const }));
        return { result: { ...result, actions }, failures, facts, exemption: acted };
      }
      const { contradicts, ...done } = acted;
      result.actions.push({ ...done, ...made() });
      if (contradicts) break;
    } catch (error) {
      if (isRefusal(error)) throw error;
      result.actions.push({ ...asResult(decision, facts, work.services), outcome: 'failed', ...made() });
      failures.push({ user: user.name, step: decision.action, ...errorFacts(error) });
      work.budget.giveBack(decision.action);
      break;
    }
  }
  return { result, failures, facts };
}

const isRefusal = (error: unknown): boolean => error instanceof Error && error.name === 'ForceRotateRefusedError';

type Acted = ActionResult & Pick<Applied, 'contradicts'>;

/** The user is left to the runs of another policy. */
const skipped = ({ elsewhere }: Elsewhere): ActionResult => ({ action: 'skip', reason: elsewhere, outcome: 'done' });

/** What became of a decision, or why nothing of it was done and nothing is to be done about this user. */
async function act(work: UserWork, facts: UserFacts, decision: Decision, requests: AwsRequest[]): Promise<Acted | Exempt | Elsewhere> {
  if (!ACTIONS[decision.action].mutates) return { ...asResult(decision, facts, work.services), outcome: 'done' };
  if (work.dryRun) return { ...asResult(decision, facts, work.services), outcome: 'planned' };
  if (!work.budget.take(decision.action)) {
    return {
      ...asResult(decision, facts, work.services),
      outcome: 'deferred',
      reason: `${decision.reason}; this run's limit for ${decision.action} is reached`,
    };
  }
  const exempt = await work.exemptNow(facts);
  if (exempt) {
    work.budget.giveBack(decision.action);
    return exempt;
  }
  const { outcome, reason, ...more }: Applied = await recording(requests, () => apply(work.services, facts, decision));
  if (outcome === 'deferred') work.budget.giveBack(decision.action);
  return { ...asResult(decision, facts, work.services), ...more, outcome, ...(reason !== undefined && { reason }) };
}

/** A decision as results show it. */
function asResult(decision: Decision, facts: UserFacts, services: IssuingServices): Omit<ActionResult, 'outcome'> {
  const { action, reason } = decision;
  const on = nextStepOn(decision);
  return {
    action,
    reason,
    ...('keyId' in decision && { keyId: decision.keyId }),
    ...('step' in decision && { step: decision.step }),
    ...('quiet' in decision && { quiet: true as const }),
    ...(on && { on: on.toISOString() }),
    ...('keyId' in decision && waitingSuccessor(facts, decision.keyId, services)),
  };
}

/** The key that replaces this one, if it waits in the user's secret since an earlier run. */
function waitingSuccessor(user: UserFacts, keyId: string, { store }: IssuingServices): Partial<ActionResult> {
  const key = user.keys.find(({ id }) => id === keyId);
  const successor = user.keys.find((other) => key && other.id !== keyId && other.status === 'Active' && isSupersededBy(user, key, other));
  if (!successor) return {};
  const { renamed, versionFetched } = user.stored;
  return {
    successorId: successor.id,
    successorSince: successor.created.toISOString(),
    successorFetched: versionFetched?.toISOString() ?? 'never',
    secretName: store.nameFor(renamed?.from ?? user.name),
  };
}

function nextStepOn(decision: Decision): Date | undefined {
  if ('on' in decision) return decision.on;
  if ('disableOn' in decision) return decision.disableOn;
  if ('deleteOn' in decision) return decision.deleteOn;
  return 'until' in decision ? decision.until : undefined;
}

/** The console keeps a key's description as a tag of the user whose key is the access key id. */
function keyFacts(key: AccessKey, description: string | undefined, now: Date): KeyFacts {
  const used = key.lastUsed;
  return {
    keyId: key.id,
    status: key.status,
    created: key.created.toISOString(),
    ageDays: daysBetween(key.created, now),
    ...(description !== undefined && description.trim() !== '' && { description }),
    ...(used === 'never' && { lastUsed: 'never' }),
    ...(used !== undefined &&
      used !== 'never' && { lastUsed: used.at.toISOString(), lastUsedService: used.service, lastUsedRegion: used.region }),
  };
}
