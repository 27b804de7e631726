import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { READS_AT_ONCE, type RunStore } from '../../lambda/runs/run-store';
import { parseCheckDispatch, type AccountCheck, type AnsweredDispatch } from '../../lambda/runs/schemas';
import { RotationError } from '../../lambda/shared/errors';
import { limited } from '../../lambda/shared/limited';
import type { Deployment } from '../deployment/deployment';

const failed = z.object({ errorType: z.string(), errorMessage: z.string() });

/** Whom the orchestrator has sent to look. */
export type Sent = AnsweredDispatch;

/** Time, so that tests need not wait. */
export interface Waiting {
  now: () => number;
  sleep: (milliseconds: number) => Promise<void>;
}

/** Between looks into the bucket, in milliseconds. */
const PAUSE = 2_000;
/** Lambda tries an event three times within three minutes; who is silent longer will not answer. */
const SILENCE = 4 * 60_000;

/** Asks the orchestrator to have accounts checked, all when none are named; throws what the orchestrator threw. */
export async function sendChecks(
  lambda: LambdaClient,
  { orchestrator }: Pick<Deployment, 'orchestrator'>,
  accounts: readonly string[],
): Promise<Sent> {
  const event = { check: true, ...(accounts.length > 0 && { accounts }) };
  const { Payload, FunctionError } = await lambda.send(
    new InvokeCommand({ FunctionName: orchestrator, Payload: Buffer.from(JSON.stringify(event)) }),
  );
  const answer: unknown = JSON.parse(Payload?.transformToString() ?? 'null');
  if (FunctionError === undefined) return parseCheckDispatch(answer);
  const { errorType, errorMessage } = failed.parse(answer);
  // An orchestrator of before there were checks refuses the shape of the event; a later one refuses accounts only, by another error.
  if (errorType === 'InvalidEventError')
    throw new RotationError('the deployed version cannot check accounts yet: deploy this one with npx cdk deploy');
  throw Object.assign(new RotationError(errorMessage), { name: errorType });
}

/** Collects the accounts' answers until all have come, or none has for four minutes; who is missing has not answered. */
export async function collectChecks(
  store: RunStore,
  { runId, dispatched }: Sent,
  { now, sleep }: Waiting,
): Promise<ReadonlyMap<string, AccountCheck>> {
  const answers = new Map<string, AccountCheck>();
  let lastHeard = now();
  for (;;) {
    const checked = new Set(await store.checked(runId));
    const fresh = dispatched.filter(({ id }) => !answers.has(id) && checked.has(id));
    await limited(READS_AT_ONCE, fresh, async ({ id }) => {
      answers.set(id, await store.check(runId, id));
    });
    if (fresh.length > 0) lastHeard = now();
    if (answers.size >= dispatched.length || now() - lastHeard >= SILENCE) return answers;
    await sleep(PAUSE);
  }
}
