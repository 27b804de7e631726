import { setImmediate } from 'node:timers/promises';
import { errorFacts } from '../../../lambda/shared/errors';
import { parseArn } from '../../../sandbox/kernel/arn';
import type { Clock } from '../../../sandbox/kernel/clock';
import type { LambdaPlatform, LogLine } from '../../../sandbox/kernel/contracts';
import { failureRecord, type Invocation } from '../../../sandbox/lambda/invocation';
import { sendToQueue } from '../../../sandbox/lambda/send-to-queue';
import type { Sandbox } from '../../../sandbox/sandbox';
import type { LambdaFunction } from '../../../sandbox/kernel/world';
import { connectDirectly, type CallHooks } from './direct-aws';
import { WarmClients, type Clients } from './direct-clients';
import { runDirectly, runsDirectly } from './direct-functions';

const RETRY_AFTER_MS = [60_000, 120_000];
/** The label of whatever an invocation still tries that was killed; no invocation has it. */
const KILLED = 'killed';

interface Living {
  fn: LambdaFunction;
  clients: Clients;
  end: (reason: Error) => void;
}

interface Queued {
  fn: LambdaFunction;
  invocation: Invocation;
}

/**
 * Runs the product's orchestrator, rotator and reporter inside this process, on the deployed functions' roles and variables: the same work as the
 * bundles do, ten times faster and the same every time. Each invocation's calls can be held, and an invocation can be killed.
 */
export class DirectLambda implements LambdaPlatform {
  readonly clock: Clock;
  /** What functions write to their log on the way; `length = 0` empties it. */
  readonly written: LogLine[] = [];
  /** Holds and sees the calls of every invocation. */
  hooks: Omit<CallHooks, 'isDead'> = {};
  /** Asynchronous invocations that run at the same time. */
  concurrency = 1;
  /** Asynchronous invocations start by themselves, as on Lambda, because a process waits for what they do; else they wait for `drain`. */
  startsByItself = false;
  private startedByItself: Promise<void> = Promise.resolve();
  private readonly queue: Queued[] = [];
  private readonly living = new Map<string, Living>();
  private readonly warm: WarmClients;
  private readonly disconnect: () => void;
  /** Runs every other function as it is deployed. */
  private readonly deployed: LambdaPlatform | undefined;
  private started = 0;

  constructor(private readonly sandbox: Sandbox) {
    this.clock = sandbox.clock;
    this.deployed = sandbox.kernel.lambda;
    this.warm = new WarmClients(sandbox.kernel);
    this.disconnect = connectDirectly(sandbox.kernel, this.clock, {
      before: (call) => this.hooks.before?.(call),
      after: (call, answer) => this.hooks.after?.(call, answer),
      isDead: (invocation) => !this.living.has(invocation),
    });
    // Clients that the product makes itself ask the environment for their region.
    process.env['AWS_REGION'] = sandbox.kernel.region;
    sandbox.kernel.lambda = this;
  }

  /** Everything in the sandbox's logs: of functions as they are deployed, and of those that ran directly. */
  get logs(): LogLine[] {
    return [...(this.deployed?.logs ?? []), ...this.written];
  }

  /** Leaves the SDK's clients as they were. */
  stop(): void {
    this.disconnect();
  }

  /** Forgets everything that waits, and everything that runs: it must be held by a hook for good. */
  discard(): void {
    this.queue.length = 0;
    this.startedByItself = Promise.resolve();
    for (const { fn, clients } of this.living.values()) this.warm.giveBack(fn, clients);
    this.living.clear();
    this.written.length = 0;
  }

  /** Ends every invocation of a function at once: from now on no call of theirs takes effect. Gives how many there were. */
  killBusy(functionName: string): number {
    let killed = 0;
    for (const [id, running] of this.living) {
      if (running.fn.name !== functionName) continue;
      this.living.delete(id);
      // What it still tries is not mistaken for its retry, which has the same request id.
      this.sandbox.kernel.relabel(running.clients.accessKeyId, KILLED);
      running.end(Object.assign(new Error('Runtime exited with error: signal: killed'), { name: 'Runtime.ExitError' }));
      killed += 1;
    }
    return killed;
  }

