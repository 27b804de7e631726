import { readFileSync } from 'node:fs';
import * as files from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Writable } from 'node:stream';
import { Script, runInThisContext } from 'node:vm';
import type { Kernel } from '../kernel/kernel';
import { exited, timedOut, type ExecutionEnvironment, type ExecutionOptions, type InvocationOutcome, type Output } from './execution';
import {
  consoleMethods,
  dateWith,
  errorLine,
  errorOf,
  handlerFile,
  handlerOf,
  LARGEST_ANSWER_BYTES,
  TOO_LARGE,
  type Handler,
} from './language';
import type { InvocationError, InvokeMessage } from './messages';
import { cryptoDuring } from './web-crypto';
import { wireModule } from './wire-module';

/** Names of what a function finds in its process; each environment has its own. */
const OWN = [
  'exports',
  'require',
  'module',
  '__filename',
  '__dirname',
  'process',
  'console',
  'Date',
  'setTimeout',
  'clearTimeout',
  'fetch',
  'crypto',
];
/** Objects of the realm in which bundles run: under a test runner, another one than this file's. */
const realm = runInThisContext('({ Date, JSON, Promise })') as { Date: DateConstructor; JSON: JSON };
const scripts = new Map<string, Script>();

function scriptOf(file: string): Script {
  const known = scripts.get(file);
  if (known) return known;
  const script = new Script(`(function (${OWN.join(', ')}) {${readFileSync(file, 'utf8')}\n})`, { filename: file });
  scripts.set(file, script);
  return script;
}

interface Current {
  requestId: string;
  deadline: number;
  finish(outcome: InvocationOutcome): void;
}

/**
 * Runs a function's bundle inside this process, with variables, clock, timers, console and connection of its own: the work of a process
 * without its cost. Nothing of a killed one takes effect any more. A program that keeps the processor for itself is not interrupted.
 */
export class InsideEnvironment implements ExecutionEnvironment {
  readonly maxRssBytes = 0;
  private current: Current | undefined;
  private dead = false;
  private output: Output[] = [];
  private handler: Handler | undefined;
  private readonly timers = new Map<object, () => void>();

  constructor(
    private readonly kernel: Kernel,
    private readonly options: ExecutionOptions,
  ) {}

  get busy(): boolean {
    return this.current !== undefined;
  }

  get usable(): boolean {
    return !this.dead;
  }

  get requestId(): string | undefined {
    return this.current?.requestId;
  }

  async invoke(message: InvokeMessage): Promise<{ outcome: InvocationOutcome; output: Output[] }> {
    const outcome = await new Promise<InvocationOutcome>((resolve) => {
      const callOff = this.kernel.waits.after(message.timeoutMs, () => {
        this.end(timedOut(message));
      });
      const finish = (ending: InvocationOutcome): void => {
        callOff();
        this.current = undefined;
        this.forgetTimers();
        resolve(ending);
      };
      this.current = { requestId: message.requestId, deadline: this.now() + message.timeoutMs, finish };
      void this.kernel.waits.during(() => this.work(message, this.current));
    });
    const { output } = this;
    this.output = [];
    return { outcome, output };
  }

  kill(): void {
    this.end(exited(this.requestId, 'signal: killed'));
  }

  stop(): Promise<void> {
    this.kill();
    return Promise.resolve();
  }

  private readonly now = (): number => this.kernel.clock.now().getTime();

  private readonly log = (text: string): void => {
    if (!this.dead) this.output.push({ at: new Date(this.now()), text });
  };

  private end(error: InvocationError): void {
    this.dead = true;
    this.forgetTimers();
    this.current?.finish({ kind: 'failed', error });
  }

  private forgetTimers(): void {
    for (const callOff of this.timers.values()) callOff();
    this.timers.clear();
  }

