import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { RotationError } from '../../lambda/shared/errors';
import type { Again } from './plan';

const answer = z.looseObject({
  runId: z.string().optional(),
  /** Of the orchestrator. */
  dispatched: z.array(z.unknown()).optional(),
  /** Of the rotator. */
  status: z.string().optional(),
});
const failure = z.object({ errorType: z.string(), errorMessage: z.string() });

/** Invokes the function and says what it did, in one line; throws what the function threw. */
export async function invokeAgain(
  lambda: LambdaClient,
  { functionName, payload }: Pick<Again, 'functionName' | 'payload'>,
): Promise<string> {
  const { Payload, FunctionError } = await lambda.send(
    new InvokeCommand({ FunctionName: functionName, Payload: Buffer.from(JSON.stringify(payload)) }),
  );
  const given: unknown = JSON.parse(Payload?.transformToString() ?? 'null');
  if (FunctionError !== undefined) {
    const { errorType, errorMessage } = failure.parse(given);
    throw Object.assign(new RotationError(errorMessage), { name: errorType });
  }
  const { runId, dispatched, status } = answer.parse(given);
  if (runId === undefined) return `${functionName}: done`;
  return dispatched === undefined && status !== undefined
    ? `run ${runId}: ${status}`
    : `run ${runId}: ${dispatched?.length ?? 0} accounts dispatched`;
}
