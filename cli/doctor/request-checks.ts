import { GetObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { checkKey, CHECKS, type AccountCheck } from '../../lambda/runs/account-check';
import { RotationError } from '../../lambda/shared/errors';
import { limited } from '../../lambda/shared/limited';
import type { Deployment } from './deployment';

const account = z.object({ id: z.string(), name: z.string(), email: z.string() });
const failure = z.object({ account: z.string(), error: z.string(), message: z.string() });
const sent = z.object({
  runId: z.string(),
  startedAt: z.iso.datetime(),
  dispatched: z.array(account),
  skipped: z.array(z.object({ account: z.string(), name: z.string(), reason: z.string() })),
  failed: z.array(failure),
});
const check = z.object({
  runId: z.string(),
  account,
  checkedAt: z.string(),
  proven: z.array(z.string()),
  failed: z.array(z.object({ action: z.string(), error: z.string(), message: z.string() })),
});
const failed = z.object({ errorType: z.string(), errorMessage: z.string() });

/** Whom the orchestrator has sent to look. */
export type Sent = z.output<typeof sent>;

/** Time, so that tests need not wait. */
export interface Waiting {
  now: () => number;
  sleep: (milliseconds: number) => Promise<void>;
}

/** Between looks into the bucket, in milliseconds. */
const PAUSE = 2_000;
/** Lambda tries an event three times within three minutes; who is silent longer will not answer. */
const SILENCE = 4 * 60_000;
/** Answers read at once. */
const CONCURRENCY = 20;

/** Asks the orchestrator to have accounts checked, all when none are named; throws what the orchestrator threw. */
export async function sendChecks(lambda: LambdaClient, { orchestrator }: Deployment, accounts: readonly string[]): Promise<Sent> {
  const event = { check: true, ...(accounts.length > 0 && { accounts }) };
  const { Payload, FunctionError } = await lambda.send(
    new InvokeCommand({ FunctionName: orchestrator, Payload: Buffer.from(JSON.stringify(event)) }),
  );
  const answer: unknown = JSON.parse(Payload?.transformToString() ?? 'null');
  if (FunctionError === undefined) return sent.parse(answer);
  const { errorType, errorMessage } = failed.parse(answer);
  throw Object.assign(new RotationError(errorMessage), { name: errorType });
}

/** Collects the accounts' answers until all have come, or none has for four minutes; who is missing has not answered. */
export async function collectChecks(
  s3: S3Client,
  bucket: string,
  { runId, dispatched }: Sent,
  { now, sleep }: Waiting,
): Promise<ReadonlyMap<string, AccountCheck>> {
  const answers = new Map<string, AccountCheck>();
  let lastHeard = now();
  for (;;) {
    const keys = await keysBelow(s3, bucket, `${CHECKS}${runId}/`);
    const fresh = dispatched.filter(({ id }) => !answers.has(id) && keys.has(checkKey(runId, id)));
    await limited(CONCURRENCY, fresh, async ({ id }) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: checkKey(runId, id) }));
      answers.set(id, check.parse(JSON.parse((await Body?.transformToString()) ?? 'null')));
    });
    if (fresh.length > 0) lastHeard = now();
    if (answers.size >= dispatched.length || now() - lastHeard >= SILENCE) return answers;
    await sleep(PAUSE);
  }
}

async function keysBelow(s3: S3Client, bucket: string, prefix: string): Promise<Set<string>> {
  const keys = new Set<string>();
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: prefix })) {
    for (const { Key } of page.Contents ?? []) if (Key !== undefined) keys.add(Key);
  }
  return keys;
}
