import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { RunStore } from '../../lambda/runs/run-store';
import { errorFacts, RotationError } from '../../lambda/shared/errors';
import type { Deployment } from '../deployment/deployment';
import { concerns, giveBack, readFailedEvents, removeEvents, type FailedEvent } from './failed-events';
import { groupFailures, showGroup } from './groups';
import { invokeAgain } from './invoke';
import { unfinishedOf } from './last-run';
import { isFinal, planRedrive, withoutRefused, type Again, type Plan } from './plan';

/** Whom redriving asks, with the operator's own credentials. */
export interface Clients {
  lambda: LambdaClient;
  s3: S3Client;
  sqs: SQSClient;
}

/** What is done, and with which events. */
export interface Asked {
  /** To look only, to throw them away, or to run them again. */
  how: 'list' | 'discard' | 'again';
  /** Only events or accounts that contain this text; all when absent. */
  only?: string | undefined;
}

/** What was done, for people, and whether anything was left undone. */
export interface RedriveOutcome {
  lines: string[];
  left: boolean;
}

/** Runs the events of the queue again, lists or discards them. An event leaves the queue once it was taken up, or refused for good. */
export async function redriveQueue({ lambda, sqs }: Clients, deployment: Deployment, { how, only }: Asked): Promise<RedriveOutcome> {
  const [queue] = deployment.resources.get('AWS::SQS::Queue') ?? [];
  if (queue === undefined) throw new RotationError(`the stack ${deployment.stack} has no queue of failed events`);
  const all = await readFailedEvents(sqs, queue);
  const open = new Set(all);
  const remove = async (events: readonly FailedEvent[]): Promise<void> => {
    await removeEvents(sqs, queue, events);
    for (const event of events) open.delete(event);
  };
  try {
    const events = all.filter((event) => only === undefined || concerns(event, only));
    if (events.length === 0) return { lines: [`No failed event${withText(only)} is waiting.`], left: false };
    if (how === 'list') return { lines: listed(events, planRedrive(events, deployment)), left: false };
    if (how === 'again') return await runAgain(planRedrive(events, deployment), { lambda, deployment, remove });
    await remove(events);
    return { lines: [...groupFailures(events).flatMap(showGroup), `discarded ${count(events)}`], left: false };
  } finally {
    await giveBack(sqs, queue, [...open]);
  }
}

interface Running {
  lambda: LambdaClient;
  deployment: Deployment;
  remove: (events: readonly FailedEvent[]) => Promise<void>;
}

async function runAgain(plan: Plan, { lambda, deployment, remove }: Running): Promise<RedriveOutcome> {
  const lines = plan.left.map(({ event, why }) => `left in the queue: ${event.functionName || 'a message'}: ${why} (${event.reason})`);
  const refuse = async (events: readonly FailedEvent[], why: string): Promise<void> => {
    await remove(events);
    lines.push(...groupFailures(events).flatMap(showGroup), `  refused for good, and taken out of the queue: ${why}`);
  };
  for (const { event, why } of plan.refused) await refuse([event], why);
  let left = plan.refused.length + plan.left.length > 0;
  const open = [...plan.again];
  for (let one = open.shift(); one; one = open.shift()) {
    try {
      lines.push(`${shown(one)}\n  ${await invokeAgain(lambda, one)}`);
      await remove(one.events);
    } catch (error) {
      left = true;
      const why = `${errorFacts(error).error}: ${errorFacts(error).message}`;
      if (isFinal(error)) {
        const { again, refused } = withoutRefused(one, why, deployment);
        await refuse(refused, why);
        open.push(...again);
      } else lines.push(`${shown(one)}\n  failed again, and stays in the queue: ${why}`);
    }
  }
  return { lines, left };
}

const withText = (only: string | undefined): string => (only === undefined ? '' : ` with "${only}" in it`);
const count = ({ length }: readonly unknown[]): string => `${length} event${length === 1 ? '' : 's'}`;
const shown = ({ functionName, payload }: Again): string => `${functionName} ${JSON.stringify(payload)}`;

function listed(events: readonly FailedEvent[], { again, refused, left }: Plan): string[] {
  const because = (title: string, what: Plan['left']): string[] =>
    what.length === 0 ? [] : ['', title, ...new Set(what.map(({ event, why }) => `  ${event.functionName || 'a message'}: ${why}`))];
  return [
    ...groupFailures(events).flatMap(showGroup),
    ...(again.length === 0 ? [] : ['', 'would be run again:', ...again.map((one) => `  ${shown(one)}`)]),
    ...because('would be refused, and leave the queue:', refused),
    ...because('would stay in the queue (--discard takes them out):', left),
  ];
}

/** Runs the unfinished accounts of the last run again, as a run of their own, or only says which they are. */
export async function redriveLastRun(
  { lambda, s3 }: Clients,
  deployment: Deployment,
  { how, only }: Asked,
  now: Date,
): Promise<RedriveOutcome> {
  const { runId, dryRun, accounts } = await unfinishedOf(new RunStore(s3, deployment.resultsBucket), now);
  const chosen = accounts.filter(({ id, reason }) => only === undefined || `${id} ${reason}`.includes(only));
  const lines = chosen.map(({ id, reason }) => `${id}: ${reason}`);
  if (chosen.length === 0) return { lines: [`Nothing failed in the run ${runId}${withText(only)}.`], left: false };
  if (how === 'list') return { lines, left: false };
  const payload = { accounts: chosen.map(({ id }) => id), ...(dryRun && { dryrun: true }) };
  lines.push(await invokeAgain(lambda, { functionName: deployment.orchestrator, payload }));
  return { lines, left: false };
}
