import type { Logger } from '@aws-lambda-powertools/logger';
import { ChainStore } from '../../../lambda/chain/chain-store';
import { signWith } from '../../../lambda/chain/sign';
import { dispatchChecks } from '../../../lambda/orchestrator/dispatch-checks';
import { dispatchPolicy } from '../../../lambda/orchestrator/dispatch-policy';
import { orchestrate } from '../../../lambda/orchestrator/orchestrate';
import { mailSettings, report } from '../../../lambda/reporter/report';
import { checkAccount } from '../../../lambda/rotator/check-account';
import { MemoryStore } from '../../../lambda/rotator/memory/memory-store';
import { publishEvents } from '../../../lambda/rotator/publish-events';
import { rotateAccount } from '../../../lambda/rotator/rotate-account';
import { orchestratorEnvironment, reporterEnvironment, rotatorEnvironment } from '../../../lambda/shared/environment';
import { errorFacts, DispatchFailedError } from '../../../lambda/shared/errors';
import { parseOrchestratorEvent, parseReporterEvent, parseRotatorEvent } from '../../../lambda/shared/events';
import { RunStore } from '../../../lambda/runs/run-store';
import { runIdFor } from '../../../lambda/runs/run-id';
import type { Clock } from '../../../sandbox/kernel/clock';
import type { LambdaFunction } from '../../../sandbox/kernel/world';
import type { Clients } from './direct-clients';

/** Like a process of Lambda's, it reads the same variables once. */
function once<T>(read: (variables: NodeJS.ProcessEnv) => T): (fn: LambdaFunction) => T {
  const known = new Map<string, T>();
  return ({ environment }) => {
    const variables = JSON.stringify(environment);
    const parsed = known.get(variables) ?? read(environment);
    known.set(variables, parsed);
    return parsed;
  };
}
const environments = {
  orchestrator: once(orchestratorEnvironment),
  reporter: once(reporterEnvironment),
  rotator: once(rotatorEnvironment),
};

/** One invocation as a function in this process sees it. */
export interface DirectInvocation {
  fn: LambdaFunction;
  clients: Clients;
  clock: Clock;
  requestId: string;
  /** Takes a line of the log. */
  log: (line: string) => void;
}

type Work = (event: unknown, invocation: DirectInvocation) => Promise<unknown>;

const WORK: Readonly<Record<string, Work>> = { orchestrator, reporter, rotator };
const workOf = ({ name }: LambdaFunction): Work | undefined => WORK[name.slice(name.lastIndexOf('-') + 1)];

/** Whether `runDirectly` knows the function. */
export const runsDirectly = (fn: LambdaFunction): boolean => workOf(fn) !== undefined;

/** Does what the function's handler does with an event; metrics, what it logs of the result, and the page's script and style aside. */
export function runDirectly(event: unknown, invocation: DirectInvocation): Promise<unknown> {
  const work = workOf(invocation.fn);
  if (!work) throw new Error(`${invocation.fn.name} does not run directly`);
  return work(event, invocation);
}

async function orchestrator(event: unknown, { fn, clients, clock, requestId }: DirectInvocation): Promise<unknown> {
  const environment = environments.orchestrator(fn);
  const store = new RunStore(clients.s3, environment.RESULTS_BUCKET);
  const now = clock.now();
  const run = { runId: runIdFor(now, requestId), now };
  const services = { environment, store, ...clients };
  const asked = parseOrchestratorEvent(event);
  if (asked.check) return dispatchChecks(services, asked, run);
  const { policy } = asked;
  const dispatch =
    policy === undefined ? await orchestrate(services, asked, run) : await dispatchPolicy(services, { ...asked, policy }, run);
  if (dispatch.failed.length > 0) throw new DispatchFailedError(`run ${dispatch.runId}: ${dispatch.failed.length} accounts`);
  return dispatch;
}

/** A logger as far as the rotator's work uses one. */
function loggerTo(log: DirectInvocation['log']): Logger {
  const writing = (level: string) => (message: string, facts: object) => {
    log(JSON.stringify({ level, message, ...facts }));
  };
  return { info: writing('INFO'), warn: writing('WARN'), error: writing('ERROR') } as unknown as Logger;
}

/** Pauses take none of the machine's time. */
const sleeping =
  (clock: Clock) =>
  (milliseconds: number): Promise<void> => {
    clock.advance(milliseconds);
    return Promise.resolve();
  };

function reporter(event: unknown, { fn, clients, clock, log }: DirectInvocation): Promise<unknown> {
  const environment = environments.reporter(fn);
  const { RESULTS_BUCKET: bucket, EVIDENCE_KEY: key } = environment;
  const services = {
    store: new RunStore(clients.s3, bucket),
    chain: new ChainStore(clients.s3, bucket),
    ...(key !== undefined && { sign: signWith(key, clients.configuration) }),
    ses: clients.ses,
    bus: { events: clients.events, sleep: sleeping(clock) },
    mail: mailSettings(environment),
    page: { script: '', style: '' },
    place: { partition: 'aws', region: clients.region },
    logger: loggerTo(log),
    metrics: { addMetric: () => undefined },
  };
  return report(services, parseReporterEvent(event), clock.now());
}

async function rotator(event: unknown, { fn, clients, clock, requestId, log }: DirectInvocation): Promise<unknown> {
  const environment = environments.rotator(fn);
  const asked = parseRotatorEvent(event);
  const now = clock.now();
  const sleep = sleeping(clock);
  const store = new RunStore(clients.s3, environment.RESULTS_BUCKET);
  const memory = new MemoryStore(clients.s3, environment.RESULTS_BUCKET);
  const services = { environment, ...clients, memory, logger: loggerTo(log), clock: () => clock.now(), sleep };
  const run = {
    partition: 'aws',
    region: clients.region,
    endsAt: new Date(now.getTime() + fn.timeoutSeconds * 1_000),
    runId: asked.runId ?? runIdFor(now, requestId, true),
  };
  if (asked.check) {
    const check = await checkAccount(services, asked, run);
    await store.putCheck(check);
    return check;
  }
  const { result, news, error } = await rotateAccount(services, asked, run);
  await publishEvents({ events: clients.events, sleep }, news, environment.POLICY.disable).catch((cause: unknown) => {
    result.failures.push({ step: 'publish events', ...errorFacts(cause) });
    if (result.status === 'succeeded') result.status = 'partial';
  });
  await store.putResult(result);
  if (error && asked.policy === undefined) throw error;
  return result;
}
