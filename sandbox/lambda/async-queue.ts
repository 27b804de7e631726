import type { Kernel } from '../kernel/kernel';
import type { LambdaFunction } from '../kernel/world';
import { parseArn } from '../kernel/arn';
import { failureRecord, type Invocation } from './invocation';
import { sendToQueue } from './send-to-queue';

/** Waits before the first and second retry: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html */
const retryWaitsMs = [60_000, 120_000] as const;

interface Waiting {
  invocation: Invocation;
  /** Sandbox time. */
  notBefore: number;
}

/**
 * Lambda's queue of asynchronous invocations: bounded concurrency, retries after one and two minutes of sandbox time, on-failure
 * destination.
 */
export class AsyncQueue {
  private waiting: Waiting[] = [];
  private readonly running = new Set<Promise<void>>();
  private timer: NodeJS.Timeout | undefined;
  private generation = 0;

  constructor(
    private readonly kernel: Kernel,
    private readonly concurrency: number,
    /** Runs one attempt; true when it succeeded. */
    private readonly attempt: (fn: LambdaFunction, invocation: Invocation) => Promise<boolean>,
  ) {}

  /** Invocations that are running or will be. */
  get pending(): number {
    return this.running.size + this.waiting.length;
  }

  /** Accepts an invocation; it starts as soon as there is room. */
  add(invocation: Invocation): void {
    this.waiting.push({ invocation, notBefore: this.kernel.clock.now().getTime() });
    this.pump();
  }

  /**
   * Resolves when nothing is left; waits between retries move the clock on instead of taking time. With `until`, retries due later are left
   * waiting.
   */
  async drain(until?: Date): Promise<void> {
    for (;;) {
      this.pump();
      if (this.running.size > 0) {
        await Promise.race(this.running);
        continue;
      }
      const next = this.earliest();
      if (next === undefined || next > (until?.getTime() ?? Infinity)) return;
      if (next > this.kernel.clock.now().getTime()) this.kernel.clock.set(new Date(next));
    }
  }

  /** Forgets everything that waits; what runs will not be retried nor reported. */
  clear(): void {
    this.generation += 1;
    for (const { invocation } of this.waiting) invocation.state = 'discarded';
    this.waiting = [];
    clearTimeout(this.timer);
  }

  private earliest(): number | undefined {
    return this.waiting.length === 0 ? undefined : this.waiting.reduce((least, { notBefore }) => Math.min(least, notBefore), Infinity);
  }

  private pump(): void {
    clearTimeout(this.timer);
    const now = this.kernel.clock.now().getTime();
    while (this.running.size < this.concurrency) {
      const index = this.waiting.findIndex(({ notBefore }) => notBefore <= now);
      const [entry] = index < 0 ? [] : this.waiting.splice(index, 1);
      if (!entry) break;
      const work = this.work(entry.invocation)
        .catch((error: unknown) => {
          entry.invocation.state = 'failed';
          entry.invocation.error = { errorType: 'Sandbox.Error', errorMessage: error instanceof Error ? error.message : String(error) };
        })
        .finally(() => {
          this.running.delete(work);
          this.pump();
        });
      this.running.add(work);
    }
    const next = this.running.size < this.concurrency ? this.earliest() : undefined;
    if (next !== undefined) {
      this.timer = setTimeout(
        () => {
          this.pump();
        },
        Math.min(next - now, 2 ** 31 - 1),
      ).unref();
    }
  }

  private async work(invocation: Invocation): Promise<void> {
    const { generation } = this;
    const fn = this.functionOf(invocation);
    if (!fn) {
      invocation.state = 'discarded';
      return;
    }
    const isTooOld = (): boolean =>
      this.kernel.clock.now().getTime() - invocation.acceptedAt.getTime() > fn.asyncConfig.maxAgeSeconds * 1000;
    if (isTooOld()) {
      this.giveUp(fn, invocation, 'EventAgeExceeded');
      return;
    }
    const succeeded = await this.attempt(fn, invocation);
    if (succeeded) return;
    if (generation !== this.generation) {
      invocation.state = 'discarded';
      return;
    }
    const wait = retryWaitsMs[invocation.attempts - 1];
    if (wait === undefined || invocation.attempts > fn.asyncConfig.maxRetries) {
      this.giveUp(fn, invocation, 'RetriesExhausted');
      return;
    }
    invocation.state = 'waiting';
    this.waiting.push({ invocation, notBefore: this.kernel.clock.now().getTime() + wait });
  }

  /** As deployed now, which may differ from when the invocation was accepted. */
  private functionOf({ functionArn }: Invocation): LambdaFunction | undefined {
    const arn = parseArn(functionArn);
    return arn && this.kernel.world.accounts.get(arn.account)?.functions.get(`${arn.region}/${arn.resource.replace('function:', '')}`);
  }

  private giveUp(fn: LambdaFunction, invocation: Invocation, condition: 'RetriesExhausted' | 'EventAgeExceeded'): void {
    invocation.state = 'failed';
    if (fn.asyncConfig.onFailure === undefined) return;
    const sender = this.kernel.rolePrincipal(fn.role, fn.name);
    const body = failureRecord(fn, invocation, condition, this.kernel.clock.now());
    const failure = sendToQueue(this.kernel, sender, fn.asyncConfig.onFailure, body, invocation.requestId);
    if (failure !== undefined) invocation.destinationFailure = failure;
  }
}
