import type { Kernel } from '../kernel/kernel';
import type { LambdaFunction } from '../kernel/world';
import type { Bootstrap } from './bootstrap';
import { ProcessEnvironment } from './environment';
import type { ExecutionEnvironment } from './execution';
import { InsideEnvironment } from './inside';
import { processVariables } from './variables';

/** A process of a function, with what Lambda knows about it. */
export interface Worker {
  environment: ExecutionEnvironment;
  functionName: string;
  logStream: string;
  accessKeyId: string;
  /** Changes with everything that makes a warm process unusable. */
  fingerprint: string;
}

const fingerprintOf = (fn: LambdaFunction): string =>
  JSON.stringify([fn.codeDirectory, fn.handler, fn.role, fn.runtime, fn.memoryMb, fn.logGroup, Object.entries(fn.environment).sort()]);

/** Keeps processes warm per function, across invocations and across a restored world; one whose function was deployed anew is ended. */
export class EnvironmentPool {
  private readonly workers = new Map<string, Worker[]>();
  private started = 0;

  constructor(
    private readonly kernel: Kernel,
    private readonly endpoint: string,
    /** The program of processes; absent: functions run inside this one. */
    private readonly bootstrap: Bootstrap | undefined,
  ) {}

  /** An idle process of the function, a new one when there is none. The caller invokes it before it awaits anything. */
  acquire(fn: LambdaFunction): Worker {
    const fingerprint = fingerprintOf(fn);
    const known = (this.workers.get(fn.arn) ?? []).filter(({ environment }) => environment.usable);
    const kept = known.filter((worker) => worker.environment.busy || worker.fingerprint === fingerprint);
    for (const worker of known) if (!kept.includes(worker)) worker.environment.kill();
    const idle = kept.find((worker) => !worker.environment.busy && worker.fingerprint === fingerprint);
    const worker = idle ?? this.start(fn, fingerprint);
    this.workers.set(fn.arn, idle ? kept : [...kept, worker]);
    return worker;
  }

  /** Kills the processes that are working, of one function or on one request; returns how many there were. */
  killBusy(match: { functionName?: string; requestId?: string }): number {
    const busy = this.all().filter(
      ({ environment, functionName }) =>
        environment.busy &&
        (match.functionName ?? functionName) === functionName &&
        (match.requestId ?? environment.requestId) === environment.requestId,
    );
    for (const { environment } of busy) environment.kill();
    return busy.length;
  }

  /** The most memory any process of each function has used so far, in bytes of resident memory. */
  peakMemory(): Map<string, number> {
    const peaks = new Map<string, number>();
    for (const { functionName, environment } of this.all()) {
      peaks.set(functionName, Math.max(peaks.get(functionName) ?? 0, environment.maxRssBytes));
    }
    return peaks;
  }

  /** Ends the processes that wait for work; the next invocations start new ones. */
  async stopIdle(): Promise<void> {
    const idle = this.all().filter(({ environment }) => !environment.busy);
    for (const [name, workers] of this.workers) {
      this.workers.set(
        name,
        workers.filter((worker) => !idle.includes(worker)),
      );
    }
    await Promise.all(idle.map(({ environment }) => environment.stop()));
  }

  /** Ends every process. */
  async stop(): Promise<void> {
    await Promise.all(this.all().map(({ environment }) => environment.stop()));
    this.workers.clear();
  }

  private all(): Worker[] {
    return [...this.workers.values()].flat();
  }

  private start(fn: LambdaFunction, fingerprint: string): Worker {
    this.started += 1;
    const day = this.kernel.clock.now().toISOString().slice(0, 10).replaceAll('-', '/');
    const logStream = `${day}/[$LATEST]${String(this.started).padStart(32, '0')}`;
    const credentials = this.kernel.functionCredentials(fn.role, logStream, fn.name, fn.arn);
    const home = this.bootstrap?.directory ?? fn.codeDirectory;
    const variables = processVariables(fn, { endpoint: this.endpoint, credentials, logStream, home });
    const options = { variables, directory: fn.codeDirectory, memoryMb: fn.memoryMb };
    const environment = this.bootstrap
      ? new ProcessEnvironment(this.bootstrap.file, options, () => this.kernel.clock.now())
      : new InsideEnvironment(this.kernel, options);
    return { environment, functionName: fn.name, logStream, accessKeyId: credentials.accessKeyId, fingerprint };
  }
}