  async invoke(fn: LambdaFunction, payload: string, type: 'RequestResponse' | 'Event' | 'DryRun'): ReturnType<LambdaPlatform['invoke']> {
    if (this.deployed && !runsDirectly(fn)) return this.deployed.invoke(fn, payload, type);
    if (type === 'DryRun') return { statusCode: 204 };
    const invocation = this.accept(fn, payload, type);
    if (type === 'Event') {
      this.queue.push({ fn, invocation });
      if (this.startsByItself) this.startedByItself = this.startedByItself.then(() => setImmediate()).then(() => this.runAll());
      return { statusCode: 202 };
    }
    await this.attempt({ fn, invocation });
    const functionError = invocation.state === 'failed' ? { functionError: 'Unhandled' } : {};
    return { statusCode: 200, payload: invocation.response ?? 'null', ...functionError };
  }

  /** Runs everything that waits, with Lambda's two retries. */
  async drain(): Promise<void> {
    await this.startedByItself;
    await this.runAll();
  }

  private async runAll(): Promise<void> {
    for (let batch = this.queue.splice(0, this.concurrency); batch.length > 0; batch = this.queue.splice(0, this.concurrency)) {
      await Promise.all(batch.map((queued) => this.untilDone(queued)));
    }
    await this.deployed?.drain();
  }

  private async untilDone(queued: Queued): Promise<void> {
    for (;;) {
      await this.attempt(queued);
      const { state, attempts } = queued.invocation;
      const wait = RETRY_AFTER_MS[attempts - 1];
      if (state === 'succeeded') return;
      if (wait === undefined || attempts > queued.fn.asyncConfig.maxRetries) {
        this.giveUp(queued);
        return;
      }
      this.clock.advance(wait);
    }
  }

  private giveUp({ fn, invocation }: Queued): void {
    const { kernel } = this.sandbox;
    const { onFailure } = fn.asyncConfig;
    if (onFailure === undefined) return;
    const record = failureRecord(fn, invocation, 'RetriesExhausted', this.clock.now());
    sendToQueue(kernel, kernel.rolePrincipal(fn.role, fn.name), onFailure, record, invocation.requestId);
  }

  private accept(fn: LambdaFunction, payload: string, type: 'RequestResponse' | 'Event'): Invocation {
    this.started += 1;
    const invocation: Invocation = {
      requestId: `${this.started.toString(16).padStart(8, '0')}-0000-0000-0000-000000000000`,
      functionName: fn.name,
      functionArn: fn.arn,
      type,
      payload,
      acceptedAt: this.clock.now(),
      attempts: 0,
      state: 'waiting',
      durationMs: 0,
    };
    this.sandbox.invocations.push(invocation);
    return invocation;
  }

  private async attempt({ fn, invocation }: Queued): Promise<void> {
    const { requestId } = invocation;
    invocation.state = 'running';
    invocation.attempts += 1;
    const clients = this.warm.take(fn, requestId);
    const killed = new Promise<never>((_, end) => this.living.set(requestId, { fn, clients, end }));
    try {
      const event = JSON.parse(invocation.payload) as unknown;
      const log = (line: string): void => {
        this.written.push({ ...placeOf(fn), at: this.clock.now(), requestId, line });
      };
      const work = runDirectly(event, { fn, clients, clock: this.clock, requestId, log });
      const answer = await Promise.race([killed, work]);
      invocation.response = JSON.stringify(answer);
      invocation.state = 'succeeded';
    } catch (error) {
      const { error: errorType, message: errorMessage } = errorFacts(error);
      invocation.error = { errorType, errorMessage };
      invocation.response = JSON.stringify(invocation.error);
      invocation.state = 'failed';
    }
    if (this.living.get(requestId)?.clients !== clients) return;
    this.living.delete(requestId);
    this.warm.giveBack(fn, clients);
  }
}

function placeOf(fn: LambdaFunction): Pick<LogLine, 'account' | 'region' | 'functionName' | 'logGroup'> {
  const account = parseArn(fn.arn)?.account ?? '';
  return { account, region: fn.region, functionName: fn.name, logGroup: fn.logGroup ?? `/aws/lambda/${fn.name}` };
}
