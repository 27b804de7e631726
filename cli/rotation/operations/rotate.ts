import { InvokeCommand } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import type { Decision } from '../../../lambda/shared/decision';
import { planForced } from '../../../lambda/core/plan/plan-forced';
import { RunStore } from '../../../lambda/runs/run-store';
import type { DetailedResult } from '../../../lambda/runs/schemas';
import { errorFacts, RotationError } from '../../../lambda/shared/errors';
import { nextRun } from '../../../lambda/shared/schedule';
import type { Rotation, Service } from '../service';
import { dateIn, exemptionAt } from '../simulation/simulated-user';
import { exemptionRulesOf, policyBefore } from '../simulation/simulate';
import type { ReadOne } from './status';

/** What a forced rotation did, or would do, to one key. */
export interface RotationStep {
  action: string;
  keyId: string | null;
  /** `done`; `planned`: nothing was changed; `deferred` and `failed`: see the reason. */
  outcome: 'done' | 'planned' | 'failed' | 'deferred';
  /** The key that replaces it. */
  successor: string | null;
  /** Where that key is. */
  secret: string | null;
  /** When the old key is disabled, ISO 8601. */
  on: string | null;
  why: string;
}

/** What came of a forced rotation. */
export interface Rotated {
  account: string;
  user: string;
  /** Null where the service was not asked. */
  runId: string | null;
  steps: RotationStep[];
  /** What did not work. */
  failures: string[];
  /** Mails that were sent about it. */
  mails: number;
}

/** Time, so that tests need not wait. */
export interface Waiting {
  now: () => number;
  sleep: (milliseconds: number) => Promise<void>;
}

/** Between looks into the results bucket. */
const PAUSE_MS = 1_000;
/** An invocation lasts at most 15 minutes, and Lambda tries a failing one three times within three minutes. */
const PATIENCE_MS = 18 * 60_000;

const dispatched = z.object({ runId: z.string() });
const failure = z.object({ errorType: z.string(), errorMessage: z.string() });

/** What the service would do now, by its own plan, without asking it; what it would refuse is an error that says why. */
export function wouldRotate({ account, known }: ReadOne, { environment }: Rotation, now: Date): Rotated {
  const { facts } = known;
  const { exempt } = exemptionAt(known, now, exemptionRulesOf(environment));
  if (exempt !== undefined) throw new RotationError(`${facts.name}: exempt, because ${exempt}`);
  const decisions = planForced(facts, policyBefore(environment, nextRun(environment.SCHEDULE, now)), now);
  const [policy] = known.policies ?? [];
  // The grace is that of the user's own policy, which begins with a run of it.
  const ofPolicy = (step: RotationStep): RotationStep => ({
    ...step,
    on: null,
    why: `${step.why}; its grace is that of the policy ${policy ?? ''}`,
  });
  const steps = decisions.map(plannedStep);
  return { account, user: facts.name, runId: null, steps: policy === undefined ? steps : steps.map(ofPolicy), failures: [], mails: 0 };
}

/** A decision as a step of which nothing has been done. */
export const plannedStep = (decision: Decision): RotationStep => ({
  action: decision.action,
  keyId: 'keyId' in decision ? decision.keyId : null,
  outcome: 'planned',
  successor: null,
  secret: null,
  on: dateIn(decision)?.toISOString() ?? null,
  why: decision.reason,
});

type WorkedAction = DetailedResult['users'][number]['actions'][number];

/** What came of an action, as a step. */
export const workedStep = ({ action, keyId, outcome, successorId, secretName, on, reason }: WorkedAction): RotationStep => ({
  action,
  keyId: keyId ?? null,
  outcome,
  successor: successorId ?? null,
  secret: secretName ?? null,
  on: on ?? null,
  why: reason,
});

/**
 * Has the service rotate one user by force, and waits for what it stores about that. What the orchestrator refuses is thrown; what the
 * rotator refuses or fails at is in `failures`.
 */
async function rotateByService(
  { lambda, s3, deployment, environment }: Service,
  { account, user }: { account: string; user: string },
  waiting: Waiting,
): Promise<Rotated> {
  const { Payload, FunctionError } = await lambda.send(
    new InvokeCommand({ FunctionName: deployment.orchestrator, Payload: Buffer.from(JSON.stringify({ account, ForceRotate: user })) }),
  );
  const answer: unknown = JSON.parse(Payload?.transformToString() ?? 'null');
  if (FunctionError !== undefined) {
    const { errorType, errorMessage } = failure.parse(answer);
    throw Object.assign(new RotationError(errorMessage), { name: errorType });
  }
  const { runId } = dispatched.parse(answer);
  const result = await stored(new RunStore(s3, environment.RESULTS_BUCKET), { runId, account }, waiting);
  return { account, user, runId, ...summaryOf(result, user) };
}

async function stored(
  store: RunStore,
  { runId, account }: { runId: string; account: string },
  { now, sleep }: Waiting,
): Promise<DetailedResult> {
  const until = now() + PATIENCE_MS;
  for (;;) {
    const result = await store.details(runId, account);
    if (result && 'unreadable' in result) throw new RotationError(result.unreadable);
    if (result) return result;
    if (now() >= until)
      throw new RotationError(
        `run ${runId} has left no result of account ${account} for ${PATIENCE_MS / 60_000} minutes: iam-keys doctor, iam-keys redrive --list`,
      );
    await sleep(PAUSE_MS);
  }
}

function summaryOf({ users, failures, mails }: DetailedResult, user: string): Pick<Rotated, 'steps' | 'failures' | 'mails'> {
  const actions = users.filter((one) => one.user === user).flatMap((one) => one.actions);
  return {
    steps: actions.map(workedStep),
    failures: failures.map((one) => (one.error === 'ForceRotateRefusedError' ? one.message : `${one.step}: ${one.error}: ${one.message}`)),
    mails: mails.filter(({ outcome }) => outcome === 'sent').length,
  };
}

/** The same for several users, one after the other; one who cannot be rotated does not end the others. */
export async function rotateEach(
  service: Service,
  users: readonly { account: string; user: string }[],
  waiting: Waiting,
  onUser: (done: number) => void = () => undefined,
): Promise<Rotated[]> {
  const rotated: Rotated[] = [];
  for (const one of users) {
    try {
      rotated.push(await rotateByService(service, one, waiting));
    } catch (error) {
      rotated.push({ ...one, runId: null, steps: [], failures: [errorFacts(error).message], mails: 0 });
    }
    onUser(rotated.length);
  }
  return rotated;
}

/** Whether something did not work, or was left. */
export const isIncomplete = ({ steps, failures }: Rotated): boolean =>
  failures.length > 0 || steps.some(({ outcome }) => outcome === 'failed' || outcome === 'deferred');
