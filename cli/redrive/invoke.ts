import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { RotationError } from '../../lambda/shared/errors';
import type { Again } from './plan';

const answer = z.looseObject({ runId: z.string().optional(), dispatched: z.array(z.unknown()).optional() });
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
  const { runId, dispatched } = answer.parse(given);
  return runId === undefined ? `${functionName}: done` : `run ${runId}: ${dispatched?.length ?? 0} accounts dispatched`;
}