  /** Starts the work and comes back: what the function then waits for is a call, or its own timers. */
  private work(message: InvokeMessage, current: Current | undefined): Promise<void> {
    const { requestId } = message;
    const fail = (error: InvocationError, fatal = false): void => {
      if (this.current !== current) return;
      this.log(errorLine(new Date(this.now()), requestId, error));
      if (fatal) this.end(error);
      else current?.finish({ kind: 'failed', error });
    };
    try {
      this.handler ??= this.load();
    } catch (error) {
      fail(errorOf(error), true);
      return Promise.resolve();
    }
    const context = {
      ...message.context,
      awsRequestId: requestId,
      functionVersion: '$LATEST',
      callbackWaitsForEmptyEventLoop: true,
      getRemainingTimeInMillis: () => Math.max(0, (current?.deadline ?? 0) - this.now()),
    };
    const run = async (): Promise<void> => {
      try {
        const result = await this.handler?.(realm.JSON.parse(message.payload), context);
        const payload = result === undefined ? 'null' : JSON.stringify(result);
        if (Buffer.byteLength(payload) > LARGEST_ANSWER_BYTES) fail(TOO_LARGE);
        else if (this.current === current) current?.finish({ kind: 'succeeded', payload });
      } catch (error) {
        fail(errorOf(error));
      }
    };
    void run();
    return Promise.resolve();
  }

  private load(): Handler {
    const { variables, directory } = this.options;
    const definition = variables['_HANDLER'] ?? '';
    const { file, exported } = handlerFile(definition, directory);
    return handlerOf(this.run(file, this.surroundings()), definition, exported);
  }

  /** What a script exports; it finds its surroundings in every script that it loads. */
  private run(file: string, own: ReturnType<InsideEnvironment['surroundings']>): unknown {
    const module = { exports: {} as unknown };
    const run = scriptOf(file).runInThisContext() as (...scope: unknown[]) => void;
    run.call(
      module.exports,
      module.exports,
      this.requireFor(own),
      module,
      file,
      dirname(file),
      ...[own.process, own.console, own.date, own.setTimeout, own.clearTimeout, own.fetch, cryptoDuring(this.kernel.waits)],
    );
    return module.exports;
  }

  private requireFor(own: ReturnType<InsideEnvironment['surroundings']>): (name: string) => unknown {
    const { waits } = this.kernel;
    const readFile = (...request: Parameters<typeof files.readFile>) => waits.during(() => files.readFile(...request));
    const replaced: Readonly<Record<string, unknown>> = {
      http: wireModule(this.kernel, () => !this.dead && this.busy),
      'fs/promises': { ...files, readFile },
      process: own.process,
    };
    const loaded = new Map<string, unknown>();
    return (name) => {
      if (name.startsWith('./')) {
        const file = join(this.options.directory, `${name}.js`);
        if (!loaded.has(file)) loaded.set(file, this.run(file, own));
        return loaded.get(file);
      }
      const builtin = name.replace(/^node:/, '');
      const found: unknown = replaced[builtin] ?? process.getBuiltinModule(builtin);
      if (found === undefined) throw Object.assign(new Error(`Cannot find module '${name}'`), { code: 'MODULE_NOT_FOUND' });
      return found;
    };
  }

  private surroundings() {
    const stream = (): Writable =>
      new Writable({
        decodeStrings: false,
        write: (chunk: string | Uint8Array, _, done) => {
          this.log(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8'));
          done();
        },
      });
    const exit = (code = 0): never => {
      this.end(exited(this.requestId, `exit status ${code}`));
      throw new Error(`process.exit(${code})`);
    };
    const own = Object.create(process, {
      env: { value: { ...this.options.variables } },
      stdout: { value: stream() },
      stderr: { value: stream() },
      exit: { value: exit },
      on: { value: () => own },
      emitWarning: { value: () => undefined },
    }) as NodeJS.Process;
    const lines = consoleMethods(
      this.log,
      () => new Date(this.now()),
      () => this.requestId,
    );
    return {
      process: own,
      console: { ...console, ...lines },
      date: dateWith(realm.Date, this.now),
      setTimeout: (work: (...args: unknown[]) => void, ms = 0, ...args: unknown[]): object =>
        this.startTimer(() => {
          work(...args);
        }, ms),
      clearTimeout: (timer: object): void => {
        this.timers.get(timer)?.();
        this.timers.delete(timer);
      },
      fetch: (...request: Parameters<typeof fetch>) => this.kernel.waits.during(() => fetch(...request)),
    };
  }

  private startTimer(work: () => void, ms: number): object {
    const timer = { ref: () => timer, unref: () => timer, hasRef: () => true };
    const callOff = this.kernel.waits.after(ms, () => {
      this.timers.delete(timer);
      work();
    });
    this.timers.set(timer, callOff);
    return timer;
  }
}
