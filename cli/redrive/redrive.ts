import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { RunStore } from '../../lambda/runs/run-store';
import { errorFacts, RotationError } from '../../lambda/shared/errors';
import type { Deployment } from '../doctor/deployment';
import { readFailedEvents, removeEvents } from './failed-events';
import { invokeAgain } from './invoke';
import { unfinishedOf } from './last-run';
import { planRedrive } from './plan';

/** Whom redriving asks, with the operator's own credentials. */
export interface Clients {
  lambda: LambdaClient;
  s3: S3Client;
  sqs: SQSClient;
}

/** What was done, for people, and whether anything was left undone. */
export interface RedriveOutcome {
  lines: string[];
  left: boolean;
}

/** Runs the events of the queue again; with `list`, only says what they are. An event leaves the queue once it was taken up. */
export async function redriveQueue({ lambda, sqs }: Clients, deployment: Deployment, list: boolean): Promise<RedriveOutcome> {
  const [queue] = deployment.resources.get('AWS::SQS::Queue') ?? [];
  if (queue === undefined) throw new RotationError(`the stack ${deployment.stack} has no queue of failed events`);
  const events = await readFailedEvents(sqs, queue, list ? 'list' : 'redrive');
  if (events.length === 0)
    return { lines: ['No failed event is waiting; one that was just looked at shows up again within two minutes.'], left: false };
  const { again, left } = planRedrive(events, deployment);
  const lines = left.map(({ event, why }) => `left in the queue: ${event.functionName || 'a message'}: ${why} (${event.reason})`);
  let failed = left.length > 0;
  for (const one of again) {
    const what = `${one.functionName} ${JSON.stringify(one.payload)}`;
    if (list) {
      lines.push(what, ...one.events.map(({ reason }) => `  failed with ${reason}`));
      continue;
    }
    try {
      lines.push(`${what}\n  ${await invokeAgain(lambda, one)}`);
      await removeEvents(sqs, queue, one.events);
    } catch (error) {
      failed = true;
      const { error: name, message } = errorFacts(error);
      lines.push(`${what}\n  failed again, and stays in the queue: ${name}: ${message}`);
    }
  }
  return { lines, left: failed };
}

/** Runs the unfinished accounts of the last run again, as a run of their own; with `list`, only says which they are. */
export async function redriveLastRun({ lambda, s3 }: Clients, deployment: Deployment, list: boolean, now: Date): Promise<RedriveOutcome> {
  const { runId, dryRun, accounts } = await unfinishedOf(new RunStore(s3, deployment.resultsBucket), now);
  const lines = accounts.map(({ id, reason }) => `${id}: ${reason}`);
  if (accounts.length === 0) return { lines: [`Nothing failed in the run ${runId}.`], left: false };
  if (list) return { lines, left: false };
  const payload = { accounts: accounts.map(({ id }) => id), ...(dryRun && { dryrun: true }) };
  lines.push(await invokeAgain(lambda, { functionName: deployment.orchestrator, payload }));
  return { lines, left: false };
}
