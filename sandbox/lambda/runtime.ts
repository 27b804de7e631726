import { randomUUID } from 'node:crypto';
import type { LambdaPlatform } from '../kernel/contracts';
import type { Kernel } from '../kernel/kernel';
import type { LambdaFunction } from '../kernel/world';
import { AsyncQueue } from './async-queue';
import { prepareBootstrap, type Bootstrap } from './bootstrap';
import type { InvocationOutcome, Output } from './execution';
import type { Invocation } from './invocation';
import type { LogLine } from '../kernel/contracts';
import { FunctionLogs } from './logs';
import { EnvironmentPool } from './pool';

/** What `LogType: Tail` shows, in bytes. */
const tailBytes = 4096;

/** Runs functions' bundles in warm child processes or inside this one, with Lambda's timeouts, crashes, retries and logs. */
export class LambdaRuntime implements LambdaPlatform {
  /** Every invocation, in order of acceptance. */
  readonly invocations: Invocation[] = [];
  private readonly bootstrap: Bootstrap | undefined;
  private readonly pool: EnvironmentPool;
  private readonly queue: AsyncQueue;
  private readonly functionLogs: FunctionLogs;
  /** Changes when work is discarded: what was killed then leaves no trace in the world that follows. */
  private epoch = 0;

  /** `concurrency` bounds asynchronous invocations of all functions together; synchronous ones start at once. */
  constructor(
    private readonly kernel: Kernel,
    options: { endpoint: string; concurrency: number; quickStarts?: boolean; processes?: boolean },
  ) {
    if (options.processes ?? true) this.bootstrap = prepareBootstrap({ quickStarts: options.quickStarts ?? false });
    this.pool = new EnvironmentPool(kernel, options.endpoint, this.bootstrap);
    this.functionLogs = new FunctionLogs(kernel);
    this.queue = new AsyncQueue(
      kernel,
      options.concurrency,
      async (fn, invocation) => (await this.attempt(fn, invocation)).outcome.kind === 'succeeded',
    );
  }

  /** What functions wrote, in order; `length = 0` empties it. */
  get logs(): LogLine[] {
    return this.functionLogs.lines;
  }

  /** Asynchronous invocations that are running or will be. */
  get pending(): number {
    return this.queue.pending;
  }

  /**
   * Runs a function, or queues it as an `Event`; a failing function is an answer, not an error. The payload is JSON, the log's tail base64.
   */
  async invoke(
    fn: LambdaFunction,
    payload: string,
    type: 'RequestResponse' | 'Event' | 'DryRun',
  ): Promise<{ statusCode: number; payload?: string; functionError?: string; logTail?: string }> {
    if (type === 'DryRun') return { statusCode: 204 };
    const invocation = this.accept(fn, payload, type);
    if (type === 'Event') {
      this.queue.add(invocation);
      return { statusCode: 202 };
    }
    const { outcome, output } = await this.attempt(fn, invocation);
    const logTail = Buffer.from(output.map(({ text }) => text).join(''))
      .subarray(-tailBytes)
      .toString('base64');
    return outcome.kind === 'succeeded'
      ? { statusCode: 200, payload: outcome.payload, logTail }
      : { statusCode: 200, payload: JSON.stringify(outcome.error), functionError: 'Unhandled', logTail };
  }

  /** Resolves when no asynchronous invocation is left; the waits before retries move the sandbox's clock. */
  async drain(until?: Date): Promise<void> {
    await this.queue.drain(until);
  }

  /** Kills the processes of a function that are working; their invocations fail as crashed. Returns how many there were. */
  killBusy(functionName: string): number {
    return this.pool.killBusy({ functionName });
  }

  /** Kills the process that works on a request; false when none does. */
  kill(requestId: string): boolean {
    return this.pool.killBusy({ requestId }) > 0;
  }

  /** Peak resident memory of each function's processes so far, in bytes. */
  peakMemory(): Map<string, number> {
    return this.pool.peakMemory();
  }

  /** Ends the processes that wait for work: the next invocations are cold starts. */
  async coolDown(): Promise<void> {
    await this.pool.stopIdle();
  }

  /** Drops all asynchronous work and kills what runs; idle processes stay warm. */
  discard(): void {
    this.epoch += 1;
    this.queue.clear();
    this.pool.killBusy({});
  }

  /** Ends every process; the runtime cannot be used afterwards. */
  async stop(): Promise<void> {
    this.discard();
    await this.pool.stop();
    this.bootstrap?.remove();
  }

  private accept(fn: LambdaFunction, payload: string, type: 'RequestResponse' | 'Event'): Invocation {
    const invocation: Invocation = {
      requestId: randomUUID(),
      functionName: fn.name,
      functionArn: fn.arn,
      type,
      payload,
      acceptedAt: this.kernel.clock.now(),
      attempts: 0,
      state: 'waiting',
      durationMs: 0,
    };
    this.invocations.push(invocation);
    return invocation;
  }

  private async attempt(fn: LambdaFunction, invocation: Invocation): Promise<{ outcome: InvocationOutcome; output: Output[] }> {
    const { requestId } = invocation;
    const { epoch } = this;
    const worker = this.pool.acquire(fn);
    invocation.state = 'running';
    invocation.attempts += 1;
    this.kernel.relabel(worker.accessKeyId, requestId);
    const started = performance.now();
    const { outcome, output } = await worker.environment.invoke({
      requestId,
      payload: invocation.payload,
      clockOffsetMs: this.kernel.clock.offsetMs,
      timeoutMs: fn.timeoutSeconds * 1000,
      context: {
        functionName: fn.name,
        invokedFunctionArn: fn.arn,
        memoryLimitInMB: String(fn.memoryMb),
        logGroupName: fn.logGroup ?? `/aws/lambda/${fn.name}`,
        logStreamName: worker.logStream,
      },
    });
    this.kernel.relabel(worker.accessKeyId, undefined);
    invocation.durationMs += performance.now() - started;
    delete invocation.error;
    if (outcome.kind === 'failed') invocation.error = outcome.error;
    invocation.response = outcome.kind === 'failed' ? JSON.stringify(outcome.error) : outcome.payload;
    invocation.state = outcome.kind;
    if (epoch === this.epoch) this.functionLogs.write(fn, requestId, worker.logStream, output);
    return { outcome, output };
  }
}
